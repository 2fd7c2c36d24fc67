import ICU
import Testing

@Suite("Normalizer")
struct NormalizerTests {
  @Test(
    "NFC composes, reorders and leaves composed text alone",
    arguments: [
      ("plain ASCII text", "plain ASCII text"),
      ("e\u{301}", "\u{E9}"),
      ("caf\u{E9} \u{4E2D}\u{6587}", "caf\u{E9} \u{4E2D}\u{6587}"),
      ("\u{212B}", "\u{C5}"),  // ANGSTROM SIGN
      ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"),  // conjoining jamo
      ("a\u{301}\u{323}", "\u{1EA1}\u{301}"),  // marks out of order
      ("\u{958}", "\u{915}\u{93C}"),  // composition exclusion
      ("\u{FB01} \u{B2} \u{BD}", "\u{FB01} \u{B2} \u{BD}"),  // compatibility characters stay
    ])
  func composes(_ source: String, _ expected: String) {
    var normalizer = Normalizer()
    var text = Array(source.utf8)
    let changes = normalizer.nfc(&text)
    #expect(text == Array(expected.utf8))
    #expect((changes == 0) == (Array(source.utf8) == Array(expected.utf8)))
    let isNFC = normalizer.isNFC(text)
    #expect(isNFC)
  }

  @Test("the quick check finds exactly what ICU would change, on random text of all scripts")
  func agreesWithICU() {
    var random = TestRandom(state: 7)
    var normalizer = Normalizer()
    for round in 0..<3000 {
      let source = random.text(scalars: 1 + round % 60, extra: [0xAC00...0xACFF, 0x1100...0x11FF])
      var text = source
      normalizer.nfc(&text)
      let expected = normalizer.nfcByICU(source)
      #expect(text == expected, "\(source)")
      if text != expected { return }
    }
  }

  @Test("a flood of marks in the wrong order ends, and stays within bounds")
  func boundsMarkFloods() {
    var normalizer = Normalizer()
    var text = Array((String(repeating: "\u{301}\u{323}", count: 100_000)).utf8)
    normalizer.nfc(&text)
    #expect(text.count == 400_000)
  }

  @Test(
    "keys compare equal for text that reads the same",
    arguments: [
      ("Stra\u{DF}e", "STRASSE"), ("\u{FF21}\u{FF22}", "ab"), ("\u{FB01}ne", "FINE"), ("I\u{307}x", "i\u{307}X"),
      ("\u{3A3}\u{3AF}\u{3C3}\u{3C5}\u{3C6}\u{3BF}\u{3C2}", "\u{3C3}\u{3AF}\u{3C3}\u{3C5}\u{3C6}\u{3BF}\u{3C3}"),
      ("e\u{301}", "\u{C9}"), ("Hello", "hello"),
    ])
  func foldsKeys(_ a: String, _ b: String) {
    var normalizer = Normalizer()
    let keys = (normalizer.caseFoldedKey(Array(a.utf8)), normalizer.caseFoldedKey(Array(b.utf8)))
    #expect(keys.0 == keys.1)
  }

  @Test("bytes that are no UTF-8 do not stop anything")
  func survivesInvalidBytes() {
    var random = TestRandom(state: 11)
    var normalizer = Normalizer()
    var segmenter = WordSegmenter()
    var sentences = SentenceSegmenter()
    var segments: [TextSegment] = []
    var ranges: [Range<Int>] = []
    for _ in 0..<500 {
      var text = (0..<40).map { _ in UInt8(truncatingIfNeeded: random.next() >> 11) }
      segmenter.segment(text, into: &segments)
      sentences.segment(text, into: &ranges)
      #expect(segments.allSatisfy { $0.end <= 40 && $0.start < $0.end })
      #expect(ranges.last?.upperBound == 40)
      normalizer.nfc(&text)
      _ = normalizer.caseFoldedKey(text)
    }
  }
}
