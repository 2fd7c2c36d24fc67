import Curation
import Documents
import Testing

/// The value of one metric on a text.
func measured(
  _ metric: Metric, _ text: String, _ definition: MetricDefinition = .winnow, characters: Int = 0, phrases: [String] = [],
  language: String = "en", stopWords: [String]? = nil
) -> Double {
  var measurement = TextMeasurement()
  var values: [Double] = []
  let request = MetricRequest(metric, characters: characters, phrases: phrases.map { CaseFolding.fold($0) })
  Array(text.utf8).withUnsafeBufferPointer {
    measurement.measure(
      $0, [request], definition, language: language, stopWords: stopWords.map { StopWordList($0) }, into: &values)
  }
  return values[0]
}

private let countedTexts: [(metric: Metric, text: String, value: Double)] = [
  (.characters, "añ🙂", 3),
  (.words, "Don't stop: 3.14 is (about) pi!", 6),
  (.words, "Не останавливайтесь, это важно.", 4),
  (.words, "— … !!! ***", 0),
  (.words, "你好，世界。", 2),
  (.words, "これは本です。", 4),
  (.words, "", 0),
  (.lines, "a\n\n b\n  \nc", 3),
  (.paragraphs, "a\nb\n\nc\n\n\n\nd\n", 3),
  (.paragraphs, "\n\n", 0),
  (.sentences, "One. Two? \"Three!\" Four", 4),
  (.sentences, "Mr. J. Smith paid 3.50 in the U.S. store.", 2),
  (.sentences, "今天很好。你呢？我也是！", 3),
  (.sentences, "Это раз. Это два.\nи три", 3),
  (.sentences, "...", 0),
  (.meanWordLength, "ab abcd", 3),
  (.meanWordLength, "añ, öß!", 2),
  (.meanWordLength, "", 0),
  (.medianWordLength, "a bbb ccccc dddddd", 4),
  (.longestWord, "a bb-cc d", 5),
  (.alphabeticWordFraction, "a 1 b 2", 0.5),
  (.hashSignsPerWord, "#a #b c d", 0.5),
  (.hashSignsPerWord, "# a\n## b\nc #d", 0.25),
  (.ellipsesPerWord, "a... b… c d....", 0.75),
  (.newlinesPerWord, "a\nb\n", 1),
  (.bulletLineFraction, "• a\n- b\n-5 c\n\n**d**\n1. e", 0.4),
  (.bulletLineFraction, "・項目\n文", 0.5),
  (.ellipsisLineFraction, "a...\nb…  \nc. . .\nd", 0.5),
  (.terminalPunctuationLineFraction, "A.\nB?\"\nC\nD:", 0.5),
  (.terminalPunctuationLineFraction, "你好。\n「はい。」\nनमस्ते।\nкак", 0.75),
  (.meanLineLength, "ab\n\nabcd", 3),
  (.longestLine, "ab\nabcé\n", 4),
  (
    .questionableSentenceFraction,
    "This is a sentence of ordinary length. Too short. And 12345678901234567890 is one of digits.", 2.0 / 3
  ),
  (
    .questionableSentenceFraction,
    "Home About Us Our Products Contact Sales Press Careers Blog Help Terms Of Use.\nAn ordinary line follows it here.", 0.5
  ),
  (.duplicateLineFraction, "a\nb\na\na", 0.5),
  (.duplicateLineCharacterFraction, "aaa\nb\naaa", 3.0 / 9),
  (.repeatedLineCharacterFraction, "aaa\nb\naaa", 3.0 / 7),
  (.duplicateParagraphFraction, "aa\n\nb\n\naa", 1.0 / 3),
  (.duplicateParagraphCharacterFraction, "aa\n\nb\n\naa", 2.0 / 9),
  (.topNGramCharacterFraction(2), "a b a b c", 6.0 / 9),
  (.topNGramCharacterFraction(2), "a b c d e", 0),
  (.topNGramCharacterFraction(3), "ab", 0),
  (.duplicateNGramCharacterFraction(5), "a b c d e a b c d e", 5.0 / 19),
  (.duplicateNGramCharacterFraction(6), "a b c d e a b c d e", 0),
  (.letterFraction, "ab1 ", 0.5),
  (.alphanumericFraction, "ab1 ", 0.75),
  (.digitFraction, "ab१२", 0.5),
  (.uppercaseFraction, "ABcД", 0.75),
  (.whitespaceFraction, "a b\u{A0}", 0.5),
  (.symbolFraction, "a+b!", 0.5),
  (.replacementCharacterFraction, "a\u{FFFD}", 0.5),
]

