import Documents
import ICU

/// Applies line rules to a text, line by line; reuses its buffers.
struct LineEditor {
  private var output: [UInt8] = []
  private var line: [UInt8] = []
  private var foldedLine: [UInt8] = []
  private var hits: [Int] = []
  /// The rules for the text's language that a line of it can fail.
  private var checks: [LineCheck] = []
  /// What ends a sentence in the text's language, beside the marks that do in any.
  private var terminals: [UInt32] = []
  private let table = ScalarClass.table
  /// Of the last text: words in removed lines / words.
  private(set) var removedWordFraction = 0.0

  /// Appends one value per rule (lines removed or changed) to `values`. The first rule that drops the document is returned; the
  /// editing goes on to the end all the same.
  mutating func apply(
    _ step: EditStep, to text: inout [UInt8], language: String, tokens: inout TextTokens, folded: inout FoldedText,
    into values: inout [Double]
  ) -> Reason? {
    hits.removeAll(keepingCapacity: true)
    hits.append(contentsOf: repeatElement(0, count: step.rules.count))
    output.removeAll(keepingCapacity: true)
    removedWordFraction = 0
    let code = step.definition.ignoresLanguage ? "en" : language
    terminals = step.terminals[code] ?? []
    let outcome = text.withUnsafeBufferPointer { edit(step, $0, code, &tokens, &folded) }
    for count in hits { values.append(Double(count)) }
    if outcome.isChanged { swap(&text, &output) }
    return outcome.reason
  }

  private mutating func edit(
    _ step: EditStep, _ text: UnsafeBufferPointer<UInt8>, _ language: String, _ tokens: inout TextTokens,
    _ folded: inout FoldedText
  ) -> (reason: Reason?, isChanged: Bool) {
    if step.needsTokens { tokens.load(text, step.definition) }
    let looksForStrings = findChecks(step, language, text, &folded)
    tokens.beginEdit()
    let state =
      looksForStrings
      ? folded.withBytes(of: text) { edit(step, State(text: text, folded: $0), &tokens) }
      : edit(step, State(text: text, folded: UnsafeBufferPointer(start: nil, count: 0)), &tokens)
    tokens.endEdit(isChanged: state.isChanged)
    if state.hasNewWords { folded.forget() } else if state.isChanged { folded.linesWereRemoved() }
    removedWordFraction = ratio(state.removedWords, state.words)
    return (state.reason, state.isChanged)
  }

  /// Runs over the lines.
  private mutating func edit(_ step: EditStep, _ start: State, _ tokens: inout TextTokens) -> State {
    var state = start
    let text = state.text
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
    if state.isChanged { writeRun(step, &tokens, &state) }
    return state
  }

  /// The line feed behind a line, or the first of two or more behind a paragraph, or the end of the text.
  private static func end(of unit: LineRule.Unit, _ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let rest = start..<text.count
    return switch unit {
    case .line: ByteSearch.first(0x0A, in: text, rest) ?? text.count
    case .paragraph: LineShape.endOfParagraph(text, rest)
    }
  }

  /// Most texts hold none of the strings that a rule looks for; their lines need not be asked, unless a rule before it may rewrite them, which
  /// can bring a string together.
  /// - Returns: whether a check looks for strings.
  private mutating func findChecks(
    _ step: EditStep, _ language: String, _ text: UnsafeBufferPointer<UInt8>, _ folded: inout FoldedText
  ) -> Bool {
    checks.removeAll(keepingCapacity: true)
    var (looksForStrings, mayRewrite) = (false, false)
    let hidesLetters = step.needsFolded && folded.hidesLetters(in: text)
    for (number, rule) in step.rules.enumerated() where rule.languages.contains(language) {
      let strings = LineCheck.strings(of: rule, hidesLetters: hidesLetters)?.filter { folded.mayHold($0, in: text) }
      let looks = strings.map { !$0.isEmpty } ?? false
      if strings != nil, !looks, !mayRewrite { continue }
      let check =
        looks
        ? folded.withBytes(of: text) { LineCheck(rule, number: number, strings: strings, folded: $0) }
        : LineCheck(rule, number: number, strings: strings, folded: text)
      guard check.mayFail || mayRewrite else { continue }
      if looks { looksForStrings = true }
      if check.kind == .removeMatches { mayRewrite = true }
      checks.append(check)
    }
    return looksForStrings
  }

  private struct State {
    let text: UnsafeBufferPointer<UInt8>
    /// The text in lower case; empty when no check looks for strings.
    let folded: UnsafeBufferPointer<UInt8>
    var start = 0
    var token = 0
    var words = 0
    var removedWords = 0
    var reason: Reason?
    var isChanged = false
    /// A line was rewritten.
    var hasNewWords = false
    var hasOutput = false
    /// Kept lines that follow one another in the text as they will in the output, not yet written: in a text that nothing changes, none
    /// ever is.
    var run: Range<Int>?
  }

