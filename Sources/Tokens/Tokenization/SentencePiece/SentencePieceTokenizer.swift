import Documents

/// Encodes with a SentencePiece model (BPE or Unigram): the ids of `sentencepiece`'s `EncodeAsIds`.
public final class SentencePieceTokenizer: SubwordTokenizer {
  public let model: SentencePieceModel
  public let specialTokens: [BytePairModel.SpecialToken]
  private let normalizer: SentencePieceNormalizer
  private let segmenter: UnigramSegmenter
  private let userDefined: PieceTrie?
  /// By byte: the id of its piece `<0x..>`; empty without byte fallback.
  private let bytePieces: [UInt32]
  private let matcher: SpecialTokenMatcher

  /// - Throws: `invalid-tokenizer` when bytes are to stand for unknown characters and one of them has no piece.
  public init(_ model: SentencePieceModel) throws(Diagnostic) {
    self.model = model
    normalizer = SentencePieceNormalizer(model)
    let pieces = model.pieces.enumerated()
    let ordinary = pieces.filter { [.normal, .userDefined, .unused].contains($0.element.kind) }
    let scores = model.pieces.filter { $0.kind == .normal }.map(\.score)
    let symbols = pieces.filter { $0.element.kind == .userDefined }
    // Unused pieces take part in BPE, where they are taken apart afterwards, but not in Unigram.
    segmenter = UnigramSegmenter(
      trie: PieceTrie(
        ordinary.lazy.filter { model.algorithm == .bytePairs || $0.element.kind != .unused }
          .map { ($0.element.text, UInt32($0.offset)) }),
      scores: model.pieces.map { Double($0.kind == .userDefined ? Self.userDefinedScore($0.text.count) : $0.score) },
      unknownScore: Double((scores.min() ?? .greatestFiniteMagnitude) - Float(UnigramSegmenter.unknownPenalty)),
      unknownID: UInt32(model.pieces.firstIndex { $0.kind == .unknown } ?? 0), hasSinglePrecision: true)
    userDefined = symbols.isEmpty ? nil : PieceTrie(symbols.lazy.map { ($0.element.text, UInt32($0.offset)) })
    specialTokens = pieces.filter { [.control, .unknown].contains($0.element.kind) }
      .map { .init(String(decoding: $0.element.text, as: UTF8.self), id: UInt32($0.offset)) }
    matcher = SpecialTokenMatcher(specialTokens)
    bytePieces = model.hasByteFallback ? try Self.bytePieces(model) : []
  }

  /// Above every logarithm of a probability, and the longer the better: as in sentencepiece 0.2.3 (earlier releases gave -0.1 to all).
  private static func userDefinedScore(_ length: Int) -> Float { Float(0.1 * Double(length - 1)) }

  private static func bytePieces(_ model: SentencePieceModel) throws(Diagnostic) -> [UInt32] {
    var ids = [UInt32?](repeating: nil, count: 256)
    for (id, piece) in model.pieces.enumerated() where piece.kind == .byte {
      if let byte = byteValue(piece.text) { ids[Int(byte)] = UInt32(id) }
    }
    let found = ids.compactMap { $0 }
    guard found.count == 256 else {
      throw Diagnostic("invalid-tokenizer", "the model falls back to bytes, but some have no piece")
    }
    return found
  }

  /// The byte that `<0x41>` names.
  private static func byteValue(_ text: [UInt8]) -> UInt8? {
    guard text.count == 6, text.starts(with: Array("<0x".utf8)), text[5] == UInt8(ascii: ">") else { return nil }
    return UInt8(String(decoding: text[3..<5], as: UTF8.self), radix: 16)
  }

  public var algorithm: String { model.algorithm == .unigram ? "SentencePiece Unigram" : "SentencePiece BPE" }
  public var vocabularySize: Int { model.pieces.count }

  public func name(of id: UInt32) -> String {
    id < model.pieces.count ? String(decoding: model.pieces[Int(id)].text, as: UTF8.self) : ""
  }

  public func encode(_ text: [UInt8], specialTokens: Tokenizer.SpecialTokenTreatment = .asText) -> [UInt32] {
    encodeParts(text, specialTokens, matcher) { part, output in
      normalizer.normalized(part).withUnsafeBytes { encodeNormalized($0, into: &output) }
    }
  }

  private func encodeNormalized(_ text: UnsafeRawBufferPointer, into output: inout [UInt32]) {
    let onUnknown: ((Range<Int>, inout [UInt32]) -> Void)? =
      bytePieces.isEmpty
      ? nil : { [bytePieces] range, output in for index in range { output.append(bytePieces[Int(text[index])]) } }
    switch model.algorithm {
    case .unigram:
      var steps: [UnigramSegmenter.Step] = []
      segmenter.segment(text, steps: &steps, into: &output, onUnknown: onUnknown)
    case .bytePairs:
      var merger = SentencePieceMerger(text, model: model, trie: segmenter.trie, userDefined: userDefined)
      merger.run()
      merger.emit(unknownID: segmenter.unknownID, into: &output, onUnknown: onUnknown)
    }
  }

  public func decode(_ ids: [UInt32], leavingOutSpecialTokens: Bool) throws(Diagnostic) -> [UInt8] {
    var output: [UInt8] = []
    for id in ids {
      guard id < model.pieces.count else { throw Diagnostic("unknown-token", "the id \(id) is not in the vocabulary") }
      let piece = model.pieces[Int(id)]
      switch piece.kind {
      case .byte: if let byte = Self.byteValue(piece.text) { output.append(byte) }
      case .control where leavingOutSpecialTokens, .unknown where leavingOutSpecialTokens: break
      // What sentencepiece shows for the unknown.
      case .unknown: output += " \u{2047} ".utf8
      default: output += piece.text
      }
    }
    let text = UnigramModel.replacingSpaceMarks(output)
    if model.addsDummyPrefix, !model.treatsSpaceAsSuffix, text.first == 0x20 { return Array(text.dropFirst()) }
    return text
  }

  public func unreachableTokens() -> [UInt32] {
    model.pieces.indices.map { UInt32($0) }.filter { id in
      let piece = model.pieces[Int(id)]
      guard piece.kind == .normal else { return piece.kind == .unused }
      var output: [UInt32] = []
      piece.text.withUnsafeBytes { encodeNormalized($0, into: &output) }
      return output != [id]
    }
  }
}