@Suite("Metrics")
struct MetricTests {

  @Test("counts what it says", arguments: countedTexts)
  func counts(_ item: (metric: Metric, text: String, value: Double)) {
    #expect(
      abs(measured(item.metric, item.text) - item.value) < 1e-12, "\(item.metric.name) is \(measured(item.metric, item.text))")
  }

  @Test("lengths, phrases and stop words are parameters")
  func takesParameters() {
    #expect(measured(.shortLineFraction, "abc\nabcd\n", characters: 3) == 0.5)
    #expect(measured(.longLines, "abc\nabcd\n", characters: 4) == 1)
    #expect(measured(.phraseCount, "Lorem IPSUM, lorem ipsum {", phrases: ["lorem ipsum", "{"]) == 3)
    #expect(measured(.stopWords, "The cat AND the dog", stopWords: ["the", "and", "of"]) == 2)
    #expect(measured(.stopWordFraction, "The cat and the dog", stopWords: ["the", "and"]) == 0.6)
    #expect(measured(.stopWords, "И кошка, и собака", stopWords: ["и", "в"]) == 1)
    #expect(measured(.stopWords, "anything").isNaN)
  }

  @Test("the definition of datatrove keeps its peculiarities")
  func followsDatatrove() {
    // Case-sensitive stop words, punctuation tokens in denominators, blank lines, bullets without a space, single n-grams.
    #expect(measured(.stopWords, "The cat And the dog", .datatrove, stopWords: ["the", "and"]) == 1)
    #expect(measured(.alphabeticWordFraction, "a , b .", .datatrove) == 0.5)
    #expect(measured(.bulletLineFraction, "-5\n\n• a\nb", .datatrove) == 0.5)
    #expect(measured(.topNGramCharacterFraction(2), "a bb ccc", .datatrove) == 4.0 / 8)
    #expect(measured(.terminalPunctuationLineFraction, "a.\"\nb.", .datatrove) == 0.5)
    #expect(measured(.duplicateLineFraction, "\na\n", .datatrove) == 1.0 / 3)
  }

  @Test("the definition of dolma counts words between white space, all copies, and shares of n-grams")
  func followsDolma() {
    #expect(measured(.words, "a , b .", .dolma) == 4)
    #expect(measured(.duplicateLineFraction, "a\nb\na", .dolma) == 2.0 / 3)
    #expect(measured(.duplicateLineCharacterFraction, "aa\nb\naa", .dolma) == 4.0 / 5)
    #expect(measured(.hashSignsPerWord, "#a# b", .dolma) == 0.5)
    #expect(measured(.bulletLineFraction, "*a\n - b\n• c\nd", .dolma) == 0.25)
    #expect(measured(.topNGramCharacterFraction(2), "a b a b c", .dolma) == 4.0 / 5)
    #expect(measured(.duplicateNGramCharacterFraction(5), "a b c d e f a b c d e", .dolma) == 10.0 / 35)
    #expect(measured(.stopWords, "the the The", .dolma, stopWords: ["the"]) == 2)
  }

  @Test("the definition of DCLM counts all copies of lines, and words that lie in repeated n-grams")
  func followsDCLM() {
    #expect(measured(.duplicateLineFraction, "a\n\nb\na", .dclm) == 2.0 / 3)
    #expect(measured(.duplicateNGramCharacterFraction(5), "a b c d e f a b c d e", .dclm) == 10.0 / 11)
    #expect(measured(.topNGramCharacterFraction(2), "a, b. a b c", .dclm) == 4.0 / 5)
    #expect(measured(.stopWords, "the the The", .dclm, stopWords: ["the"]) == 3)
    #expect(measured(.bulletLineFraction, "●a\n - b", .dclm) == 0.5)
  }

  @Test("every metric has a name of its own that reads back")
  func namesMetrics() {
    for metric in Metric.allCases { #expect(Metric(name: metric.name) == metric) }
    #expect(Metric(name: "top-5-gram-character-fraction") == nil)
  }
}

