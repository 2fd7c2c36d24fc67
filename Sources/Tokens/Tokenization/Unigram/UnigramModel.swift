import Documents

/// A Unigram vocabulary (Kudo 2018): each piece has a log probability, and a text is cut into the pieces whose sum is highest.
public struct UnigramModel: Sendable, Equatable {
  public struct Piece: Sendable, Equatable {
    public var text: String
    /// Natural logarithm of its probability.
    public var score: Double

    public init(_ text: String, score: Double) {
      self.text = text
      self.score = score
    }
  }

  /// U+2581, which stands for the space before a word.
  public static let spaceMark = "\u{2581}"
  public static let unknown = "<unk>"

  /// U+2581 becomes a space again.
  static func replacingSpaceMarks(_ text: [UInt8]) -> [UInt8] {
    let mark = Array(spaceMark.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == mark[0], text[index...].starts(with: mark) {
        output.append(0x20)
        index += mark.count
      } else {
        output.append(text[index])
        index += 1
      }
    }
    return output
  }

  /// By id, special tokens included (their score is not used).
  public var pieces: [Piece]
  /// By ascending id; `<unk>` is one of them.
  public var specialTokens: [BytePairModel.SpecialToken]

  public init(pieces: [Piece], specialTokens: [BytePairModel.SpecialToken]) {
    self.pieces = pieces
    self.specialTokens = specialTokens.sorted { $0.id < $1.id }
  }
}

/// The best path through the pieces of a text: Viterbi, one step per character.
struct UnigramSegmenter: Sendable {
  /// What is given for a character that no piece covers, below the lowest score of any piece.
  static let unknownPenalty = 10.0

  let trie: PieceTrie
  /// By id.
  let scores: [Double]
  let unknownScore: Double
  let unknownID: UInt32
  /// Sums are rounded to 32 bits after each step, as in sentencepiece; Hugging Face keeps 64.
  let hasSinglePrecision: Bool
  /// Single precision only: a sum beyond this starts again at 0, as in sentencepiece, or long texts would lose what tells paths apart.
  private static let greatestSum = 100_000.0

  struct Step {
    var score: Double
    var id: UInt32
    /// Where the piece that ends here starts; -1: nothing ends here.
    var start: Int32
  }

  /// Appends the pieces of `text` as ids; neighbours that are unknown become one.
  /// - Parameter onUnknown: called with each unknown stretch instead, when given.
  func segment(
    _ text: UnsafeRawBufferPointer, steps: inout [Step], into output: inout [UInt32],
    onUnknown: ((Range<Int>, inout [UInt32]) -> Void)? = nil
  ) {
    let size = text.count
    guard size > 0 else { return }
    steps.removeAll(keepingCapacity: true)
    steps.append(contentsOf: repeatElement(Step(score: 0, id: unknownID, start: -1), count: size + 1))
    var start = 0
    var furthestEnd = 0
    while start < size {
      if hasSinglePrecision, abs(steps[start].score) > Self.greatestSum { restart(&steps, start...furthestEnd) }
      let soFar = steps[start].score
      let length = min(Self.characterLength(text[start]), size - start)
      var hasSingle = false
      trie.forEachPrefix(of: text, from: start) { pieceLength, id in
        improve(&steps[start + pieceLength], scores[Int(id)] + soFar, id, start)
        furthestEnd = max(furthestEnd, start + pieceLength)
        if pieceLength == length { hasSingle = true }
      }
      if !hasSingle {
        improve(&steps[start + length], unknownScore + soFar, unknownID, start)
        furthestEnd = max(furthestEnd, start + length)
      }
      start += length
    }
    backtrack(steps, size, into: &output, onUnknown)
  }

  /// Ties keep the earlier start.
  @inline(__always) private func improve(_ step: inout Step, _ sum: Double, _ id: UInt32, _ start: Int) {
    let score = hasSinglePrecision ? Double(Float(sum)) : sum
    guard step.start < 0 || score > step.score else { return }
    step = Step(score: score, id: id, start: Int32(start))
  }

  /// Takes the sum at the first of `ends` from all that are reached.
  private func restart(_ steps: inout [Step], _ ends: ClosedRange<Int>) {
    let offset = steps[ends.lowerBound].score
    for end in ends where end == ends.lowerBound || steps[end].start >= 0 {
      steps[end].score = Double(Float(steps[end].score - offset))
    }
  }

  private func backtrack(
    _ steps: [Step], _ size: Int, into output: inout [UInt32], _ onUnknown: ((Range<Int>, inout [UInt32]) -> Void)?
  ) {
    let first = output.count
    var unknown: [Range<Int>] = []
    var end = size
    while end > 0 {
      let step = steps[end]
      let start = Int(step.start)
      if step.id == unknownID {
        if let last = unknown.last, last.lowerBound == end, output.last == unknownID, output.count > first {
          unknown[unknown.count - 1] = start..<last.upperBound
        } else {
          output.append(unknownID)
          unknown.append(start..<end)
        }
      } else {
        output.append(step.id)
      }
      end = start
    }
    output[first...].reverse()
    guard let onUnknown, !unknown.isEmpty else { return }
    let ids = Array(output[first...])
    output.removeLast(ids.count)
    for id in ids {
      if id == unknownID, let range = unknown.popLast() { onUnknown(range, &output) } else { output.append(id) }
    }
  }

