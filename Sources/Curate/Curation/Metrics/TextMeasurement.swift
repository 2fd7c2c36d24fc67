import ICU

/// A line of the text: bytes without the line feed.
package struct TextLine: Sendable, Hashable {
  package var start: Int
  package var end: Int
  package var characters: Int
  package var isBlank: Bool

  package var range: Range<Int> { start..<end }
}

/// Which passes over a text a set of metrics needs.
package struct MeasurementNeeds: OptionSet, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package static let tokens = MeasurementNeeds(rawValue: 1)
  package static let lines = MeasurementNeeds(rawValue: 2)
  package static let nGrams = MeasurementNeeds(rawValue: 4)
  package static let stopWords = MeasurementNeeds(rawValue: 8)
  package static let classes = MeasurementNeeds(rawValue: 16)
  package static let wordLengths = MeasurementNeeds(rawValue: 32)
}

extension Metric {
  package var needs: MeasurementNeeds {
    switch self {
    case .characters, .replacementCharacterFraction, .longestWord, .duplicateParagraphFraction,
      .duplicateParagraphCharacterFraction, .paragraphs, .phraseCount:
      []
    case .words, .meanWordLength, .alphabeticWordFraction, .hashSignsPerWord, .ellipsesPerWord, .newlinesPerWord,
      .removedWordFraction:
      .tokens
    case .medianWordLength: [.tokens, .wordLengths]
    case .stopWords, .stopWordFraction: [.tokens, .stopWords]
    case .lines, .sentences, .bulletLineFraction, .ellipsisLineFraction, .terminalPunctuationLineFraction,
      .shortLineFraction, .longLines, .meanLineLength, .longestLine, .duplicateLineFraction, .duplicateLineCharacterFraction,
      .repeatedLineCharacterFraction:
      .lines
    case .topNGramCharacterFraction, .duplicateNGramCharacterFraction: [.tokens, .nGrams]
    case .questionableSentenceFraction: [.tokens, .lines]
    case .letterFraction, .alphanumericFraction, .digitFraction, .uppercaseFraction, .whitespaceFraction, .symbolFraction:
      .classes
    }
  }
}

