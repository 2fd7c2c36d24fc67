import Documents
import Storage

/// Token files that other trainers read. Each format is one writer over the documents of a split, in shard order; every document keeps
/// its end-of-document token.
public enum TokenExportFormat: String, Sendable, CaseIterable {
  /// Megatron-Core indexed dataset: `.bin` and `.idx`, one sequence a document.
  case megatron
  /// datatrove: `.ds`, `.ds.index` (document ends), `.ds.metadata`.
  case datatrove
  /// llm.c: one `.bin` with a header of 256 integers; GPT-2's form for 16-bit ids, Llama 3's for 32-bit.
  case llmc = "llm.c"
  /// nanoGPT: one `.bin` of 16-bit ids without header.
  case nanoGPT = "nanogpt"

  /// Writes `prefix` with the format's endings.
  /// - Parameter tokenizerName: for formats that note it.
  /// - Returns: the paths written.
  /// - Throws: `unsupported` when the format cannot hold the split (ids too large, too many tokens).
  @discardableResult
  public func export(_ split: ShardSplit, to prefix: String, tokenizerName: String = "tokenizer.json") throws(Diagnostic)
    -> [String]
  {
    let width = split.shards.first?.width ?? .uint16
    switch self {
    case .megatron: return try Self.megatron(split, prefix)
    case .datatrove:
      let metadata = "\(tokenizerName)|\(width.rawValue)\n\(split.tokenCount)\n\(Self.readable(split.tokenCount))"
      var ends: [UInt8] = []
      for (shard, start) in zip(split.shards, split.starts) {
        for number in 0..<shard.documentCount {
          ends.appendLittleEndian(UInt64(start + shard.document(number).tokens.upperBound))
        }
      }
      try Self.writeTokens(split, width, header: [], to: prefix + ".ds")
      try AtomicFile.write(ends, to: prefix + ".ds.index")
      try AtomicFile.write(Array(metadata.utf8), to: prefix + ".ds.metadata")
      return [prefix + ".ds", prefix + ".ds.index", prefix + ".ds.metadata"]
    case .llmc:
      guard split.tokenCount <= Int32.max else {
        throw Diagnostic("unsupported", "llm.c files hold at most \(Int32.max) tokens; the split has \(split.tokenCount)")
      }
      var header = [Int32](repeating: 0, count: 256)
      header[0] = width == .uint16 ? 20_240_520 : 20_240_801
      header[1] = width == .uint16 ? 1 : 7
      header[2] = Int32(split.tokenCount)
      var bytes: [UInt8] = []
      for field in header { bytes.appendLittleEndian(field) }
      try Self.writeTokens(split, width, header: bytes, to: prefix + ".bin")
      return [prefix + ".bin"]
    case .nanoGPT:
      guard width == .uint16 else {
        throw Diagnostic(
          "unsupported", "nanoGPT files hold 16-bit ids; the vocabulary has \(split.shards.first?.vocabularySize ?? 0)",
          fix: "train a tokenizer of at most 65536 tokens")
      }
      try Self.writeTokens(split, width, header: [], to: prefix + ".bin")
      return [prefix + ".bin"]
    }
  }

  /// `MMIDIDX`: data type, sequence lengths, byte offsets, and the sequences at which documents start (one sequence each).
  private static func megatron(_ split: ShardSplit, _ prefix: String) throws(Diagnostic) -> [String] {
    // Megatron takes 16 bits below 65500 tokens, else signed 32 bits.
    let isNarrow = (split.shards.first?.vocabularySize ?? 0) < 65500
    let width: TokenWidth = isNarrow ? .uint16 : .uint32
    var lengths: [UInt8] = []
    var offsets: [UInt8] = []
    for (shard, start) in zip(split.shards, split.starts) {
      for number in 0..<shard.documentCount {
        let tokens = shard.document(number).tokens
        guard let length = Int32(exactly: tokens.count) else {
          throw Diagnostic("unsupported", "a document of \(tokens.count) tokens is too long for Megatron's index")
        }
        lengths.appendLittleEndian(length)
        offsets.appendLittleEndian(Int64((start + tokens.lowerBound) * width.rawValue))
      }
    }
    var index = Array("MMIDIDX\0\0".utf8)
    index.appendLittleEndian(1 as UInt64)
    index.append(isNarrow ? 8 : 4)
    index.appendLittleEndian(UInt64(split.documentCount))
    index.appendLittleEndian(UInt64(split.documentCount + 1))
    index += lengths
    index += offsets
    for number in 0...split.documentCount { index.appendLittleEndian(Int64(number)) }
    try writeTokens(split, width, header: [], to: prefix + ".bin")
    try AtomicFile.write(index, to: prefix + ".idx")
    return [prefix + ".bin", prefix + ".idx"]
  }

  private static func writeTokens(_ split: ShardSplit, _ width: TokenWidth, header: [UInt8], to path: String) throws(Diagnostic)
  {
    var file = try AtomicFile(path: path)
    try file.write(header)
    let reader = TokenReader(split, frameLimit: 1, shardLimit: 1)
    var tokens: [UInt32] = []
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: split.tokenCount, by: 1 << 18) {
      tokens.removeAll(keepingCapacity: true)
      bytes.removeAll(keepingCapacity: true)
      try reader.read(start..<min(split.tokenCount, start + (1 << 18)), into: &tokens)
      width.append(tokens, to: &bytes)
      try file.write(bytes)
    }
    try file.commit()
  }

  /// `1.5K`, `2.0M`: as datatrove's metadata states it for people.
  private static func readable(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["", "K", "M", "G", "T"] {
      if value < 1000 || unit == "T" {
        let tenths = Int((value * 10).rounded())
        return unit.isEmpty ? "\(count)" : "\(tenths / 10).\(tenths % 10)\(unit)"
      }
      value /= 1000
    }
    return "\(count)"
  }
}
