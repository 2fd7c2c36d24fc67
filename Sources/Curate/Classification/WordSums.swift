/// The sums of the rows of words' character n-grams, remembered for the words seen last: most words of a text have been seen before, and a
/// word of ten letters has thirty rows in thirty places of memory.
///
/// A direct-mapped table of 2,048 words of at most 24 bytes, which it compares in full: what it remembers is what would be computed, so
/// that results do not depend on what was read before. 320 KB: most of a second-level cache.
struct WordSums: Sendable {
  private static let capacity = 2048
  private static let longestWord = 24

  private struct Slot: Sendable {
    /// The word's bytes, filled up with zeros (no word has a zero), and how many rows it has.
    var word = SIMD4<UInt64>.zero
    var sum = FixedPointSum()
  }

  private var slots = [Slot](repeating: Slot(), count: capacity)

  /// Adds the rows of `word` (not empty) to `sum`; returns how many they are. `compute` does it for a word that is not remembered.
  @inline(__always)
  mutating func add(
    _ word: UnsafeBufferPointer<UInt8>, to sum: inout FixedPointSum,
    compute: (UnsafeBufferPointer<UInt8>, inout FixedPointSum) -> Int
  ) -> Int {
    guard word.count <= Self.longestWord else { return compute(word, &sum) }
    let key = Self.key(word)
    let mixed = (key.x &* 0x9E37_79B9_7F4A_7C15) ^ (key.y &* 0xC2B2_AE3D_27D4_EB4F) ^ (key.z &* 0x1656_67B1_9E37_79F9)
    let place = Int(truncatingIfNeeded: (mixed ^ mixed >> 29) >> 20) & (Self.capacity - 1)
    return slots.withUnsafeMutableBufferPointer { slots in
      var known = slots[place].word
      known.w = 0
      if known != key {
        var fresh = FixedPointSum()
        var filled = key
        filled.w = UInt64(compute(word, &fresh))
        slots[place] = Slot(word: filled, sum: fresh)
      }
      sum.add(slots[place].sum)
      return Int(slots[place].word.w)
    }
  }

  @inline(__always)
  private static func key(_ word: UnsafeBufferPointer<UInt8>) -> SIMD4<UInt64> {
    var key = SIMD4<UInt64>.zero
    withUnsafeMutableBytes(of: &key) { $0.copyMemory(from: UnsafeRawBufferPointer(word)) }
    return key
  }
}
