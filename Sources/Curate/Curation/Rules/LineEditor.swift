import Documents
import ICU

/// Applies line rules to a text, line by line; reuses its buffers.
struct LineEditor {
  private var folded: [UInt8] = []
  private var output: [UInt8] = []
  private var line: [UInt8] = []
  private var foldedLine: [UInt8] = []
  private var hits: [Int] = []
  /// Numbers of the rules for the text's language.
  private var active: [Int] = []
  /// By number of the rule: it counts phrases of which none is in the text.
  private var isAbsent: [Bool] = []
  private let table = ScalarClass.table
  /// Of the last text: words in removed lines / words.
  private(set) var removedWordFraction = 0.0

  /// Appends one value per rule (lines removed or changed) to `values`. The first rule that drops the document is returned; the
  /// editing goes on to the end all the same.
  mutating func apply(
    _ step: EditStep, to text: inout [UInt8], language: String, tokens: inout TextTokens, into values: inout [Double]
  ) -> Reason? {
    hits.removeAll(keepingCapacity: true)
    hits.append(contentsOf: repeatElement(0, count: step.rules.count))
    output.removeAll(keepingCapacity: true)
    removedWordFraction = 0
    let code = step.definition.ignoresLanguage ? "en" : language
    active.removeAll(keepingCapacity: true)
    active.append(contentsOf: step.rules.indices.filter { step.rules[$0].languages.contains(code) })
    let outcome = text.withUnsafeBufferPointer { edit(step, $0, &tokens) }
    for count in hits { values.append(Double(count)) }
    if outcome.isChanged { swap(&text, &output) }
    return outcome.reason
  }

  private mutating func edit(
    _ step: EditStep, _ text: UnsafeBufferPointer<UInt8>, _ tokens: inout TextTokens
  ) -> (reason: Reason?, isChanged: Bool) {
    if step.needsTokens { tokens.load(text, step.definition) }
    if step.needsFolded { CaseFolding.fold(text, into: &folded) }
    findAbsentPhrases(step)
    tokens.beginEdit()
    var state = State(text: text)
    while state.start <= text.count, !text.isEmpty {
      let end = Self.end(of: step.unit, text, from: state.start)
      let words = step.needsTokens ? Self.countWords(tokens.all, from: &state.token, before: end) : 0
      state.words &+= words
      let isKept = step.rules.isEmpty || keeps(state.start..<end, words: words, step, &tokens, &state)
      if !isKept { state.removedWords &+= words }
      if end == text.count { break }
      state.start = end + 1
      if step.unit == .paragraph { while state.start < text.count, text[state.start] == 0x0A { state.start += 1 } }
    }
    tokens.endEdit(isChanged: state.isChanged)
    removedWordFraction = ratio(state.removedWords, state.words)
    return (state.reason, state.isChanged)
  }

  /// The line feed behind a line, or the first of two or more behind a paragraph, or the end of the text.
  private static func end(of unit: LineRule.Unit, _ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let rest = start..<text.count
    return switch unit {
    case .line: ByteSearch.first(0x0A, in: text, rest) ?? text.count
    case .paragraph: LineShape.endOfParagraph(text, rest)
    }
  }

  /// Most texts hold none of a rule's phrases; their lines need not be asked.
  private mutating func findAbsentPhrases(_ step: EditStep) {
    isAbsent.removeAll(keepingCapacity: true)
    for rule in step.rules {
      guard case .measure(.phraseCount, _, _, let phrases, _) = rule.test else {
        isAbsent.append(false)
        continue
      }
      let isPresent = folded.withUnsafeBufferPointer { text in
        phrases.contains { ByteSearch.contains($0, in: text, 0..<text.count) }
      }
      isAbsent.append(!isPresent)
    }
  }

  private struct State {
    let text: UnsafeBufferPointer<UInt8>
    var start = 0
    var token = 0
    var words = 0
    var removedWords = 0
    var reason: Reason?
    var isChanged = false
    var hasOutput = false
  }

  private static func countWords(_ tokens: [Token], from token: inout Int, before end: Int) -> Int {
    var words = 0
    while token < tokens.count, tokens[token].start < end {
      if tokens[token].isWord { words &+= 1 }
      token &+= 1
    }
    return words
  }

