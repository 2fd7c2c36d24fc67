import CPrefetch

/// The words that do not fit `WordCache`, up to 256 bytes: a hash table over two arenas that is emptied when it is full.
struct LongWordCache: ~Copyable {
  static let maximumWordLength = 256

  private struct Entry {
    var hash: UInt64
    var word: UInt32
    var tokens: UInt32
    var length: UInt32
    var tokenCount: UInt32
  }

  private static var maximumEntryCount: Int { 1 << 16 }
  private static var arenaSize: Int { 4 << 20 }

  // Memory that is not used yet costs nothing: the system hands out pages when they are written.
  private let words = UnsafeMutablePointer<UInt8>.allocate(capacity: arenaSize)
  private let tokens = UnsafeMutablePointer<UInt32>.allocate(capacity: arenaSize)
  private let entries = UnsafeMutablePointer<Entry>.allocate(capacity: maximumEntryCount)
  /// Entry index + 1 by hash, open addressing, at most half full.
  private let slots = LargeTable<UInt32>(count: 2 * maximumEntryCount, of: 0)
  private var wordsUsed = 0
  private var tokensUsed = 0
  private var entriesUsed = 0

  deinit {
    words.deallocate()
    tokens.deallocate()
    entries.deallocate()
  }

  private var mask: Int { 2 * Self.maximumEntryCount - 1 }

  /// Asks for the memory in which a word with this hash is looked up.
  @inline(__always) func prefetch(_ hash: UInt64) {
    winnow_prefetch(slots.base + (Int(truncatingIfNeeded: hash) & mask))
  }

  /// Writes the tokens of a known word to `output`, which has room for one a byte, and returns their number; 0 when it is not known.
  func find(_ word: UnsafePointer<UInt8>, _ count: Int, hash: UInt64, _ output: UnsafeMutablePointer<UInt32>) -> Int {
    var index = Int(truncatingIfNeeded: hash) & mask
    while slots.base[index] != 0 {
      let entry = entries[Int(slots.base[index]) &- 1]
      if entry.hash == hash, entry.length == count, equalBytes(words + Int(entry.word), word, count) {
        output.update(from: tokens + Int(entry.tokens), count: Int(entry.tokenCount))
        return Int(entry.tokenCount)
      }
      index = (index &+ 1) & mask
    }
    return 0
  }

  mutating func insert(
    _ word: UnsafePointer<UInt8>, _ count: Int, hash: UInt64, _ ids: UnsafePointer<UInt32>, _ idCount: Int
  ) {
    // A word has no more tokens than bytes, so the tokens fit where the words do.
    if entriesUsed == Self.maximumEntryCount || wordsUsed + count > Self.arenaSize { removeAll() }
    entries[entriesUsed] = Entry(
      hash: hash, word: UInt32(wordsUsed), tokens: UInt32(tokensUsed), length: UInt32(count), tokenCount: UInt32(idCount))
    (words + wordsUsed).update(from: word, count: count)
    (tokens + tokensUsed).update(from: ids, count: idCount)
    wordsUsed += count
    tokensUsed += idCount
    entriesUsed += 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while slots.base[index] != 0 { index = (index &+ 1) & mask }
    slots.base[index] = UInt32(entriesUsed)
  }

  private mutating func removeAll() {
    (wordsUsed, tokensUsed, entriesUsed) = (0, 0, 0)
    slots.base.update(repeating: 0, count: mask + 1)
  }
}
