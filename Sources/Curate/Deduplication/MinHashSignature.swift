import Documents

/// MinHash signatures (Broder 1997): for each of a family of hash functions, the smallest value over a set of shingles.
///
/// Function i maps a hashed shingle x to a_i·x + b_i modulo 2³², a_i odd, both from SplitMix64 under the seed. Values are
/// compared as signed numbers, which is as good an order as any and has a vector instruction everywhere.
package struct MinHasher: Sendable {
  package let scheme: BandScheme
  private let multipliers: [SIMD8<UInt32>]
  private let addends: [SIMD8<UInt32>]

  package init(scheme: BandScheme, seed: UInt64) {
    self.scheme = scheme
    var random = SeededRandom(seed: seed, stream: "minhash")
    let groups = (scheme.minima + 7) / 8
    var multipliers: [SIMD8<UInt32>] = []
    var addends: [SIMD8<UInt32>] = []
    for _ in 0..<groups {
      var a = SIMD8<UInt32>()
      var b = SIMD8<UInt32>()
      for lane in 0..<8 {
        a[lane] = UInt32(truncatingIfNeeded: random.next() >> 32) | 1
        b[lane] = UInt32(truncatingIfNeeded: random.next() >> 32)
      }
      multipliers.append(a)
      addends.append(b)
    }
    self.multipliers = multipliers
    self.addends = addends
  }

  /// The signature of a set given by its members in any order, repetitions allowed. Shape: `[scheme.minima]`.
  ///
  /// - Complexity: O(shingles × minima).
  package func signature(of shingles: [UInt32], into minima: inout [Int32]) {
    minima.removeAll(keepingCapacity: true)
    var group = 0
    while group < multipliers.count {
      let (a0, b0) = (multipliers[group], addends[group])
      let second = min(group + 1, multipliers.count - 1)
      let (a1, b1) = (multipliers[second], addends[second])
      var m0 = SIMD8<Int32>(repeating: .max)
      var m1 = SIMD8<Int32>(repeating: .max)
      shingles.withUnsafeBufferPointer { shingles in
        for shingle in shingles {
          let x = SIMD8<UInt32>(repeating: shingle)
          let v0 = SIMD8<Int32>(truncatingIfNeeded: a0 &* x &+ b0)
          let v1 = SIMD8<Int32>(truncatingIfNeeded: a1 &* x &+ b1)
          m0.replace(with: v0, where: v0 .< m0)
          m1.replace(with: v1, where: v1 .< m1)
        }
      }
      for lane in 0..<8 { minima.append(m0[lane]) }
      if group + 1 < multipliers.count { for lane in 0..<8 { minima.append(m1[lane]) } }
      group += 2
    }
    if minima.count > scheme.minima { minima.removeLast(minima.count - scheme.minima) }
  }

  /// The same by definition: one function, one shingle at a time. The specification of `signature`.
  package func plainSignature(of shingles: [UInt32]) -> [Int32] {
    (0..<scheme.minima).map { index in
      let (a, b) = (multipliers[index / 8][index % 8], addends[index / 8][index % 8])
      return shingles.map { Int32(truncatingIfNeeded: a &* $0 &+ b) }.min() ?? .max
    }
  }

  /// The 64-bit key of each band: XXH64 of its rows.
  func bandKeys(of signature: [Int32], _ body: (_ band: Int, _ key: UInt64) -> Void) {
    signature.withUnsafeBytes { bytes in
      for band in 0..<scheme.bands {
        let rows = bytes[(band * scheme.rows * 4)..<((band + 1) * scheme.rows * 4)]
        body(band, XXH64.hash(UnsafeRawBufferPointer(rebasing: rows), seed: UInt64(band)))
      }
    }
  }
}

/// |A ∩ B| / |A ∪ B| of two ascending lists of distinct numbers; 0 when both are empty.
///
/// - Complexity: O(|A| + |B|).
func jaccard(_ a: UnsafeBufferPointer<UInt32>, _ b: UnsafeBufferPointer<UInt32>) -> Double {
  var (i, j, common) = (0, 0, 0)
  while i < a.count, j < b.count {
    let (x, y) = (a[i], b[j])
    common &+= x == y ? 1 : 0
    i &+= x <= y ? 1 : 0
    j &+= y <= x ? 1 : 0
  }
  let union = a.count + b.count - common
  return union == 0 ? 0 : Double(common) / Double(union)
}
