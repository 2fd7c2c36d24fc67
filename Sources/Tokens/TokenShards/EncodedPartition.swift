import Documents
import Storage

/// The first phase of writing shards: one partition of the corpus as tokens, sorted by split and shuffle key, in one file.
///
/// Documents are collected up to a memory limit, sorted and written as a run; the file may hold several runs. The second phase merges
/// the runs of all partitions, so its result does not depend on how documents were dealt to partitions and runs.
///
/// An intermediate file of one run of one program version: blocks of records with their checksums, a directory of blocks, and a footer.
public struct EncodedPartitionWriter: ~Copyable {
  private let options: ShardOptions
  private let memoryLimit: Int
  private var file: AtomicFile
  private var collected: [UInt8] = []
  private var records: [Record] = []
  private var runs: [[BlockEntry]] = []
  private var summary: PartitionSummary

  private struct Record {
    var split: Int
    var key: UInt64
    var range: Range<Int>
  }

  static let magic = Array("WNPART01".utf8)
  private static let blockSize = 1 << 18

  /// - Parameter memoryLimit: bytes of encoded documents to hold before a run is written.
  public init(path: String, options: ShardOptions, memoryLimit: Int = 256 << 20) throws(Diagnostic) {
    try options.validate()
    var file = try AtomicFile(path: path)
    try file.write(Self.magic)
    self.file = file
    self.options = options
    self.memoryLimit = memoryLimit
    summary = PartitionSummary(splitCount: options.splitNames.count)
  }

  /// Adds a document.
  /// - Parameter cluster: the id of its cluster of near-duplicates, which decides the split; nil: the document is alone.
  /// - Throws: `unknown-token` for an id outside the vocabulary.
  public mutating func add(_ document: EncodedDocument, cluster: String? = nil) throws(Diagnostic) {
    if let token = document.tokens.first(where: { $0 >= options.vocabularySize }) {
      throw Diagnostic(
        "unknown-token", "document '\(document.id)' holds the id \(token); the vocabulary has \(options.vocabularySize)")
    }
    guard document.tokens.count < UInt32.max - 1 else {
      throw Diagnostic("too-large", "document '\(document.id)' has \(document.tokens.count) tokens")
    }
    let split = options.split(ofCluster: cluster ?? document.id)
    let key = options.shuffleKey(ofDocument: document.id)
    let start = collected.count
    PartitionRecord.append(document, width: options.width, to: &collected)
    records.append(Record(split: split, key: key, range: start..<collected.count))
    summary.splits[split].documents += 1
    summary.splits[split].tokens += UInt64(document.tokens.count) + 1
    if collected.count >= memoryLimit { try writeRun() }
  }

  /// Writes the last run and the directory, and makes the file appear.
  public mutating func commit() throws(Diagnostic) -> PartitionSummary {
    if !records.isEmpty { try writeRun() }
    var footer: [UInt8] = []
    footer.appendLittleEndian(UInt32(options.width.rawValue))
    footer.appendLittleEndian(UInt32(summary.splits.count))
    for split in summary.splits {
      footer.appendLittleEndian(split.documents)
      footer.appendLittleEndian(split.tokens)
    }
    footer.appendLittleEndian(UInt32(runs.count))
    for run in runs {
      footer.appendLittleEndian(UInt32(run.count))
      for block in run { block.append(to: &footer) }
    }
    let checksum = XXH64.hash(footer)
    let size = UInt64(footer.count)
    footer.appendLittleEndian(checksum)
    footer.appendLittleEndian(size)
    footer += Self.magic
    try file.write(footer)
    (summary.bytes, summary.checksum) = try file.commit()
    return summary
  }

  private mutating func writeRun() throws(Diagnostic) {
    let bytes = collected
    records.sort { a, b in
      if a.split != b.split { return a.split < b.split }
      if a.key != b.key { return a.key < b.key }
      return bytes[a.range].lexicographicallyPrecedes(bytes[b.range])
    }
    var run: [BlockEntry] = []
    var block: [UInt8] = []
    var first = 0
    for (number, record) in records.enumerated() {
      block.append(UInt8(record.split))
      block.appendLittleEndian(record.key)
      block.appendLittleEndian(UInt64(record.range.count))
      block += bytes[record.range]
      if block.count >= Self.blockSize || number == records.count - 1 {
        run.append(
          BlockEntry(
            offset: file.count, size: UInt64(block.count), checksum: XXH64.hash(block), split: UInt8(records[first].split),
            key: records[first].key))
        try file.write(block)
        block.removeAll(keepingCapacity: true)
        first = number + 1
      }
    }
    runs.append(run)
    records.removeAll(keepingCapacity: true)
    collected.removeAll(keepingCapacity: true)
  }
}

/// What a partition holds.
public struct PartitionSummary: Sendable, Equatable {
  public struct Split: Sendable, Equatable {
    public var documents: UInt64 = 0
    /// End-of-document tokens included.
    public var tokens: UInt64 = 0
  }

  /// In the order of `ShardOptions.splitNames`.
  public var splits: [Split]
  public var bytes: UInt64 = 0
  public var checksum: UInt64 = 0

  init(splitCount: Int) { splits = Array(repeating: Split(), count: splitCount) }
}

/// Where a block of records stands and the smallest key in it.
struct BlockEntry {
  var offset: UInt64
  var size: UInt64
  var checksum: UInt64
  var split: UInt8
  var key: UInt64

  func append(to bytes: inout [UInt8]) {
    for field in [offset, size, checksum, key] { bytes.appendLittleEndian(field) }
    bytes.append(split)
  }
}

/// A document's bytes in a partition file. Records of equal keys are ordered by these bytes, whatever they mean.
enum PartitionRecord {
  static func append(_ document: EncodedDocument, width: TokenWidth, to bytes: inout [UInt8]) {
    for label in [document.id, document.language, document.source] {
      bytes.appendLittleEndian(UInt32(label.utf8.count))
    }
    for label in [document.id, document.language, document.source] { bytes += label.utf8 }
    bytes.appendLittleEndian(document.textBytes)
    width.append(document.tokens, to: &bytes)
  }

  static func read(_ bytes: UnsafeRawBufferPointer, width: TokenWidth, file: String) throws(Diagnostic) -> EncodedDocument {
    var reader = ByteReader(bytes, file: file)
    let lengths = [try reader.number(UInt32.self), try reader.number(UInt32.self), try reader.number(UInt32.self)]
    let (id, language, source) = (try reader.string(lengths[0]), try reader.string(lengths[1]), try reader.string(lengths[2]))
    let textBytes = try reader.number(UInt64.self)
    guard reader.remaining % width.rawValue == 0 else { throw reader.damage("the record of '\(id)' is cut") }
    var tokens: [UInt32] = []
    width.read(try reader.take(reader.remaining), into: &tokens)
    return EncodedDocument(id: id, language: language, source: source, textBytes: textBytes, tokens: tokens)
  }
}
