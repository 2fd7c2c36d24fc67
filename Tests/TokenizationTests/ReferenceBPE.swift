import Tokenization

/// Byte pair encoding the slow way, as its definition reads: the specification of the trainer and the encoder.
///
/// The training half follows `BpeTrainer::do_train` and `Word::merge` of Hugging Face tokenizers step by step: candidates carry the words
/// in which they were seen, counts are refreshed when a candidate is popped, and a word is merged from left to right as a whole.
struct ReferenceBPE {
  var tokens: [[UInt8]]
  var merges: [(UInt32, UInt32)] = []

  private struct Candidate {
    var count: Int
    var pair: [UInt32]
    var words: Set<Int>
  }

  init(
    words: [(bytes: [UInt8], count: Int)], firstTokens: [[UInt8]], vocabularySize: Int, minimumFrequency: Int,
    maximumLength: Int
  ) {
    tokens = firstTokens
    var ids: [[UInt8]: UInt32] = [:]
    for (id, token) in tokens.enumerated() { ids[token] = UInt32(id) }
    var sequences = words.map { word in word.bytes.map { ids[[$0]]! } }
    var counts: [[UInt32]: Int] = [:]
    var seenIn: [[UInt32]: Set<Int>] = [:]
    for (index, sequence) in sequences.enumerated() {
      for pair in zip(sequence, sequence.dropFirst()) {
        counts[[pair.0, pair.1], default: 0] += words[index].count
        seenIn[[pair.0, pair.1], default: []].insert(index)
      }
    }
    var queue = seenIn.map { Candidate(count: counts[$0]!, pair: $0, words: $1) }
    while tokens.count < vocabularySize, !queue.isEmpty {
      let best = queue.indices.min { a, b in
        queue[a].count != queue[b].count
          ? queue[a].count > queue[b].count : queue[a].pair.lexicographicallyPrecedes(queue[b].pair)
      }!
      let top = queue.remove(at: best)
      if top.count != counts[top.pair]! {
        queue.append(Candidate(count: counts[top.pair]!, pair: top.pair, words: top.words))
        continue
      }
      if top.count < max(1, minimumFrequency) { break }
      let joined = tokens[Int(top.pair[0])] + tokens[Int(top.pair[1])]
      let id = ids[joined] ?? UInt32(tokens.count)
      if ids[joined] == nil {
        ids[joined] = id
        tokens.append(joined)
      }
      merges.append((top.pair[0], top.pair[1]))
      var changed: [[UInt32]: Set<Int>] = [:]
      for index in top.words {
        var sequence = sequences[index]
        func change(_ pair: [UInt32], _ sign: Int) {
          if sign > 0 {
            guard tokens[Int(pair[0])].count + tokens[Int(pair[1])].count < maximumLength else { return }
            changed[pair, default: []].insert(index)
          }
          counts[pair, default: 0] += sign * words[index].count
        }
        var at = 0
        while at + 1 < sequence.count {
          if sequence[at] == top.pair[0], sequence[at + 1] == top.pair[1] {
            if at > 0 {
              change([sequence[at - 1], top.pair[0]], -1)
              change([sequence[at - 1], id], 1)
            }
            sequence.replaceSubrange(at...at + 1, with: [id])
            if at + 1 < sequence.count {
              change([top.pair[1], sequence[at + 1]], -1)
              change([id, sequence[at + 1]], 1)
            }
          }
          at += 1
        }
        sequences[index] = sequence
      }
      for (pair, words) in changed where counts[pair]! > 0 {
        queue.append(Candidate(count: counts[pair]!, pair: pair, words: words))
      }
    }
    // The last rank of a pair counts.
    var seen = Set<[UInt32]>()
    merges = merges.reversed().filter { seen.insert([$0.0, $0.1]).inserted }.reversed()
  }

  /// The tokens of a word: lowest rank first, leftmost of equals.
  static func encode(_ word: some Sequence<UInt8>, _ model: BytePairModel) -> [UInt32] {
    var sequence = word.map { byte in UInt32(model.tokens.firstIndex(of: [byte])!) }
    while true {
      var best: (rank: Int, at: Int)?
      for at in sequence.indices.dropLast() {
        guard let rank = model.merges.lastIndex(of: .init(sequence[at], sequence[at + 1])) else { continue }
        if rank < best?.rank ?? .max { best = (rank, at) }
      }
      guard let best else { return sequence }
      let joined = model.tokens[Int(sequence[best.at])] + model.tokens[Int(sequence[best.at + 1])]
      let isSpecial = Set(model.specialTokens.map(\.id))
      let id = model.tokens.indices.first { model.tokens[$0] == joined && !isSpecial.contains(UInt32($0)) }!
      sequence.replaceSubrange(best.at...best.at + 1, with: [UInt32(id)])
    }
  }
}
