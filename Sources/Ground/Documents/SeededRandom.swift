/// SplitMix64 (Steele, Lea, Flood 2014): a random stream that is a pure function of its seed.
///
/// Randomness in Winnow is always such a value passed in, never a global generator.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  public private(set) var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// A stream of its own for each name, so that independent uses of one seed do not share numbers.
  public init(seed: UInt64, stream: String) { state = XXH64.hash(stream, seed: seed) }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// The stream as it is after `count` calls of `next()`, at once: parts of a series can be drawn on several threads.
  public func skipping(_ count: Int) -> SeededRandom { SeededRandom(seed: state &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(count)) }

  /// A Double in 0 ..< 1 with 53 random bits.
  public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An integer in 0 ..< bound without modulo bias (Lemire 2019).
  public mutating func next(below bound: UInt64) -> UInt64 {
    precondition(bound > 0)
    var (high, low) = next().multipliedFullWidth(by: bound)
    if low < bound {
      let threshold = (0 &- bound) % bound
      while low < threshold { (high, low) = next().multipliedFullWidth(by: bound) }
    }
    return high
  }

  /// SplitMix64's finalizer: a bijection that spreads every bit.
  @inlinable public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
