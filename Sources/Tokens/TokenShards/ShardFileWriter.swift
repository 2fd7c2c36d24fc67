import Documents
import Storage

/// One document as tokens, on its way into a shard.
public struct EncodedDocument: Sendable, Equatable {
  public var id: String
  /// Empty when unknown.
  public var language: String
  /// Which input it came from; empty when there is only one.
  public var source: String
  /// Bytes of text the tokens stand for.
  public var textBytes: UInt64
  /// Without the end-of-document token, which the shard adds.
  public var tokens: [UInt32]

  public init(id: String, language: String = "", source: String = "", textBytes: UInt64, tokens: [UInt32]) {
    self.id = id
    self.language = language
    self.source = source
    self.textBytes = textBytes
    self.tokens = tokens
  }
}

/// Writes one shard file: zstd frames of a fixed number of ids, then the index, then the seek table. The bytes are a pure function of the
/// documents and the format.
struct ShardFileWriter: ~Copyable {
  private var file: AtomicFile
  private let compressor: ZstandardFrameCompressor
  private var index: ShardIndex
  private var table = SeekTable()
  /// Ids not yet in a frame.
  private var pending: [UInt8] = []
  private let frameSize: Int

  init(path: String, index: ShardIndex, level: Int32) throws(Diagnostic) {
    file = try AtomicFile(path: path)
    compressor = ZstandardFrameCompressor(level: level)
    self.index = index
    frameSize = Int(index.frameTokens) * index.width.rawValue
  }

  /// Appends a document and the end-of-document token.
  mutating func add(_ document: EncodedDocument) throws(Diagnostic) {
    index.width.append(document.tokens, to: &pending)
    index.width.append(CollectionOfOne(index.endOfDocument), to: &pending)
    index.tokenCount += UInt64(document.tokens.count) + 1
    index.textBytes += document.textBytes
    index.documentEnds.append(index.tokenCount)
    index.ids.append(document.id)
    index.languages.append(document.language)
    index.sources.append(document.source)
    if pending.count >= frameSize { try writeFrames() }
  }

  private mutating func writeFrames() throws(Diagnostic) {
    var start = 0
    while pending.count - start >= frameSize {
      try writeFrame(start, start + frameSize)
      start += frameSize
    }
    pending.removeFirst(start)
  }

  private mutating func writeFrame(_ start: Int, _ end: Int) throws(Diagnostic) {
    let (compressed, checksum) = pending.withUnsafeBytes { raw in
      let content = UnsafeRawBufferPointer(rebasing: raw[start..<end])
      return (compressor.compress(content), UInt32(truncatingIfNeeded: XXH64.hash(content)))
    }
    try file.write(compressed)
    table.frames.append(
      .init(compressedSize: UInt32(compressed.count), decompressedSize: UInt32(end - start), checksum: checksum))
  }

  /// Writes what is left and makes the file appear.
  mutating func commit() throws(Diagnostic) -> (bytes: UInt64, checksum: UInt64) {
    if !pending.isEmpty { try writeFrame(0, pending.count) }
    pending.removeAll()
    try file.write(index.encoded)
    try file.write(table.encoded)
    return try file.commit()
  }
}
