import Documents

/// Turns edges into clusters, chooses who stays, and writes the decisions of every partition.
///
/// Memory: 12 bytes per document of the corpus; edges are streamed.
struct ClusterDecision {
  let documents: DocumentTables
  let method: String

  /// Why a document falls to the representative of its cluster.
  typealias Explanation = (rule: DuplicateRule, value: Double?, threshold: Double?)

  /// - Parameter explain: called for each dropped document with the one kept and the lowest band that links it to any.
  func run(
    reductions: [String], configuration: UInt64, to paths: [String],
    explain: (_ dropped: DocumentReference, _ kept: DocumentReference, _ band: Int) throws(Diagnostic) -> Explanation
  ) throws(Diagnostic) -> DeduplicationSummary {
    guard documents.total < Int(UInt32.max) else {
      throw Diagnostic(
        "too-many-documents", "more than \(UInt32.max) documents in one corpus", fix: "deduplicate it in portions")
    }
    var summary = DeduplicationSummary()
    var sets = DisjointSets(count: documents.total)
    var bands = [UInt8](repeating: .max, count: documents.total)
    for path in reductions {
      let file = try SectionFile(path: path, kind: .keyReduction, configuration: configuration)
      for edge in try file.section(.edges, of: DuplicateEdge.self) {
        let (a, b) = (DocumentReference(packed: edge.first), DocumentReference(packed: edge.second))
        guard documents.contains(a), documents.contains(b) else { throw file.damaged("an edge names an unknown document") }
        let (i, j) = (documents.globalIndex(a), documents.globalIndex(b))
        sets.unite(i, j)
        let band = UInt8(truncatingIfNeeded: min(edge.band, 254))
        bands[i] = min(bands[i], band)
        bands[j] = min(bands[j], band)
      }
      let counters = try file.section(.counters, of: UInt64.self)
      guard counters.count == 2 else { throw file.damaged("its counters are missing") }
      summary.comparedPairs += Int(truncatingIfNeeded: counters[0])
      summary.confirmedPairs += Int(truncatingIfNeeded: counters[1])
    }
    let clusters = representatives(&sets)
    for partition in 0..<documents.partitions {
      try write(partition, to: paths[partition], clusters, &sets, bands, &summary, explain)
    }
    return summary
  }

  private struct Clusters {
    /// By root: the document that stays, as global index.
    var kept: [UInt32]
    /// By root.
    var sizes: [UInt32]
  }

  private func representatives(_ sets: inout DisjointSets) -> Clusters {
    var clusters = Clusters(
      kept: Array(repeating: .max, count: documents.total), sizes: Array(repeating: 0, count: documents.total))
    for partition in 0..<documents.partitions {
      for ordinal in 0..<documents.count(in: partition) {
        let index = documents.bases[partition] + ordinal
        let root = sets.root(of: index)
        clusters.sizes[root] += 1
        let best = clusters.kept[root]
        let isBetter =
          best == .max || documents.precedes(DocumentReference(partition: partition, ordinal: ordinal), reference(Int(best)))
        if isBetter { clusters.kept[root] = UInt32(index) }
      }
    }
    return clusters
  }

  private func reference(_ globalIndex: Int) -> DocumentReference {
    var low = 0
    var high = documents.partitions
    while high - low > 1 {
      let middle = (low + high) / 2
      if documents.bases[middle] <= globalIndex { low = middle } else { high = middle }
    }
    return DocumentReference(partition: low, ordinal: globalIndex - documents.bases[low])
  }

  private func write(
    _ partition: Int, to path: String, _ clusters: Clusters, _ sets: inout DisjointSets, _ bands: [UInt8],
    _ summary: inout DeduplicationSummary,
    _ explain: (DocumentReference, DocumentReference, Int) throws(Diagnostic) -> Explanation
  ) throws(Diagnostic) {
    var writer = try DecisionWriter(path: path, method: method)
    for ordinal in 0..<documents.count(in: partition) {
      let document = DocumentReference(partition: partition, ordinal: ordinal)
      let index = documents.bases[partition] + ordinal
      let root = sets.root(of: index)
      let idHash = documents.idHash(document)
      summary.documents += 1
      summary.totalBytes += documents.textLength(document)
      if clusters.sizes[root] == 1 {
        writer.keep(idHash: idHash)
        continue
      }
      let kept = reference(Int(clusters.kept[root]))
      var record = DecisionRecord()
      record.clusterSize = clusters.sizes[root]
      record.cluster = documents.idHash(kept)
      if kept == document {
        summary.countCluster(size: Int(clusters.sizes[root]))
        writer.add(record, idHash: idHash)
      } else {
        let explanation = try explain(document, kept, Int(bands[index]))
        record.action = DecisionRecord.Action.drop.rawValue
        record.rule = explanation.rule.rawValue
        record.value = explanation.value ?? .nan
        record.threshold = explanation.threshold ?? .nan
        summary.droppedDocuments += 1
        summary.removedBytes += documents.textLength(document)
        writer.add(record, idHash: idHash, duplicateOf: documents.idBytes(kept))
      }
    }
    try writer.commit()
  }
}
