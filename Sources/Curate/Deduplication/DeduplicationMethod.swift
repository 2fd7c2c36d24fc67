import Documents
import Foundation

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
  /// `exact`, `minhash`, `substring`, `lines` or `ngrams`: in front of rule ids and metadata keys.
  var name: String { get }

  /// Bytes that one task may take, within about a tenth. Changes how files are laid out, never what is found.
  var memoryPerTask: Int { get set }

  /// Threads that the decide step may use. Changes nothing in what is found.
  var threads: Int { get set }

  /// Peak memory of each step on a corpus of this size, beside what the process takes anyway.
  func memory(for corpus: DeduplicationCorpus, _ execution: DeduplicationExecution) -> DeduplicationMemory

  /// How many keys the maps have, and which share of them repeats another.
  func keyCounts(maps: [String]) throws(Diagnostic) -> KeyCounts

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

extension DeduplicationMethod {
  /// For methods whose decide step has one thread.
  public var threads: Int {
    get { 1 }
    set {}
  }
}

/// What a task may take unless told otherwise: 512 MB.
public let defaultMemoryPerTask = 512 << 20

/// Counts random accesses to mapped files, each of which may bring in a neighbourhood of 64 KiB, so that pages are let go in time.
struct Residency {
  private let maximumAccesses: Int
  private var accesses = 0

  /// Where places are looked at once, pages kept any longer are of no use.
  static let usualBudget = 32 << 20

  /// - Parameter budget: bytes.
  init(budget: Int) { maximumAccesses = max(64, budget >> 16) }

  /// For places that are not looked at again soon, by one of so many threads.
  init(memory: Int, threads: Int = 1) { self.init(budget: min(memory / 4, Self.usualBudget) / threads) }

  /// Bytes that are resident before they are let go: so many looks at random places of a file meet some of its neighbourhoods twice.
  ///
  /// - Parameter count: how often a look is counted.
  static func pages(of bytes: Double, budget: Int, perAccess count: Double = 1) -> Double {
    let neighbourhoods = max(1, bytes / 65_536)
    return bytes * (1 - exp(-Double(max(64, budget >> 16)) / count / neighbourhoods))
  }

  /// Whether it is time to release the files.
  mutating func isFull(after more: Int) -> Bool {
    accesses += more
    guard accesses >= maximumAccesses else { return false }
    accesses = 0
    return true
  }
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
  /// Pairs compared and pairs found similar, where the method compares pairs; once for each key that a pair shares.
  public var comparedPairs = 0
  public var confirmedPairs = 0

  /// A piece of text that was cut in several places.
  public struct Span: Sendable, Equatable {
    /// Its first 80 characters.
    public var text: String
    public var bytes: Int
    public var cuts: Int
  }

  /// Hosts with the most bytes in dropped documents.
  public struct Host: Sendable, Equatable {
    public var name: String
    public var documents: Int
    public var bytes: Int
  }

  /// The ten pieces of text that took most bytes.
  public var topSpans: [Span] = []
  public var topHosts: [Host] = []
  /// Of the Bloom filter, where there is one, when all was in it; and its size.
  public var falsePositiveRate: Double?
  public var filterBytes = 0
  /// How many repeated stretches have 2^i ..< 2^(i+1) bytes, where the method finds stretches.
  public var repeatLengths: [Int] = []

  public init() {}

  mutating func countRepeat(_ bytes: Int) {
    let bin = bytes.bitWidth - 1 - bytes.leadingZeroBitCount
    while repeatLengths.count <= bin { repeatLengths.append(0) }
    repeatLengths[bin] += 1
  }

  mutating func addRepeats(_ other: DeduplicationSummary) {
    while repeatLengths.count < other.repeatLengths.count { repeatLengths.append(0) }
    for (bin, count) in other.repeatLengths.enumerated() { repeatLengths[bin] += count }
  }

  mutating func countCluster(size: Int) {
    clusters += 1
    let bin = (size - 1).bitWidth - (size - 1).leadingZeroBitCount - 1
    while clusterSizes.count <= bin { clusterSizes.append(0) }
    clusterSizes[bin] += 1
  }

  /// For manifests and reports.
  public var json: JSONObject {
    var json: JSONObject = [
      "documents": .integer(Int64(documents)), "dropped_documents": .integer(Int64(droppedDocuments)),
      "cut_documents": .integer(Int64(cutDocuments)), "total_bytes": .integer(Int64(totalBytes)),
      "removed_bytes": .integer(Int64(removedBytes)), "clusters": .integer(Int64(clusters)),
      "cluster_sizes": .array(clusterSizes.map { .integer(Int64($0)) }),
      "compared_pairs": .integer(Int64(comparedPairs)), "confirmed_pairs": .integer(Int64(confirmedPairs)),
      "repeat_lengths": .array(repeatLengths.map { .integer(Int64($0)) }),
    ]
    json["top_spans"] = .array(
      topSpans.map {
        .object(["text": .string($0.text), "bytes": .integer(Int64($0.bytes)), "cuts": .integer(Int64($0.cuts))])
      })
    json["top_hosts"] = .array(
      topHosts.map {
        .object(["host": .string($0.name), "documents": .integer(Int64($0.documents)), "bytes": .integer(Int64($0.bytes))])
      })
    if let falsePositiveRate {
      json["false_positive_rate"] = .number(falsePositiveRate)
      json["filter_bytes"] = .integer(Int64(filterBytes))
    }
    return json
  }
}
