import Curation

/// The specification of every metric, in plain Swift over strings and dictionaries: slow, allocation-heavy and easy to check against
/// the papers. `TextMeasurement` computes the same numbers; a test compares the two on random and adversarial text.
///
/// Takes words from the same tokenizer; everything that is counted about them is counted here again.
struct PlainMeasurement {
  private let text: [Unicode.Scalar]
  private let lines: [[Unicode.Scalar]]
  private let words: [String]
  private let denominator: [String]
  private let definition: MetricDefinition
  private let terminals: Set<Unicode.Scalar>
  private let tokensByLine: [[(gap: [Unicode.Scalar], token: [Unicode.Scalar])]]

  /// - Parameter terminals: what ends a sentence in the language, beside the marks that do in any.
  init(_ text: String, _ definition: MetricDefinition, terminals: Set<Unicode.Scalar> = []) {
    self.text = Array(text.unicodeScalars)
    self.definition = definition
    self.terminals = terminals
    var lines = self.text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
    if lines.last == [] { lines.removeLast() }
    self.lines = lines
    var tokens: [Token] = []
    var tokenizer = Tokenizer()
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { tokenizer.tokenize($0, definition, into: &tokens) }
    let strings = tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    words =
      definition.word == .lettersAndNumbers
      ? strings.filter { $0.unicodeScalars.contains { Self.has($0, .letter) || Self.has($0, .number) } }
      : zip(tokens, strings).filter(\.0.isWord).map(\.1)
    tokensByLine = Self.byLine(bytes, tokens)
    denominator = definition.countsPunctuation ? strings : words
  }

  func value(_ request: MetricRequest, language: String, stopWords: [String]?) -> Double {
    let characters = Double(max(1, text.count))
    let solid = lines.filter { !isBlank($0) }
    switch request.metric {
    case .characters: return Double(text.count)
    case .words: return Double(words.count)
    case .lines: return Double(solid.count)
    case .paragraphs: return Double(paragraphs.count)
    case .sentences:
      return Double(definition.sentences == .spaCy ? spaCySentences : lines.reduce(0) { $0 + sentences($1) })
    case .meanWordLength: return words.isEmpty ? 0 : Double(words.reduce(0) { $0 + length($1) }) / Double(words.count)
    case .medianWordLength:
      let lengths = words.map(length).sorted()
      guard !lengths.isEmpty else { return 0 }
      return lengths.count % 2 == 1
        ? Double(lengths[lengths.count / 2]) : Double(lengths[lengths.count / 2 - 1] + lengths[lengths.count / 2]) / 2
    case .longestWord: return Double(text.split { Self.has($0, .space) }.map(\.count).max() ?? 0)
    case .alphabeticWordFraction: return perWord(denominator.count { $0.unicodeScalars.contains { Self.has($0, .letter) } })
    case .hashSignsPerWord:
      if definition.symbols == .wordsWithThem { return perWord(denominator.count { $0.unicodeScalars.contains("#") }) }
      return perWord(text.count { $0 == "#" } - (definition.sparesHeadings ? lines.reduce(0) { $0 + headingMarks($1) } : 0))
    case .ellipsesPerWord:
      if definition.symbols == .wordsWithThem { return perWord(denominator.count { $0.unicodeScalars.contains("…") }) }
      return perWord(occurrences(of: Array("...".unicodeScalars)) + text.count { $0 == "…" })
    case .newlinesPerWord: return perWord(text.count { $0 == "\n" })
    case .stopWords:
      guard let stopWords else { return .nan }
      if !definition.countsDistinctStopWords { return Double(words.count { stopWords.contains(folded($0)) }) }
      return Double(Set(stopWords).intersection(words.map(folded)).count)
    case .stopWordFraction:
      guard let stopWords else { return .nan }
      return words.isEmpty ? 0 : Double(words.count { stopWords.contains(folded($0)) }) / Double(words.count)
    case .bulletLineFraction: return share(definition.countsBlankLines ? lines : solid, beginsWithBullet)
    case .ellipsisLineFraction: return share(definition.countsBlankLines ? lines : solid, endsWithEllipsis)
    case .terminalPunctuationLineFraction: return share(solid, endsInTerminal)
    case .shortLineFraction: return share(solid) { $0.count <= request.characters(for: language) }
    case .longLines: return Double(lines.count { $0.count >= request.characters(for: language) })
    case .meanLineLength: return solid.isEmpty ? 0 : Double(solid.reduce(0) { $0 + $1.count }) / Double(solid.count)
    case .longestLine: return Double(lines.map(\.count).max() ?? 0)
    case .questionableSentenceFraction: return questionableSentences(request.phrases)
    case .duplicateLineFraction: return lineRepetition.share
    case .duplicateLineCharacterFraction: return Double(lineRepetition.characters) / Double(max(1, lineCharacters))
    case .repeatedLineCharacterFraction:
      return Double(duplicates(solid).characters) / Double(max(1, text.count { $0 != "\n" }))
    case .duplicateParagraphFraction: return duplicates(paragraphs).share
    case .duplicateParagraphCharacterFraction: return Double(duplicates(paragraphs).characters) / characters
    case .topNGramCharacterFraction(let n):
      let isOfWords = definition.repeatedNGrams != .notOverlapping
      return Double(topNGram(n)) / (isOfWords ? Double(max(1, length(denominator.joined()))) : characters)
    case .duplicateNGramCharacterFraction(let n):
      switch definition.repeatedNGrams {
      case .notOverlapping: return Double(duplicateNGrams(n)) / characters
      case .shareOfNGrams: return repeatedShare(n)
      case .coveredWords: return coveredShare(n)
      }
    case .phraseCount:
      let folded = CaseFolding.fold(String(String.UnicodeScalarView(text)))
      return Double(request.phrases.reduce(0) { $0 + Self.occurrences(of: $1, in: folded) })
    case .letterFraction: return Double(text.count { Self.has($0, .letter) }) / characters
    case .alphanumericFraction: return Double(text.count { Self.has($0, .letter) || Self.has($0, .number) }) / characters
    case .digitFraction: return Double(text.count { Self.has($0, .number) }) / characters
    case .uppercaseFraction: return Double(text.count { Self.has($0, .upper) }) / characters
    case .whitespaceFraction: return Double(text.count { Self.has($0, .space) }) / characters
    case .symbolFraction: return Double(text.count { Self.has($0, .symbol) }) / characters
    case .replacementCharacterFraction: return Double(text.count { $0 == "\u{FFFD}" }) / characters
    case .removedWordFraction: return 0
    }
  }