  /// The length a lead byte announces, as sentencepiece reads it.
  @inline(__always) static func characterLength(_ lead: UInt8) -> Int {
    lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  }
}

/// Encodes with a Unigram vocabulary as Hugging Face does for the `tokenizer.json` this writes: spaces become U+2581, a text begins with
/// one, and each piece of text from one U+2581 to the next is segmented on its own.
public final class UnigramTokenizer: SubwordTokenizer {
  public let model: UnigramModel
  private let segmenter: UnigramSegmenter
  private let matcher: SpecialTokenMatcher
  private static let mark = Array(UnigramModel.spaceMark.utf8)

  /// - Throws: `invalid-tokenizer` when there is no `<unk>`, or a piece stands twice or has no finite score.
  public init(_ model: UnigramModel) throws(Diagnostic) {
    self.model = model
    guard let unknown = model.specialTokens.first(where: { $0.content == UnigramModel.unknown }) else {
      throw Diagnostic("invalid-tokenizer", "the vocabulary has no token '\(UnigramModel.unknown)'")
    }
    guard model.pieces.count <= 1 << 24, Set(model.pieces.map { Array($0.text.utf8) }).count == model.pieces.count,
      model.pieces.allSatisfy({ $0.score.isFinite })
    else { throw Diagnostic("invalid-tokenizer", "a piece stands twice or has no finite score") }
    let special = Set(model.specialTokens.map(\.id))
    let ordinary = model.pieces.enumerated().filter { !special.contains(UInt32($0.offset)) }
    segmenter = UnigramSegmenter(
      trie: PieceTrie(ordinary.lazy.map { (Array($0.element.text.utf8), UInt32($0.offset)) }),
      scores: model.pieces.map(\.score),
      // Hugging Face takes the minimum over all pieces, special ones included.
      unknownScore: (model.pieces.map(\.score).min() ?? 0) - UnigramSegmenter.unknownPenalty, unknownID: unknown.id,
      hasSinglePrecision: false)
    matcher = SpecialTokenMatcher(model.specialTokens)
  }

  public var algorithm: String { "Unigram" }
  public var vocabularySize: Int { model.pieces.count }
  public var specialTokens: [BytePairModel.SpecialToken] { model.specialTokens }
  public func name(of id: UInt32) -> String { id < model.pieces.count ? model.pieces[Int(id)].text : "" }

  /// - Complexity: O(n) for n bytes, times the length of the longest piece.
  public func encode(_ text: [UInt8], specialTokens: Tokenizer.SpecialTokenTreatment = .asText) -> [UInt32] {
    var steps: [UnigramSegmenter.Step] = []
    return encodeParts(text, specialTokens, matcher) { part, output in
      guard !part.isEmpty else { return }
      var marked: [UInt8] = []
      marked.reserveCapacity(part.count + part.count / 2)
      if part[0] != 0x20 && !part.starts(with: Self.mark) { marked += Self.mark }
      for byte in part { if byte == 0x20 { marked += Self.mark } else { marked.append(byte) } }
      marked.withUnsafeBytes { raw in
        var start = 0
        while start < raw.count {
          var end = start + 1
          while end < raw.count, !Self.isMark(raw, at: end) { end += 1 }
          segmenter.segment(UnsafeRawBufferPointer(rebasing: raw[start..<end]), steps: &steps, into: &output)
          start = end
        }
      }
    }
  }

  @inline(__always) private static func isMark(_ text: UnsafeRawBufferPointer, at index: Int) -> Bool {
    text[index] == 0xE2 && index &+ 2 < text.count && text[index &+ 1] == 0x96 && text[index &+ 2] == 0x81
  }

  public func decode(_ ids: [UInt32], leavingOutSpecialTokens: Bool) throws(Diagnostic) -> [UInt8] {
    let special = leavingOutSpecialTokens ? Set(model.specialTokens.map(\.id)) : []
    var output: [UInt8] = []
    for id in ids {
      guard id < model.pieces.count else { throw Diagnostic("unknown-token", "the id \(id) is not in the vocabulary") }
      if !special.contains(id) { output += model.pieces[Int(id)].text.utf8 }
    }
    let text = UnigramModel.replacingSpaceMarks(output)
    return text.first == 0x20 ? Array(text.dropFirst()) : text
  }

  public func unreachableTokens() -> [UInt32] {
    let special = Set(model.specialTokens.map(\.id))
    var steps: [UnigramSegmenter.Step] = []
    return model.pieces.indices.map { UInt32($0) }.filter { id in
      guard !special.contains(id) else { return false }
      var output: [UInt32] = []
      Array(model.pieces[Int(id)].text.utf8).withUnsafeBytes { segmenter.segment($0, steps: &steps, into: &output) }
      return output != [id]
    }
  }
}
