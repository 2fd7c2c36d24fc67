/// Counts 64-bit keys in an open-addressing table; keeps its memory from use to use.
package struct HashCounter {
  package struct Slot {
    fileprivate var key: UInt64 = 0
    fileprivate var count: UInt32 = 0
    fileprivate var first: UInt32 = 0
  }

  private var slots: [Slot] = []

  package init() {}

  /// Calls `body` with an empty table that has room for `expected` different keys.
  @inline(__always)
  package mutating func withEmptyTable<Result>(expected: Int, _ body: (Table) -> Result) -> Result {
    var capacity = 64
    while capacity < 2 * expected { capacity *= 2 }
    if slots.count < capacity { slots = [Slot](repeating: Slot(), count: capacity) }
    return slots.withUnsafeMutableBufferPointer { slots in
      // A small text uses the front of a large table, so that it stays in the cache.
      let used = UnsafeMutableBufferPointer(rebasing: slots[..<capacity])
      used.update(repeating: Slot())
      return body(Table(slots: used, mask: capacity - 1))
    }
  }

  /// Valid within `withEmptyTable`.
  package struct Table {
    fileprivate let slots: UnsafeMutableBufferPointer<Slot>
    fileprivate let mask: Int

    /// Counts `key`; returns how often it was counted now, and the position of its first time.
    @inline(__always)
    package func count(_ key: UInt64, at position: Int) -> (count: Int, first: Int) {
      let slot = slot(counting: key, at: position)
      return (Int(slots[slot].count), Int(slots[slot].first))
    }

    /// Counts `key`; returns the slot that keeps its count.
    @inline(__always)
    package func slot(counting key: UInt64, at position: Int) -> Int {
      var index = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
      while slots[index].count > 0 {
        if slots[index].key == key {
          slots[index].count &+= 1
          return index
        }
        index = (index &+ 1) & mask
      }
      slots[index] = Slot(key: key, count: 1, first: UInt32(truncatingIfNeeded: position))
      return index
    }

    @inline(__always)
    package func count(inSlot slot: Int) -> Int { Int(slots[slot].count) }
  }
}
