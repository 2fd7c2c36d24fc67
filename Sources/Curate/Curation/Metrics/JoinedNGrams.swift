/// N-grams whose words are joined by nothing and compared as strings, so that `a bc` is `ab c`. Hashes are polynomials over the bytes
/// modulo 2^61 - 1: that of joined words comes from those of the words.
struct JoinedNGrams {
  private static let modulus: UInt64 = 1 << 61 - 1
  private static let base: UInt64 = 0x0A5F_3C1D_9B7E_4D13
  /// The hash of each word, and the base to the power of its bytes.
  private var hashes: [UInt64] = []
  private var scales: [UInt64] = []
  /// `keys[i]` is the hash of the `size` words from word i on.
  private var keys: [UInt64] = []
  private var size = 1

  mutating func load(_ tokens: [Token], _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition) {
    hashes.removeAll(keepingCapacity: true)
    scales.removeAll(keepingCapacity: true)
    for token in tokens where token.isWord || definition.countsPunctuation {
      var (hash, scale): (UInt64, UInt64) = (0, 1)
      for byte in text[token.range] {
        hash = Self.add(Self.multiply(hash, Self.base), UInt64(byte) + 1)
        scale = Self.multiply(scale, Self.base)
      }
      hashes.append(hash)
      scales.append(scale)
    }
    keys.removeAll(keepingCapacity: true)
    keys.append(contentsOf: hashes)
    size = 1
  }

  /// Characters in n-grams seen before, none counted twice. `lengths[i]` is the number of characters before word i. Sizes have to be
  /// asked for in ascending order.
  mutating func duplicateCharacters(_ n: Int, _ lengths: [Int], _ counter: inout HashCounter) -> Int {
    while size < n {
      for position in 0..<max(0, hashes.count - size) {
        let next = position + size
        keys[position] = Self.add(Self.multiply(keys[position], scales[next]), hashes[next])
      }
      size += 1
    }
    return counter.withEmptyTable(expected: hashes.count) { table in
      var (position, characters) = (0, 0)
      while position <= hashes.count - n {
        if table.count(keys[position], at: position).count > 1 {
          characters &+= lengths[position + n] - lengths[position]
          position &+= n
        } else {
          position &+= 1
        }
      }
      return characters
    }
  }

  private static func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a + b
    return sum >= modulus ? sum - modulus : sum
  }

  private static func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    let folded = (low & modulus) + (low >> 61 | high << 3)
    return folded >= modulus ? folded - modulus : folded
  }
}
