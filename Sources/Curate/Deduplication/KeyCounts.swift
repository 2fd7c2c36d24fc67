import Documents
import Foundation

/// How often keys occur in a part of a corpus, and what that says about the whole.
public struct KeyCounts: Sendable {
  public private(set) var keys = 0
  /// Keys that occurred before in the same partition.
  private var nearRepeats = 0
  /// How many keys occur in one, two, three partitions.
  private var inPartitions = [0, 0, 0]
  /// In more, and in how many.
  private var widespread = 0
  private var widespreadPlaces = 0

  public init() {}

  /// - Parameter partitions: of the occurrences of one key, ascending.
  mutating func add(partitions: some Sequence<Int>) {
    var (count, places, last) = (0, 0, -1)
    for partition in partitions {
      count += 1
      if partition != last { places += 1 }
      last = partition
    }
    keys += count
    nearRepeats += count - places
    if places <= 3 {
      if places > 0 { inPartitions[places - 1] += 1 }
    } else {
      widespread += 1
      widespreadPlaces += places
    }
  }

  /// The share of keys (0...1) here that repeat another.
  public var repeatedShare: Double {
    let distinct = inPartitions[0] + inPartitions[1] + inPartitions[2] + widespread
    return keys == 0 ? 0 : 1 - Double(distinct) / Double(keys)
  }

  /// The share in the whole corpus, of which the partitions are places far from each other.
  ///
  /// Repeats inside a partition are as frequent everywhere. For the others, the corpus is taken for one in which a key occurs once or m
  /// times: the numbers of keys met in two and in three partitions are then binomial, and their ratio gives m, the first how many such
  /// keys there are. More keys in more partitions than these explain count as often as met.
  ///
  /// - Parameter share: of the corpus that the partitions make up, 0...1.
  public func repeatedShare(inWhole share: Double) -> Double {
    let (one, two, three) = (Double(inPartitions[0]), Double(inPartitions[1]), Double(inPartitions[2]))
    let (spread, spreadPlaces) = (Double(widespread), Double(widespreadPlaces))
    let places = one + 2 * two + 3 * three + spreadPlaces
    guard places > 0, share < 1 else { return repeatedShare }
    let copies = 2 + 3 * (1 - share) / share * three / max(1, two)
    let pairs = copies * (copies - 1) / 2
    let isMet = [1, copies, pairs, pairs * (copies - 2) / 3].enumerated().map { times, ways in
      ways * pow(share, Double(times)) * pow(1 - share, copies - Double(times))
    }
    let many = min(places / share / copies, two / max(isMet[2], .leastNormalMagnitude))
    // Some of those in more partitions are of these keys.
    let others = max(0, spread - many * max(0, 1 - isMet.reduce(0, +))) / max(1, spread)
    let repeats = many * (copies - 1) + others * (spreadPlaces / share - spread)
    // No fewer than were met.
    let far = max(min(0.95, repeats * share / places), (two + 2 * three + spreadPlaces - spread) / places)
    let near = Double(nearRepeats) / Double(max(1, keys))
    return near + (1 - near) * far
  }
}

extension KeyMaps {
  func keyCounts() throws(Diagnostic) -> KeyCounts {
    var counts = KeyCounts()
    for band in 0..<bands {
      counts.add(groupsOf: try records(band: band, range: 0, of: 1)) { DocumentReference(packed: $0.value).partition }
    }
    return counts
  }
}

extension TextMaps {
  func keyCounts() -> KeyCounts {
    var counts = KeyCounts()
    counts.add(groupsOf: anchors(range: 0, of: 1)) { Int($0.partition) }
    return counts
  }
}

extension KeyCounts {
  /// - Parameter records: sorted by key.
  fileprivate mutating func add<Record: Keyed>(groupsOf records: [Record], partition: (Record) -> Int) {
    var start = 0
    while start < records.count {
      var end = start + 1
      while end < records.count, records[end].key == records[start].key { end += 1 }
      add(partitions: records[start..<end].map(partition).sorted())
      start = end
    }
  }
}
