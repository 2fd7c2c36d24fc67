import Documents

/// Other bounds for one rule over documents, as people write them: `pack.rule=30`, `pack.rule=3..12`, `pack.rule=off`.
public struct BoundsChange: Sendable, Hashable {
  private enum Value: Sendable, Hashable {
    case off
    /// The one bound that the rule has.
    case bound(Double)
    case range(Double, Double)
  }

  /// `pack.rule`.
  public let rule: String
  private let value: Value

  /// - Throws: `bad-setting` when the text is none of the three forms.
  public init(_ text: String) throws(Diagnostic) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw Diagnostic("bad-setting", "'\(text)' is not 'pack.rule=value'")
    }
    rule = String(text[..<equals])
    let written = String(text[text.index(after: equals)...])
    if written == "off" {
      value = .off
    } else if let dots = written.firstRange(of: "..") {
      guard let low = Double(written[..<dots.lowerBound]), let high = Double(written[dots.upperBound...]), low <= high,
        high - low < .infinity
      else { throw Diagnostic("bad-setting", "'\(written)' is not a range such as 3..12") }
      value = .range(low, high)
    } else {
      guard let number = Double(written), number.isFinite else {
        throw Diagnostic("bad-setting", "'\(written)' is not a number", fix: "write a number, a range such as 3..12, or off")
      }
      value = .bound(number)
    }
  }

  /// The rule with the new bounds. Those of single languages stay, unless the rule is off, or derived by `ratio`: then they move in proportion.
  /// - Throws: `bad-setting` when one number is written for a rule with two bounds.
  func apply(to rule: Rule) throws(Diagnostic) -> Rule {
    switch value {
    case .off: return rule.with(Bounds(), byLanguage: [:])
    case .range(let low, let high): return rule.moved(to: Bounds(minimum: low, maximum: high))
    case .bound(let number):
      switch (rule.bounds.minimum, rule.bounds.maximum) {
      case (.some, nil): return rule.moved(to: Bounds(minimum: number))
      case (nil, .some): return rule.moved(to: Bounds(maximum: number))
      case (nil, nil): throw Diagnostic("bad-setting", "'\(rule.id)' is off", fix: "write a range: \(rule.id)=3..12")
      case (.some, .some): throw Diagnostic("bad-setting", "'\(rule.id)' has two bounds", fix: "write both: \(rule.id)=3..12")
      }
    }
  }
}

extension Rule {
  fileprivate func moved(to bounds: Bounds) -> Rule {
    guard derivation == .ratio else { return with(bounds, byLanguage: boundsByLanguage) }
    let most = metric.unit == "fraction" ? 1 : Double.infinity
    func moved(_ own: Double?, from old: Double?, to new: Double?) -> Double? {
      guard let new else { return own }
      guard let own, let old, old > 0 else { return new }
      return min(own * new / old, max(most, new))
    }
    let byLanguage = boundsByLanguage.mapValues { own in
      Bounds(
        minimum: moved(own.minimum, from: self.bounds.minimum, to: bounds.minimum),
        maximum: moved(own.maximum, from: self.bounds.maximum, to: bounds.maximum))
    }
    return with(bounds, byLanguage: byLanguage)
  }

  fileprivate func with(_ bounds: Bounds, byLanguage: [String: Bounds]) -> Rule {
    Rule(
      id: id, metric: metric, bounds: bounds, boundsByLanguage: byLanguage, languages: languages, derivation: derivation,
      source: source,
      request: request)
  }
}

extension RuleSet {
  /// The same rules, measured all the same, with other bounds for some; of several changes of one rule the last counts.
  /// - Throws: `unknown-rule`, with the nearest name, and `bad-setting`.
  public func changing(_ changes: [BoundsChange]) throws(Diagnostic) -> RuleSet {
    let known = packs.flatMap { ($0.rules + $0.rulesAfterLines).map(\.id) }
    if let missing = changes.first(where: { !known.contains($0.rule) }) { throw unknownRule(missing.rule, among: known) }
    func changed(_ rules: [Rule]) throws(Diagnostic) -> [Rule] {
      var result: [Rule] = []
      for rule in rules { result.append(try changes.last { $0.rule == rule.id }?.apply(to: rule) ?? rule) }
      return result
    }
    var result: [RulePack] = []
    for pack in packs {
      result.append(pack.with(rules: try changed(pack.rules), rulesAfterLines: try changed(pack.rulesAfterLines)))
    }
    return RuleSet(result)
  }

  /// What to say of a rule whose bounds cannot be changed.
  public func unknownRule(_ name: String) -> Diagnostic {
    unknownRule(name, among: packs.flatMap { ($0.rules + $0.rulesAfterLines).map(\.id) })
  }

  private func unknownRule(_ name: String, among known: [String]) -> Diagnostic {
    if packs.contains(where: { $0.lineRules.contains { $0.id == name } }) {
      return Diagnostic(
        "line-rule", "'\(name)' is a rule over lines: what it leaves depends on the text, not on the values measured",
        fix: "change the rule file and run the pipeline again")
    }
    return Diagnostic(
      "unknown-rule", "there is no rule '\(name)'",
      fix: nearestName(to: name, among: known).map { "did you mean '\($0)'?" } ?? "rules: \(known.joined(separator: ", "))")
  }
}

extension RulePack {
  fileprivate func with(rules: [Rule], rulesAfterLines: [Rule]) -> RulePack {
    RulePack(
      id: id, version: version, title: title, source: source, definition: definition, rules: rules, trimsLines: trimsLines,
      unit: unit,
      lineRules: lineRules, rulesAfterLines: rulesAfterLines, stopWords: stopWords, terminals: terminals)
  }
}