  // MARK: Words

  private static func has(_ scalar: Unicode.Scalar, _ shape: ScalarClass) -> Bool {
    ScalarClass.of(scalar.value).contains(shape)
  }

  private func length(_ word: String) -> Int { word.unicodeScalars.count }

  private func folded(_ word: String) -> String {
    definition.foldsStopWords ? String(decoding: CaseFolding.fold(word), as: UTF8.self) : word
  }

  private func perWord(_ count: Int) -> Double { Double(count) / Double(max(1, denominator.count)) }

  private func nGrams(_ n: Int) -> [[String]] {
    denominator.count < n ? [] : (0...(denominator.count - n)).map { Array(denominator[$0..<$0 + n]) }
  }

  /// By code points, as every tool compares: Swift's strings would take é and e + accent for the same.
  private func key(_ nGram: [String]) -> [[UInt8]] { nGram.map { Array($0.utf8) } }

  private func repeated(_ n: Int) -> [Bool] {
    var counts: [[[UInt8]]: Int] = [:]
    for nGram in nGrams(n) { counts[key(nGram), default: 0] += 1 }
    return nGrams(n).map { (counts[key($0)] ?? 0) > 1 }
  }

  private func repeatedShare(_ n: Int) -> Double {
    guard denominator.count > n else { return 0 }
    let lengths = nGrams(n).map { length($0.joined()) }
    let hits = zip(lengths, repeated(n)).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    return Double(hits) / Double(max(1, lengths.reduce(0, +)))
  }

  private func coveredShare(_ n: Int) -> Double {
    var covered = Set<Int>()
    for (position, isRepeated) in repeated(n).enumerated() where isRepeated { covered.formUnion(position..<position + n) }
    return Double(covered.reduce(0) { $0 + length(denominator[$1]) }) / Double(max(1, length(denominator.joined())))
  }

  private func topNGram(_ n: Int) -> Int {
    var counts: [[[UInt8]]: Int] = [:]
    let all = nGrams(n)
    for nGram in all { counts[key(nGram), default: 0] += 1 }
    guard let most = counts.values.max(), most > 1 || definition.countsSingleNGrams else { return 0 }
    let separator = definition.repeatedNGrams == .notOverlapping ? " " : ""
    let candidates = all.filter { counts[key($0)] == most }.map { length($0.joined(separator: separator)) }
    return most * ((definition.countsSingleNGrams ? candidates.first : candidates.max()) ?? 0)
  }

