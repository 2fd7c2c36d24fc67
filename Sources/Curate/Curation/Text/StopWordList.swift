/// The stop words of one language: at most 64, looked up by hash.
package struct StopWordList: Sendable, Hashable {
  package let words: [String]
  /// Bytes of the longest word: longer tokens are not looked up.
  package let longest: Int
  /// Sorted by hash; `numbers[i]` is the place in `words` of the word with `hashes[i]`.
  private let hashes: [UInt64]
  private let numbers: [Int]
  /// Bit (hash & 1023) of a word's hash is set: sends nearly all other tokens away at once.
  private let gate: [UInt64]

  package static let capacity = 64

  /// Words are kept as written; for folded look-up they have to be lower-case.
  package init(_ words: [String]) {
    precondition(words.count <= Self.capacity)
    self.words = words
    longest = words.map(\.utf8.count).max() ?? 0
    let pairs = words.enumerated().map { (ByteHash.hash(Array($1.utf8)), $0) }.sorted { $0.0 < $1.0 }
    hashes = pairs.map(\.0)
    numbers = pairs.map(\.1)
    var gate = [UInt64](repeating: 0, count: 16)
    for (hash, _) in pairs { gate[Int(hash >> 6 & 15)] |= 1 << (hash & 63) }
    self.gate = gate
  }

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
    guard gate[Int(hash >> 6 & 15)] & (1 << (hash & 63)) != 0, let place = hashes.firstIndex(of: hash) else { return nil }
    return numbers[place]
  }
}
