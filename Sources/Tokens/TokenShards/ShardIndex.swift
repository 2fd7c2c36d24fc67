import Documents
import Storage

/// What a shard file says about itself besides its tokens: held in a skippable frame between the last data frame and the seek table.
/// `docs/formats/token-shards.md` describes it to the byte.
struct ShardIndex: Equatable {
  static let skippableMagic: UInt32 = 0x184D_2A51
  static let magic = Array("WNTOKENS".utf8)
  static let version: UInt32 = 1
  /// Of the payload up to the section directory.
  static let headerSize = 80

  var width: TokenWidth
  var frameTokens: UInt32
  var vocabularySize: UInt32
  var endOfDocument: UInt32
  var tokenCount: UInt64 = 0
  var textBytes: UInt64 = 0
  var seed: UInt64
  /// XXH64 of the tokenizer's `tokenizer.json`, 0 when unknown.
  var tokenizer: UInt64
  /// Configuration hash of the pipeline run, 0 when there is none.
  var pipeline: UInt64

  /// By document: the position after its last token, counted from the start of the shard.
  var documentEnds: [UInt64] = []
  var ids: [String] = []
  var languages: [String] = []
  var sources: [String] = []

  /// The whole skippable frame.
  var encoded: [UInt8] {
    var lengths: [UInt8] = []
    var previous: UInt64 = 0
    for end in documentEnds {
      lengths.appendLittleEndian(UInt32(end - previous))
      previous = end
    }
    let sections = [("lens", lengths)] + [("ids ", ids), ("lang", languages), ("srcs", sources)].map { ($0, Self.encoded($1)) }
    let packed = sections.map { (tag: $0.0, raw: $0.1, compressed: Zstandard.compress($0.1)) }
    var payload = Self.magic
    for field in [Self.version, UInt32(width.rawValue), frameTokens, vocabularySize, endOfDocument, UInt32(sections.count)] {
      payload.appendLittleEndian(field)
    }
    for field in [tokenCount, UInt64(documentEnds.count), textBytes, seed, tokenizer, pipeline] {
      payload.appendLittleEndian(field)
    }
    for section in packed {
      payload += section.tag.utf8
      payload.appendLittleEndian(UInt32(section.compressed.count))
      payload.appendLittleEndian(UInt64(section.raw.count))
      payload.appendLittleEndian(XXH64.hash(section.raw))
    }
    payload.appendLittleEndian(XXH64.hash(payload))
    for section in packed { payload += section.compressed }
    var frame: [UInt8] = []
    frame.appendLittleEndian(Self.skippableMagic)
    frame.appendLittleEndian(UInt32(payload.count))
    return frame + payload
  }

  /// Lengths in bytes as u32, then the strings.
  private static func encoded(_ strings: [String]) -> [UInt8] {
    var output: [UInt8] = []
    for string in strings { output.appendLittleEndian(UInt32(string.utf8.count)) }
    for string in strings { output += string.utf8 }
    return output
  }

  /// Reads the frame from the bytes between the last data frame and the seek table.
  static func read(_ frame: UnsafeRawBufferPointer, path: String) throws(Diagnostic) -> ShardIndex {
    var reader = ByteReader(frame, file: path)
    guard try reader.number(UInt32.self) == skippableMagic, try reader.number(UInt32.self) == UInt32(reader.remaining),
      try reader.take(magic.count).elementsEqual(magic)
    else { throw reader.damage("the index frame is missing or damaged") }
    let version = try reader.number(UInt32.self)
    guard version == self.version else {
      throw Diagnostic(
        "unsupported", "token shard format version \(version)", at: .init(file: path),
        fix: "this reader knows version \(self.version)")
    }
    guard let width = TokenWidth(rawValue: Int(try reader.number(UInt32.self))) else {
      throw reader.damage("unknown token width")
    }
    let frameTokens = try reader.number(UInt32.self)
    let vocabularySize = try reader.number(UInt32.self)
    let endOfDocument = try reader.number(UInt32.self)
    let sectionCount = try reader.number(UInt32.self)
    let tokenCount = try reader.number(UInt64.self)
    let documentCount = try reader.number(UInt64.self)
    let textBytes = try reader.number(UInt64.self)
    var index = ShardIndex(
      width: width, frameTokens: frameTokens, vocabularySize: vocabularySize, endOfDocument: endOfDocument,
      tokenCount: tokenCount,
      textBytes: textBytes, seed: try reader.number(), tokenizer: try reader.number(), pipeline: try reader.number())
    guard sectionCount <= 1024, frameTokens > 0, documentCount <= tokenCount, tokenCount < 1 << 48 else {
      throw reader.damage("the index frame contradicts itself")
    }
    var directory: [(tag: String, compressed: UInt32, raw: UInt64, checksum: UInt64)] = []
    for _ in 0..<sectionCount {
      directory.append((try reader.string(4), try reader.number(), try reader.number(), try reader.number()))
    }
    let header = UnsafeRawBufferPointer(rebasing: frame[8..<reader.position])
    guard try reader.number(UInt64.self) == XXH64.hash(header) else {
      throw reader.damage("the checksum of the index frame differs")
    }
    for section in directory {
      let compressed = try reader.take(section.compressed)
      try index.readSection(section.tag, compressed, section.raw, section.checksum, documentCount: Int(documentCount), reader)
    }
    guard index.documentEnds.count == documentCount, index.documentEnds.last ?? 0 == tokenCount else {
      throw reader.damage("the document lengths do not add up to \(tokenCount) tokens")
    }
    return index
  }

  private mutating func readSection(
    _ tag: String, _ compressed: UnsafeRawBufferPointer, _ size: UInt64, _ checksum: UInt64, documentCount: Int,
    _ reader: ByteReader
  ) throws(Diagnostic) {
    // Sections that later versions add are passed over.
    guard ["lens", "ids ", "lang", "srcs"].contains(tag) else { return }
    guard size < 1 << 36, let raw = try? Zstandard.decompress(compressed, maximumSize: Int(size)), raw.count == size,
      XXH64.hash(raw) == checksum
    else { throw reader.damage("section '\(tag)' of the index frame is damaged") }
    if tag == "lens" {
      guard raw.count == 4 * documentCount else { throw reader.damage("section 'lens' has the wrong length") }
      var end: UInt64 = 0
      raw.withUnsafeBytes { bytes in
        for document in 0..<documentCount {
          end += UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * document, as: UInt32.self)))
          documentEnds.append(end)
        }
      }
      return
    }
    let file = reader.damage("").place?.file ?? ""
    let strings = try withBytes(raw) { (bytes) throws(Diagnostic) in
      var lengths = ByteReader(bytes, file: file)
      var content = ByteReader(bytes, file: file)
      _ = try content.take(4 * documentCount)
      var strings: [String] = []
      strings.reserveCapacity(documentCount)
      for _ in 0..<documentCount { strings.append(try content.string(try lengths.number(UInt32.self))) }
      return strings
    }
    switch tag {
    case "ids ": ids = strings
    case "lang": languages = strings
    default: sources = strings
    }
  }
}
