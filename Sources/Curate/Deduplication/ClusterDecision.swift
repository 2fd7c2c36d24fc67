import Documents
import Foundation
import Storage

/// Turns edges into clusters, chooses who stays, and writes the decisions of every partition.
///
/// Memory: what the budget says; documents, edges and clusters stream through files.
struct ClusterDecision {
  let documents: DocumentTables
  let method: String
  /// Bytes.
  let memory: Int
  var order = ClusterOrder()

  /// Why a document falls to the representative of its cluster.
  typealias Explanation = (rule: DuplicateRule, value: Double?, threshold: Double?)

  /// - Parameters:
  ///   - explain: called for each dropped document with the one kept and the lowest band that links it to any.
  ///   - release: called now and then, to let go of pages that `explain` touched.
  func run(
    reductions: [String], configuration: UInt64, to paths: [String],
    explain: (_ dropped: DocumentReference, _ kept: DocumentReference, _ band: Int) throws(Diagnostic) -> Explanation,
    release: () -> Void
  ) throws(Diagnostic) -> DeduplicationSummary {
    guard documents.total < Int(UInt32.max) else {
      throw Diagnostic(
        "too-many-documents", "more than \(UInt32.max) documents in one corpus", fix: "deduplicate it in portions")
    }
    var summary = DeduplicationSummary()
    guard let first = paths.first else { return summary }
    var components = try ConnectedComponents(count: documents.total, memory: memory / 2, folder: first + ".components")
    try readEdges(reductions, configuration, into: &components, &summary)
    try components.finish()
    let clusters = try ClusterTable(
      documents: documents, components: components, excluded: order.excluded, memory: memory / 2, path: first + ".clusters")
    var residency = Residency(budget: memory / 3)
    var hosts = HeavyHitters<String, Void>()
    for partition in 0..<documents.partitions {
      var writer = try DecisionWriter(path: paths[partition], method: method)
      for ordinal in 0..<documents.count(in: partition) {
        let document = DocumentReference(partition: partition, ordinal: ordinal)
        let index = documents.globalIndex(document)
        let cluster = clusters[components.label(of: index)]
        let band = Int(components.attribute(of: index))
        if partition < order.firstCounted {
          var ignored = DeduplicationSummary()
          try decide(document, cluster, band, &writer, &ignored, explain)
          continue
        }
        try decide(document, cluster, band, &writer, &summary, explain)
        if cluster.size > 1, Int(cluster.kept) != index {
          let host = documents.host(document)
          if !host.isEmpty { hosts.add(host, bytes: documents.textLength(document)) {} }
        }
        // Documents come in order; only what is known about the kept ones lies elsewhere.
        if residency.isFull(after: cluster.size > 1 ? 4 : ordinal & 255 == 0 ? 1 : 0) {
          release()
          components.release()
          clusters.release()
        }
      }
      try writer.commit()
    }
    summary.topHosts = hosts.top(10).map { .init(name: $0.key, documents: $0.count, bytes: $0.bytes) }
    return summary
  }

  private func readEdges(
    _ paths: [String], _ configuration: UInt64, into components: inout ConnectedComponents,
    _ summary: inout DeduplicationSummary
  ) throws(Diagnostic) {
    for path in paths {
      let file = try SectionFile(path: path, kind: .keyReduction, configuration: configuration)
      for edge in try file.section(.edges, of: DuplicateEdge.self) {
        let (a, b) = (DocumentReference(packed: edge.first), DocumentReference(packed: edge.second))
        guard documents.contains(a), documents.contains(b) else { throw file.damaged("an edge names an unknown document") }
        let band = UInt8(truncatingIfNeeded: min(edge.band, 254))
        try components.addEdge(documents.globalIndex(a), documents.globalIndex(b), attribute: band)
      }
      let counters = try file.section(.counters, of: UInt64.self)
      guard counters.count == 2 else { throw file.damaged("its counters are missing") }
      summary.comparedPairs += Int(truncatingIfNeeded: counters[0])
      summary.confirmedPairs += Int(truncatingIfNeeded: counters[1])
    }
  }

  private func decide(
    _ document: DocumentReference, _ cluster: ClusterTable.Cluster, _ band: Int, _ writer: inout DecisionWriter,
    _ summary: inout DeduplicationSummary,
    _ explain: (DocumentReference, DocumentReference, Int) throws(Diagnostic) -> Explanation
  ) throws(Diagnostic) {
    let idHash = documents.idHash(document)
    summary.documents += 1
    summary.totalBytes += documents.textLength(document)
    guard cluster.size > 1 else {
      writer.keep(idHash: idHash)
      return
    }
    let kept = documents.reference(Int(cluster.kept))
    var record = DecisionRecord()
    record.clusterSize = cluster.size
    record.cluster = documents.idHash(kept)
    if kept == document {
      summary.countCluster(size: Int(cluster.size))
      writer.add(record, idHash: idHash)
      return
    }
    let explanation = try explain(document, kept, band)
    record.action = DecisionRecord.Action.drop.rawValue
    record.rule = explanation.rule.rawValue
    record.value = explanation.value ?? .nan
    record.threshold = explanation.threshold ?? .nan
    summary.droppedDocuments += 1
    summary.removedBytes += documents.textLength(document)
    writer.add(record, idHash: idHash, duplicateOf: documents.idBytes(kept))
  }
}

/// Who stays of each component, and how many documents it has; by label.
///
/// Built bucket by bucket of labels, each in one pass over all labels, so one bucket is in memory at a time.
private struct ClusterTable {
  struct Cluster: BitwiseCopyable {
    /// The document that stays, as global index.
    var kept = UInt32.max
    var size: UInt32 = 0
  }

  private let file: MappedFile
  private let clusters: UnsafeBufferPointer<Cluster>

  init(
    documents: DocumentTables, components: borrowing ConnectedComponents, excluded: Set<UInt64>, memory: Int, path: String
  ) throws(Diagnostic) {
    var output = try AtomicFile(path: path)
    let bucket = max(1024, memory / MemoryLayout<Cluster>.stride)
    var start = 0
    while start < documents.total {
      let end = min(documents.total, start + bucket)
      var clusters = [Cluster](repeating: Cluster(), count: end - start)
      // A label is no larger than what it labels.
      for index in start..<documents.total {
        let label = components.label(of: index)
        guard label >= start, label < end else { continue }
        let best = clusters[label - start].kept
        clusters[label - start].size += 1
        if best == .max || Self.precedes(documents.reference(index), documents.reference(Int(best)), documents, excluded) {
          clusters[label - start].kept = UInt32(index)
        }
      }
      try clusters.withBytes { bytes throws(Diagnostic) in try output.write(bytes) }
      components.release()
      start = end
    }
    try output.commit(syncs: false)
    file = try MappedFile(path: path)
    unlink(path)
    clusters = file.bytes.bindMemory(to: Cluster.self)
  }

  private static func precedes(
    _ a: DocumentReference, _ b: DocumentReference, _ documents: DocumentTables, _ excluded: Set<UInt64>
  ) -> Bool {
    if !excluded.isEmpty {
      let (first, second) = (excluded.contains(documents.idHash(a)), excluded.contains(documents.idHash(b)))
      if first != second { return second }
    }
    return documents.precedes(a, b)
  }

  subscript(_ label: Int) -> Cluster { clusters[label] }

  func release() { file.release() }
}
