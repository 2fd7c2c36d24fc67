import Documents

/// A document of the corpus by place: partition and ordinal in it.
struct DocumentReference: BitwiseCopyable, Hashable {
  var packed: UInt64

  init(packed: UInt64) { self.packed = packed }
  init(partition: Int, ordinal: Int) { packed = UInt64(partition) << 32 | UInt64(ordinal) }

  var partition: Int { Int(packed >> 32) }
  var ordinal: Int { Int(packed & 0xFFFF_FFFF) }
}

/// Collects what is known about each document of a partition besides its keys: ranks of the keep policy, id, length.
struct DocumentTableWriter {
  private let policy: KeepPolicy
  /// Per document: one rank per criterion, hash of the id, bytes of text.
  private var ranks: [UInt64] = []
  private var idEnds: [UInt64] = []
  private var ids: [UInt8] = []

  init(policy: KeepPolicy) { self.policy = policy }

  var count: Int { idEnds.count }

  mutating func add(_ document: Document) throws(Diagnostic) {
    guard count < Int(UInt32.max) else {
      throw Diagnostic("too-many-documents", "more than \(UInt32.max) documents in one partition", fix: "use more partitions")
    }
    ranks += policy.ranks(of: document)
    ranks.append(XXH64.hash(document.id))
    ranks.append(UInt64(document.text.count))
    ids.append(contentsOf: document.id.utf8)
    idEnds.append(UInt64(ids.count))
  }

  func write(to file: inout SectionFileWriter) throws(Diagnostic) {
    try file.write(.ranks, ranks)
    try file.write(.idEnds, idEnds)
    try file.write(.ids, ids)
  }
}

/// The document tables of all partitions, mapped: ids, lengths and the stable order.
struct DocumentTables {
  private struct Table {
    var ranks: UnsafeBufferPointer<UInt64>
    var idEnds: UnsafeBufferPointer<UInt64>
    var ids: UnsafeBufferPointer<UInt8>
  }

  private let files: [SectionFile]
  private let tables: [Table]
  private let columns: Int
  /// Number of documents before each partition; the last element is the total.
  let bases: [Int]

  init(_ files: [SectionFile], policy: KeepPolicy) throws(Diagnostic) {
    self.files = files
    columns = policy.criteria.count + 2
    var tables: [Table] = []
    var bases = [0]
    for file in files {
      let table = Table(
        ranks: try file.section(.ranks, of: UInt64.self), idEnds: try file.section(.idEnds, of: UInt64.self),
        ids: try file.section(.ids, of: UInt8.self))
      guard table.ranks.count == table.idEnds.count * columns, table.idEnds.last ?? 0 == UInt64(table.ids.count),
        zip(table.idEnds, table.idEnds.dropFirst()).allSatisfy({ $0 <= $1 })
      else { throw file.damaged("its document table contradicts itself") }
      tables.append(table)
      bases.append(bases[bases.count - 1] + table.idEnds.count)
    }
    self.tables = tables
    self.bases = bases
  }

  var total: Int { bases[bases.count - 1] }
  var partitions: Int { tables.count }

  func count(in partition: Int) -> Int { tables[partition].idEnds.count }

  func contains(_ document: DocumentReference) -> Bool {
    document.partition < tables.count && document.ordinal < count(in: document.partition)
  }

  /// 0 ..< total, in input order.
  func globalIndex(_ document: DocumentReference) -> Int { bases[document.partition] + document.ordinal }

  func textLength(_ document: DocumentReference) -> Int {
    Int(tables[document.partition].ranks[document.ordinal * columns + columns - 1])
  }

  func idHash(_ document: DocumentReference) -> UInt64 {
    tables[document.partition].ranks[document.ordinal * columns + columns - 2]
  }

  func idBytes(_ document: DocumentReference) -> Slice<UnsafeBufferPointer<UInt8>> {
    let table = tables[document.partition]
    let start = document.ordinal == 0 ? 0 : Int(table.idEnds[document.ordinal - 1])
    return table.ids[start..<Int(table.idEnds[document.ordinal])]
  }

  /// The stable order: whether `a` is kept rather than `b`.
  func precedes(_ a: DocumentReference, _ b: DocumentReference) -> Bool {
    let first = tables[a.partition].ranks
    let second = tables[b.partition].ranks
    for column in 0..<(columns - 1) {
      let x = first[a.ordinal * columns + column]
      let y = second[b.ordinal * columns + column]
      if x != y { return x < y }
    }
    let x = idBytes(a)
    let y = idBytes(b)
    if !x.elementsEqual(y) { return x.lexicographicallyPrecedes(y) }
    return a.packed < b.packed
  }
}
