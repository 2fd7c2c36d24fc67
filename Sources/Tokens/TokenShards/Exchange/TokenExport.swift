import Documents
import Foundation
import Storage

/// Token files that other trainers read.
public enum TokenExportFormat: String, Sendable, CaseIterable {
  /// Megatron-Core indexed dataset: `.bin` and `.idx`, one sequence a document.
  case megatron
  /// datatrove: `.ds`, `.ds.index` (document ends), `.ds.metadata`.
  case datatrove
  /// llm.c: one `.bin` with a header of 256 integers; GPT-2's form for 16-bit ids, Llama 3's for 32-bit.
  case llmc = "llm.c"
  /// nanoGPT: one `.bin` of 16-bit ids without header.
  case nanoGPT = "nanogpt"
  /// MosaicML streaming: a folder of zstd-compressed `.mds` shards and `index.json`.
  case mds
  /// Parquet with a list column `input_ids`, as Hugging Face `datasets` reads it.
  case parquet

  /// What a format can be told.
  public struct Options: Sendable {
    /// For formats that note the tokenizer's name.
    public var tokenizerName = "tokenizer.json"
    /// For formats of rows (`mds`, `parquet`): rows of `length` tokens packed so, instead of one row a document.
    public var packing: Packing?
    public var length: Int?
    public init() {}
  }

  /// Writes `prefix` with the format's endings. Every document keeps its end-of-document token; documents stand in shard order.
  /// - Returns: the paths written.
  /// - Throws: `unsupported` when the format cannot hold the split (ids too large, too many tokens) or knows no packing.
  @discardableResult
  public func export(_ split: ShardSplit, to prefix: String, options: Options = Options()) throws(Diagnostic) -> [String] {
    if options.packing != nil, self != .mds, self != .parquet {
      throw Diagnostic(
        "unsupported", "\(rawValue) files hold documents one after the other; packing is their reader's business",
        fix: "leave out the packing, or export mds or parquet")
    }
    switch self {
    case .megatron: return try MegatronFiles.write(split, to: prefix)
    case .datatrove: return try DatatroveFiles.write(split, to: prefix, tokenizerName: options.tokenizerName)
    case .llmc: return try BinaryTokenFile.writeLLMC(split, to: prefix)
    case .nanoGPT: return try BinaryTokenFile.writeNanoGPT(split, to: prefix)
    case .mds: return try MDSFiles.write(try TokenRows(split, options), to: prefix)
    case .parquet: return try ParquetWriter.write(try TokenRows(split, options), to: prefix)
    }
  }
}

extension ShardSplit {
  /// The width of the split's ids.
  var width: TokenWidth { shards.first?.width ?? .uint16 }

  /// Appends all tokens to a file.
  func writeTokens(_ width: TokenWidth, to file: inout AtomicFile) throws(Diagnostic) {
    let reader = TokenReader(self, frameLimit: 1)
    var tokens: [UInt32] = []
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: tokenCount, by: 1 << 18) {
      tokens.removeAll(keepingCapacity: true)
      bytes.removeAll(keepingCapacity: true)
      try reader.read(start..<min(tokenCount, start + (1 << 18)), into: &tokens)
      width.append(tokens, to: &bytes)
      try file.write(bytes)
    }
  }

  /// Calls `body` with where every document's tokens stand.
  func forEachDocument(_ body: (Range<Int>) throws(Diagnostic) -> Void) throws(Diagnostic) {
    for (shard, start) in zip(shards, starts) {
      for number in 0..<shard.documentCount {
        let tokens = shard.tokens(ofDocument: number)
        try body(start + tokens.lowerBound..<start + tokens.upperBound)
      }
    }
  }
}

/// The rows of a table of token lists: documents with their ids, or packed sequences numbered from 0.
struct TokenRows {
  let split: ShardSplit
  private let plan: SequencePlan?

  init(_ split: ShardSplit, _ options: TokenExportFormat.Options) throws(Diagnostic) {
    self.split = split
    if let packing = options.packing {
      guard let length = options.length, length > 1 else {
        throw Diagnostic("missing-value", "packed rows need a length", fix: "name the number of tokens of a row, at least 2")
      }
      // A row of `length` tokens is a sequence of one input less; concatenated rows overlap by that token.
      plan = try SequencePlan(split, length: length - 1, packing: packing)
    } else {
      plan = nil
    }
  }

  /// Calls `body` with the id and the tokens of each row, in order.
  func forEach(_ body: (String, [UInt32]) throws(Diagnostic) -> Void) throws(Diagnostic) {
    if let plan {
      let source = SequenceSource(plan, seed: nil)
      var sequence = PackedSequence()
      for number in 0..<plan.sequenceCount {
        try source.read(number, into: &sequence)
        try body(String(number), sequence.tokens)
      }
      return
    }
    let reader = TokenReader(split, frameLimit: 2)
    var tokens: [UInt32] = []
    for (shard, start) in zip(split.shards, split.starts) {
      for number in 0..<shard.documentCount {
        let entry = shard.document(number)
        tokens.removeAll(keepingCapacity: true)
        try reader.read(start + entry.tokens.lowerBound..<start + entry.tokens.upperBound, into: &tokens)
        try body(entry.id, tokens)
      }
    }
  }
}
