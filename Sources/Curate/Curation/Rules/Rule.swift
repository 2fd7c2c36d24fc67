/// The values that pass: from `minimum` to `maximum`, both included.
public struct Bounds: Sendable, Hashable {
  public var minimum: Double?
  public var maximum: Double?

  public init(minimum: Double? = nil, maximum: Double? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// The bound that `value` breaks. A value that could not be measured (NaN) breaks none.
  @inline(__always)
  public func broken(by value: Double) -> Double? {
    if let minimum, value < minimum { return minimum }
    if let maximum, value > maximum { return maximum }
    return nil
  }

  /// Whether a value that was rounded to 32 bits broke a bound for certain. Rounding keeps order; what equals the rounded bound may have been
  /// on either side of it.
  public func isBroken(byRounded value: Float) -> Bool {
    minimum.map { value < Float($0) } ?? false || maximum.map { value > Float($0) } ?? false
  }
}

/// The languages a rule speaks about, by ISO 639-1 code.
public enum LanguageScope: Sendable, Hashable {
  case all
  case only(Set<String>)
  case except(Set<String>)

  public func contains(_ language: String) -> Bool {
    switch self {
    case .all: true
    case .only(let languages): languages.contains(language)
    case .except(let languages): !languages.contains(language)
    }
  }
}

/// A rule over a whole document: a metric, the range it has to be in, and the languages that this is true for.
public struct Rule: Sendable {
  /// With the pack's id: `gopher-quality.minimum-words`.
  public let id: String
  public let metric: Metric
  public let bounds: Bounds
  /// Bounds for some languages instead of `bounds`.
  public let boundsByLanguage: [String: Bounds]
  public let languages: LanguageScope
  /// How `bounds` are carried over to other languages, where they are.
  public let derivation: BoundDerivation?
  /// Where the number comes from, when it is not the pack's own source.
  public let source: String?
  package let request: MetricRequest

  public func bounds(for language: String) -> Bounds? {
    languages.contains(language) ? boundsByLanguage[language] ?? bounds : nil
  }
}

/// A number measured on one line.
public enum LineMetric: String, Sendable, Hashable, CaseIterable {
  case characters
  /// Tokens with a letter or a digit.
  case words
  /// Pieces between white space.
  case chunks
  /// Characters of the longest piece between white space.
  case longestWord = "longest-word"
  /// 1 when the line ends a sentence, in any script; closing quotes and brackets may follow.
  case terminalPunctuation = "terminal-punctuation"
  /// C4's: 1 when the line ends a sentence or in an end quotation mark, and not in an ellipsis.
  case terminalPunctuationOrQuote = "terminal-punctuation-or-quote"
  case phraseCount = "phrase-count"
  /// Matches of a pattern.
  case patternCount = "pattern-count"
  /// Upper-case letters / characters without white space.
  case uppercaseFraction = "uppercase-fraction"
  /// Numbers / characters without white space.
  case digitFraction = "digit-fraction"
}

/// A rule over each line: removes the line, removes something from it, or drops the document because of it.
public struct LineRule: Sendable {
  public enum Action: Sendable, Hashable { case removeLine, dropDocument }

  /// What a rule looks at: a line, or what stands between blank lines.
  public enum Unit: Sendable, Hashable { case line, paragraph }

  package enum Test: Sendable {
    case measure(LineMetric, Bounds, Action, phrases: [[UInt8]], pattern: Pattern?)
    case removeMatches(Pattern)
  }

  /// With the pack's id: `c4.terminal-punctuation`.
  public let id: String
  public let languages: LanguageScope
  package let test: Test
}

/// A rule file: rules with one source and one definition of the metrics.
public struct RulePack: Sendable {
  public let id: String
  public let version: Int
  public let title: String
  public let source: String
  public let definition: MetricDefinition
  /// Tested on the text as it comes.
  public let rules: [Rule]
  /// Lines are trimmed before the line rules see them.
  public let trimsLines: Bool
  /// What `lineRules` look at.
  public let unit: LineRule.Unit
  /// Applied to each line or paragraph in this order.
  public let lineRules: [LineRule]
  /// Tested on what the line rules left.
  public let rulesAfterLines: [Rule]
  package let stopWords: [String: StopWordList]
  /// Marks that end a sentence in a language, beside those that do in any.
  package let terminals: [String: [UInt32]]
}