/// Measures one text after another; reuses its buffers, one per worker. `PlainMeasurement` is its specification.
package struct TextMeasurement {
  var textTokens = TextTokens()
  package var tokens: [Token] { textTokens.all }
  package private(set) var lines: [TextLine] = []
  var foldedText = FoldedText()
  private var counter = HashCounter()
  private var nGrams = NGramRepetition()
  private var foldedToken: [UInt8] = []
  private var terminals: [UInt32] = []
  // Of the text at hand, counted when first asked for.
  private var paragraphRepetition: Repetition?
  private var lineRepetition: Repetition?
  private var sentences: [Range<Int>] = []
  private var hasSentences = false
  private let table = ScalarClass.table

  // What the passes found.
  package private(set) var counts = TextCounts()

  package init() {}

  /// Measures what `requests` ask for and appends the values in their order.
  /// - Parameters:
  ///   - terminals: what ends a sentence in the language, beside the marks that do in any.
  ///   - isKnown: the text is that of the call before, or what an edit that was followed made of it.
  package mutating func measure(
    _ text: UnsafeBufferPointer<UInt8>, _ requests: [MetricRequest], _ definition: MetricDefinition, language: String,
    stopWords: StopWordList?, terminals: [UInt32] = [], isKnown: Bool = false, into values: inout [Double]
  ) {
    self.terminals = terminals
    if !isKnown {
      textTokens.forget()
      foldedText.forget()
    }
    var needs: MeasurementNeeds = []
    for request in requests { needs.formUnion(request.metric.needs) }
    counts = TextCounts()
    (paragraphRepetition, lineRepetition, hasSentences) = (nil, nil, false)
    scan(text, definition)
    if needs.contains(.tokens) { countTokens(text, definition, needs, stopWords) }
    if needs.contains(.nGrams) { nGrams.load(tokens, text, definition) }
    if needs.contains(.classes) { countClasses(text) }
    for request in requests {
      values.append(value(of: request, text, definition, language, hasStopWords: stopWords != nil))
    }
  }

  /// Lines, characters, and the marks that are counted over the whole text, many bytes at a time.
  private mutating func scan(_ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition) {
    let all = 0..<text.count
    counts = TextCounts()
    let isASCII = ByteCount.isASCII(text)
    findLines(text, isASCII: isASCII)
    counts.lineFeeds = text.last == 0x0A ? lines.count : max(0, lines.count - 1)
    counts.characters = counts.lineFeeds
    for line in lines { counts.characters &+= line.characters }
    counts.hashSigns = ByteCount.count(text) { $0 == 0x23 }
    if definition.sparesHeadings, counts.hashSigns > 0 {
      for line in lines { counts.hashSigns &-= LineShape.headingMarks(text, line.range) }
    }
    // Pairs are counted without branches; where there is none, the whole mark need not be looked for.
    if ByteCount.pairs(0x2E, 0x2E, in: text) > 0 { counts.ellipses = ByteSearch.count(of: [0x2E, 0x2E, 0x2E], in: text, all) }
    if isASCII { return }
    if ByteCount.pairs(0x80, 0xA6, in: text) > 0 { counts.ellipses += ByteSearch.count(of: [0xE2, 0x80, 0xA6], in: text, all) }
    if ByteCount.pairs(0xBF, 0xBD, in: text) > 0 {
      counts.replacementCharacters = ByteSearch.count(of: [0xEF, 0xBF, 0xBD], in: text, all)
    }
  }

  private mutating func findLines(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool) {
    lines.removeAll(keepingCapacity: true)
    var start = 0
    while start < text.count {
      let end = ByteSearch.first(0x0A, in: text, start..<text.count) ?? text.count
      lines.append(
        TextLine(
          start: start, end: end, characters: isASCII ? end &- start : ByteCount.scalars(text, start..<end),
          isBlank: LineShape.trimmed(text, start..<end, table).isEmpty))
      start = end &+ 1
    }
  }

  private mutating func countTokens(
    _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition, _ needs: MeasurementNeeds, _ stopWords: StopWordList?
  ) {
    textTokens.load(text, definition)
    let tokens = tokens
    counts.tokens = tokens.count
    if definition.symbols == .wordsWithThem { countSymbolWords(text) }
    // Sums in registers, without branches.
    var (words, characters, alphabetic) = (0, 0, 0)
    for token in tokens {
      let one = token.isWord ? 1 : 0
      words &+= one
      characters &+= token.characters &* one
      alphabetic &+= token.isAlphabetic ? 1 : 0
    }
    (counts.words, counts.wordCharacters, counts.alphabeticWords) = (words, characters, alphabetic)
    if needs.contains(.stopWords), let stopWords { countStopWords(text, definition, stopWords) }
  }

  private mutating func countStopWords(
    _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition, _ stopWords: StopWordList
  ) {
    var (count, seen) = (0, 0 as UInt64)
    let (longest, folds) = (stopWords.longest, definition.foldsStopWords)
    for token in textTokens.all where token.isWord && token.end &- token.start <= longest {
      guard let index = stopWords.index(of: token, in: text, folds: folds, buffer: &foldedToken) else { continue }
      count &+= 1
      seen |= 1 << UInt64(index)
    }
    (counts.stopWords, counts.distinctStopWords) = (count, seen.nonzeroBitCount)
  }

  private mutating func countSymbolWords(_ text: UnsafeBufferPointer<UInt8>) {
    (counts.hashSigns, counts.ellipses) = (0, 0)
    for token in tokens {
      if text[token.range].contains(0x23) { counts.hashSigns &+= 1 }
      if ByteSearch.contains([0xE2, 0x80, 0xA6], in: text, token.range) { counts.ellipses &+= 1 }
    }
  }

  private mutating func countClasses(_ text: UnsafeBufferPointer<UInt8>) {
    var found = countASCIIClasses(text)
    var index = ByteSearch.firstBeyondASCII(in: text, from: 0)
    while index < text.count {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      let shape = ScalarClass.of(scalar, in: table)
      found.letters &+= shape.contains(.letter) ? 1 : 0
      found.numbers &+= shape.contains(.number) ? 1 : 0
      found.uppercase &+= shape.contains(.upper) ? 1 : 0
      found.spaces &+= shape.contains(.space) ? 1 : 0
      found.symbols &+= shape.contains(.symbol) ? 1 : 0
      index = ByteSearch.firstBeyondASCII(in: text, from: index &+ length)
    }
    counts = found
  }

  /// The counts with the classes of all bytes of ASCII. What is no letter, digit, space or control there is punctuation or a symbol.
  private func countASCIIClasses(_ text: UnsafeBufferPointer<UInt8>) -> TextCounts {
    var found = counts
    found.letters = ByteCount.count(text) { ($0 | 0x20) &- 0x61 < 26 }
    found.numbers = ByteCount.count(text) { $0 &- 0x30 < 10 }
    found.spaces = ByteCount.count(text) { $0 <= 0x20 || $0 == 0x7F }
    found.uppercase = ByteCount.count(text) { $0 &- 0x41 < 26 }
    found.symbols = ByteCount.count(text) { $0 < 0x80 } - found.letters - found.numbers - found.spaces
    return found
  }

  private mutating func value(
    of request: MetricRequest, _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition, _ language: String,
    hasStopWords: Bool
  ) -> Double {
    let characters = counts.characters
    switch request.metric {
    case .characters: return Double(characters)
    case .words: return Double(counts.words)
    case .lines: return Double(lines.count { !$0.isBlank })
    case .sentences: return Double(countSentences(text, definition))
    case .meanWordLength: return ratio(counts.wordCharacters, counts.words)
    case .medianWordLength: return medianWordLength()
    case .longestLine: return Double(lines.reduce(0) { max($0, $1.characters) })
    case .questionableSentenceFraction:
      findSentences(text)
      let phrases = request.phrases.filter { foldedText.mayHold($0, in: text) }
      let (sentences, tokens, table) = (sentences, tokens, table)
      return foldedText.withBytes(of: text) { folded in
        QuestionableSentences(text: text, folded: folded, phrases: phrases).fraction(sentences, tokens, table)
      }
    case .longestWord: return Double(LineShape.longestChunk(text, 0..<text.count, table))
    case .alphabeticWordFraction: return ratio(counts.alphabeticWords, denominator(definition))
    case .hashSignsPerWord: return ratio(counts.hashSigns, denominator(definition))
    case .ellipsesPerWord: return ratio(counts.ellipses, denominator(definition))
    case .newlinesPerWord: return ratio(counts.lineFeeds, denominator(definition))
    case .stopWords:
      return hasStopWords ? Double(definition.countsDistinctStopWords ? counts.distinctStopWords : counts.stopWords) : .nan
    case .stopWordFraction: return hasStopWords ? ratio(counts.stopWords, counts.words) : .nan
    case .bulletLineFraction, .ellipsisLineFraction, .terminalPunctuationLineFraction, .shortLineFraction, .longLines,
      .meanLineLength:
      return lineValue(request, text, definition, language)
    case .duplicateLineFraction, .duplicateLineCharacterFraction, .repeatedLineCharacterFraction, .paragraphs,
      .duplicateParagraphFraction, .duplicateParagraphCharacterFraction:
      return repetitionValue(request.metric, text, definition)
    case .topNGramCharacterFraction(let n):
      return ratio(
        nGrams.topCharacters(n, definition), definition.repeatedNGrams == .notOverlapping ? characters : nGrams.wordCharacters)
    case .duplicateNGramCharacterFraction(let n): return nGrams.duplicateFraction(n, characters: characters, definition)
    case .phraseCount: return Double(phraseCount(request.phrases, text))
    case .letterFraction: return ratio(counts.letters, characters)
    case .alphanumericFraction: return ratio(counts.letters &+ counts.numbers, characters)
    case .digitFraction: return ratio(counts.numbers, characters)
    case .uppercaseFraction: return ratio(counts.uppercase, characters)
    case .whitespaceFraction: return ratio(counts.spaces, characters)
    case .symbolFraction: return ratio(counts.symbols, characters)
    case .replacementCharacterFraction: return ratio(counts.replacementCharacters, characters)
    case .removedWordFraction: return 0
    }
  }

  private func denominator(_ definition: MetricDefinition) -> Int {
    definition.countsPunctuation ? counts.tokens : counts.words
  }

  private func medianWordLength() -> Double {
    let lengths = tokens.filter(\.isWord).map(\.characters).sorted()
    let middle = lengths.count / 2
    guard !lengths.isEmpty else { return 0 }
    return Double(lengths[middle] + lengths[(lengths.count - 1) / 2]) / 2
  }

  /// Fills `sentences`, once for each text.
  private mutating func findSentences(_ text: UnsafeBufferPointer<UInt8>) {
    guard !hasSentences else { return }
    sentences.removeAll(keepingCapacity: true)
    for line in lines where !line.isBlank { LineShape.forEachSentence(text, line.range, table) { sentences.append($0) } }
    hasSentences = true
  }

  private mutating func countSentences(_ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition) -> Int {
    switch definition.sentences {
    case .winnow:
      findSentences(text)
      return sentences.count
    case .spaCy:
      textTokens.load(text, definition)
      return EnglishSentences.count(tokens, lines, text)
    }
  }

  private mutating func phraseCount(_ phrases: [[UInt8]], _ text: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    for phrase in phrases where foldedText.mayHold(phrase, in: text) {
      count += foldedText.withBytes(of: text) { ByteSearch.count(of: phrase, in: $0, 0..<$0.count) }
    }
    return count
  }

  private func lineValue(
    _ request: MetricRequest, _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition, _ language: String
  ) -> Double {
    let length = request.characters(for: language)
    var (hits, all, characters) = (0, 0, 0)
    for line in lines {
      switch request.metric {
      case .bulletLineFraction, .ellipsisLineFraction:
        if line.isBlank && !definition.countsBlankLines { continue }
        all += 1
        let isHit =
          request.metric == .bulletLineFraction
          ? LineShape.beginsWithBullet(text, line.range, table, definition.bullets)
          : LineShape.endsWithEllipsis(text, LineShape.trimmed(text, line.range, table))
        if isHit { hits += 1 }
      case .terminalPunctuationLineFraction:
        if line.isBlank { continue }
        all += 1
        if LineShape.endsInTerminal(text, line.range, table, strict: definition.strictLineEnds, and: terminals) { hits += 1 }
      case .longLines:
        if line.characters >= length { hits += 1 }
      default:
        if line.isBlank { continue }
        all += 1
        characters += line.characters
        if line.characters <= length { hits += 1 }
      }
    }
    switch request.metric {
    case .longLines: return Double(hits)
    case .meanLineLength: return ratio(characters, all)
    default: return ratio(hits, all)
    }
  }

  private mutating func repetitionValue(
    _ metric: Metric, _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition
  ) -> Double {
    switch metric {
    case .duplicateParagraphFraction, .duplicateParagraphCharacterFraction, .paragraphs:
      let found =
        paragraphRepetition ?? LineRepetition.paragraphs(text, lineCount: lines.count, table, definition.copies, &counter)
      paragraphRepetition = found
      if metric == .paragraphs { return Double(found.elements) }
      return metric == .duplicateParagraphFraction
        ? ratio(found.duplicates, found.elements) : ratio(found.duplicateCharacters, counts.characters)
    default:
      let isFineWeb = metric == .repeatedLineCharacterFraction
      let countsEmpty = definition.countsBlankLines && !isFineWeb && definition.copies == .all
      let edges = definition.countsBlankLines && !isFineWeb && !countsEmpty
      let known = isFineWeb ? nil : lineRepetition
      let found =
        known
        ?? LineRepetition.lines(
          text, lines, skipsBlank: isFineWeb, countsEdges: edges, countsEmpty: countsEmpty, definition.copies, &counter)
      if !isFineWeb { lineRepetition = found }
      switch metric {
      case .duplicateLineFraction: return ratio(found.duplicates, found.elements)
      case .duplicateLineCharacterFraction: return ratio(found.duplicateCharacters, lineCharacters(text, definition))
      default: return ratio(found.duplicateCharacters, counts.characters - counts.lineFeeds)
      }
    }
  }
}

