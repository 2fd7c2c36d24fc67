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

  static let magic = Array("WNPART02".utf8)
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

  /// Adds a document, as many times as the weights of its language and source say.
  /// - Parameter cluster: the id of its cluster of near-duplicates, which decides the split; nil: the document is alone.
  /// - Throws: `unknown-token` for an id outside the vocabulary.
  public mutating func add(_ document: EncodedDocument, cluster: String? = nil) throws(Diagnostic) {
    var greatest: UInt32 = 0
    for token in document.tokens { greatest = max(greatest, token) }
    guard greatest < options.vocabularySize else {
      throw Diagnostic(
        "unknown-token", "document '\(document.id)' holds the id \(greatest); the vocabulary has \(options.vocabularySize)")
    }
    guard document.tokens.count < UInt32.max - 1, let textBytes = UInt32(exactly: document.textBytes) else {
      throw Diagnostic(
        "too-large",
        "document '\(document.id)' has \(document.tokens.count) tokens and \(document.textBytes) bytes of text; both must be below 2^32"
      )
    }
    let split = options.split(ofCluster: cluster ?? document.id)
    // Held-out documents are read once, whatever the mixture: they measure, they do not teach.
    let copies = split == 0 ? options.weights.copies(of: document, seed: options.seed) : 1
    summary.leftOut += copies == 0 ? 1 : 0
    summary.repeated += UInt64(max(0, copies - 1))
    guard copies > 0 else { return }
    let start = collected.count
    PartitionRecord.append(document, textBytes: textBytes, width: options.width, to: &collected)
    for copy in 0..<copies {
      let key = options.shuffleKey(ofDocument: document.id, copy: copy)
      records.append(Record(split: split, key: key, range: start..<collected.count))
      summary.splits[split].documents += 1
      summary.splits[split].tokens += UInt64(document.tokens.count) + 1
    }
    if collected.count >= memoryLimit { try writeRun() }
  }

  /// Writes the last run and the directory, and makes the file appear.
  /// - Parameter syncs: false when the file is read and removed by the process that wrote it.
  public mutating func commit(syncs: Bool = true) throws(Diagnostic) -> PartitionSummary {
    if !records.isEmpty { try writeRun() }
    var footer: [UInt8] = []
    footer.appendLittleEndian(UInt32(options.width.rawValue))
    footer.appendLittleEndian(UInt32(summary.splits.count))
    for split in summary.splits {
      footer.appendLittleEndian(split.documents)
      footer.appendLittleEndian(split.tokens)
    }
    footer.appendLittleEndian(summary.leftOut)
    footer.appendLittleEndian(summary.repeated)
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
    (summary.bytes, summary.checksum) = try file.commit(syncs: syncs)
    return summary
  }

  private mutating func writeRun() throws(Diagnostic) {
    let records = sortedRecords()
    var run: [BlockEntry] = []
    var block: [UInt8] = []
    var first = 0
    for (number, record) in records.enumerated() {
      block.append(UInt8(record.split))
      block.appendLittleEndian(record.key)
      block.appendLittleEndian(UInt64(record.range.count))
      block += collected[record.range]
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
    self.records.removeAll(keepingCapacity: true)
    collected.removeAll(keepingCapacity: true)
  }

  private func sortedRecords() -> [Record] {
    collected.withUnsafeBytes { raw in
      records.sorted { a, b in
        if a.split != b.split { return a.split < b.split }
        if a.key != b.key { return a.key < b.key }
        return raw[a.range].lexicographicallyPrecedes(raw[b.range])
      }
    }
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
  /// Documents that the weights left out, and copies they added.
  public var leftOut: UInt64 = 0
  public var repeated: UInt64 = 0
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
  static func append(_ document: EncodedDocument, textBytes: UInt32, width: TokenWidth, to bytes: inout [UInt8]) {
    for label in [document.id, document.language, document.source] { bytes.appendLittleEndian(UInt32(label.utf8.count)) }
    bytes.appendLittleEndian(textBytes)
    for label in [document.id, document.language, document.source] { bytes += label.utf8 }
    width.append(document.tokens, to: &bytes)
  }

  static func read(_ bytes: UnsafeRawBufferPointer, width: TokenWidth, file: String) throws(Diagnostic) -> EncodedDocumentView {
    var reader = ByteReader(bytes, file: file)
    let (id, language, source) = (
      try reader.number(UInt32.self), try reader.number(UInt32.self), try reader.number(UInt32.self)
    )
    let textBytes = try reader.number(UInt32.self)
    let view = EncodedDocumentView(
      id: try reader.take(id), language: try reader.take(language), source: try reader.take(source), textBytes: textBytes,
      tokens: try reader.take(reader.remaining))
    guard view.tokens.count % width.rawValue == 0 else { throw reader.damage("a record of encoded documents is cut") }
    return view
  }
}
