import Documents

/// Encodes a text that arrives in pieces: the ids are those of the whole text, whatever the pieces.
///
/// A word is final when two more words have begun after it: no pattern looks further ahead. What is not final waits, so memory is bounded by
/// three words of the text (and the longest special token, where they are recognized).
public struct StreamingEncoder {
  private let encoder: TokenEncoder
  private let specialTokens: Tokenizer.SpecialTokenTreatment
  private var pending: [UInt8] = []
  /// A word longer than all that came so far is looked at again when it has doubled, so that its cost stays linear.
  private var nextLook = 0

  public init(_ tokenizer: Tokenizer, specialTokens: Tokenizer.SpecialTokenTreatment = .asText) {
    encoder = TokenEncoder(tokenizer)
    self.specialTokens = specialTokens
  }

  /// Appends to `output` the ids that are final after `bytes` was added.
  public mutating func add(_ bytes: some Sequence<UInt8>, into output: inout [UInt32]) {
    pending += bytes
    guard pending.count >= nextLook else { return }
    let encoded = pending.withUnsafeBytes { encodeFinal($0, into: &output) }
    pending.removeFirst(encoded)
    nextLook = encoded > 0 ? 0 : 2 * pending.count
  }

  /// Appends the ids of what is left. The encoder can be used again for another text.
  public mutating func finish(into output: inout [UInt32]) {
    encoder.encode(pending, into: &output, specialTokens: specialTokens)
    pending.removeAll(keepingCapacity: true)
    nextLook = 0
  }

  /// Encodes what no more text can change, and returns its length.
  private func encodeFinal(_ text: UnsafeRawBufferPointer, into output: inout [UInt32]) -> Int {
    var start = 0
    var end = text.count
    if specialTokens == .recognize {
      // From here on a special token may begin whose end has not come.
      end -= min(end, max(0, encoder.tokenizer.longestSpecialToken - 1))
      encoder.tokenizer.forEachPart(of: text, .recognize) { part, special in
        guard let special, let partStart = part.baseAddress, let textStart = text.baseAddress else { return }
        let place = partStart - textStart
        guard place < end else { return }
        encoder.encode(UnsafeRawBufferPointer(rebasing: text[start..<place]), into: &output)
        output.append(special)
        start = place + part.count
      }
      end = max(start, end)
    }
    var rest = UnsafeRawBufferPointer(rebasing: text[start..<end])
    rest = UnsafeRawBufferPointer(rebasing: rest[..<(rest.count - Self.incompleteTail(rest))])
    var ends = (0, 0, 0)
    encoder.tokenizer.model.pattern.forEachWord(in: rest) { _, end in ends = (ends.1, ends.2, end) }
    encoder.encodeWords(of: rest, endingBy: ends.0, into: &output)
    return start + ends.0
  }

  /// How many bytes at the end begin a character that may go on: 0 to 3.
  static func incompleteTail(_ bytes: some RandomAccessCollection<UInt8>) -> Int {
    for (index, byte) in zip(1...3, bytes.reversed()) {
      if byte & 0xC0 == 0x80 { continue }
      return byte >= 0xC2 && byte < 0xF5 && UnigramSegmenter.characterLength(byte) > index ? index : 0
    }
    return 0
  }
}

/// Decodes ids one by one into text that can be shown: bytes of a character that is not complete yet are held back.
public struct StreamingDecoder {
  private let tokenizer: Tokenizer
  private let leftOut: Set<UInt32>
  private var pending: [UInt8] = []

  public init(_ tokenizer: Tokenizer, leavingOutSpecialTokens: Bool = false) {
    self.tokenizer = tokenizer
    leftOut = leavingOutSpecialTokens ? Set(tokenizer.model.specialTokens.map(\.id)) : []
  }

  /// Appends the bytes that `id` completes. What all calls and `finish` append is `Tokenizer.decode` of all ids.
  /// - Throws: `unknown-token` for an id outside the vocabulary.
  public mutating func add(_ id: UInt32, into output: inout [UInt8]) throws(Diagnostic) {
    if !leftOut.isEmpty, leftOut.contains(id) { return }
    let bytes = try tokenizer.bytes(of: id)
    if pending.isEmpty, bytes.allSatisfy({ $0 < 0x80 }) {
      output += bytes
      return
    }
    pending += bytes
    let complete = pending.count - StreamingEncoder.incompleteTail(pending)
    output += pending[..<complete]
    pending.removeFirst(complete)
  }

  /// Appends what is left at the end of the ids: the start of a character that never came.
  public mutating func finish(into output: inout [UInt8]) {
    output += pending
    pending.removeAll()
  }
}

extension Tokenizer {
  /// Where each token of an encoded text lies in it, in bytes: tokens cover the text without gaps.
  /// - Throws: `unknown-token` for an id outside the vocabulary.
  public func offsets(of ids: [UInt32]) throws(Diagnostic) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var end = 0
    for id in ids {
      let start = end
      end += try bytes(of: id).count
      result.append(start..<end)
    }
    return result
  }

  /// The ids of many texts, by several threads; in the order of the texts.
  public func encodeBatch(
    _ texts: [[UInt8]], threads: Int, specialTokens: SpecialTokenTreatment = .asText
  ) -> [[UInt32]] {
    let workers = max(1, min(threads, texts.count))
    let bound = (texts.reduce(0) { $0 + $1.count } + workers) / workers
    var shares: [Range<Int>] = []
    var start = 0
    var size = 0
    for (index, text) in texts.enumerated() {
      size += text.count
      if size >= bound || index == texts.count - 1 {
        shares.append(start..<index + 1)
        start = index + 1
        size = 0
      }
    }
    return BatchEncoding.run(shares) { share in
      let encoder = TokenEncoder(self)
      return texts[share].map { encoder.encode($0, specialTokens: specialTokens) }
    }
  }
}
