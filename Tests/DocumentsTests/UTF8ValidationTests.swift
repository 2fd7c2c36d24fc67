import Documents
import Testing

@Suite struct UTF8ValidationTests {
  /// Bytes made of pieces that are valid, nearly valid, or random.
  static func sample(seed: Int) -> [UInt8] {
    var random = SeededRandom(seed: UInt64(seed))
    let pieces: [[UInt8]] = [
      Array("plain ASCII text of some length, so that the fast path is taken. ".utf8), Array("äöü".utf8), Array("日本語".utf8),
      Array("𝄞😀".utf8),
      [0xC0, 0x80], [0xC1], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5],
      [0x80], [0xBF, 0xBF],
      [0xE6, 0x97], [0xF0, 0x9F, 0x98], [0xE2], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
    ]
    var bytes: [UInt8] = []
    for _ in 0..<random.next(below: 12) {
      // The first four pieces are valid; they come more often.
      let count = random.next(below: 3) == 0 ? pieces.count : 4
      bytes += pieces[Int(random.next(below: UInt64(count)))]
      if random.next(below: 20) == 0 { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    }
    return bytes
  }

  @Test("the fast validator and the plain one agree with the standard library")
  func agrees() {
    for seed in 0..<20_000 {
      let bytes = Self.sample(seed: seed)
      let (fast, plain) = bytes.withUnsafeBytes { (UTF8Validation.validPrefix($0), UTF8Validation.validPrefixPlain($0)) }
      #expect(fast == plain, "\(bytes)")
      #expect((fast == bytes.count) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
      #expect(String(validating: bytes.prefix(fast), as: UTF8.self) != nil, "\(bytes)")
    }
  }

  @Test("repair replaces maximal subparts, as the standard library does")
  func repairs() {
    for seed in 0..<20_000 {
      let bytes = Self.sample(seed: seed)
      var repaired: [UInt8] = []
      let replaced = bytes.withUnsafeBytes { UTF8Validation.appendRepaired($0, to: &repaired) }
      #expect(repaired == Array(String(decoding: bytes, as: UTF8.self).utf8), "\(bytes)")
      #expect((replaced == 0) == (repaired == bytes))
    }
  }

  @Test("the end of ASCII is found at every place", arguments: 0..<100)
  func findsEndOfASCII(length: Int) {
    var bytes = [UInt8](repeating: 0x61, count: length) + [0xC3, 0xA4] + [UInt8](repeating: 0x61, count: 40)
    #expect(bytes.withUnsafeBytes { UTF8Validation.endOfASCII($0) } == length)
    bytes = [UInt8](repeating: 0x61, count: length)
    #expect(bytes.withUnsafeBytes { UTF8Validation.endOfASCII($0) } == length)
  }
}
