import ICU
import Testing

@Suite("WordSegmenter")
struct WordSegmenterTests {
  private func words(_ text: String) -> [String] {
    var segmenter = WordSegmenter()
    var segments: [TextSegment] = []
    let bytes = Array(text.utf8)
    segmenter.segment(bytes, into: &segments)
    return segments.map { String(decoding: bytes[$0.range], as: UTF8.self) }
  }

  @Test(
    "words, numbers, punctuation and symbols, without space",
    arguments: [
      ("The quick (\u{201C}brown\u{201D}) fox", ["The", "quick", "(", "\u{201C}", "brown", "\u{201D}", ")", "fox"]),
      ("can't jump 32.3 feet, right?", ["can't", "jump", "32.3", "feet", ",", "right", "?"]),
      ("snake_case e.g. a,b 1,000.", ["snake_case", "e.g", ".", "a", ",", "b", "1,000", "."]),
      ("na\u{EF}ve  \n\t\u{43F}\u{440}\u{438}\u{432}\u{435}\u{442}", ["na\u{EF}ve", "\u{43F}\u{440}\u{438}\u{432}\u{435}\u{442}"]),
      ("\u{D55C}\u{AD6D}\u{C5B4} \u{BB38}\u{C7A5}", ["\u{D55C}\u{AD6D}\u{C5B4}", "\u{BB38}\u{C7A5}"]),
      ("API\u{B97C} 3\u{C6D4}", ["API\u{B97C}", "3\u{C6D4}"]),  // as UAX 29; ICU would cut before Hangul
      ("\u{1F1E9}\u{1F1EA}\u{1F1EB}\u{1F1F7}", ["\u{1F1E9}\u{1F1EA}", "\u{1F1EB}\u{1F1F7}"]),
      ("\u{1F468}\u{200D}\u{1F469}", ["\u{1F468}\u{200D}\u{1F469}"]),
      ("", []),
    ])
  func splits(_ text: String, _ expected: [String]) {
    #expect(words(text) == expected)
  }

  @Test(
    "scripts without spaces are split by dictionary",
    arguments: [
      ("\u{6771}\u{4EAC}\u{306B}\u{884C}\u{304D}\u{307E}\u{3059}\u{3002}", 4),  // Japanese, four or more pieces
      ("\u{4E2D}\u{534E}\u{4EBA}\u{6C11}\u{5171}\u{548C}\u{56FD}\u{6210}\u{7ACB}\u{4E86}", 3),
      ("\u{0E20}\u{0E32}\u{0E29}\u{0E32}\u{0E44}\u{0E17}\u{0E22}\u{0E40}\u{0E1B}\u{0E47}\u{0E19}", 3),  // Thai
      ("\u{1781}\u{17D2}\u{1789}\u{17BB}\u{17C6}\u{1785}\u{1784}\u{17CB}\u{1791}\u{17C5}\u{1795}\u{17D2}\u{179F}\u{17B6}\u{179A}", 3),  // Khmer
    ])
  func usesDictionaries(_ text: String, _ minimumWords: Int) {
    let pieces = words(text)
    #expect(pieces.count >= minimumWords, "\(pieces)")
    #expect(pieces.joined() == text)
  }

  @Test("the byte rules give ICU's boundaries on random text")
  func agreesWithICU() {
    var random = TestRandom(state: 42)
    var segmenter = WordSegmenter()
    var segments: [TextSegment] = []
    for round in 0..<6000 {
      // ICU 72 tailors `@` (it joins letters); ours follows UAX 29.
      let text = random.text(scalars: 1 + round % 40).filter { $0 != 0x40 }
      segmenter.segment(text, into: &segments)
      let expected = WordSegmenter.segmentsByICU(text)
      if segments != expected {
        let scalars = String(decoding: text, as: UTF8.self).unicodeScalars.map { String($0.value, radix: 16) }
        Issue.record("\(scalars)\n\(segments)\n\(expected)")
        return
      }
    }
  }

  @Test("a dictionary run of any length is split without unbounded memory")
  func boundsDictionaryRuns() {
    var segmenter = WordSegmenter()
    var segments: [TextSegment] = []
    let text = Array(String(repeating: "\u{4E2D}\u{6587}", count: 20_000).utf8)
    segmenter.segment(text, into: &segments)
    #expect(segments.first?.start == 0)
    #expect(segments.last?.range.upperBound == text.count)
    #expect(zip(segments, segments.dropFirst()).allSatisfy { $0.end == $1.start })
  }
}

@Suite("SentenceSegmenter")
struct SentenceSegmenterTests {
  @Test("sentences cover the text in order")
  func splitsSentences() {
    var segmenter = SentenceSegmenter()
    var ranges: [Range<Int>] = []
    let text = Array("It rains. Does it? Yes! \u{4E0B}\u{96E8}\u{4E86}\u{3002}\u{662F}\u{7684}\u{3002}".utf8)
    segmenter.segment(text, into: &ranges)
    #expect(ranges.map { String(decoding: text[$0], as: UTF8.self) } == [
      "It rains. ", "Does it? ", "Yes! ", "\u{4E0B}\u{96E8}\u{4E86}\u{3002}", "\u{662F}\u{7684}\u{3002}",
    ])
  }

  @Test("text longer than one piece loses nothing")
  func coversLongText() {
    var segmenter = SentenceSegmenter()
    var ranges: [Range<Int>] = []
    let text = Array(String(repeating: "\u{E9}a. ", count: 40_000).utf8)
    segmenter.segment(text, into: &ranges)
    #expect(ranges.first?.lowerBound == 0)
    #expect(ranges.last?.upperBound == text.count)
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
  }
}

@Suite("Unicode properties")
struct UnicodePropertyTests {
  @Test(
    "script numbers are those of their ISO 15924 codes",
    arguments: [
      (Script.common, "Zyyy"), (.inherited, "Zinh"), (.arabic, "Arab"), (.bengali, "Beng"), (.cyrillic, "Cyrl"),
      (.devanagari, "Deva"), (.greek, "Grek"), (.han, "Hani"), (.hangul, "Hang"), (.hebrew, "Hebr"), (.hiragana, "Hira"),
      (.katakana, "Kana"), (.khmer, "Khmr"), (.lao, "Laoo"), (.latin, "Latn"), (.myanmar, "Mymr"), (.thai, "Thai"),
    ])
  func namesScripts(_ script: Script, _ code: String) {
    #expect(script.code == code)
    #expect(Script(code: code) == script)
  }

  @Test("categories and scripts of known characters")
  func classifies() {
    let table = UnicodeTable.shared
    #expect(table[0x41].isLetter && table[0x41].isUppercase && table[0x41].script == .latin)
    #expect(table[0x39].isDigit && table[0x39].isNumber && !table[0xBD].isDigit && table[0xBD].isNumber)
    #expect(table[0x301].isMark && table[0x301].script == .inherited)
    #expect(table[0x21].isPunctuation && table[0xAB].isPunctuation && !table[0x24].isPunctuation && table[0x24].isSymbol)
    #expect(table[0x20].isSeparator && table[0x3000].isSeparator && !table[0x0A].isSeparator)
    #expect(table[0x4E2D].needsDictionary && table[0x0E01].needsDictionary && !table[0xAC00].needsDictionary)
    #expect(!table[0x378].isAssigned && !table[0x11_FFFF].isAssigned)
    #expect(table[0x30A2].script == .katakana && table[0x30FC].needsDictionary)
  }
}
