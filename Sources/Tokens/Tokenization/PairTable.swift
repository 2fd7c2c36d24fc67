/// Counts by pair of tokens (`left << 32 | right`): open addressing, never shrinks, forgets nothing.
struct PairTable {
  private struct Slot {
    var key: UInt64
    var count: Int64
  }

  /// No pair has this key: ids stay below 2^24.
  private static let free = UInt64.max

  private var slots: [Slot]
  private var bits: UInt64 = 16
  private var used = 0

  init() { slots = Array(repeating: Slot(key: Self.free, count: 0), count: 1 << bits) }

  /// 0 for a pair that was never added.
  subscript(key: UInt64) -> Int64 { slots[find(key)].count }

  /// - Returns: whether the pair was there before.
  @discardableResult
  mutating func add(_ count: Int64, to key: UInt64) -> Bool {
    var index = find(key)
    let existed = slots[index].key == key
    if !existed {
      if used * 2 >= slots.count {
        grow()
        index = find(key)
      }
      used += 1
      slots[index].key = key
    }
    slots[index].count += count
    return existed
  }

  /// Nothing happens to a pair that was never added (one that would make too long a token).
  mutating func subtract(_ count: Int64, from key: UInt64) {
    let index = find(key)
    if slots[index].key == key { slots[index].count -= count }
  }

  @inline(__always) private func find(_ key: UInt64) -> Int {
    let mask = slots.count &- 1
    var index = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> (64 &- bits))
    return slots.withUnsafeBufferPointer { slots in
      while slots[index].key != key && slots[index].key != Self.free { index = (index &+ 1) & mask }
      return index
    }
  }

  private mutating func grow() {
    let old = slots
    bits += 1
    slots = Array(repeating: Slot(key: Self.free, count: 0), count: 1 << bits)
    for slot in old where slot.key != Self.free { slots[find(slot.key)] = slot }
  }
}
