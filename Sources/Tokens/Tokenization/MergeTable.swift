import Documents

/// From a pair of tokens to its rank and the token it becomes. Immutable after it is built, so it can be read from any thread.
final class MergeTable: Sendable {
  /// No such merge: larger than every rank.
  static let none = UInt32.max

  private struct Slot {
    var key: UInt64
    var rank: UInt32
    var result: UInt32
  }

  private nonisolated(unsafe) let slots: UnsafeMutablePointer<Slot>
  private let shift: UInt64
  private let mask: Int

  /// `results[n]` is the token that `merges[n]` makes. Of equal merges the last one counts.
  init(_ merges: [BytePairModel.Merge], results: [UInt32]) {
    var bits: UInt64 = 8
    while 1 << bits < merges.count * 3 { bits += 1 }
    let size = 1 << bits
    shift = 64 - bits
    mask = size - 1
    slots = .allocate(capacity: size)
    slots.initialize(repeating: Slot(key: .max, rank: Self.none, result: 0), count: size)
    for (rank, merge) in merges.enumerated() {
      let key = UInt64(merge.left) << 32 | UInt64(merge.right)
      slots[find(key)] = Slot(key: key, rank: UInt32(rank), result: results[rank])
    }
  }

  deinit { slots.deallocate() }

  @inline(__always) private func find(_ key: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while slots[index].key != key && slots[index].key != .max { index = (index &+ 1) & mask }
    return index
  }

  /// The rank of a pair, `none` when it is not merged, and its result.
  @inline(__always) func merge(_ left: UInt32, _ right: UInt32) -> (rank: UInt32, result: UInt32) {
    let slot = slots[find(UInt64(left) << 32 | UInt64(right))]
    return (slot.rank, slot.result)
  }
}