  private func duplicateNGrams(_ n: Int) -> Int {
    let all = nGrams(n)
    var seen = Set<[[UInt8]]>()
    var (position, characters) = (0, 0)
    while position < all.count {
      let words = definition.joinsNGrams ? [all[position].joined()] : all[position]
      if seen.insert(key(words)).inserted {
        position += 1
      } else {
        characters += length(all[position].joined())
        position += n
      }
    }
    return characters
  }

  // MARK: Lines and paragraphs

  private func isBlank(_ line: [Unicode.Scalar]) -> Bool { line.allSatisfy { Self.has($0, .space) } }

  private func trimmed(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let front = line.drop { Self.has($0, .space) }
    return Array(front.reversed().drop { Self.has($0, .space) }.reversed())
  }

  private func share(_ lines: [[Unicode.Scalar]], _ test: ([Unicode.Scalar]) -> Bool) -> Double {
    lines.isEmpty ? 0 : Double(lines.count(where: test)) / Double(lines.count)
  }

  private func beginsWithBullet(_ line: [Unicode.Scalar]) -> Bool {
    let line = definition.bullets == .wide || definition.bullets == .datatrove ? trimmed(line) : line
    guard let first = line.first else { return false }
    switch definition.bullets {
    case .datatrove: return "•-".unicodeScalars.contains(first)
    case .dolma: return "*-".unicodeScalars.contains(first)
    case .dclm: return "●•*-".unicodeScalars.contains(first)
    case .wide: break
    }
    if ["*", "+", "-", "–", "—"].contains(first) { return line.count > 1 && (line[1] == " " || line[1] == "\t") }
    return "•‣⁃⁌⁍∙■□▪▫▶▸►○●◘◦◾★☆✓✔❖➢➤⬝・·\u{F0B7}".unicodeScalars.contains(first)
  }

  private func headingMarks(_ line: [Unicode.Scalar]) -> Int {
    let marks = line.prefix { $0 == "#" }.count
    guard 1...6 ~= marks else { return 0 }
    return line.count == marks || line[marks] == " " || line[marks] == "\t" ? marks : 0
  }

  private func endsWithEllipsis(_ line: [Unicode.Scalar]) -> Bool {
    let line = trimmed(line)
    return line.last == "…" || line.suffix(3) == [".", ".", "."]
  }

  private func endsInTerminal(_ line: [Unicode.Scalar]) -> Bool {
    func ends(_ scalar: Unicode.Scalar) -> Bool { Self.has(scalar, .terminal) || terminals.contains(scalar) }
    if definition.strictLineEnds { return line.last.map(ends) ?? false }
    return line.last { ends($0) || !(Self.has($0, .closer) || Self.has($0, .space)) }.map(ends) ?? false
  }

  private func sentences(_ line: [Unicode.Scalar]) -> Int {
    var count = 0
    var start = 0
    while let end = sentenceEnd(line, from: start) {
      count += 1
      start = end
    }
    return line[start...].contains { Self.has($0, .letter) || Self.has($0, .number) } ? count + 1 : count
  }

  /// Behind the first run of terminal punctuation that closes a sentence begun at `start`.
  private func sentenceEnd(_ line: [Unicode.Scalar], from start: Int) -> Int? {
    var index = start
    while index < line.count {
      defer { index += 1 }
      guard Self.has(line[index], .terminal) else { continue }
      guard line[start..<index].contains(where: { Self.has($0, .letter) || Self.has($0, .number) }) else { continue }
      let mark = line[index]
      let run = line[start..<index].reversed().prefix { Self.has($0, .letter) || Self.has($0, .number) }
      let isInitial = mark == "." && run.count == 1 && run.first.map { Self.has($0, .upper) } == true
      var end = index + 1
      while end < line.count, Self.has(line[end], .terminal) || Self.has(line[end], .closer) { end += 1 }
      index = end - 1
      if end == line.count { return end }
      if isInitial { continue }
      if mark.value >= 0x3000 || Self.has(line[end], .space) { return end }
    }
    return nil
  }

  private var paragraphs: [[Unicode.Scalar]] {
    let body = trimmed(text)
    guard !body.isEmpty else { return [] }
    var paragraphs: [[Unicode.Scalar]] = [[]]
    var index = 0
    while index < body.count {
      if body[index] == "\n", body[index + 1] == "\n" {
        while body[index] == "\n" { index += 1 }
        paragraphs.append([])
      } else {
        paragraphs[paragraphs.count - 1].append(body[index])
        index += 1
      }
    }
    return paragraphs
  }

