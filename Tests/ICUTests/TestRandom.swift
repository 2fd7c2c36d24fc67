/// Random text that hits the hard places: few scripts at a time, many marks, joiners and separators.
struct TestRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  private static let ranges: [ClosedRange<UInt32>] = [
    0x20...0x7E, 0x20...0x7E, 0x61...0x7A, 0x30...0x39, 0x09...0x0D, 0x80...0x17F, 0x300...0x345, 0x370...0x3FF, 0x400...0x45F,
    0x5D0...0x5EA, 0x591...0x5C7, 0x5F3...0x5F4, 0x620...0x65F, 0x905...0x94D, 0x985...0x9D7, 0xB82...0xBCD, 0x1100...0x11FF,
    0x1E00...0x1EFF, 0x2000...0x206F, 0x20A0...0x214F, 0x1F1E6...0x1F1FF, 0x1F468...0x1F469, 0x1F3FB...0x1F3FF,
    0xFE00...0xFE0F, 0xFF10...0xFF3A, 0x27...0x2E, 0x3A...0x3B, 0x1D15E...0x1D164, 0xE0020...0xE007F,
  ]

  mutating func text(scalars count: Int, extra: [ClosedRange<UInt32>] = []) -> [UInt8] {
    let all = Self.ranges + extra
    let chosen = (0..<3).map { _ in all[below(all.count)] }
    var string = String.UnicodeScalarView()
    for _ in 0..<count {
      let range = chosen[below(3)]
      if let scalar = Unicode.Scalar(range.lowerBound + UInt32(below(range.count))) { string.append(scalar) }
    }
    return Array(String(string).utf8)
  }
}
