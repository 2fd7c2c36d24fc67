import Documents

/// What is done to each document: measurements of the text as it stands, and edits between them.
enum FilterStep: Sendable {
  case measure(MeasureGroup)
  case edit(EditStep)
}

/// Metrics measured on the same text under the same definition, and the rules that read them.
struct MeasureGroup: Sendable {
  struct Test: Sendable {
    let rule: Rule
    let column: Int
    let ignoresLanguage: Bool
  }

  let definition: MetricDefinition
  var stopWords: [String: StopWordList]
  /// What ends a sentence, by language; nil as long as no rule asks for it.
  var terminals: [String: [UInt32]]?
  /// Number of the first column.
  let firstColumn: Int
  var requests: [MetricRequest] = []
  var tests: [Test] = []

  var removedWordColumn: Int? {
    requests.firstIndex { $0.metric == .removedWordFraction }.map { firstColumn + $0 }
  }

  /// Whether the pack's rules can be measured together with these.
  func accepts(_ pack: RulePack) -> Bool {
    guard definition == pack.definition else { return false }
    return (stopWords.isEmpty || pack.stopWords.isEmpty || stopWords == pack.stopWords)
      && (terminals == nil || pack.terminalsOfRules == nil || terminals == pack.terminalsOfRules)
  }

  func firstFailure(_ values: [Double], language: String) -> Reason? {
    for test in tests {
      let code = test.ignoresLanguage ? "en" : language
      guard let bounds = test.rule.bounds(for: code), let threshold = bounds.broken(by: values[test.column]) else { continue }
      return Reason(rule: test.rule.id, value: values[test.column], threshold: threshold)
    }
    return nil
  }
}

extension RulePack {
  /// What ends a sentence, by language, if a rule of the pack counts such lines.
  fileprivate var terminalsOfRules: [String: [UInt32]]? {
    (rules + rulesAfterLines).contains { $0.metric == .terminalPunctuationLineFraction } ? terminals : nil
  }
}

/// The line rules of one pack; each has a column with the number of lines it removed or changed.
struct EditStep: Sendable {
  let rules: [LineRule]
  let unit: LineRule.Unit
  let definition: MetricDefinition
  let terminals: [String: [UInt32]]
  let trims: Bool
  let measuresRemovedWords: Bool
  let needsTokens: Bool
  let needsFolded: Bool
}

/// Turns packs into steps and names the columns.
struct FilterPlan {
  private(set) var steps: [FilterStep] = []
  private(set) var columns: [DocumentFilter.Column] = []
  private var edits: [String] = []
  private var open: MeasureGroup?

  init(_ packs: [RulePack]) {
    for pack in packs {
      add(pack.rules, pack)
      guard !pack.lineRules.isEmpty else {
        add(pack.rulesAfterLines, pack)
        continue
      }
      close()
      addEdit(pack)
      add(pack.rulesAfterLines, pack)
    }
    close()
  }

  private mutating func add(_ rules: [Rule], _ pack: RulePack) {
    guard !rules.isEmpty else { return }
    if let group = open, !group.accepts(pack) { close() }
    var group = open ?? MeasureGroup(definition: pack.definition, stopWords: [:], terminals: nil, firstColumn: columns.count)
    if group.stopWords.isEmpty { group.stopWords = pack.stopWords }
    group.terminals = group.terminals ?? pack.terminalsOfRules
    for rule in rules {
      let place = group.requests.firstIndex(of: rule.request) ?? group.requests.count
      if place == group.requests.count {
        group.requests.append(rule.request)
        columns.append(column(rule, pack.definition))
      }
      group.tests.append(.init(rule: rule, column: group.firstColumn + place, ignoresLanguage: pack.definition.ignoresLanguage))
    }
    open = group
  }

  private mutating func close() {
    if let open { steps.append(.measure(open)) }
    open = nil
  }

  private mutating func addEdit(_ pack: RulePack) {
    edits.append(pack.id)
    for rule in pack.lineRules {
      let unit = pack.unit == .line ? "lines" : "paragraphs"
      columns.append(.init(name: "\(rule.id).\(unit)", unit: unit, summary: "\(unit) that the rule removed or changed"))
    }
    let metrics = pack.lineRules.map { rule -> LineMetric? in
      if case .measure(let metric, _, _, _, _) = rule.test { metric } else { nil }
    }
    let measuresRemovedWords = pack.rulesAfterLines.contains { $0.metric == .removedWordFraction }
    steps.append(
      .edit(
        EditStep(
          rules: pack.lineRules, unit: pack.unit, definition: pack.definition, terminals: pack.terminals,
          trims: pack.trimsLines,
          measuresRemovedWords: measuresRemovedWords,
          needsTokens: measuresRemovedWords || metrics.contains(.words),
          needsFolded: pack.lineRules.contains(where: LineCheck.searches))))
  }

  private func column(_ rule: Rule, _ definition: MetricDefinition) -> DocumentFilter.Column {
    var name = rule.metric.name
    if rule.metric == .phraseCount { name = "\(rule.id).phrases" }
    if definition.id != MetricDefinition.winnow.id { name += ".\(definition.id)" }
    if let last = edits.last { name += ".after-\(last)" }
    if columns.contains(where: { $0.name == name }) { name = "\(rule.id).\(rule.metric.name)" }
    var (unique, number) = (name, 2)
    while columns.contains(where: { $0.name == unique }) {
      unique = "\(name).\(number)"
      number += 1
    }
    return .init(name: unique, unit: rule.metric.unit, summary: rule.metric.summary)
  }
}
