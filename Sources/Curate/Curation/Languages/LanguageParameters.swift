/// What rules know of one language: measured on text by `LanguageParameterDerivation`, kept in files such as `filters/languages/de.yaml`.
public struct LanguageParameters: Sendable, Hashable {
  /// ISO 639-1 where there is such a code, else ISO 639-3.
  public let language: String
  /// The documents and words that the numbers come from.
  public var documents: Int
  public var words: Int
  /// Lower-case, most frequent first; at most 64.
  public var stopWords: [String]
  /// Marks that end sentences, most frequent first.
  public var terminalPunctuation: [Unicode.Scalar]
  /// Bounds of rules that say how theirs are `derived`, by metric.
  public var bounds: [Metric: Bounds]

  public init(
    language: String, documents: Int = 0, words: Int = 0, stopWords: [String] = [], terminalPunctuation: [Unicode.Scalar] = [],
    bounds: [Metric: Bounds] = [:]
  ) {
    self.language = language
    self.documents = documents
    self.words = words
    self.stopWords = stopWords
    self.terminalPunctuation = terminalPunctuation
    self.bounds = bounds
  }

  /// The file that says the same.
  public var yaml: String {
    func list(_ strings: [String]) -> String { "[\(strings.map(Self.quoted).joined(separator: ", "))]" }
    var lines = [
      "language: \(Self.quoted(language))", "documents: \(documents)", "words: \(words)", "stop-words: \(list(stopWords))",
      "terminal-punctuation: \(list(terminalPunctuation.map { String($0) }))",
    ]
    if !bounds.isEmpty { lines.append("bounds:") }
    for (name, bounds) in bounds.map({ ($0.name, $1) }).sorted(by: { $0.0 < $1.0 }) {
      let sides = [bounds.minimum.map { "minimum: \($0)" }, bounds.maximum.map { "maximum: \($0)" }].compactMap { $0 }
      lines.append("  \(name): { \(sides.joined(separator: ", ")) }")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// In quotation marks always: `no`, `on` and `y` are no text to YAML otherwise.
  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// How a bound that was found for English is carried over to another language, by what both languages measure (Penedo et al. 2025, "FineWeb2",
/// arXiv 2506.20920, section 3.4).
public enum BoundDerivation: String, Sendable, Hashable, CaseIterable {
  /// As many standard deviations from the language's mean as the bound is from the mean of English (their `MeanStd`).
  case deviations
  /// The same part of the language's mean as the bound is of the mean of English (their `MedianRatio`, with means).
  case ratio

  /// - Parameters:
  ///   - bound: the English one.
  ///   - reference: what English documents measure.
  ///   - own: what the language's documents measure.
  func carry(_ bound: Double, from reference: Spread, to own: Spread) -> Double {
    switch self {
    case .ratio: reference.mean == 0 ? bound : bound * own.mean / reference.mean
    case .deviations:
      reference.deviation == 0 ? bound : own.mean + (bound - reference.mean) / reference.deviation * own.deviation
    }
  }
}

/// Mean and standard deviation of a series of values.
struct Spread: Sendable, Hashable {
  private(set) var count = 0
  private(set) var mean = 0.0
  private var squares = 0.0

  var deviation: Double { count > 1 ? (squares / Double(count - 1)).squareRoot() : 0 }

  /// Welford's recurrence (1962).
  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    count += 1
    let step = value - mean
    mean += step / Double(count)
    squares += step * (value - mean)
  }
}
