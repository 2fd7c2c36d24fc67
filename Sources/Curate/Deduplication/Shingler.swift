import Documents

/// Turns text into the hashed n-grams whose set represents it.
///
/// Words are lower case and free of punctuation; a text of mostly unspaced script (Chinese, Japanese, Thai, …) is cut into
/// n-grams of characters instead. One object per worker: its buffers are reused.
final class Shingler {
  let wordsPerShingle: Int
  let charactersPerShingle: Int
  private let table = CharacterTable.shared
  private var tokens: [UInt64] = []
  /// The hashed shingles of the last text, in order of the text, with repetitions.
  private(set) var shingles: [UInt32] = []
  private var scratch: [UInt32] = []

  init(wordsPerShingle: Int, charactersPerShingle: Int) {
    self.wordsPerShingle = wordsPerShingle
    self.charactersPerShingle = charactersPerShingle
  }

  /// Fills `shingles`. A text with fewer tokens than a shingle gives one shingle of them all, a text without tokens none.
  ///
  /// - Complexity: O(bytes).
  func scan(_ text: [UInt8]) {
    tokens.removeAll(keepingCapacity: true)
    shingles.removeAll(keepingCapacity: true)
    let unspaced = text.withUnsafeBufferPointer { tokenize($0) }
    guard !tokens.isEmpty else { return }
    let n = unspaced * 2 > tokens.count ? charactersPerShingle : wordsPerShingle
    combine(n)
  }

  /// The distinct shingles of the last text, ascending.
  func distinctShingles() -> [UInt32] {
    radixSort(&shingles, &scratch)
    var distinct: [UInt32] = []
    distinct.reserveCapacity(shingles.count)
    for shingle in shingles where distinct.last != shingle { distinct.append(shingle) }
    return distinct
  }

  /// Hashes each word, and each scalar of unspaced script, to a token.
  /// - Returns: how many tokens are scalars of unspaced script.
  private func tokenize(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var unspaced = 0
    var word = WordHash()
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      if byte < 0x80 {
        i += 1
        let lower = asciiWordByte(byte)
        if lower != 0 { word.add(lower) } else if word.count > 0 { tokens.append(word.finish()) }
        continue
      }
      let (scalar, length) = decodeScalar(bytes, at: i)
      i += length
      switch table.classOf(scalar) {
      case .word: word.add(scalar: table.lowercased(scalar))
      case .separator: if word.count > 0 { tokens.append(word.finish()) }
      case .unspaced:
        if word.count > 0 { tokens.append(word.finish()) }
        word.add(scalar: scalar)
        tokens.append(word.finish())
        unspaced += 1
      case .ignored: break
      }
    }
    if word.count > 0 { tokens.append(word.finish()) }
    return unspaced
  }

  /// A polynomial hash of each window of `n` tokens, finished by SplitMix64's mixer; its upper half is the shingle.
  private func combine(_ n: Int) {
    let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    let size = min(n, tokens.count)
    var power: UInt64 = 1
    var hash: UInt64 = 0
    for token in tokens[..<size] {
      hash = hash &* multiplier &+ token
      power = power &* multiplier
    }
    shingles.reserveCapacity(tokens.count)
    shingles.append(UInt32(truncatingIfNeeded: SeededRandom.mix(hash) >> 32))
    tokens.withUnsafeBufferPointer { tokens in
      var next = size
      while next < tokens.count {
        hash = hash &* multiplier &+ tokens[next] &- tokens[next - size] &* power
        shingles.append(UInt32(truncatingIfNeeded: SeededRandom.mix(hash) >> 32))
        next += 1
      }
    }
  }
}

/// The lower-case byte of an ASCII letter or digit, 0 for anything else.
@inline(__always) private func asciiWordByte(_ byte: UInt8) -> UInt8 {
  let lower = byte | 0x20
  if lower &- UInt8(ascii: "a") < 26 { return lower }
  return byte &- UInt8(ascii: "0") < 10 ? byte : 0
}

/// Hash of a word fed byte by byte: eight bytes are gathered before they are mixed in.
private struct WordHash {
  private(set) var count = 0
  private var gathered: UInt64 = 0
  private var hash: UInt64 = 0

  @inline(__always) mutating func add(_ byte: UInt8) {
    gathered = gathered << 8 | UInt64(byte)
    count &+= 1
    if count & 7 == 0 { mix() }
  }

  /// Scalars count as their three low bytes, so that no scalar looks like a run of ASCII.
  @inline(__always) mutating func add(scalar: UInt32) {
    add(0xFF)
    add(UInt8(truncatingIfNeeded: scalar >> 16))
    add(UInt8(truncatingIfNeeded: scalar >> 8))
    add(UInt8(truncatingIfNeeded: scalar))
  }

  @inline(__always) private mutating func mix() {
    let product = (hash ^ gathered ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    hash = product.high ^ product.low &+ 0x8EBC_6AF0_9C88_C6E3
    gathered = 0
  }

  /// The finished hash; starts the next word.
  @inline(__always) mutating func finish() -> UInt64 {
    mix()
    let result = hash ^ UInt64(truncatingIfNeeded: count) &* 0x5897_89E6_C7D8_D4F1
    self = WordHash()
    return result
  }
}

/// Least-significant-digit radix sort, ascending.
private func radixSort(_ values: inout [UInt32], _ scratch: inout [UInt32]) {
  if values.count < 64 {
    values.sort()
    return
  }
  if scratch.count < values.count { scratch = Array(repeating: 0, count: values.count) }
  let count = values.count
  for shift in stride(from: UInt32(0), to: 32, by: 8) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
      places.initialize(repeating: 0)
      for value in values { places[Int((value >> shift) & 255)] &+= 1 }
      var sum = 0
      for digit in 0..<256 {
        let size = places[digit]
        places[digit] = sum
        sum &+= size
      }
      values.withUnsafeBufferPointer { source in
        scratch.withUnsafeMutableBufferPointer { target in
          for value in source {
            let digit = Int((value >> shift) & 255)
            target[places[digit]] = value
            places[digit] &+= 1
          }
        }
      }
    }
    // An even number of passes ends in `values` again.
    swap(&values, &scratch)
    if values.count > count { values.removeLast(values.count - count) }
  }
}
