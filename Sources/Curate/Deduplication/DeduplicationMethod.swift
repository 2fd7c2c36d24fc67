import Documents

/// A way to find duplicates, as steps that are pure functions from files to files.
///
/// 1. *map*, once per partition of the corpus: documents in order go into a file of keys (or text).
/// 2. *reduce*, once per key range: all map files give the duplicates found in that range.
/// 3. *decide*, once: map files and reductions give one decision file per partition.
/// 4. *apply*, once per partition: `DeduplicationDecisions` says keep, cut or drop for each document in order.
///
/// Steps of one kind are independent of each other. The verdicts depend on the documents and options only: not on how many
/// partitions and ranges there are, nor on the order in which steps run. Files are written under a temporary name and renamed.
public protocol DeduplicationMethod: Sendable {
  /// `exact`, `minhash` or `substring`: in front of rule ids and metadata keys.
  var name: String { get }

  /// Opens the map step of one partition. `partition` is the index its file will have in `maps` of the later steps.
  func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap

  /// - Parameters:
  ///   - range: 0 ..< `ranges`; which share of the key space to handle.
  ///   - maps: the map files of all partitions, in order of partition.
  func reduce(range: Int, of ranges: Int, maps: [String], to path: String) throws(Diagnostic)

  /// - Parameters:
  ///   - reductions: the files of all ranges, in any order.
  ///   - paths: where the decisions of each partition go, in order of partition.
  func decide(maps: [String], reductions: [String], to paths: [String]) throws(Diagnostic) -> DeduplicationSummary
}

/// The map step of one partition: fed with documents by one thread, then finished.
public protocol DeduplicationMap: AnyObject {
  /// The document's ordinal is the number of calls before this one.
  func add(_ document: Document) throws(Diagnostic)
  /// Writes the file. Without this call nothing appears.
  func finish() throws(Diagnostic)
}

/// What a method did to a corpus.
public struct DeduplicationSummary: Sendable, Equatable {
  public var documents = 0
  public var droppedDocuments = 0
  /// Documents that lost some of their text and stayed.
  public var cutDocuments = 0
  /// Bytes of text in dropped documents and cut spans.
  public var removedBytes = 0
  public var totalBytes = 0
  /// Groups of at least two duplicates.
  public var clusters = 0
  /// How many groups have a size of 2, 3–4, 5–8, 9–16, …: element i counts sizes in 2^i + 1 ... 2^(i+1).
  public var clusterSizes: [Int] = []
  /// Pairs compared and pairs found similar, where the method compares pairs.
  public var comparedPairs = 0
  public var confirmedPairs = 0

  public init() {}

  mutating func countCluster(size: Int) {
    clusters += 1
    let bin = (size - 1).bitWidth - (size - 1).leadingZeroBitCount - 1
    while clusterSizes.count <= bin { clusterSizes.append(0) }
    clusterSizes[bin] += 1
  }

  /// For manifests and reports.
  public var json: JSONObject {
    [
      "documents": .integer(Int64(documents)), "dropped_documents": .integer(Int64(droppedDocuments)),
      "cut_documents": .integer(Int64(cutDocuments)), "total_bytes": .integer(Int64(totalBytes)),
      "removed_bytes": .integer(Int64(removedBytes)), "clusters": .integer(Int64(clusters)),
      "cluster_sizes": .array(clusterSizes.map { .integer(Int64($0)) }),
      "compared_pairs": .integer(Int64(comparedPairs)), "confirmed_pairs": .integer(Int64(confirmedPairs)),
    ]
  }
}
