/// What has a 64-bit key, and a second number to break ties.
protocol Keyed: BitwiseCopyable {
  var key: UInt64 { get }
  var value: UInt64 { get }
}

extension Keyed {
  @inline(__always) static func precedes(_ a: Self, _ b: Self) -> Bool { a.key != b.key ? a.key < b.key : a.value < b.value }
}

/// A 64-bit key with what belongs to it; ordered by key, then value.
struct KeyedRecord: Keyed, Equatable {
  var key: UInt64
  var value: UInt64
}

/// Of records sorted by key.
extension UnsafeBufferPointer where Element: Keyed {
  /// The first index from `start` on whose key is no less than `key`; `count` when there is none.
  ///
  /// - Complexity: O(log of the distance).
  func firstKey(atLeast key: UInt64, from start: Int = 0) -> Int {
    var step = 1
    var low = start
    while low + step <= count, self[low + step - 1].key < key {
      low += step
      step *= 2
    }
    let size = Swift.min(step, count - low)
    return low + partitionPoint(size) { self[low + $0].key >= key }
  }

  /// Those that fall into one of equal shares of the key space.
  func keys(ofShare share: Int, of shares: Int) -> Slice<UnsafeBufferPointer> {
    let low = Deduplication.firstKey(ofShare: share, of: shares)
    let first = partitionPoint(count) { self[$0].key >= low }
    guard share + 1 < shares else { return self[first...] }
    let high = Deduplication.firstKey(ofShare: share + 1, of: shares)
    return self[first..<Swift.max(first, partitionPoint(count) { self[$0].key >= high })]
  }
}

/// Sorts by (key, value) in place: American flag sort (McIlroy, Bostic, McIlroy 1993) on the key's bytes from the top,
/// insertion sort for small groups.
///
/// - Complexity: O(n) for keys that are hashes, O(n log n) for the records of one key.
func radixSort<Record: Keyed>(_ records: inout [Record]) {
  records.withUnsafeMutableBufferPointer { radixSort($0, shift: 56) }
}

private func radixSort<Record: Keyed>(_ records: UnsafeMutableBufferPointer<Record>, shift: Int) {
  if records.count <= 48 {
    insertionSort(records)
    return
  }
  if shift < 0 {
    var group = records
    group.sort { $0.value < $1.value }
    return
  }
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 512) { counters in
    let heads = UnsafeMutableBufferPointer(rebasing: counters[..<256])
    let ends = UnsafeMutableBufferPointer(rebasing: counters[256...])
    heads.initialize(repeating: 0)
    for record in records { heads[Int(truncatingIfNeeded: record.key >> UInt64(shift)) & 255] &+= 1 }
    var sum = 0
    for digit in 0..<256 {
      let count = heads[digit]
      heads[digit] = sum
      sum &+= count
      ends[digit] = sum
    }
    for digit in 0..<256 {
      while heads[digit] < ends[digit] {
        var record = records[heads[digit]]
        var target = Int(truncatingIfNeeded: record.key >> UInt64(shift)) & 255
        while target != digit {
          swap(&records[heads[target]], &record)
          heads[target] &+= 1
          target = Int(truncatingIfNeeded: record.key >> UInt64(shift)) & 255
        }
        records[heads[digit]] = record
        heads[digit] &+= 1
      }
    }
    var start = 0
    for digit in 0..<256 {
      if ends[digit] - start > 1 { radixSort(.init(rebasing: records[start..<ends[digit]]), shift: shift - 8) }
      start = ends[digit]
    }
  }
}

private func insertionSort<Record: Keyed>(_ records: UnsafeMutableBufferPointer<Record>) {
  guard records.count > 1 else { return }
  for i in 1..<records.count {
    let record = records[i]
    var j = i
    while j > 0, Record.precedes(record, records[j - 1]) {
      records[j] = records[j - 1]
      j -= 1
    }
    records[j] = record
  }
}