  /// Runs the rules over one line and writes what is left of it.
  private mutating func keeps(
    _ whole: Range<Int>, words: Int, _ step: EditStep, _ tokens: inout TextTokens, _ state: inout State
  ) -> Bool {
    let text = state.text
    let range = step.trims ? LineShape.trimmed(text, whole, table) : whole
    if range != whole { state.isChanged = true }
    var isRewritten = false
    for number in active {
      switch step.rules[number].test {
      case .removeMatches(let pattern):
        if removeMatches(pattern, text, range, isRewritten: &isRewritten) { hits[number] += 1 }
      case .measure(let metric, let bounds, let action, let phrases, let pattern):
        let value: Double
        if isRewritten {
          if metric == .phraseCount { line.withUnsafeBufferPointer { CaseFolding.fold($0, into: &foldedLine) } }
          value = line.withUnsafeBufferPointer { line in
            foldedLine.withUnsafeBufferPointer { folded in
              measure(metric, line, folded, 0..<line.count, words, phrases, pattern, step)
            }
          }
        } else if isAbsent[number] || metric == .longestWord && bounds.allowAll(upTo: range.count) {
          value = 0
        } else {
          value = folded.withUnsafeBufferPointer { measure(metric, text, $0, range, words, phrases, pattern, step) }
        }
        guard let threshold = bounds.broken(by: value) else { continue }
        hits[number] += 1
        if action == .removeLine {
          state.isChanged = true
          return false
        }
        if state.reason == nil { state.reason = Reason(rule: step.rules[number].id, value: value, threshold: threshold) }
      }
    }
    if isRewritten { state.isChanged = true }
    if state.hasOutput { output.append(contentsOf: repeatElement(0x0A, count: step.unit == .line ? 1 : 2)) }
    if isRewritten {
      line.withUnsafeBufferPointer { tokens.replace($0, at: output.count, step.definition) }
      output.append(contentsOf: line)
    } else {
      tokens.keep(range, of: whole, in: text, at: output.count, step.definition)
      output.append(contentsOf: text[range])
    }
    state.hasOutput = true
    return true
  }

  private mutating func removeMatches(
    _ pattern: Pattern, _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isRewritten: inout Bool
  ) -> Bool {
    if !isRewritten {
      guard pattern.firstMatch(in: UnsafeBufferPointer(rebasing: text[range])) != nil else { return false }
      line.removeAll(keepingCapacity: true)
      line.append(contentsOf: text[range])
    }
    var result: [UInt8] = []
    var from = 0
    let isChanged = line.withUnsafeBufferPointer { bytes in
      var found = false
      while let match = pattern.firstMatch(in: bytes, from: from), !match.isEmpty {
        result.append(contentsOf: bytes[from..<match.lowerBound])
        from = match.upperBound
        found = true
      }
      result.append(contentsOf: bytes[from...])
      return found
    }
    guard isChanged else { return false }
    line = result
    isRewritten = true
    return true
  }

  private func measure(
    _ metric: LineMetric, _ text: UnsafeBufferPointer<UInt8>, _ folded: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
    _ words: Int, _ phrases: [[UInt8]], _ pattern: Pattern?, _ step: EditStep
  ) -> Double {
    switch metric {
    case .characters: return Double(text[range].count { $0 & 0xC0 != 0x80 })
    case .words: return Double(words)
    case .chunks: return Double(LineShape.chunks(text, range, table))
    case .longestWord: return Double(LineShape.longestChunk(text, range, table))
    case .terminalPunctuation:
      return LineShape.endsInTerminal(text, range, table, strict: step.definition.strictLineEnds) ? 1 : 0
    case .terminalPunctuationOrQuote:
      let trimmed = LineShape.trimmed(text, range, table)
      return LineShape.endsInTerminalOrQuote(text, trimmed, table, strict: step.definition.strictLineEnds) ? 1 : 0
    case .phraseCount: return Double(phrases.reduce(0) { $0 + ByteSearch.count(of: $1, in: folded, range) })
    case .patternCount: return Double(pattern.map { matches($0, UnsafeBufferPointer(rebasing: text[range])) } ?? 0)
    case .uppercaseFraction: return LineShape.fraction(of: .upper, text, range, table)
    case .digitFraction: return LineShape.fraction(of: .number, text, range, table)
    }
  }

  private func matches(_ pattern: Pattern, _ text: UnsafeBufferPointer<UInt8>) -> Int {
    var (count, from) = (0, 0)
    while let match = pattern.firstMatch(in: text, from: from) {
      count += 1
      from = max(match.upperBound, match.lowerBound + 1)
    }
    return count
  }
}

extension Bounds {
  /// Whether every number from 0 to `count` passes.
  fileprivate func allowAll(upTo count: Int) -> Bool { broken(by: 0) == nil && broken(by: Double(count)) == nil }
}
