/// Encodes many texts with one tokenizer, fast: the ids are those of `Tokenizer.encode`.
///
/// Holds scratch memory and a cache of words (9 MB, up to 30 MB where most words are long), so make one per thread and keep it.
public final class TokenEncoder {
  public let tokenizer: Tokenizer
  private let merger: WordMerger
  private let cache = WordCache()
  private var longWords = LongWordCache()
  private let batch = WordBatch()
  private var buffer = OutputBuffer()

  public init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    merger = WordMerger(tokenizer.merges)
  }

  /// Appends the ids of `text` to `output`.
  public func encode(
    _ text: UnsafeRawBufferPointer, into output: inout [UInt32],
    specialTokens: Tokenizer.SpecialTokenTreatment = .asText
  ) {
    tokenizer.forEachPart(of: text, specialTokens) { part, special in
      if let special { output.append(special) } else { encodeWords(of: part, endingBy: part.count, into: &output) }
    }
  }

  /// Appends the ids of `text` to `output`.
  public func encode(
    _ text: [UInt8], into output: inout [UInt32], specialTokens: Tokenizer.SpecialTokenTreatment = .asText
  ) {
    text.withUnsafeBytes { encode($0, into: &output, specialTokens: specialTokens) }
  }

  /// The ids of `text`.
  public func encode(_ text: [UInt8], specialTokens: Tokenizer.SpecialTokenTreatment = .asText) -> [UInt32] {
    var output: [UInt32] = []
    encode(text, into: &output, specialTokens: specialTokens)
    return output
  }

  /// Appends the ids of the words of `text` that end at `limit` or before.
  func encodeWords(of text: UnsafeRawBufferPointer, endingBy limit: Int, into output: inout [UInt32]) {
    guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    // A word of n bytes has at most n tokens, and a cached word writes up to 4.
    buffer.reserve(text.count + WordCache.maximumTokenCount)
    let tokens = buffer.tokens
    var used = 0
    // Words are looked up a batch later than they are found: their places in the cache arrive from memory meanwhile.
    let words = batch.words
    var waiting = 0
    tokenizer.model.pattern.forEachWord(in: text) { start, end in
      guard end <= limit else { return }
      let length = end &- start
      if length <= WordCache.maximumWordLength {
        let key = WordCache.key(bytes + start, length, readable: text.count &- start)
        words[waiting] = .init(low: key.low, high: key.high, set: cache.set(of: key), start: bytes + start)
      } else {
        let hash = wordHash(bytes + start, length)
        longWords.prefetch(hash)
        words[waiting] = .init(low: hash, high: UInt64(truncatingIfNeeded: length), set: nil, start: bytes + start)
      }
      waiting &+= 1
      if waiting == WordBatch.capacity {
        used = encodeBatch(waiting, tokens, used)
        waiting = 0
      }
    }
    used = encodeBatch(waiting, tokens, used)
    output.append(contentsOf: UnsafeBufferPointer(start: tokens, count: used))
  }

  @inline(__always) private func encodeBatch(_ count: Int, _ tokens: UnsafeMutablePointer<UInt32>, _ start: Int) -> Int {
    var used = start
    for index in 0..<count {
      let word = batch.words[index]
      if let set = word.set {
        let key = WordCache.Key(low: word.low, high: word.high)
        let found = WordCache.find(key, in: set, tokens + used)
        used &+= found != 0 ? found : encodeNew(word.start, key, set, tokens + used)
      } else {
        used &+= encodeLong(word.start, Int(truncatingIfNeeded: word.high), hash: word.low, tokens + used)
      }
    }
    return used
  }

  /// A short word that is not in the first cache.
  @inline(never) private func encodeNew(
    _ word: UnsafePointer<UInt8>, _ key: WordCache.Key, _ set: UnsafeMutablePointer<WordCache.Slot>,
    _ output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let count = tokenizer.encodeWord(word, key.length, merger, output)
    if count <= WordCache.maximumTokenCount { WordCache.insert(key, in: set, output, count) }
    return count
  }

  @inline(never) private func encodeLong(
    _ word: UnsafePointer<UInt8>, _ length: Int, hash: UInt64, _ output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    guard length <= LongWordCache.maximumWordLength else { return tokenizer.encodeWord(word, length, merger, output) }
    let found = longWords.find(word, length, hash: hash, output)
    if found > 0 { return found }
    let count = tokenizer.encodeWord(word, length, merger, output)
    longWords.insert(word, length, hash: hash, output, count)
    return count
  }
}

/// Words of a text that wait to be looked up.
private struct WordBatch: ~Copyable {
  struct Word {
    /// Of a short word its key; of a long one its hash and length.
    var low: UInt64
    var high: UInt64
    /// Where a short word may be in `WordCache`; nil for a long word.
    var set: UnsafeMutablePointer<WordCache.Slot>?
    var start: UnsafePointer<UInt8>
  }

  /// Enough to hide a look-up in main memory, few enough for the first-level cache.
  static let capacity = 64

  let words = UnsafeMutablePointer<Word>.allocate(capacity: capacity)

  deinit { words.deallocate() }
}

/// Memory for the tokens of one text, kept between texts.
private struct OutputBuffer: ~Copyable {
  private(set) var tokens = UnsafeMutablePointer<UInt32>.allocate(capacity: 1 << 12)
  private var capacity = 1 << 12

  mutating func reserve(_ count: Int) {
    guard count > capacity else { return }
    tokens.deallocate()
    capacity = max(count, 2 * capacity)
    tokens = .allocate(capacity: capacity)
  }

  deinit { tokens.deallocate() }
}
