import Documents
import Foundation
import Storage

/// Who stays of each component, and how many documents it has; by label.
///
/// Built bucket by bucket of labels, each in one pass over all labels, so one bucket is in memory at a time. What decides between
/// two documents stands in the bucket, so documents are read in their order only.
struct ClusterTable {
  struct Cluster: BitwiseCopyable {
    /// The document that stays, as global index.
    var kept = UInt32.max
    var size: UInt32 = 0
  }

  private let file: MappedFile
  private let clusters: UnsafeBufferPointer<Cluster>

  /// - Parameter excluded: hashes of the ids of documents that stay only where nothing else is left.
  init(
    documents: DocumentTables, components: borrowing ConnectedComponents, excluded: Set<UInt64>, memory: Int, path: String
  ) throws(Diagnostic) {
    var output = try AtomicFile(path: path)
    let width = documents.orderCount + (excluded.isEmpty ? 0 : 1)
    let bucket = max(1024, memory / (MemoryLayout<Cluster>.stride + 8 * width))
    var start = 0
    var candidate = [UInt64](repeating: 0, count: width)
    while start < documents.total {
      let end = min(documents.total, start + bucket)
      var clusters = [Cluster](repeating: Cluster(), count: end - start)
      var order = [UInt64](repeating: 0, count: width * (end - start))
      // A label is no larger than what it labels.
      for index in start..<documents.total {
        if index & 0xFFFFF == 0xFFFFF {
          components.release()
          documents.release()
        }
        let label = components.label(of: index)
        guard label >= start, label < end else { continue }
        let document = documents.reference(index)
        if !excluded.isEmpty { candidate[0] = excluded.contains(documents.idHash(document)) ? 1 : 0 }
        for column in 0..<documents.orderCount {
          candidate[width - documents.orderCount + column] = documents.order(document, column)
        }
        let place = label - start
        let best = clusters[place].kept
        clusters[place].size += 1
        if best == .max || Self.precedes(candidate, order, place, document, documents.reference(Int(best)), documents) {
          clusters[place].kept = UInt32(index)
          for column in 0..<width { order[place * width + column] = candidate[column] }
        }
      }
      try clusters.withBytes { bytes throws(Diagnostic) in try output.write(bytes) }
      start = end
    }
    components.release()
    documents.release()
    try output.commit(syncs: false)
    file = try MappedFile(path: path)
    unlink(path)
    clusters = file.bytes.bindMemory(to: Cluster.self)
  }

  private static func precedes(
    _ candidate: [UInt64], _ order: [UInt64], _ place: Int, _ document: DocumentReference, _ best: DocumentReference,
    _ documents: DocumentTables
  ) -> Bool {
    for column in candidate.indices {
      let other = order[place * candidate.count + column]
      if candidate[column] != other { return candidate[column] < other }
    }
    return documents.precedes(document, best)
  }

  subscript(_ label: Int) -> Cluster { clusters[label] }

  func release() { file.release() }
}

/// The documents of a stretch of the corpus that belong to a cluster of at least two, with what is known about the one kept.
///
/// That lies anywhere in files that need not fit into memory, so all of a stretch's questions are asked together, in order of the
/// place of their answer.
///
/// - Complexity: O(documents of the stretch + members × log members), and one passage over the tables of clusters and ids.
struct ClusterMembers {
  struct Member: BitwiseCopyable {
    var index: UInt32
    /// The document that stays, as global index.
    var kept: UInt32 = 0
    var size: UInt32 = 0
    fileprivate var idCount: UInt32 = 0
    fileprivate var idStart = 0
    /// Hash of the kept document's id.
    var keptHash: UInt64 = 0
  }

  /// The first document behind the stretch.
  private(set) var end: Int
  private var members: [Member] = []
  private var ids: [UInt8] = []
  private var position = 0

  /// - Parameter memory: in bytes; the stretch ends where its members would take more.
  init(
    from start: Int, _ documents: DocumentTables, _ components: borrowing ConnectedComponents, _ clusters: ClusterTable,
    memory: Int
  ) throws(Diagnostic) {
    let bytesPerMember = MemoryLayout<Member>.stride + MemoryLayout<KeyedRecord>.stride + 2 * documents.meanIDLength
    let most = max(1024, memory / bytesPerMember)
    var questions: [KeyedRecord] = []
    end = start
    while end < documents.total, members.count < most {
      let label = components.label(of: end)
      if label != end || clusters[label].size > 1 {
        questions.append(KeyedRecord(key: UInt64(label), value: UInt64(members.count)))
        members.append(Member(index: UInt32(end)))
      }
      end += 1
      if end & 0xFFFFF == 0 {
        components.release()
        clusters.release()
      }
    }
    radixSort(&questions)
    var residency = Residency(budget: memory)
    for (position, question) in questions.enumerated() {
      let cluster = clusters[Int(question.key)]
      members[Int(question.value)].kept = cluster.kept
      members[Int(question.value)].size = cluster.size
      questions[position].key = UInt64(cluster.kept)
      if residency.isFull(after: 1) { clusters.release() }
    }
    clusters.release()
    components.release()
    radixSort(&questions)
    lookUpIDs(questions, documents, &residency)
  }

  private mutating func lookUpIDs(_ questions: [KeyedRecord], _ documents: DocumentTables, _ residency: inout Residency) {
    var last = UInt64.max
    var answer = Member(index: 0)
    for question in questions {
      if question.key != last {
        last = question.key
        let document = documents.reference(Int(question.key))
        answer.keptHash = documents.idHash(document)
        answer.idStart = ids.count
        ids.append(contentsOf: documents.idBytes(document))
        answer.idCount = UInt32(ids.count - answer.idStart)
        if residency.isFull(after: 3) { documents.release() }
      }
      let place = Int(question.value)
      members[place].keptHash = answer.keptHash
      members[place].idStart = answer.idStart
      members[place].idCount = answer.idCount
    }
    documents.release()
  }

  /// Ask for each document of the stretch in turn; nil for one alone.
  mutating func next(_ index: Int) -> Member? {
    guard position < members.count, Int(members[position].index) == index else { return nil }
    position += 1
    return members[position - 1]
  }

  func keptID(_ member: Member) -> ArraySlice<UInt8> { ids[member.idStart..<(member.idStart + Int(member.idCount))] }
}
