import Deduplication
import Documents
import Testing

@Suite struct SuffixArrayFacts {
  private func check(_ text: [UInt8]) throws {
    let expected = text.indices.sorted { text[$0...].lexicographicallyPrecedes(text[$1...]) }.map(Int32.init)
    try text.withUnsafeBufferPointer { bytes in
      let array = try SuffixArray(bytes)
      #expect(array.positions == expected, "\(text)")
      let lengths = array.commonPrefixLengths(in: bytes)
      for rank in expected.indices {
        let length =
          rank == 0 ? 0 : zip(text[Int(expected[rank - 1])...], text[Int(expected[rank])...]).prefix { $0 == $1 }.count
        #expect(lengths[rank] == length)
      }
    }
  }

  @Test(
    "suffixes of known texts are sorted",
    arguments: [
      "", "a", "aa", "ab", "ba", "banana", "mississippi", "abracadabra", "aaaaaaaaaaaaaaaa", "abababababababab", "zyxwvutsrq",
      "abcdefghij", "abaababaabaababaababa", "gesundheit, gesundheit", "\u{0}\u{0}a\u{0}", "👩‍👩‍👧👩‍👩‍👧漢字漢字",
    ])
  func knownTexts(text: String) throws { try check(Array(text.utf8)) }

  @Test func randomTextsOfEveryAlphabet() throws {
    var random = SeededRandom(seed: 2)
    for trial in 0..<1500 {
      let alphabet: UInt64 = [1, 2, 3, 4, 26, 256][trial % 6]
      var text = (0..<random.next(below: 60)).map { _ in UInt8(random.next(below: alphabet)) }
      if trial % 4 == 0 { text += text + text.prefix(Int(random.next(below: 9))) }
      try check(text)
    }
  }

  @Test func everyBinaryTextOfUpToTenSymbols() throws {
    for length in 0...10 {
      for bits in 0..<(1 << length) { try check((0..<length).map { UInt8(bits >> $0 & 1) }) }
    }
  }

  @Test func longPeriodicTexts() throws {
    var random = SeededRandom(seed: 6)
    for period in [1, 2, 3, 7, 100, 255] {
      let unit = (0..<period).map { _ in UInt8(random.next(below: 3)) }
      let text = (0..<2000).map { unit[$0 % period] } + [UInt8(random.next(below: 3))]
      try check(text)
    }
  }
}
