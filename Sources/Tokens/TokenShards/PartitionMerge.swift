import Documents
import Storage

/// A partition file opened for the second phase.
public final class EncodedPartition: Sendable {
  private let file: MappedFile
  let width: TokenWidth
  public let summary: PartitionSummary
  let runs: [[BlockEntry]]

  /// - Throws: `damaged-file` when the file is not a complete partition.
  public init(path: String) throws(Diagnostic) {
    let file = try MappedFile(path: path)
    defer { withExtendedLifetime(file) {} }
    let magic = EncodedPartitionWriter.magic
    let bytes = file.bytes
    guard bytes.count >= 2 * magic.count + 16, bytes.prefix(magic.count).elementsEqual(magic),
      bytes.suffix(magic.count).elementsEqual(magic)
    else { throw Diagnostic("damaged-file", "not a complete file of encoded documents", at: .init(file: path)) }
    let sizes = bytes.count - magic.count - 16
    let checksum = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: sizes, as: UInt64.self))
    let size = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: sizes + 8, as: UInt64.self))
    guard size <= sizes - magic.count else {
      throw Diagnostic("damaged-file", "the directory is damaged", at: .init(file: path))
    }
    let footer = UnsafeRawBufferPointer(rebasing: bytes[sizes - Int(size)..<sizes])
    guard XXH64.hash(footer) == checksum else {
      throw Diagnostic("damaged-file", "the checksum of the directory differs", at: .init(file: path))
    }
    var reader = ByteReader(footer, file: path)
    guard let width = TokenWidth(rawValue: Int(try reader.number(UInt32.self))) else {
      throw reader.damage("unknown token width")
    }
    let splitCount = Int(try reader.number(UInt32.self))
    guard splitCount <= UInt8.max else { throw reader.damage("\(splitCount) splits") }
    var summary = PartitionSummary(splitCount: splitCount)
    for split in summary.splits.indices {
      summary.splits[split].documents = try reader.number()
      summary.splits[split].tokens = try reader.number()
    }
    summary.leftOut = try reader.number()
    summary.repeated = try reader.number()
    // A record is at least its split, key, sizes and text length, and its end-of-document token is not stored.
    let documents = summary.splits.reduce(0 as UInt64) { $0 &+ min($1.documents, 1 << 48) }
    let tokens = summary.splits.reduce(0 as UInt64) { $0 &+ min($1.tokens, 1 << 48) }
    guard documents <= UInt64(bytes.count) / 33, tokens <= documents + UInt64(bytes.count / width.rawValue) else {
      throw reader.damage("\(documents) documents of \(tokens) tokens do not fit into the file")
    }
    var runs: [[BlockEntry]] = []
    for _ in 0..<(try reader.number(UInt32.self)) {
      var run: [BlockEntry] = []
      for _ in 0..<(try reader.number(UInt32.self)) {
        let (offset, size, checksum, key) = (
          try reader.number(UInt64.self), try reader.number(UInt64.self), try reader.number(UInt64.self),
          try reader.number(UInt64.self)
        )
        guard offset <= UInt64(bytes.count), size <= UInt64(bytes.count) - offset else {
          throw reader.damage("a block outside the file")
        }
        run.append(BlockEntry(offset: offset, size: size, checksum: checksum, split: try reader.number(), key: key))
      }
      runs.append(run)
    }
    self.file = file
    self.width = width
    self.summary = summary
    self.runs = runs
  }

  /// The bytes of a block, checked.
  func block(_ entry: BlockEntry) throws(Diagnostic) -> UnsafeRawBufferPointer {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[Int(entry.offset)..<Int(entry.offset + entry.size)])
    guard XXH64.hash(bytes) == entry.checksum else {
      throw Diagnostic("damaged-file", "the block at byte \(entry.offset) is damaged", at: .init(file: file.path))
    }
    return bytes
  }

  var path: String { file.path }
}

/// Which records of all partitions a shard takes: one split, shuffle keys from `first` through `last`.
struct KeyRange {
  var split: Int
  var first: UInt64
  var last: UInt64
}

/// Walks the records of one run that lie in a key range, in order.
private struct RunCursor {
  private let partition: EncodedPartition
  private let run: [BlockEntry]
  private let range: KeyRange
  private var nextBlock: Int
  private var reader: ByteReader

  var width: TokenWidth { partition.width }
  var path: String { partition.path }

  /// The current record; nil after the last.
  private(set) var record: (key: UInt64, bytes: UnsafeRawBufferPointer)?

  init(_ partition: EncodedPartition, run: [BlockEntry], range: KeyRange) throws(Diagnostic) {
    self.partition = partition
    self.run = run
    self.range = range
    // The last block that starts before the range may hold its first records.
    let start = run.firstIndex { ($0.split, $0.key) >= (UInt8(range.split), range.first) } ?? run.count
    nextBlock = max(0, start - 1)
    reader = ByteReader(UnsafeRawBufferPointer(start: nil, count: 0), file: partition.path)
    try advance()
  }

  mutating func advance() throws(Diagnostic) {
    record = nil
    while true {
      if reader.remaining == 0 {
        guard nextBlock < run.count, (run[nextBlock].split, run[nextBlock].key) <= (UInt8(range.split), range.last) else {
          return
        }
        reader = ByteReader(try partition.block(run[nextBlock]), file: partition.path)
        nextBlock += 1
      }
      let split = Int(try reader.number(UInt8.self))
      let key = try reader.number(UInt64.self)
      let bytes = try reader.take(try reader.number(UInt64.self))
      if (split, key) < (range.split, range.first) { continue }
      if (split, key) > (range.split, range.last) {
        nextBlock = run.count
        reader = ByteReader(UnsafeRawBufferPointer(start: nil, count: 0), file: partition.path)
        return
      }
      record = (key, bytes)
      return
    }
  }

  static func precedes(_ a: RunCursor, _ b: RunCursor) -> Bool {
    guard let first = a.record else { return false }
    guard let second = b.record else { return true }
    return first.key != second.key ? first.key < second.key : first.bytes.lexicographicallyPrecedes(second.bytes)
  }
}

/// Calls `body` with every document of a key range, over all partitions, by ascending shuffle key.
/// - Complexity: O(n log r) for n documents in r runs; holds one block of each run.
func forEachDocument(
  in partitions: [EncodedPartition], _ range: KeyRange, _ body: (EncodedDocumentView) throws(Diagnostic) -> Void
) throws(Diagnostic) {
  var cursors: [RunCursor] = []
  for partition in partitions {
    for run in partition.runs { cursors.append(try RunCursor(partition, run: run, range: range)) }
  }
  var heap = cursors.filter { $0.record != nil }
  func siftDown(_ start: Int) {
    var index = start
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, RunCursor.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard RunCursor.precedes(heap[child], heap[index]) else { return }
      heap.swapAt(index, child)
      index = child
    }
  }
  for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
  while let record = heap.first?.record {
    try body(try PartitionRecord.read(record.bytes, width: heap[0].width, file: heap[0].path))
    try heap[0].advance()
    if heap[0].record == nil {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
    }
    siftDown(0)
  }
}
