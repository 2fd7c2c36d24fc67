import Documents

/// Two documents found to be duplicates of each other.
struct DuplicateEdge: BitwiseCopyable {
  var first: UInt64
  var second: UInt64
  /// The band whose key they share.
  var band: UInt32
  var unused: UInt32 = 0
}

/// Finds duplicates among the documents that share a key.
///
/// In a group of up to `exhaustiveGroup` documents every pair that is not connected yet is compared, so that the connected
/// components are those of all confirmed pairs. In larger groups a document is compared with the leaders only: the documents
/// before it, in stable order, that matched no leader themselves. Either way the result depends on the group alone.
struct KeyReduction {
  static let exhaustiveGroup = 64
  /// In a group of thousands of mutually different documents, each is compared with this many leaders at most.
  static let maximumLeaders = 256

  let maps: KeyMaps
  /// Whether two documents that share a key of the band are duplicates, by their evidence; nil takes every shared key for one.
  let confirm: ((_ a: DocumentReference, _ b: DocumentReference, _ band: Int) throws(Diagnostic) -> Bool)?

  /// Two documents of partitions before this one are not compared.
  private let firstNew: Int
  private(set) var comparedPairs = 0
  private(set) var confirmedPairs = 0
  private var cache: [CachedPair]
  private var residency: Residency

  private struct CachedPair {
    var first = UInt64.max
    var second = UInt64.max
    var isDuplicate = false
  }

  /// - Parameters:
  ///   - memory: of the task, in bytes.
  ///   - firstNew: the first partition whose documents are compared with all others; those before it not among themselves.
  ///   - remembersPairs: for a `confirm` that is costly and the same in every band.
  init(
    maps: KeyMaps, memory: Int, firstNew: Int = 0, remembersPairs: Bool,
    confirm: ((DocumentReference, DocumentReference, Int) throws(Diagnostic) -> Bool)?
  ) {
    self.maps = maps
    self.confirm = confirm
    self.firstNew = firstNew
    residency = Residency(memory: memory)
    cache = remembersPairs ? Array(repeating: CachedPair(), count: 1 << 14) : []
  }

  /// Handles one share of the key space and writes its edges.
  mutating func run(range: Int, of ranges: Int, to path: String, configuration: UInt64) throws(Diagnostic) {
    var file = try SectionFileWriter(path: path, kind: .keyReduction, configuration: configuration)
    file.begin(.edges, elementSize: MemoryLayout<DuplicateEdge>.stride)
    var edges: [DuplicateEdge] = []
    for band in 0..<maps.bands {
      let records = try maps.records(band: band, range: range, of: ranges)
      maps.release()
      var start = 0
      while start < records.count {
        var end = start + 1
        while end < records.count, records[end].key == records[start].key { end += 1 }
        if end - start > 1, firstNew == 0 || records[start..<end].contains(where: isNew) {
          try reduce(records[start..<end], band: band, to: &edges)
        }
        start = end
      }
      try file.append(edges)
      edges.removeAll(keepingCapacity: true)
    }
    try file.end()
    try file.write(.counters, [UInt64(comparedPairs), UInt64(confirmedPairs)])
    try file.commit()
  }

  private func isNew(_ record: KeyedRecord) -> Bool { DocumentReference(packed: record.value).partition >= firstNew }

  private mutating func reduce(
    _ group: ArraySlice<KeyedRecord>, band: Int, to edges: inout [DuplicateEdge]
  ) throws(Diagnostic) {
    guard confirm != nil else {
      // Sorted by key and place. What is known about the documents is not needed, so its pages stay where they are.
      guard let first = group.first else { return }
      for other in group.dropFirst() where other.value != first.value {
        edges.append(DuplicateEdge(first: first.value, second: other.value, band: UInt32(band)))
      }
      return
    }
    var members = group.map { DocumentReference(packed: $0.value) }
    // Comparing two documents reads a rank or an id of each.
    if residency.isFull(after: 2 * members.count) { maps.release() }
    members.sort { maps.documents.precedes($0, $1) }
    if members.count <= Self.exhaustiveGroup {
      try compareAll(members, band: band, to: &edges)
    } else {
      try compareWithLeaders(members, band: band, to: &edges)
    }
  }

  private mutating func compareAll(
    _ members: [DocumentReference], band: Int, to edges: inout [DuplicateEdge]
  ) throws(Diagnostic) {
    var sets = DisjointSets(count: members.count)
    for second in members.indices {
      for first in 0..<second where sets.root(of: first) != sets.root(of: second) {
        if try areDuplicates(members[first], members[second], band: band) {
          sets.unite(first, second)
          edges.append(DuplicateEdge(first: members[first].packed, second: members[second].packed, band: UInt32(band)))
        }
      }
    }
  }

  private mutating func compareWithLeaders(
    _ members: [DocumentReference], band: Int, to edges: inout [DuplicateEdge]
  ) throws(Diagnostic) {
    var leaders: [DocumentReference] = []
    for member in members {
      var isNew = true
      for leader in leaders {
        if try areDuplicates(leader, member, band: band) {
          edges.append(DuplicateEdge(first: leader.packed, second: member.packed, band: UInt32(band)))
          isNew = false
          break
        }
      }
      if isNew, leaders.count < Self.maximumLeaders { leaders.append(member) }
    }
  }

  /// A pair counts in each band in which it is asked for, so that the counts do not depend on how keys are shared out.
  private mutating func areDuplicates(
    _ first: DocumentReference, _ second: DocumentReference, band: Int
  ) throws(Diagnostic) -> Bool {
    if max(first.partition, second.partition) < firstNew { return false }
    let answer = try answer(first, second, band: band)
    comparedPairs += 1
    if answer { confirmedPairs += 1 }
    return answer
  }

  /// Pairs meet again in other bands, so the last answers are kept in a table of fixed size.
  private mutating func answer(_ first: DocumentReference, _ second: DocumentReference, band: Int) throws(Diagnostic) -> Bool {
    guard let confirm else { return true }
    if residency.isFull(after: 2) { maps.release() }
    guard !cache.isEmpty else { return try confirm(first, second, band) }
    let slot = Int(SeededRandom.mix(first.packed &* 31 &+ second.packed) & UInt64(cache.count - 1))
    if cache[slot].first == first.packed, cache[slot].second == second.packed { return cache[slot].isDuplicate }
    let answer = try confirm(first, second, band)
    cache[slot] = CachedPair(first: first.packed, second: second.packed, isDuplicate: answer)
    return answer
  }
}
