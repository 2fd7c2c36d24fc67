import Documents

/// Applies rule packs to documents. A value without state: one for all workers, with a `Scratch` for each.
///
/// ```swift
/// let filter = DocumentFilter(try RuleSet.load(["filters/quality/gopher.yaml"]))
/// var scratch = DocumentFilter.Scratch(), values: [Double] = []
/// let verdict = filter.apply(&document, scratch: &scratch, values: &values)
/// ```
public struct DocumentFilter: Sendable {
  public struct Options: Sendable {
    /// The metadata key with a document's language code.
    public var languageKey: String
    /// The language of documents that do not say. Without one, rules with a language of their own pass such documents.
    public var defaultLanguage: String?
    /// Stop at the first rule that fails: faster, but what was not measured is NaN in `values`.
    public var stopsAtFirstFailure: Bool

    public init(languageKey: String = "language", defaultLanguage: String? = nil, stopsAtFirstFailure: Bool = false) {
      self.languageKey = languageKey
      self.defaultLanguage = defaultLanguage
      self.stopsAtFirstFailure = stopsAtFirstFailure
    }
  }

  /// A column of measured values. Columns are known before any document is seen, and every document has a value in each.
  public struct Column: Sendable, Hashable {
    /// Unique: the metric's name, followed by what tells it from other columns of the same metric (`words.after-c4`).
    public let name: String
    public let unit: String
    public let summary: String
  }

  /// Buffers that one worker reuses from document to document.
  public struct Scratch {
    var measurement = TextMeasurement()
    var editor = LineEditor()

    public init() {}
  }

  public let packs: [RulePack]
  public let options: Options
  public let columns: [Column]
  private let steps: [FilterStep]
  private let tests: [MeasureGroup.Test]

  public init(_ rules: RuleSet, options: Options = Options()) {
    packs = rules.packs
    self.options = options
    let plan = FilterPlan(rules.packs)
    columns = plan.columns
    steps = plan.steps
    tests = plan.steps.flatMap { step -> [MeasureGroup.Test] in
      guard case .measure(let group) = step else { return [] }
      return group.tests
    }
  }

  /// Every document rule in the order in which it is tested, with the number of its column.
  public var rules: [(rule: Rule, column: Int)] { tests.map { (rule: $0.rule, column: $0.column) } }

  /// The bounds of the rule at `place` in `rules` for a document in `language`; nil when it does not speak about that.
  public func bounds(ofRule place: Int, language: String) -> Bounds? {
    tests[place].rule.bounds(for: tests[place].ignoresLanguage ? "en" : language)
  }

  /// The language a document's rules are chosen by; empty when unknown.
  public func language(of document: Document) -> String {
    let code = document.metadata[options.languageKey]?.string ?? options.defaultLanguage
    return code.map(LanguageCode.normalized) ?? ""
  }

  /// Measures and edits the document. `values` is replaced by one value per column.
  ///
  /// The reason is the first rule, in the order of the packs, that fails. All columns are measured all the same (unless the options
  /// say otherwise), on the text as it would be without the failure, so that thresholds can be moved later; the text of a
  /// dropped document is left as the failing rule saw it.
  /// - Complexity: linear in the text, times a dozen passes over its words for the repetition metrics.
  public func apply(_ document: inout Document, scratch: inout Scratch, values: inout [Double]) -> Verdict {
    values.removeAll(keepingCapacity: true)
    let language = language(of: document)
    scratch.measurement.textTokens.forget()
    scratch.measurement.foldedText.forget()
    var failure: (reason: Reason, text: [UInt8])?
    for step in steps {
      switch step {
      case .measure(let group):
        document.text.withUnsafeBufferPointer { scratch.measure(group, $0, language: language, into: &values) }
        if failure == nil, let reason = group.firstFailure(values, language: language) { failure = (reason, document.text) }
      case .edit(let edit):
        let reason = scratch.editor.apply(
          edit, to: &document.text, language: language, tokens: &scratch.measurement.textTokens,
          folded: &scratch.measurement.foldedText, into: &values)
        if failure == nil, let reason { failure = (reason, document.text) }
      }
      if failure != nil, options.stopsAtFirstFailure { break }
    }
    while values.count < columns.count { values.append(.nan) }
    guard let failure else { return .keep }
    document.text = failure.text
    return .drop(failure.reason)
  }
}

extension DocumentFilter.Scratch {
  fileprivate mutating func measure(
    _ group: MeasureGroup, _ text: UnsafeBufferPointer<UInt8>, language: String, into values: inout [Double]
  ) {
    let code = group.definition.ignoresLanguage ? "en" : language
    measurement.measure(
      text, group.requests, group.definition, language: code, stopWords: group.stopWords[code],
      terminals: group.terminals?[code] ?? [], isKnown: true, into: &values)
    if let column = group.removedWordColumn { values[column] = editor.removedWordFraction }
  }
}
