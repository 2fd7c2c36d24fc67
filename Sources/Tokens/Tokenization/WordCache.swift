import CPrefetch

/// What words were encoded to, so that each is merged about once: most text is words seen before.
///
/// Words of at most 15 bytes with at most 4 tokens live in a two-way table of 32-byte slots, one cache line a set; the newest two of a set
/// stay. Others live in `LongWordCache`. Both are bounded, and neither changes any result.
struct WordCache: ~Copyable {
  struct Key {
    /// The word's bytes, zero padded; the top byte of `high` is its length, so a free slot (zero) equals no word.
    var low: UInt64
    var high: UInt64

    var length: Int { Int(truncatingIfNeeded: high &>> 56) }
  }

  struct Slot {
    var low: UInt64
    var high: UInt64
    /// Unused entries are zero; the top byte of the first is the number of tokens (ids stay below 2^24).
    var tokens: SIMD4<UInt32>
  }

  static let maximumWordLength = 15
  static let maximumTokenCount = 4

  private let slots: LargeTable<Slot>
  private let shift: UInt64

  /// `bits`: the table has two slots for each of its 2^bits sets; 64 bytes a set.
  init(bits: Int = 17) {
    shift = UInt64(64 - bits)
    slots = LargeTable(count: 2 << bits, of: Slot(low: 0, high: 0, tokens: .zero))
  }

  /// The key of a word of 1 to 15 bytes. `readable`: how many bytes may be read from its address.
  @inline(__always) static func key(_ word: UnsafePointer<UInt8>, _ count: Int, readable: Int) -> Key {
    let raw = UnsafeRawPointer(word)
    var low: UInt64
    var high: UInt64
    if readable >= 16 {
      low = raw.loadUnaligned(as: UInt64.self)
      high = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    } else {
      (low, high) = (0, 0)
      for index in 0..<min(count, 8) { low |= UInt64(word[index]) << UInt64(8 &* index) }
      for index in 8..<max(count, 8) { high |= UInt64(word[index]) << UInt64(8 &* (index &- 8)) }
    }
    let lowBits = UInt64(truncatingIfNeeded: 64 &- min(count, 8) &* 8)
    low &= UInt64.max &>> lowBits
    // 8 bits more than are in use, which are none at a length of 8: the shift is below 64.
    let highBits = UInt64(truncatingIfNeeded: 56 &- max(count &- 8, 0) &* 8)
    high &= (UInt64.max &>> 8) &>> highBits
    return Key(low: low, high: high | UInt64(truncatingIfNeeded: count) << 56)
  }

  /// Where a word is if it is known; asks for that memory.
  @inline(__always) func set(of key: Key) -> UnsafeMutablePointer<Slot> {
    let hash = fold(key.low ^ 0xE703_7ED1_A0B4_28DB, key.high ^ 0xA076_1D64_78BD_642F)
    let set = slots.base + Int(truncatingIfNeeded: hash &>> shift) &* 2
    winnow_prefetch(set)
    return set
  }

  /// Writes the tokens of a known word to `output`, which has room for 4, and returns their number; 0 when the word is not in its set.
  @inline(__always) static func find(
    _ key: Key, in set: UnsafeMutablePointer<Slot>, _ output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var slot = set
    if slot.pointee.low != key.low || slot.pointee.high != key.high {
      slot += 1
      if slot.pointee.low != key.low || slot.pointee.high != key.high { return 0 }
    }
    let found = slot.pointee.tokens
    UnsafeMutableRawPointer(output).storeBytes(
      of: found & SIMD4(0xFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF), as: SIMD4<UInt32>.self)
    return Int(found[0] &>> 24)
  }

  /// Remembers 1 to 4 tokens.
  static func insert(
    _ key: Key, in set: UnsafeMutablePointer<Slot>, _ tokens: UnsafePointer<UInt32>, _ count: Int
  ) {
    set[1] = set[0]
    var stored = SIMD4<UInt32>.zero
    for index in 0..<count { stored[index] = tokens[index] }
    stored[0] |= UInt32(count) << 24
    set[0] = Slot(low: key.low, high: key.high, tokens: stored)
  }
}
