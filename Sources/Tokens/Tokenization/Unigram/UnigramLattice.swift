import Foundation

/// One model during training: expected counts over all segmentations, and what each piece is worth.
struct UnigramLattice {
  private let pieces: [UnigramSeeds.Piece]
  private let segmenter: UnigramSegmenter

  init(_ pieces: [UnigramSeeds.Piece]) {
    self.pieces = pieces
    segmenter = UnigramSegmenter(
      trie: PieceTrie(pieces.lazy.enumerated().map { ($1.bytes, UInt32($0)) }), scores: pieces.map(\.score),
      unknownScore: (pieces.map(\.score).min() ?? 0) - UnigramSegmenter.unknownPenalty, unknownID: .max,
      hasSinglePrecision: false)
  }

  /// One round of expectation maximization. Pieces expected less than half a time are dropped; the others get
  /// digamma(count) - digamma(total), the Bayesian step of sentencepiece.
  func maximized(_ corpus: UnigramCorpus) -> [UnigramSeeds.Piece] {
    let expected = expectedCounts(corpus)
    let total = expected.reduce(0) { $0 + ($1 >= 0.5 ? $1 : 0) }
    let logTotal = Self.digamma(total)
    var result: [UnigramSeeds.Piece] = []
    for (piece, count) in zip(pieces, expected) where count >= 0.5 {
      result.append(.init(bytes: piece.bytes, score: Self.digamma(count) - logTotal))
    }
    return result
  }

  /// By piece: how often it is expected, over all segmentations of all words.
  private func expectedCounts(_ corpus: UnigramCorpus) -> [Double] {
    var expected = [Double](repeating: 0, count: pieces.count)
    var forward: [Double] = []
    var edges: [(start: Int, end: Int, id: Int)] = []
    var backward: [Double] = []
    corpus.bytes.withUnsafeBytes { bytes in
      for word in corpus.words {
        let text = UnsafeRawBufferPointer(rebasing: bytes[word.range])
        edges.removeAll(keepingCapacity: true)
        forward.removeAll(keepingCapacity: true)
        forward.append(contentsOf: repeatElement(-.infinity, count: text.count + 1))
        backward.removeAll(keepingCapacity: true)
        backward.append(contentsOf: repeatElement(-.infinity, count: text.count + 1))
        forward[0] = 0
        backward[text.count] = 0
        for start in 0..<text.count where forward[start] > -.infinity {
          segmenter.trie.forEachPrefix(of: text, from: start) { length, id in
            edges.append((start, start + length, Int(id)))
            forward[start + length] = Self.logSum(forward[start + length], forward[start] + segmenter.scores[Int(id)])
          }
        }
        let total = forward[text.count]
        guard total > -.infinity else { continue }
        for edge in edges.reversed() {
          let after = backward[edge.end] + segmenter.scores[edge.id]
          backward[edge.start] = Self.logSum(backward[edge.start], after)
          expected[edge.id] += word.count * exp(forward[edge.start] + after - total)
        }
      }
    }
    return expected
  }

  /// Keeps the `size` pieces whose removal would cost most (all characters stay): the loss of a piece is its frequency times the
  /// difference between its score and that of the best way to write it with others.
  func pruned(_ corpus: UnigramCorpus, to size: Int) -> [UnigramSeeds.Piece] {
    let characters = Set(corpus.characters)
    var frequency = [Double](repeating: 0, count: pieces.count)
    var steps: [UnigramSegmenter.Step] = []
    var ids: [UInt32] = []
    corpus.bytes.withUnsafeBytes { bytes in
      for word in corpus.words {
        ids.removeAll(keepingCapacity: true)
        segmenter.segment(UnsafeRawBufferPointer(rebasing: bytes[word.range]), steps: &steps, into: &ids)
        for id in ids where id != .max { frequency[Int(id)] += word.count }
      }
    }
    let total = max(frequency.reduce(0, +), 1)
    var kept: [UnigramSeeds.Piece] = []
    var candidates: [(loss: Double, index: Int)] = []
    for (index, piece) in pieces.enumerated() {
      if characters.contains(piece.bytes) {
        kept.append(piece)
      } else if frequency[index] > 0 {
        let alternative = scoreWithout(UInt32(index))
        candidates.append((frequency[index] / total * (piece.score - alternative), index))
      }
    }
    candidates.sort {
      $0.loss != $1.loss ? $0.loss > $1.loss : pieces[$0.index].bytes.lexicographicallyPrecedes(pieces[$1.index].bytes)
    }
    kept += candidates.prefix(max(0, size - kept.count)).map { pieces[$0.index] }
    return kept
  }

  /// The best score of a piece's text when the piece itself may not be used.
  private func scoreWithout(_ id: UInt32) -> Double {
    let bytes = pieces[Int(id)].bytes
    var best = [Double](repeating: -.infinity, count: bytes.count + 1)
    best[0] = 0
    bytes.withUnsafeBytes { text in
      for start in 0..<text.count where best[start] > -.infinity {
        segmenter.trie.forEachPrefix(of: text, from: start) { length, other in
          if other != id { best[start + length] = max(best[start + length], best[start] + segmenter.scores[Int(other)]) }
        }
      }
    }
    return max(best[bytes.count], segmenter.unknownScore)
  }

  private static func logSum(_ a: Double, _ b: Double) -> Double {
    let (low, high) = a < b ? (a, b) : (b, a)
    return low == -.infinity ? high : high + log1p(exp(low - high))
  }

  /// The logarithmic derivative of the gamma function, by recurrence to 7 and the asymptotic series.
  private static func digamma(_ value: Double) -> Double {
    var x = value
    var result = 0.0
    while x < 7 {
      result -= 1 / x
      x += 1
    }
    x -= 0.5
    let inverse = 1 / (x * x)
    return result + log(x) + inverse / 24 - 7 * inverse * inverse / 960 + 31 * inverse * inverse * inverse / 8064
  }
}
