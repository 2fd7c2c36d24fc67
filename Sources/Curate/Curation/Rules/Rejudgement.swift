/// What a filter decides with other bounds, from the values that it measured, which are kept in 32 bits: no text is read.
///
/// A rounded value that equals a bound may have been on either side of it, and behind a line that dropped the document anything may come:
/// such an answer is the likely one and says that it is not certain.
public struct Rejudgement: Sendable {
  public enum Outcome: Sendable, Equatable {
    /// As it was, for the same reason.
    case same
    /// Passes, and did not.
    case passes
    /// The place in `rules` of the first rule that now fails, which is another one than before.
    case fails(Int)
  }

  /// What was decided with the old bounds.
  public struct Decision: Sendable {
    /// nil: the document passed.
    public var rule: String?
    /// The value of that rule, not rounded.
    public var value: Double?

    public init(rule: String? = nil, value: Double? = nil) {
      self.rule = rule
      self.value = value
    }
  }

  public let rules: [(rule: Rule, column: Int)]
  private let old: DocumentFilter
  private let new: DocumentFilter
  private let places: [String: Int]

  /// - Parameter new: the same rule files with other bounds; nil when it is not that.
  public init?(from old: DocumentFilter, to new: DocumentFilter) {
    rules = new.rules
    (self.old, self.new) = (old, new)
    let before = old.rules
    guard old.columns == new.columns, before.map(\.rule.id) == rules.map(\.rule.id) else { return nil }
    places = Dictionary(uniqueKeysWithValues: rules.indices.map { (new.rules[$0].rule.id, $0) })
  }

  /// Whether what a rule does depends on a document's language.
  public var dependsOnLanguage: Bool {
    rules.contains { $0.rule.languages != .all || !$0.rule.boundsByLanguage.isEmpty }
  }

  /// - Parameters:
  ///   - language: as `DocumentFilter.language(of:)` gives it.
  ///   - value: of the rule at a place of `rules`, NaN when it was not measured.
  public func judge(_ decision: Decision, language: String, value: (Int) -> Float) -> (outcome: Outcome, isCertain: Bool) {
    let oldPlace = decision.rule.flatMap { places[$0] }
    // A rule over lines dropped it.
    let isUnmeasured = decision.rule != nil && oldPlace == nil
    var isCertain = true
    for place in rules.indices {
      let before = old.bounds(ofRule: place, language: language)
      guard let bounds = new.bounds(ofRule: place, language: language) else { continue }
      if bounds == before, oldPlace == nil || place < oldPlace ?? 0 { continue }
      if place == oldPlace {
        if bounds == before || bounds.broken(by: decision.value ?? Double(value(place))) != nil { return (.same, isCertain) }
        continue
      }
      switch Self.breaks(bounds, value(place)) {
      case .yes: return (isUnmeasured ? .same : .fails(place), isCertain && !isUnmeasured)
      case .no: continue
      case .perhaps: isCertain = false
      }
    }
    return (oldPlace == nil ? .same : .passes, isCertain)
  }

  /// The new bound of a rule, `pack.rule`, that a value breaks.
  public func threshold(of rule: String, language: String, value: Double) -> Double? {
    places[rule].flatMap { new.bounds(ofRule: $0, language: language) }?.broken(by: value)
  }

  private enum Answer { case yes, no, perhaps }

  /// Nothing but 0 is measured as so small that it is rounded to 0.
  private static func breaks(_ bounds: Bounds, _ value: Float) -> Answer {
    if bounds.isBroken(byRounded: value) { return .yes }
    for bound in [bounds.minimum, bounds.maximum] {
      if let bound, value == Float(bound), value != 0 || bound != 0 { return .perhaps }
    }
    return .no
  }
}
