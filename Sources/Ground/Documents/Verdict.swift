/// What a stage decides about a document.
public enum Verdict: Sendable, Equatable {
  case keep
  case drop(Reason)
}

/// Why a document was dropped: which rule, what was measured, what would have passed.
public struct Reason: Sendable, Equatable {
  /// A rule id such as `gopher-quality.minimum-words`.
  public var rule: String
  /// The measured value, where the rule measures one.
  public var value: Double?
  /// The bound it was compared with.
  public var threshold: Double?
  /// The id of the document kept in its place, for deduplication.
  public var duplicateOf: String?
  /// Anything else worth reading, such as the matched term.
  public var detail: String?

  public init(
    rule: String, value: Double? = nil, threshold: Double? = nil, duplicateOf: String? = nil, detail: String? = nil
  ) {
    self.rule = rule
    self.value = value
    self.threshold = threshold
    self.duplicateOf = duplicateOf
    self.detail = detail
  }
}
