/// Where tools with the "same" rules count differently. A rule pack names its definition, so that a threshold always stands beside
/// the function it was meant for.
public struct MetricDefinition: Sendable, Hashable {
  /// `winnow` or `datatrove`; with `version` it says exactly which function was computed.
  public let id: String
  public let version: Int

  package enum Segmentation: Sendable { case unicode, spaced }
  /// How words are found: UAX 29 with dictionaries for scripts without spaces, or an English tokenizer after spaCy's rules.
  package let segmentation: Segmentation
  /// Punctuation tokens count as words in every denominator and in n-grams (they never count in `words` itself).
  package let countsPunctuation: Bool
  /// Stop words match whatever their case.
  package let foldsStopWords: Bool
  /// Blank lines count in the denominators of bullet and ellipsis lines.
  package let countsBlankLines: Bool
  /// Only `•` and `-` are bullets, and need no space behind them.
  package let narrowBullets: Bool
  /// An n-gram that occurs once can be the most frequent one, and among equals the first counts, not the longest.
  package let countsSingleNGrams: Bool
  /// A line that ends with a closing quote or bracket behind the full stop does not end in terminal punctuation.
  package let strictLineEnds: Bool
  /// Every document is taken to be English.
  package let ignoresLanguage: Bool

  /// Ours: Unicode words, no punctuation tokens, blank lines left out, thresholds and lists by language.
  public static let winnow = MetricDefinition(
    id: "winnow", version: 1, segmentation: .unicode, countsPunctuation: false, foldsStopWords: true, countsBlankLines: false,
    narrowBullets: false, countsSingleNGrams: false, strictLineEnds: false, ignoresLanguage: false)

  /// datatrove 0.10 with its default settings (English), its known defects included: case-sensitive stop words, punctuation
  /// tokens in the denominators, single n-grams.
  public static let datatrove = MetricDefinition(
    id: "datatrove", version: 1, segmentation: .spaced, countsPunctuation: true, foldsStopWords: false, countsBlankLines: true,
    narrowBullets: true, countsSingleNGrams: true, strictLineEnds: true, ignoresLanguage: true)

  public static let all = [winnow, datatrove]
}
