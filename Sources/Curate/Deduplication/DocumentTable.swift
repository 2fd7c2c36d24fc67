import Documents

/// A document of the corpus by place: partition and ordinal in it.
struct DocumentReference: BitwiseCopyable, Hashable, Comparable {
  var packed: UInt64

  init(packed: UInt64) { self.packed = packed }
  init(partition: Int, ordinal: Int) { packed = UInt64(partition) << 32 | UInt64(ordinal) }

  var partition: Int { Int(packed >> 32) }
  var ordinal: Int { Int(packed & 0xFFFF_FFFF) }

  /// In order of the input.
  static func < (a: Self, b: Self) -> Bool { a.packed < b.packed }
}

/// How clusters choose, beyond the keep policy.
struct ClusterOrder {
  /// By partition: which comes first whatever its documents are. Empty when none does.
  var ages: [Int] = []
  /// Hashes of the ids of documents that are kept only where nothing else is left.
  var excluded: Set<UInt64> = []
  /// The first partition that the summary is about.
  var firstCounted = 0
}

/// Collects what is known about each document of a partition besides its keys: ranks of the keep policy, id, length.
struct DocumentTableWriter {
  private let policy: KeepPolicy
  /// Per document: one rank per criterion, hash of the id, bytes of text.
  private var ranks: [UInt64] = []
  private var idEnds: [UInt64] = []
  private var ids: [UInt8] = []
  private var hostEnds: [UInt32] = []
  private var hosts: [UInt8] = []

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
    hosts.append(contentsOf: host(of: document.url))
    hostEnds.append(UInt32(truncatingIfNeeded: hosts.count))
  }

  /// The bytes between `//` and what ends the host; enough for counting.
  private func host(of url: String) -> Substring.UTF8View {
    let bytes = url.utf8
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), bytes[slash...].dropFirst().first == UInt8(ascii: "/") else {
      return Substring().utf8
    }
    let rest = bytes[slash...].dropFirst(2)
    return Substring(rest.prefix { !"/?#:".utf8.contains($0) }.prefix(255)).utf8
  }

  func write(to file: inout SectionFileWriter) throws(Diagnostic) {
    try file.write(.ranks, ranks)
    try file.write(.idEnds, idEnds)
    try file.write(.ids, ids)
    try file.write(.hostEnds, hostEnds)
    try file.write(.hosts, hosts)
  }
}

/// The document tables of all partitions, mapped: ids, lengths and the stable order.
///
/// Sendable because the files are mapped for reading and stay mapped as long as `files` lives.
struct DocumentTables: @unchecked Sendable {
  private struct Table {
    var ranks: UnsafeBufferPointer<UInt64>
    var idEnds: UnsafeBufferPointer<UInt64>
    var ids: UnsafeBufferPointer<UInt8>
    var hostEnds: UnsafeBufferPointer<UInt32>
    var hosts: UnsafeBufferPointer<UInt8>
  }

  private let files: [SectionFile]
  private let tables: [Table]
  private let columns: Int
  /// By partition: which comes first whatever its documents are. Empty when none does.
  private let ages: [Int]
  /// Number of documents before each partition; the last element is the total.
  let bases: [Int]

  /// - Parameter verified: compare checksums; needed once per run. Without, what is read may be wrong, but never outside the file.
  init(_ files: [SectionFile], policy: KeepPolicy, ages: [Int] = [], verified: Bool = true) throws(Diagnostic) {
    precondition(ages.isEmpty || ages.count == files.count, "one age per partition")
    self.files = files
    self.ages = ages
    columns = policy.criteria.count + 2
    var tables: [Table] = []
    var bases = [0]
    for file in files {
      let table = Table(
        ranks: try file.section(.ranks, of: UInt64.self, verified: verified),
        idEnds: try file.section(.idEnds, of: UInt64.self, verified: verified),
        ids: try file.section(.ids, of: UInt8.self, verified: verified),
        hostEnds: try file.section(.hostEnds, of: UInt32.self, verified: verified),
        hosts: try file.section(.hosts, of: UInt8.self, verified: verified))
      guard table.ranks.count == table.idEnds.count * columns, table.idEnds.last ?? 0 == UInt64(table.ids.count),
        table.hostEnds.count == table.idEnds.count, Int(table.hostEnds.last ?? 0) == table.hosts.count
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

  /// One of `parts` shares of all documents in their order.
  func share(_ part: Int, of parts: Int) -> Range<DocumentReference> {
    func start(_ part: Int) -> DocumentReference {
      part == parts ? DocumentReference(partition: partitions, ordinal: 0) : reference(part * total / parts)
    }
    return start(part)..<start(part + 1)
  }

  /// The document at 0 ..< total.
  func reference(_ globalIndex: Int) -> DocumentReference {
    let partition = partitionPoint(bases.count) { bases[$0] > globalIndex } - 1
    return DocumentReference(partition: partition, ordinal: globalIndex - bases[partition])
  }

  func textLength(_ document: DocumentReference) -> Int {
    Int(tables[document.partition].ranks[document.ordinal * columns + columns - 1])
  }

  func idHash(_ document: DocumentReference) -> UInt64 {
    tables[document.partition].ranks[document.ordinal * columns + columns - 2]
  }

  func idBytes(_ document: DocumentReference) -> Slice<UnsafeBufferPointer<UInt8>> {
    let table = tables[document.partition]
    let start = document.ordinal == 0 ? 0 : table.idEnds[document.ordinal - 1]
    return table.ids[within(start, table.idEnds[document.ordinal], table.ids.count)]
  }

  /// Empty for a document without an address.
  func host(_ document: DocumentReference) -> String {
    let table = tables[document.partition]
    let start = document.ordinal == 0 ? 0 : table.hostEnds[document.ordinal - 1]
    let range = within(UInt64(start), UInt64(table.hostEnds[document.ordinal]), table.hosts.count)
    return String(decoding: table.hosts[range], as: UTF8.self)
  }

  /// The range, or an empty one where a damaged table contradicts itself.
  private func within(_ start: UInt64, _ end: UInt64, _ count: Int) -> Range<Int> {
    start <= end && end <= UInt64(count) ? Int(start)..<Int(end) : 0..<0
  }

  /// Numbers that decide the stable order before ids do, compared one after another.
  var orderCount: Int { columns - 1 + (ages.isEmpty ? 0 : 1) }

  func order(_ document: DocumentReference, _ column: Int) -> UInt64 {
    if ages.isEmpty { return tables[document.partition].ranks[document.ordinal * columns + column] }
    if column == 0 { return UInt64(ages[document.partition]) }
    return tables[document.partition].ranks[document.ordinal * columns + column - 1]
  }

  /// Bytes of an id, rounded up.
  var meanIDLength: Int { (tables.reduce(0) { $0 + $1.ids.count } + total) / max(1, total) }

  /// Takes the files' pages out of this process's resident memory.
  func release() { for file in files { file.release() } }

  /// The stable order: whether `a` is kept rather than `b`.
  func precedes(_ a: DocumentReference, _ b: DocumentReference) -> Bool {
    if !ages.isEmpty, ages[a.partition] != ages[b.partition] { return ages[a.partition] < ages[b.partition] }
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