  private static func countWords(_ tokens: [Token], from token: inout Int, before end: Int) -> Int {
    var words = 0
    while token < tokens.count, tokens[token].start < end {
      if tokens[token].isWord { words &+= 1 }
      token &+= 1
    }
    return words
  }

  /// Runs the rules over one line and keeps what is left of it.
  private mutating func keeps(
    _ whole: Range<Int>, words: Int, _ step: EditStep, _ tokens: inout TextTokens, _ state: inout State
  ) -> Bool {
    let text = state.text
    let range = step.trims ? LineShape.trimmed(text, whole, table) : whole
    if range != whole { state.isChanged = true }
    var isRewritten = false
    for place in checks.indices {
      guard isRewritten || checks[place].concerns(range, state.folded) else { continue }
      let number = checks[place].number
      guard case .measure(let metric) = checks[place].kind else {
        if removeMatches(step.rules[number], text, range, isRewritten: &isRewritten) { hits[number] += 1 }
        continue
      }
      let value =
        isRewritten
        ? measureRewritten(metric, words, step, number) : measure(metric, text, state.folded, range, words, step, number)
      guard let threshold = checks[place].bounds.broken(by: value) else { continue }
      hits[number] += 1
      if !checks[place].dropsDocument {
        state.isChanged = true
        return false
      }
      if state.reason == nil { state.reason = Reason(rule: step.rules[number].id, value: value, threshold: threshold) }
    }
    if !isRewritten, range == whole {
      extendRun(range, step, &tokens, &state)
      return true
    }
    state.isChanged = true
    writeRun(step, &tokens, &state)
    separate(step, &state)
    if isRewritten {
      state.hasNewWords = true
      line.withUnsafeBufferPointer { tokens.replace($0, at: output.count, step.definition) }
      output.append(contentsOf: line)
    } else {
      tokens.keep(range, of: whole, in: text, at: output.count, step.definition)
      output.append(contentsOf: text[range])
    }
    return true
  }

  /// A line stays as it is.
  private mutating func extendRun(_ range: Range<Int>, _ step: EditStep, _ tokens: inout TextTokens, _ state: inout State) {
    if let run = state.run, run.upperBound + Self.separatorLength(step) == range.lowerBound {
      state.run = run.lowerBound..<range.upperBound
      return
    }
    writeRun(step, &tokens, &state)
    state.run = range
  }

  private mutating func writeRun(_ step: EditStep, _ tokens: inout TextTokens, _ state: inout State) {
    guard let run = state.run else { return }
    state.run = nil
    separate(step, &state)
    tokens.keep(run, of: run, in: state.text, at: output.count, step.definition)
    output.append(contentsOf: UnsafeBufferPointer(rebasing: state.text[run]))
  }

  private mutating func separate(_ step: EditStep, _ state: inout State) {
    if state.hasOutput { for _ in 0..<Self.separatorLength(step) { output.append(0x0A) } }
    state.hasOutput = true
  }

  private static func separatorLength(_ step: EditStep) -> Int { step.unit == .line ? 1 : 2 }

  private mutating func removeMatches(
    _ rule: LineRule, _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isRewritten: inout Bool
  ) -> Bool {
    guard case .removeMatches(let pattern) = rule.test else { return false }
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

  /// The value of a rule on a line that a rule before it changed.
  private mutating func measureRewritten(_ metric: LineMetric, _ words: Int, _ step: EditStep, _ number: Int) -> Double {
    if metric == .phraseCount { line.withUnsafeBufferPointer { CaseFolding.fold($0, into: &foldedLine) } }
    return line.withUnsafeBufferPointer { line in
      foldedLine.withUnsafeBufferPointer { measure(metric, line, $0, 0..<line.count, words, step, number) }
    }
  }

  private func measure(
    _ metric: LineMetric, _ text: UnsafeBufferPointer<UInt8>, _ folded: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
    _ words: Int, _ step: EditStep, _ number: Int
  ) -> Double {
    switch metric {
    case .characters: return Double(text[range].count { $0 & 0xC0 != 0x80 })
    case .words: return Double(words)
    case .chunks: return Double(LineShape.chunks(text, range, table))
    case .longestWord: return Double(LineShape.longestChunk(text, range, table))
    case .terminalPunctuation:
      return LineShape.endsInTerminal(text, range, table, strict: step.definition.strictLineEnds, and: terminals) ? 1 : 0
    case .terminalPunctuationOrQuote:
      let trimmed = LineShape.trimmed(text, range, table)
      return LineShape.endsInTerminalOrQuote(text, trimmed, table, strict: step.definition.strictLineEnds, and: terminals)
        ? 1 : 0
    case .phraseCount, .patternCount:
      guard case .measure(_, _, _, let phrases, let pattern) = step.rules[number].test else { return 0 }
      if metric == .phraseCount { return Double(phrases.reduce(0) { $0 + ByteSearch.count(of: $1, in: folded, range) }) }
      return Double(pattern.map { matches($0, UnsafeBufferPointer(rebasing: text[range])) } ?? 0)
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
