/// What words were encoded to, so that each is merged about once: most text is words seen before.
///
/// Words of at most 15 bytes with at most 4 tokens live in a two-way table of 32-byte slots, one cache line a set; the newest two of a set
/// stay. Others live in `LongWordCache`. Both are bounded, and neither changes any result.
struct WordCache: ~Copyable {
  struct Key {
    /// The word's bytes, zero padded; the top byte of `high` is its length, so a free slot (zero) equals no word.
    var low: UInt64
    var high: UInt64
  }

  struct Slot {
    var key: Key
    /// Unused entries are zero; the top byte of `first` is the number of tokens (ids stay below 2^24).
    var first: UInt32
    var second: UInt32
    var third: UInt32
    var fourth: UInt32
  }

  static let maximumWordLength = 15
  static let maximumTokenCount = 4

  private let slots: UnsafeMutablePointer<Slot>
  private let shift: UInt64

  /// `bits`: the table has two slots for each of its 2^bits sets; 64 bytes a set.
  init(bits: Int = 16) {
    shift = UInt64(64 - bits)
    let count = 2 << bits
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Slot>.stride, alignment: 64)
    slots = memory.bindMemory(to: Slot.self, capacity: count)
    slots.initialize(
      repeating: Slot(key: Key(low: 0, high: 0), first: 0, second: 0, third: 0, fourth: 0), count: count)
  }

  deinit { slots.deallocate() }

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
    low &= UInt64.max >> lowBits
    // Smart shift: 64 gives zero.
    high &= UInt64.max >> UInt64(truncatingIfNeeded: 64 &- max(count &- 8, 0) &* 8)
    return Key(low: low, high: high | UInt64(truncatingIfNeeded: count) << 56)
  }

  @inline(__always) private func set(of key: Key) -> UnsafeMutablePointer<Slot> {
    slots + Int(truncatingIfNeeded: fold(key.low ^ 0xE703_7ED1_A0B4_28DB, key.high ^ 0xA076_1D64_78BD_642F) >> shift) &* 2
  }

  /// Writes the tokens of a known word to `output`, which has room for 4, and returns their number; 0 when the word is not known.
  @inline(__always) func find(_ key: Key, _ output: UnsafeMutablePointer<UInt32>) -> Int {
    var slot = set(of: key)
    if slot.pointee.key.low != key.low || slot.pointee.key.high != key.high {
      slot += 1
      if slot.pointee.key.low != key.low || slot.pointee.key.high != key.high { return 0 }
    }
    let found = slot.pointee
    output[0] = found.first & 0xFF_FFFF
    output[1] = found.second
    output[2] = found.third
    output[3] = found.fourth
    return Int(found.first >> 24)
  }

  /// Remembers 1 to 4 tokens.
  func insert(_ key: Key, _ tokens: ArraySlice<UInt32>) {
    let set = set(of: key)
    set[1] = set[0]
    func token(_ index: Int) -> UInt32 { index < tokens.count ? tokens[tokens.startIndex + index] : 0 }
    set[0] = Slot(
      key: key, first: token(0) | UInt32(tokens.count) << 24, second: token(1), third: token(2), fourth: token(3))
  }
}

/// The words that do not fit `WordCache`, up to 256 bytes: a hash table over two arenas that is emptied when it is full.
struct LongWordCache {
  static let maximumWordLength = 256
  private static let maximumArenaSize = 4 << 20

  private struct Entry {
    var hash: UInt64
    var word: Int
    var tokens: Int
    var length: UInt32
    var tokenCount: UInt32
  }

  private var words: [UInt8] = []
  private var tokens: [UInt32] = []
  private var entries: [Entry] = []
  /// Entry index + 1 by hash, open addressing.
  private var slots = [UInt32](repeating: 0, count: 1 << 17)

  /// Appends the tokens of a known word to `output`.
  func find(_ word: UnsafePointer<UInt8>, _ count: Int, hash: UInt64, into output: inout [UInt32]) -> Bool {
    var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[index] != 0 {
      let entry = entries[Int(slots[index]) - 1]
      if entry.hash == hash, entry.length == count,
        words.withUnsafeBufferPointer({ equalBytes($0.baseAddress.unsafelyUnwrapped + entry.word, word, count) })
      {
        output.append(contentsOf: tokens[entry.tokens..<entry.tokens + Int(entry.tokenCount)])
        return true
      }
      index = (index + 1) & (slots.count - 1)
    }
    return false
  }

  mutating func insert(_ word: UnsafePointer<UInt8>, _ count: Int, hash: UInt64, _ ids: ArraySlice<UInt32>) {
    if entries.count >= slots.count / 2 || words.count + count > Self.maximumArenaSize { removeAll() }
    entries.append(
      Entry(hash: hash, word: words.count, tokens: tokens.count, length: UInt32(count), tokenCount: UInt32(ids.count)))
    words.append(contentsOf: UnsafeBufferPointer(start: word, count: count))
    tokens.append(contentsOf: ids)
    var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[index] != 0 { index = (index + 1) & (slots.count - 1) }
    slots[index] = UInt32(entries.count)
  }

  private mutating func removeAll() {
    words.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    for index in slots.indices { slots[index] = 0 }
  }
}