extension TextMeasurement {
  /// What the characters of repeated lines are divided by: all of them, those of the lines, or those that are no white space.
  private func lineCharacters(_ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition) -> Int {
    switch definition.repeatedNGrams {
    case .notOverlapping: return counts.characters
    case .coveredWords: return counts.characters - counts.lineFeeds
    case .shareOfNGrams:
      var (characters, index) = (0, 0)
      while index < text.count {
        let space = EnglishSegmenter.spaceLength(text, index)
        characters &+= space == 0 && text[index] & 0xC0 != 0x80 ? 1 : 0
        index &+= max(1, space)
      }
      return characters
    }
  }
}

/// Numerator / denominator; a text with nothing to divide by has 0 of everything, and a count above nothing is itself.
@inline(__always)
package func ratio(_ numerator: Int, _ denominator: Int) -> Double { Double(numerator) / Double(max(1, denominator)) }

/// What the passes over a text count.
package struct TextCounts: Sendable {
  package var characters = 0
  package var lineFeeds = 0
  package var hashSigns = 0
  package var ellipses = 0
  package var replacementCharacters = 0
  package var tokens = 0
  package var words = 0
  package var wordCharacters = 0
  package var alphabeticWords = 0
  package var stopWords = 0
  package var distinctStopWords = 0
  package var letters = 0
  package var numbers = 0
  package var uppercase = 0
  package var spaces = 0
  package var symbols = 0
}
