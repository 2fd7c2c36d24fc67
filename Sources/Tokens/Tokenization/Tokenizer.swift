import Documents

/// Turns bytes into token ids and back, exactly: `decode(encode(x)) == x` for every sequence of bytes, valid UTF-8 or not.
///
/// A tokenizer is immutable and can be shared by threads. For volume, make a `TokenEncoder` per thread: it gives the same ids and
/// remembers the words it has seen.
public final class Tokenizer: Sendable {
  /// What to do with the written form of a special token inside a text.
  public enum SpecialTokenTreatment: Sendable {
    /// Encode it like any other text: right for a corpus, where it is what somebody wrote.
    case asText
    /// Replace it by its id: what Hugging Face's `encode` does.
    case recognize
  }

  public let model: BytePairModel

  let merges: MergeTable
  /// Whole words that are tokens; empty unless the model takes them whole.
  let wholeWords: [[UInt8]: UInt32]
  private let matcher: SpecialTokenMatcher
  private let tokenBytes: [UInt8]
  /// By id: where the token starts in `tokenBytes`; one more entry at the end.
  private let tokenStarts: [Int]

  /// - Throws: `invalid-tokenizer` when a byte has no token, or a merge joins tokens into something that is no token.
  public init(_ model: BytePairModel) throws(Diagnostic) {
    self.model = model
    matcher = SpecialTokenMatcher(model.specialTokens)
    guard model.tokens.count <= 1 << 24 else {
      throw Diagnostic("invalid-tokenizer", "a vocabulary of \(model.tokens.count) tokens; at most \(1 << 24) can be used")
    }
    guard model.merges.count <= MergeTable.maximumCount else {
      throw Diagnostic("invalid-tokenizer", "\(model.merges.count) merges; at most \(MergeTable.maximumCount) can be used")
    }
    let ids = model.idsByBytes()
    var firstTokens: [UInt32] = []
    for byte in 0...255 {
      guard let id = ids[[UInt8(byte)]] else {
        throw Diagnostic(
          "invalid-tokenizer", "the byte \(byte) has no token", fix: "use a byte-level vocabulary, which holds all 256 bytes")
      }
      firstTokens.append(id)
    }
    var results: [UInt32] = []
    results.reserveCapacity(model.merges.count)
    for (rank, merge) in model.merges.enumerated() {
      guard Int(merge.left) < model.tokens.count, Int(merge.right) < model.tokens.count,
        let result = ids[model.tokens[Int(merge.left)] + model.tokens[Int(merge.right)]]
      else {
        throw Diagnostic("invalid-tokenizer", "merge \(rank) joins two tokens whose join is not in the vocabulary")
      }
      results.append(result)
    }
    merges = MergeTable(model.merges, results: results, bytes: firstTokens)
    wholeWords = model.takesWholeWords ? ids : [:]
    var bytes: [UInt8] = []
    var starts = [0]
    for token in model.tokens {
      bytes += token
      starts.append(bytes.count)
    }
    tokenBytes = bytes
    tokenStarts = starts
  }

  /// One more than the largest id.
  public var vocabularySize: Int { model.vocabularySize }

  /// The id of `<|endoftext|>`, if the vocabulary has it.
  public var endOfText: UInt32? { model.specialToken(BytePairModel.endOfText) }

  /// The ids of `text`.
  /// - Complexity: O(n log n) in the length of the longest word, linear in the number of words.
  public func encode(_ text: [UInt8], specialTokens: SpecialTokenTreatment = .asText) -> [UInt32] {
    var output: [UInt32] = []
    let merger = WordMerger(merges)
    text.withUnsafeBytes { raw in
      forEachPart(of: raw, specialTokens) { part, special in
        if let special {
          output.append(special)
          return
        }
        model.pattern.forEachWord(in: part) { start, end in
          appendWord(UnsafeRawBufferPointer(rebasing: part[start..<end]), merger, to: &output)
        }
      }
    }
    return output
  }

  /// The ids of `text`: for short strings at the edges.
  public func encode(_ text: String, specialTokens: SpecialTokenTreatment = .asText) -> [UInt32] {
    encode(Array(text.utf8), specialTokens: specialTokens)
  }

  /// Writes the tokens of a word to `output`, which has room for one a byte, and returns their number.
  func encodeWord(
    _ word: UnsafePointer<UInt8>, _ count: Int, _ merger: borrowing WordMerger, _ output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    if !wholeWords.isEmpty, let id = wholeWords[Array(UnsafeBufferPointer(start: word, count: count))] {
      output[0] = id
      return 1
    }
    return merger.merge(word, count, into: output)
  }

  /// Appends the tokens of a word to `output`.
  func appendWord(_ word: UnsafeRawBufferPointer, _ merger: borrowing WordMerger, to output: inout [UInt32]) {
    guard let bytes = word.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: word.count) { buffer in
      guard let tokens = buffer.baseAddress else { return }
      let count = encodeWord(bytes, word.count, merger, tokens)
      output.append(contentsOf: UnsafeBufferPointer(start: tokens, count: count))
    }
  }

  // MARK: Decoding

  /// The bytes of a token.
  /// - Throws: `unknown-token` for an id outside the vocabulary.
  public func bytes(of id: UInt32) throws(Diagnostic) -> ArraySlice<UInt8> {
    guard id < model.tokens.count else { throw unknownToken(id) }
    return tokenBytes[tokenStarts[Int(id)]..<tokenStarts[Int(id) + 1]]
  }

  /// The bytes of a sequence of tokens. Special tokens give their written form unless left out.
  /// - Throws: `unknown-token` for an id outside the vocabulary.
  public func decode(_ ids: some Sequence<UInt32>, leavingOutSpecialTokens: Bool = false) throws(Diagnostic) -> [UInt8] {
    let special = leavingOutSpecialTokens ? Set(model.specialTokens.map(\.id)) : []
    var output: [UInt8] = []
    for id in ids {
      guard id < model.tokens.count else { throw unknownToken(id) }
      if !special.isEmpty && special.contains(id) { continue }
      output += tokenBytes[tokenStarts[Int(id)]..<tokenStarts[Int(id) + 1]]
    }
    return output
  }

  private func unknownToken(_ id: UInt32) -> Diagnostic {
    Diagnostic("unknown-token", "the id \(id) is not in the vocabulary", fix: "ids go from 0 to \(model.tokens.count - 1)")
  }

  // MARK: Special tokens

  /// In bytes; 0 when there are none.
  var longestSpecialToken: Int { matcher.longest }

  /// Calls `body` with each stretch of ordinary text and each recognized special token, in order. Leftmost first, then longest.
  func forEachPart(
    of text: UnsafeRawBufferPointer, _ treatment: SpecialTokenTreatment, _ body: (UnsafeRawBufferPointer, UInt32?) -> Void
  ) {
    guard treatment == .recognize else {
      body(text, nil)
      return
    }
    matcher.forEachPart(of: text) { part, special, _ in body(part, special) }
  }
}
