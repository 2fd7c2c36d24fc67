/// Turns texts into MinHash signatures. One object per worker: its buffers are reused.
public final class MinHashSketcher {
  private let shingler: Shingler
  private let hasher: MinHasher
  private var minima: [Int32] = []

  init(_ hasher: MinHasher, wordsPerShingle: Int, charactersPerShingle: Int) {
    self.hasher = hasher
    shingler = Shingler(wordsPerShingle: wordsPerShingle, charactersPerShingle: charactersPerShingle)
  }

  public convenience init(scheme: BandScheme, wordsPerShingle: Int = 5, charactersPerShingle: Int = 9, seed: UInt64 = 1) {
    self.init(
      MinHasher(scheme: scheme, seed: seed), wordsPerShingle: wordsPerShingle, charactersPerShingle: charactersPerShingle)
  }

  /// The hashed shingles of a text in order, with repetitions.
  ///
  /// - Complexity: O(bytes).
  public func shingles(of text: [UInt8]) -> [UInt32] {
    shingler.scan(text)
    return shingler.shingles
  }

  /// The signature of a text. Shape: `[bands × rows]`; all `Int32.max` for a text without words.
  ///
  /// - Complexity: O(bytes + shingles × minima).
  public func signature(of text: [UInt8]) -> [Int32] {
    shingler.scan(text)
    hasher.signature(of: shingler.shingles, into: &minima)
    return minima
  }

  /// The distinct shingles of the text seen last, ascending.
  public func distinctShingles() -> [UInt32] { shingler.distinctShingles() }
}
