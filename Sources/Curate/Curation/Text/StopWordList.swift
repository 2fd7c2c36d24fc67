/// The stop words of one language: at most 64, looked up by hash; of two that are the same the first counts.
package struct StopWordList: Sendable, Hashable {
  package let words: [String]
  /// Bytes of the longest word: longer tokens are not looked up.
  package let longest: Int
  /// By place in `words`.
  private let hashes: [UInt64]
  /// An open-addressing table of places in `words`, plus one; 0 is an empty slot. Three of four are.
  private let slots: [UInt8]

  package static let capacity = 64

  /// Words are kept as written; for folded look-up they have to be lower-case.
  package init(_ words: [String]) {
    precondition(words.count <= Self.capacity)
    self.words = words
    longest = words.map(\.utf8.count).max() ?? 0
    hashes = words.map { ByteHash.hash(Array($0.utf8)) }
    var slots = [UInt8](repeating: 0, count: 4 * Self.capacity)
    for (place, hash) in hashes.enumerated() {
      var slot = Self.firstSlot(hash)
      while slots[slot] > 0 { slot = Self.next(slot) }
      slots[slot] = UInt8(place + 1)
    }
    self.slots = slots
  }

  @inline(__always) private static func firstSlot(_ hash: UInt64) -> Int { Int(hash & UInt64(4 * capacity - 1)) }
  @inline(__always) private static func next(_ slot: Int) -> Int { (slot &+ 1) & (4 &* capacity &- 1) }

  /// The place in `words` of the word that `token` is.
  @inline(__always)
  package func index(
    of token: Token, in text: UnsafeBufferPointer<UInt8>, folds: Bool, buffer: inout [UInt8]
  ) -> Int? {
    var hash = token.hash
    if folds, !CaseFolding.surelyKeeps(text, token.range) {
      CaseFolding.fold(UnsafeBufferPointer(rebasing: text[token.range]), into: &buffer)
      hash = ByteHash.hash(buffer)
    }
    var slot = Self.firstSlot(hash)
    while slots[slot] > 0 {
      let place = Int(slots[slot] &- 1)
      if hashes[place] == hash { return place }
      slot = Self.next(slot)
    }
    return nil
  }
}
