import Curation
import Documents

/// A rule of a filter on one document: what was measured, and the range it had to be in for the document's language.
public struct RuleReading: Sendable {
  /// The filter's id in the pipeline.
  public let stage: String
  /// `gopher-quality.minimum-words`.
  public let rule: String
  /// As `MetricsFile` names it: `quality.words`.
  public let metric: String
  /// nil: the rule was not reached by a filter that stops at its first failure. Rounded to 32 bits, but for the rule that decided.
  public let value: Double?
  /// nil: the rule says nothing of the document's language.
  public let bounds: Bounds?
  /// Whether the value is beyond the bounds. One that rounding has made equal to a bound counts as within, but for the rule that decided.
  public let isBroken: Bool
}

extension Explanation.Step {
  /// The document rules of all filters that had the document in hand, in the order in which they are tested. Line rules have no bounds for a
  /// document.
  /// - Throws: when a rule file cannot be read any more.
  public func ruleReadings() throws(Diagnostic) -> [RuleReading] {
    guard case .documents(let chain) = phase.work else { return [] }
    let values = Dictionary(metrics.map { ($0.name, $0.value) }) { first, _ in first }
    var decided: (rule: String, value: Double?)?
    if case .dropped(let reason) = entry.outcome { decided = (reason.rule, reason.value) }
    var readings: [RuleReading] = []
    for stage in chain.prefix(through: entry.stage) {
      guard let filter = try stage.kind.documentFilter(stage.parameters) else { continue }
      let language = (entry.language ?? filter.options.defaultLanguage).map(LanguageCode.normalized) ?? ""
      for (place, rule) in filter.rules.enumerated() {
        let metric = "\(stage.id).\(filter.columns[rule.column].name)"
        let bounds = filter.bounds(ofRule: place, language: language)
        let hasDecided = stage.id == entry.stage && decided?.rule == rule.rule.id
        let value = (hasDecided ? decided?.value : nil) ?? values[metric]
        let isBeyond = value.flatMap { value in bounds?.isBroken(byRounded: Float(value)) } ?? false
        readings.append(
          RuleReading(
            stage: stage.id, rule: rule.rule.id, metric: metric, value: value, bounds: bounds, isBroken: hasDecided || isBeyond)
        )
      }
    }
    return readings
  }
}

extension [Stage] {
  /// The stages up to the one with an id; none when there is no such stage.
  fileprivate func prefix(through id: String) -> ArraySlice<Stage> {
    firstIndex { $0.id == id }.map { prefix(through: $0) } ?? []
  }
}
