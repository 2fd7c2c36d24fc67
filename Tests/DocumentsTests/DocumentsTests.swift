import Documents
import Testing

@Suite struct StableHashFacts {
  @Test("XXH64 gives the published values", arguments: [
    ("", UInt64(0xEF46_DB37_51D8_E999)),
    ("a", 0xD24E_C4F1_A98C_6E5B),
    ("abc", 0x44BC_2CF5_AD77_0999),
    ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
  ])
  func publishedVectors(text: String, expected: UInt64) { #expect(XXH64.hash(text) == expected) }

  @Test func piecesGiveTheHashOfTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for step in [1, 7, 31, 32, 33, 100] {
      var state = XXH64(seed: 5)
      var start = 0
      while start < bytes.count {
        state.update(Array(bytes[start..<min(start + step, bytes.count)]))
        start += step
      }
      #expect(state.finalize() == XXH64.hash(bytes, seed: 5))
    }
  }
}

@Suite struct DiagnosticFacts {
  @Test func rendersPlaceExcerptAndFix() {
    let diagnostic = Diagnostic(
      "unknown-key", "unknown key 'kep'", at: .init(file: "a.yaml", line: 2, column: 5, length: 3, excerpt: "  { kep: 1 }"),
      fix: "did you mean 'keep'?")
    #expect(
      diagnostic.description == """
        a.yaml:2:5: error: unknown key 'kep'
              { kep: 1 }
                ^~~
        fix: did you mean 'keep'?
        """)
  }

  @Test func nearestNameToleratesAThirdOfTheWord() {
    #expect(nearestName(to: "minimum-confidense", among: ["keep", "minimum-confidence"]) == "minimum-confidence")
    #expect(nearestName(to: "zzz", among: ["keep", "drop"]) == nil)
  }
}
