/// Where tools with the "same" rules count differently. A rule pack names its definition, so that a threshold always stands beside
/// the function it was meant for; a pack may turn single switches of a definition (`switches`), and is then known by both.
public struct MetricDefinition: Sendable, Hashable {
  /// `winnow`, `datatrove`, `dolma` or `dclm`, followed by the switches that were turned: `datatrove.fold-stop-words`. With `version` it says
  /// exactly which function was computed.
  public private(set) var id: String
  public let version: Int

  package enum Segmentation: Sendable { case unicode, english, whitespace }
  /// How words are found: UAX 29 with dictionaries for scripts without spaces, spaCy's English tokenizer, or what stands between
  /// white space.
  package private(set) var segmentation: Segmentation

  package enum Word: Sendable { case lettersAndNumbers, notDatatrovePunctuation, any }
  /// Which tokens are words.
  package let word: Word

  package enum Bullets: Sendable { case wide, datatrove, dolma, dclm }
  package let bullets: Bullets

  package enum Copies: Sendable { case further, all }
  /// Whether the first copy of a repeated line or paragraph is a duplicate too.
  package let copies: Copies

  package enum RepeatedNGrams: Sendable { case notOverlapping, shareOfNGrams, coveredWords }
  /// What of the text lies in n-grams that occur more than once: copies that do not overlap, over the text; the share of all
  /// n-grams' characters; or words in any copy, over all words.
  package let repeatedNGrams: RepeatedNGrams

  package enum Symbols: Sendable { case occurrences, wordsWithThem }
  /// What is counted of `#` and `…` per word.
  package let symbols: Symbols

  package enum Sentences: Sendable { case winnow, spaCy }
  package let sentences: Sentences

  /// Punctuation tokens count as words in every denominator and in n-grams (they never count in `words` itself).
  package private(set) var countsPunctuation: Bool
  /// Stop words match whatever their case.
  package private(set) var foldsStopWords: Bool
  /// The same stop word counts once.
  package let countsDistinctStopWords: Bool
  /// Blank lines count in the denominators of bullet and ellipsis lines.
  package private(set) var countsBlankLines: Bool
  /// An n-gram that occurs once can be the most frequent one, and among equals the first counts, not the longest.
  package private(set) var countsSingleNGrams: Bool
  /// Two n-grams are the same when their letters are, wherever the words end (`a bc` and `ab c`).
  package private(set) var joinsNGrams: Bool
  /// A line that ends with a closing quote or bracket behind the full stop does not end in terminal punctuation.
  package private(set) var strictLineEnds: Bool
  /// Every document is taken to be English.
  package private(set) var ignoresLanguage: Bool
  /// `#` at the beginning of a line with a space behind it is a heading in Markdown and no hash sign.
  package private(set) var sparesHeadings: Bool

  /// Ours: Unicode words, no punctuation tokens, blank lines left out, thresholds and lists by language.
  public static let winnow = MetricDefinition(
    id: "winnow", version: 2, segmentation: .unicode, word: .lettersAndNumbers, bullets: .wide, copies: .further,
    repeatedNGrams: .notOverlapping, symbols: .occurrences, sentences: .winnow, countsPunctuation: false, foldsStopWords: true,
    countsDistinctStopWords: true, countsBlankLines: false, countsSingleNGrams: false, joinsNGrams: false,
    strictLineEnds: false,
    ignoresLanguage: false, sparesHeadings: true)

  /// datatrove 0.10 with its default settings (English), its known defects included: case-sensitive stop words, punctuation
  /// tokens in the denominators, single n-grams.
  public static let datatrove = MetricDefinition(
    id: "datatrove", version: 2, segmentation: .english, word: .notDatatrovePunctuation, bullets: .datatrove, copies: .further,
    repeatedNGrams: .notOverlapping, symbols: .occurrences, sentences: .spaCy, countsPunctuation: true, foldsStopWords: false,
    countsDistinctStopWords: true, countsBlankLines: true, countsSingleNGrams: true, joinsNGrams: true, strictLineEnds: true,
    ignoresLanguage: true, sparesHeadings: false)

  /// The taggers of dolma 1.2 (`python/dolma/taggers/gopher.py`): words between white space, all copies of a line, shares of n-grams.
  public static let dolma = MetricDefinition(
    id: "dolma", version: 1, segmentation: .whitespace, word: .any, bullets: .dolma, copies: .all,
    repeatedNGrams: .shareOfNGrams,
    symbols: .wordsWithThem, sentences: .winnow, countsPunctuation: true, foldsStopWords: false, countsDistinctStopWords: false,
    countsBlankLines: true, countsSingleNGrams: true, joinsNGrams: false, strictLineEnds: true, ignoresLanguage: true,
    sparesHeadings: false)

  /// The mappers of DCLM (`baselines/mappers`): Unicode words without punctuation, all copies of a line, words covered by n-grams.
  public static let dclm = MetricDefinition(
    id: "dclm", version: 1, segmentation: .unicode, word: .lettersAndNumbers, bullets: .dclm, copies: .all,
    repeatedNGrams: .coveredWords, symbols: .occurrences, sentences: .winnow, countsPunctuation: false, foldsStopWords: true,
    countsDistinctStopWords: false, countsBlankLines: false, countsSingleNGrams: false, joinsNGrams: false,
    strictLineEnds: true,
    ignoresLanguage: true, sparesHeadings: false)

  public static let all = [winnow, datatrove, dolma, dclm]

  /// What a rule file may turn on or off, by name: `definition: { base: datatrove, fold-stop-words: true }`.
  package static let switches: [(name: String, path: WritableKeyPath<MetricDefinition, Bool> & Sendable)] = [
    ("count-punctuation", \.countsPunctuation), ("fold-stop-words", \.foldsStopWords),
    ("count-blank-lines", \.countsBlankLines),
    ("count-single-n-grams", \.countsSingleNGrams), ("join-n-grams", \.joinsNGrams), ("strict-line-ends", \.strictLineEnds),
    ("ignore-language", \.ignoresLanguage), ("spare-headings", \.sparesHeadings),
  ]

  /// The definition with one switch as given, and named after it if that changed anything.
  package func with(_ name: String, _ path: WritableKeyPath<MetricDefinition, Bool>, _ value: Bool) -> MetricDefinition {
    guard self[keyPath: path] != value else { return self }
    var changed = self
    changed[keyPath: path] = value
    changed.id += value ? ".\(name)" : ".no-\(name)"
    return changed
  }
}