@Suite("Metrics against their specification")
struct MetricTwinTests {
  private static let requests: [MetricRequest] = Metric.allCases.map { metric in
    MetricRequest(metric, characters: 8, charactersByLanguage: ["ja": 4], phrases: [Array("ab".utf8), Array("{".utf8)])
  }

  private func compare(_ text: String, _ definition: MetricDefinition) {
    var measurement = TextMeasurement()
    let stopWords = ["the", "a", "и", "の"]
    // Marks that end sentences in this language only; one of them is also a closing bracket.
    for (language, terminals) in [("en", []), ("ja", ["ー", "•", ")"])] as [(String, [Unicode.Scalar])] {
      var values: [Double] = []
      Array(text.utf8).withUnsafeBufferPointer {
        measurement.measure(
          $0, Self.requests, definition, language: language, stopWords: StopWordList(stopWords), terminals: terminals.map(\.value),
          into: &values)
      }
      let plain = PlainMeasurement(text, definition, terminals: Set(terminals))
      for (request, value) in zip(Self.requests, values) {
        let expected = plain.value(request, language: language, stopWords: stopWords)
        #expect(
          abs(value - expected) < 1e-12,
          "\(request.metric.name) is \(value), not \(expected), in \(definition.id) on \(text.debugDescription)")
      }
    }
  }

  @Test("random text of few pieces, so that everything repeats", arguments: 0..<60)
  func agreesOnRandomText(_ seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let pieces = [
      "a", "b", "The", "the", " ", " ", " ", "\n", "\n\n", ".", "...", "…", "#", "- ", "• ", "*", "é", "и", "И", "ль", "漢", "字",
      "の", "カナ", "ไทย",
      "1", "2.5", "!", "。", "”", "\"", ")", "\t", "\u{A0}", "\u{FFFD}", "{", "ab", "AB", "don't", "A.", "x-y", "🙂", "e\u{301}",
      "\u{200D}",
    ]
    let palette = (0..<12).map { _ in pieces[Int(random.next(below: UInt64(pieces.count)))] }
    let text = (0..<Int(random.next(below: 160))).map { _ in palette[Int(random.next(below: 12))] }.joined()
    for definition in MetricDefinition.all { compare(text, definition) }
  }

  @Test(
    "adversarial text",
    arguments: [
      "", "\n", "\n\n\n", " ", "a", "\na", "a\n", "a\n\na", String(repeating: "a\n\n", count: 300),
      String(repeating: "a ", count: 500),
      String(repeating: "a b c d e f g ", count: 60), String(repeating: ".", count: 100), String(repeating: "漢字", count: 80),
      "\u{FEFF}text", "a\u{0}b", "﷽ ﷽ ﷽", "🇩🇪🇫🇷 👩‍👩‍👧", "x\r\ny", "\u{2028}a\u{85}b",
    ])
  func agreesOnAdversarialText(_ text: String) {
    for definition in MetricDefinition.all { compare(text, definition) }
  }

  @Test("invalid UTF-8 is measured without a fault")
  func survivesInvalidBytes() {
    var random = SeededRandom(seed: 5)
    for _ in 0..<200 {
      let bytes = (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var measurement = TextMeasurement()
      var values: [Double] = []
      bytes.withUnsafeBufferPointer {
        measurement.measure($0, Self.requests, .winnow, language: "en", stopWords: nil, into: &values)
      }
      #expect(values.count == Self.requests.count)
    }
  }
}
