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
    var residency = Residency(memory: memory)
    var hosts = HeavyHitters<String, Void>()
    var batch = try ClusterMembers(from: 0, documents, components, clusters, memory: memory / 3)
    for partition in 0..<documents.partitions {
      var writer = try DecisionWriter(path: paths[partition], method: method)
      for ordinal in 0..<documents.count(in: partition) {
        let document = DocumentReference(partition: partition, ordinal: ordinal)
        let index = documents.globalIndex(document)
        if index == batch.end { batch = try ClusterMembers(from: index, documents, components, clusters, memory: memory / 3) }
        let member = batch.next(index)
        let isCounted = partition >= order.firstCounted
        let band = Int(components.attribute(of: index))
        if isCounted {
          try decide(document, member, batch, band, &writer, &summary, explain)
        } else {
          var ignored = DeduplicationSummary()
          try decide(document, member, batch, band, &writer, &ignored, explain)
        }
        if isCounted, let member, Int(member.kept) != index {
          let host = documents.host(document)
          if !host.isEmpty { hosts.add(host, bytes: documents.textLength(document)) {} }
        }
        // Documents come in order; only the evidence of the kept ones lies elsewhere.
        if residency.isFull(after: member != nil ? 2 : ordinal & 255 == 0 ? 1 : 0) {
          release()
          documents.release()
          components.release()
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
      for (position, edge) in try file.section(.edges, of: DuplicateEdge.self).enumerated() {
        if position & 0xFFFFF == 0xFFFFF { file.release() }
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
    _ document: DocumentReference, _ member: ClusterMembers.Member?, _ members: ClusterMembers, _ band: Int,
    _ writer: inout DecisionWriter, _ summary: inout DeduplicationSummary,
    _ explain: (DocumentReference, DocumentReference, Int) throws(Diagnostic) -> Explanation
  ) throws(Diagnostic) {
    let idHash = documents.idHash(document)
    summary.documents += 1
    summary.totalBytes += documents.textLength(document)
    guard let member else {
      writer.keep(idHash: idHash)
      return
    }
    let kept = documents.reference(Int(member.kept))
    var record = DecisionRecord()
    record.clusterSize = member.size
    record.cluster = member.keptHash
    if kept == document {
      summary.countCluster(size: Int(member.size))
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
    writer.add(record, idHash: idHash, duplicateOf: members.keptID(member))
  }
}
