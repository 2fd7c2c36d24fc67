import Documents

/// A group of documents in an impact report: those in a language, in a script, about a group of people, in a variety of a language.
public struct ImpactGroup: Sendable, Hashable, Comparable {
  public enum Dimension: String, Sendable, Hashable, CaseIterable { case identity, dialect, language, script }

  public let dimension: Dimension
  public let name: String

  public init(_ dimension: Dimension, _ name: String) {
    self.dimension = dimension
    self.name = name
  }

  private var order: Int { Dimension.allCases.firstIndex(of: dimension) ?? 0 }

  public static func < (a: ImpactGroup, b: ImpactGroup) -> Bool { (a.order, a.name) < (b.order, b.name) }
}

/// Who a filter removes more often than others: for each group of documents the rate of removal beside that of all documents.
///
/// Filters by lists of words remove text by and about minorities far more often than other text (Dodge et al. 2021, arXiv 2104.08758): this
/// is the table that shows it, before a corpus is made with it.
public struct ImpactReport: Sendable {
  public struct Row: Sendable {
    /// nil: all documents.
    public let group: ImpactGroup?
    public let documents: Int
    public let removed: Int
    /// Of `removed` among `documents`: 95 %, Wilson.
    public let interval: ClosedRange<Double>
    /// The group's rate / that of all documents; nil when nothing was removed.
    public let ratio: Double?
    /// More often removed than all documents, beyond chance: the whole interval lies above their rate, and the ratio is at least
    /// `leastFlaggedRatio`.
    public let isFlagged: Bool
    /// Ids of some of the removed.
    public let samples: [String]

    public var rate: Double { documents > 0 ? Double(removed) / Double(documents) : 0 }
  }

  /// The "four fifths" of disparate impact, turned around (29 CFR 1607.4 D).
  public static let leastFlaggedRatio = 1.25

  private struct Tally {
    var documents = 0
    var removed = 0
    /// Those with the smallest hashes: a choice that does not depend on the order.
    var samples: [(hash: UInt64, id: String)] = []
  }

  private let sampleCount: Int
  private var all = Tally()
  private var byGroup: [ImpactGroup: Tally] = [:]

  public init(samples: Int = 3) { sampleCount = samples }

  /// One document, with the groups it belongs to, each once.
  public mutating func add(id: String, groups: [ImpactGroup], isRemoved: Bool) {
    let hash = isRemoved ? ByteHash.hash(Array(id.utf8)) : 0
    add(id, hash, isRemoved, to: &all)
    for group in groups { add(id, hash, isRemoved, to: &byGroup[group, default: Tally()]) }
  }

  private func add(_ id: String, _ hash: UInt64, _ isRemoved: Bool, to tally: inout Tally) {
    tally.documents += 1
    guard isRemoved else { return }
    tally.removed += 1
    if tally.samples.count == sampleCount, let last = tally.samples.last, (last.hash, last.id) <= (hash, id) { return }
    tally.samples.append((hash, id))
    tally.samples.sort { ($0.hash, $0.id) < ($1.hash, $1.id) }
    if tally.samples.count > sampleCount { tally.samples.removeLast() }
  }

  /// All documents, then the groups: by dimension, the highest rate first.
  public var rows: [Row] {
    let groups = byGroup.map { row($0.key, $0.value) }
    let sorted = groups.sorted { a, b in
      guard let first = a.group, let second = b.group, first.dimension == second.dimension, a.rate != b.rate else {
        return (a.group ?? ImpactGroup(.identity, "")) < (b.group ?? ImpactGroup(.identity, ""))
      }
      return a.rate > b.rate
    }
    return [row(nil, all)] + sorted
  }

  private func row(_ group: ImpactGroup?, _ tally: Tally) -> Row {
    let base = all.documents > 0 ? Double(all.removed) / Double(all.documents) : 0
    let interval = wilsonInterval(tally.removed, of: tally.documents)
    let rate = tally.documents > 0 ? Double(tally.removed) / Double(tally.documents) : 0
    let ratio = base > 0 ? rate / base : nil
    return Row(
      group: group, documents: tally.documents, removed: tally.removed, interval: interval, ratio: ratio,
      isFlagged: group != nil && interval.lowerBound > base && (ratio ?? 0) >= Self.leastFlaggedRatio,
      samples: tally.samples.map(\.id))
  }
}