  private func duplicates(_ elements: [[Unicode.Scalar]]) -> (share: Double, characters: Int) {
    var seen = Set<[Unicode.Scalar]>()
    let copies = elements.filter { !seen.insert($0).inserted }
    if definition.copies == .further {
      return (elements.isEmpty ? 0 : Double(copies.count) / Double(elements.count), copies.reduce(0) { $0 + $1.count })
    }
    let all = elements.filter { copies.contains($0) }
    return (elements.isEmpty ? 0 : Double(all.count) / Double(elements.count), all.reduce(0) { $0 + $1.count })
  }

  private var lineCharacters: Int {
    switch definition.repeatedNGrams {
    case .notOverlapping: text.count
    case .coveredWords: text.count { $0 != "\n" }
    case .shareOfNGrams: length(denominator.joined())
    }
  }

  // MARK: MADLAD-400's sentences

  private func questionableSentences(_ phrases: [[UInt8]]) -> Double {
    var all: [[Unicode.Scalar]] = []
    for line in lines where !isBlank(line) {
      var start = 0
      while let end = sentenceEnd(line, from: start) {
        all.append(Array(line[start..<end]))
        start = end
      }
      let rest = Array(line[start...])
      if rest.contains(where: { Self.has($0, .letter) || Self.has($0, .number) }) { all.append(rest) }
    }
    return all.isEmpty ? 0 : Double(all.count { isQuestionable($0, phrases) }) / Double(all.count)
  }

  private func isQuestionable(_ sentence: [Unicode.Scalar], _ phrases: [[UInt8]]) -> Bool {
    if sentence.count < 20 || sentence.count > 500 { return true }
    if sentence.count(where: { "0123456789{}+/()>".unicodeScalars.contains($0) }) * 5 > sentence.count { return true }
    let string = String(String.UnicodeScalarView(sentence))
    let folded = CaseFolding.fold(string)
    if phrases.contains(where: { Self.occurrences(of: $0, in: folded) > 0 }) { return true }
    var tokens: [Token] = []
    var tokenizer = Tokenizer()
    let bytes = Array(string.utf8)
    bytes.withUnsafeBufferPointer { tokenizer.tokenize($0, definition, into: &tokens) }
    let words = tokens.filter(\.isWord)
    let firsts = tokens.compactMap { String(decoding: bytes[$0.range], as: UTF8.self).unicodeScalars.first }
    return words.count >= 12 && firsts.count(where: { Self.has($0, .upper) }) * 2 > words.count
  }

  // MARK: spaCy's sentences

  private static func byLine(_ bytes: [UInt8], _ tokens: [Token]) -> [[(gap: [Unicode.Scalar], token: [Unicode.Scalar])]] {
    var lines: [[(gap: [Unicode.Scalar], token: [Unicode.Scalar])]] = [[]]
    var end = 0
    for token in tokens {
      var gap = Array(String(decoding: bytes[end..<token.start], as: UTF8.self).unicodeScalars)
      while let feed = gap.firstIndex(of: "\n") {
        lines.append([])
        gap = Array(gap[(feed + 1)...])
      }
      lines[lines.count - 1].append((gap, Array(String(decoding: bytes[token.range], as: UTF8.self).unicodeScalars)))
      end = token.end
    }
    return lines.filter { !$0.isEmpty }
  }

  private var spaCySentences: Int {
    var count = 0
    for line in tokensByLine {
      count += 1
      var hasEnded = false
      for (gap, token) in line {
        let isMark = token.count == 1 && Self.has(token[0], .terminal)
        let isPunctuation = token.allSatisfy { Self.isPunctuation($0) }
        let begins = hasEnded && (!(gap.isEmpty || gap == [" "]) || !isMark && !isPunctuation)
        if begins { count += 1 }
        hasEnded = begins ? isMark : hasEnded || isMark
      }
    }
    return count
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      true
    default: false
    }
  }

  private var lineRepetition: (share: Double, characters: Int) {
    var elements = lines.filter { !$0.isEmpty }
    if definition.countsBlankLines, definition.copies == .all {
      elements = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
    } else if definition.countsBlankLines, !text.isEmpty {
      if text.first == "\n" { elements.insert([], at: 0) }
      if text.last == "\n" { elements.append([]) }
    }
    return duplicates(elements)
  }

  // MARK: Search

  private func occurrences(of needle: [Unicode.Scalar]) -> Int { Self.occurrences(of: needle, in: text) }

  private static func occurrences<Element: Equatable>(of needle: [Element], in text: [Element]) -> Int {
    var (count, index) = (0, 0)
    while index + needle.count <= text.count {
      if Array(text[index..<index + needle.count]) == needle {
        count += 1
        index += needle.count
      } else {
        index += 1
      }
    }
    return count
  }
}
