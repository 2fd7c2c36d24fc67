/// Throws out most of the keys that occur once, before the rest are counted: two bits for each place that keys are hashed to, one for a
/// first visit, one for more. Keys that occur twice always stay; of the others those stay that share a place, about one in sixteen.
package struct RepeatSieve {
  private var visited: [UInt64] = []
  private var revisited: [UInt64] = []

  package init() {}

  /// Keeps those of `positions`, in order, whose key may occur more than once among them; returns how many, at the front.
  package mutating func sift(_ positions: UnsafeMutableBufferPointer<Int>, by keys: UnsafeBufferPointer<UInt64>) -> Int {
    var bits = 10
    while 1 << bits < 16 * positions.count { bits += 1 }
    let words = 1 << (bits - 6)
    Self.clear(&visited, words)
    Self.clear(&revisited, words)
    let shift = UInt64(64 - bits)
    return visited.withUnsafeMutableBufferPointer { visited in
      revisited.withUnsafeMutableBufferPointer { revisited in
        for position in positions {
          let place = Self.place(keys[position], shift)
          let (word, bit) = (Int(truncatingIfNeeded: place >> 6), 1 << (place & 63) as UInt64)
          revisited[word] |= visited[word] & bit
          visited[word] |= bit
        }
        var kept = 0
        for index in positions.indices {
          let position = positions[index]
          let place = Self.place(keys[position], shift)
          positions[kept] = position
          kept &+= Int(truncatingIfNeeded: revisited[Int(truncatingIfNeeded: place >> 6)] >> (place & 63) & 1)
        }
        return kept
      }
    }
  }

  @inline(__always)
  private static func place(_ key: UInt64, _ shift: UInt64) -> UInt64 { (key &* 0x9E37_79B9_7F4A_7C15) &>> shift }

  private static func clear(_ words: inout [UInt64], _ count: Int) {
    words.removeAll(keepingCapacity: true)
    words.append(contentsOf: repeatElement(0, count: count))
  }
}
