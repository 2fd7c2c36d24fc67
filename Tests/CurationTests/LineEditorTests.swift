import Curation
import Documents
import Testing

/// Line rules as they read, one line after the other, on strings of their own: what `DocumentFilter` does in runs and by look-ahead.
private struct PlainLineRules {
  let pack: RulePack

  func apply(_ text: [UInt8], language: String) -> (text: [UInt8], hits: [Double]) {
    var hits = pack.lineRules.map { _ in 0.0 }
    guard !text.isEmpty else { return (text, hits) }
    var kept: [[UInt8]] = []
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if let line = apply(Array(line), language, &hits) { kept.append(line) }
    }
    return (Array(kept.joined(separator: [0x0A])), hits)
  }

  private func apply(_ line: [UInt8], _ language: String, _ hits: inout [Double]) -> [UInt8]? {
    let words = wordCount(line)
    var line = pack.trimsLines ? trimmed(line) : line
    for (number, rule) in pack.lineRules.enumerated() where rule.languages.contains(language) {
      switch rule.test {
      case .removeMatches(let pattern):
        let without = removing(pattern, line)
        if without != line { hits[number] += 1 }
        line = without
      case .measure(let metric, let bounds, let action, let phrases, let pattern):
        guard bounds.broken(by: value(metric, line, words, phrases, pattern)) != nil else { continue }
        hits[number] += 1
        if action == .removeLine { return nil }
      }
    }
    return line
  }

  private func trimmed(_ line: [UInt8]) -> [UInt8] {
    line.withUnsafeBufferPointer { Array($0[LineShape.trimmed($0, 0..<$0.count, ScalarClass.table)]) }
  }

  private func wordCount(_ line: [UInt8]) -> Int {
    var tokens = TextTokens()
    line.withUnsafeBufferPointer { tokens.load($0, .winnow) }
    return tokens.all.count { $0.isWord }
  }

  private func removing(_ pattern: Pattern, _ line: [UInt8]) -> [UInt8] {
    line.withUnsafeBufferPointer { line in
      var (result, from): ([UInt8], Int) = ([], 0)
      while let match = pattern.firstMatch(in: line, from: from), !match.isEmpty {
        result += line[from..<match.lowerBound]
        from = match.upperBound
      }
      return result + line[from...]
    }
  }

  private func value(_ metric: LineMetric, _ line: [UInt8], _ words: Int, _ phrases: [[UInt8]], _ pattern: Pattern?) -> Double {
    let table = ScalarClass.table
    var folded: [UInt8] = []
    return line.withUnsafeBufferPointer { text in
      let all = 0..<text.count
      switch metric {
      case .characters: return Double(String(decoding: text, as: UTF8.self).unicodeScalars.count)
      case .words: return Double(words)
      case .chunks: return Double(LineShape.chunks(text, all, table))
      case .longestWord: return Double(LineShape.longestChunk(text, all, table))
      case .terminalPunctuation: return LineShape.endsInTerminal(text, all, table, strict: false) ? 1 : 0
      case .terminalPunctuationOrQuote:
        return LineShape.endsInTerminalOrQuote(text, LineShape.trimmed(text, all, table), table, strict: false) ? 1 : 0
      case .phraseCount:
        CaseFolding.fold(text, into: &folded)
        return folded.withUnsafeBufferPointer { folded in Double(phrases.reduce(0) { $0 + ByteSearch.count(of: $1, in: folded, all) }) }
      case .patternCount:
        var (count, from) = (0, 0)
        while let match = pattern?.firstMatch(in: text, from: from) {
          count += 1
          from = max(match.upperBound, match.lowerBound + 1)
        }
        return Double(count)
      case .uppercaseFraction: return LineShape.fraction(of: .upper, text, all, table)
      case .digitFraction: return LineShape.fraction(of: .number, text, all, table)
      }
    }
  }
}

@Suite("Line rules against their specification")
struct LineEditorTests {
  private static let pieces = [
    "The end", ".", "!", "…", "...", " ", "  ", "\t", "\n", "\n", "\n\n", "[edit]", "[12]", "[]", "javascript", "JavaScript", "uses cookies",
    "12 likes", "3k views", "\u{212A}elvin \u{212A}", "5 li\u{212A}es", "SHOUTING", "2024", "漢字。", "ไทย", "read more...", "\"", "x", "word word word", "e\u{301}",
    "{", "Слово", "ÄÖÜ", "sign-in now", "\u{2028}",
  ]

  private static let packs = [
    """
    id: trimmed
    version: 1
    title: rules over trimmed lines
    source: here
    trim-lines: true
    lines:
      - { id: longest, metric: longest-word, maximum: 9, except-languages: [zh] }
      - { id: citations, remove: '\\[\\d*\\]|\\[edit\\]' }
      - { id: ends, metric: terminal-punctuation-or-quote, minimum: 1, except-languages: [de] }
      - { id: words, metric: words, minimum: 2, languages: [en] }
      - { id: script, metric: phrase-count, phrases: [javascript], maximum: 0 }
      - { id: brackets, metric: pattern-count, pattern: '[{}]', maximum: 0, action: drop-document }
    """,
    """
    id: whole
    version: 1
    title: rules over lines as they stand
    source: here
    lines:
      - { id: uppercase, metric: uppercase-fraction, maximum: 0.5 }
      - { id: counters, metric: pattern-count, pattern: '(?i)^\\W*\\d[\\d,.]*[km]?\\s+(likes|views)\\W*$', maximum: 0 }
      - { id: more, metric: pattern-count, pattern: '(?i)read more\\.\\.\\.\\s*$', maximum: 0, languages: [en] }
      - { id: some, metric: pattern-count, pattern: 'word|漢字', minimum: 0, maximum: 2 }
      - { id: cookies, metric: phrase-count, phrases: [uses cookies, sign-in], maximum: 1 }
    """,
  ]

  private func compare(_ pack: RulePack, _ text: String, _ language: String) throws {
    let expected = PlainLineRules(pack: pack).apply(Array(text.utf8), language: language)
    let filter = DocumentFilter(RuleSet([pack]))
    var scratch = DocumentFilter.Scratch(), values: [Double] = []
    var document = Document(id: "a", text: Array(text.utf8))
    document.metadata["language"] = .string(language)
    let isDropped = filter.apply(&document, scratch: &scratch, values: &values) != .keep
    #expect(values == expected.hits, "\(pack.id) \(language) \(text.debugDescription)")
    guard !isDropped else { return }
    #expect(document.text == expected.text, "\(pack.id) \(language) \(text.debugDescription)")
  }

  @Test("text of pieces that rules look for", arguments: packs)
  func agrees(_ yaml: String) throws {
    let pack = try #require(try RuleSet.load(["rules.yaml"], readFile: { _ in yaml }).packs.first)
    var random = SeededRandom(seed: 5)
    for round in 0..<3000 {
      let text = (0..<Int(random.next(below: 24))).map { _ in Self.pieces[Int(random.next(below: UInt64(Self.pieces.count)))] }.joined()
      try compare(pack, text, ["en", "zh", "de"][round % 3])
    }
  }

  @Test("strings that every match of a pattern holds")
  func findsRequiredStrings() throws {
    let strings = try #require(try Pattern(#"\d+ (?i:likes|views)"#).requiredStrings)
    func holdsOne(_ text: String) -> Bool { strings.contains { text.contains(String(decoding: $0, as: UTF8.self)) } }
    #expect(holdsOne("12 likes") && holdsOne("3 views"))
    #expect(try Pattern(#"\d*"#).requiredStrings == nil)
    #expect(try Pattern(#"a|\d"#).requiredStrings == nil)
  }
}
