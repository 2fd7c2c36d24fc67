import Documents

/// Scores documents by the terms of a lexicon in their language: weighted hits per 1,000 words.
///
/// One bare word never drops a document: that takes a score above the maximum and several different terms, because lists of single
/// words remove text by and about minorities far more often than other text (Dodge et al. 2021, arXiv 2104.08758).
public struct ToxicityFilter: Sendable {
  public enum Action: String, Sendable, Hashable, CaseIterable {
    /// Documents above the maximum are dropped.
    case drop
    /// Every hit of at least `maskedSeverity` is replaced; nothing is dropped.
    case mask
    /// Nothing happens to the text; the score goes into metadata and metrics.
    case annotate
  }

  public struct Options: Sendable {
    public var action: Action
    /// Weighted hits per 1,000 words: severity 1, 2, 3 weighs 1, 2, 4.
    public var maximumScore: Double
    /// Different terms that have to occur before a document can be dropped; at least 2.
    public var minimumDistinctTerms: Int
    /// For `mask`: hits below this severity stay.
    public var maskedSeverity: Int
    public var mask: String
    /// The metadata key with a document's language code, and the language of documents that do not say.
    public var languageKey: String
    public var defaultLanguage: String?
    /// Score and counts of documents with hits are put here as an object; nil leaves the metadata alone.
    public var metadataKey: String?

    public init(
      action: Action = .drop, maximumScore: Double = 10, minimumDistinctTerms: Int = 3, maskedSeverity: Int = 2,
      mask: String = "***", languageKey: String = "language", defaultLanguage: String? = "en",
      metadataKey: String? = "toxicity"
    ) {
      self.action = action
      self.maximumScore = maximumScore
      self.minimumDistinctTerms = minimumDistinctTerms
      self.maskedSeverity = maskedSeverity
      self.mask = mask
      self.languageKey = languageKey
      self.defaultLanguage = defaultLanguage
      self.metadataKey = metadataKey
    }
  }

  /// Buffers that one worker reuses from document to document.
  public struct Scratch {
    var folded: [UInt8] = []
    var hits: [TermMatcher.Hit] = []
    var contextHits: [TermMatcher.Hit] = []
    var output: [UInt8] = []
    var tokenizer = Tokenizer()
    var tokens: [Token] = []

    public init() {}
  }

  public let options: Options
  /// Columns of `values`.
  public let columns = ["toxicity.score", "toxicity.hits", "toxicity.distinct-terms"]
  private let matchers: [String: ToxicityMatcher]

  /// - Throws: when options cannot be meant.
  public init(_ lexicons: [ToxicityLexicon], options: Options = Options()) throws(Diagnostic) {
    guard options.minimumDistinctTerms >= 2 else {
      throw Diagnostic(
        "bad-option", "minimum-distinct-terms is \(options.minimumDistinctTerms): a document would be dropped for one word",
        fix: "use 2 or more, or the action 'mask'")
    }
    self.options = options
    var entries: [String: [ToxicityLexicon.Entry]] = [:]
    for lexicon in lexicons { entries[lexicon.language, default: []] += lexicon.entries }
    matchers = entries.mapValues { ToxicityMatcher($0) }
  }

  /// The languages there are terms for, in order.
  public var languages: [String] { matchers.keys.sorted() }

  /// Scores and treats the document. `values` is replaced by the numbers of `columns`, NaN where the document's language has no
  /// lexicon.
  /// - Complexity: one pass over the text; a second one to count words when there are hits.
  public func apply(_ document: inout Document, scratch: inout Scratch, values: inout [Double]) -> Verdict {
    values.removeAll(keepingCapacity: true)
    let code = document.metadata[options.languageKey]?.string ?? options.defaultLanguage
    guard let matcher = code.flatMap({ matchers[LanguageCode.normalized($0)] }) else {
      values.append(contentsOf: repeatElement(.nan, count: columns.count))
      return .keep
    }
    let score = document.text.withUnsafeBufferPointer { matcher.score($0, &scratch) }
    values.append(score.perThousandWords)
    values.append(Double(score.hits))
    values.append(Double(score.distinctTerms))
    guard score.hits > 0 else { return .keep }
    if options.action == .drop, score.perThousandWords > options.maximumScore,
      score.distinctTerms >= options.minimumDistinctTerms
    {
      return .drop(
        Reason(
          rule: "toxicity.maximum-score", value: score.perThousandWords, threshold: options.maximumScore,
          detail: score.summary))
    }
    if options.action == .mask { mask(&document.text, matcher, &scratch) }
    if let key = options.metadataKey { document.metadata[key] = .object(score.metadata) }
    return .keep
  }

  private func mask(_ text: inout [UInt8], _ matcher: ToxicityMatcher, _ scratch: inout Scratch) {
    guard scratch.hits.contains(where: { matcher.entries[$0.term].severity >= options.maskedSeverity }) else { return }
    scratch.output.removeAll(keepingCapacity: true)
    var from = 0
    for hit in scratch.hits where matcher.entries[hit.term].severity >= options.maskedSeverity {
      scratch.output.append(contentsOf: text[from..<hit.range.lowerBound])
      scratch.output.append(contentsOf: options.mask.utf8)
      from = hit.range.upperBound
    }
    scratch.output.append(contentsOf: text[from...])
    swap(&text, &scratch.output)
  }
}

/// What a document's hits come to.
struct ToxicityScore {
  var perThousandWords = 0.0
  var hits = 0
  var distinctTerms = 0
  var byCategory: [(category: ToxicityLexicon.Category, hits: Int)] = []

  /// `hate 2, profanity 5`: for people, without the words.
  var summary: String {
    byCategory.map { "\($0.category.rawValue) \($0.hits)" }.joined(separator: ", ") + "; \(distinctTerms) different terms"
  }

  var metadata: JSONObject {
    var object = JSONObject()
    object["score"] = .number((perThousandWords * 100).rounded() / 100)
    object["hits"] = .integer(Int64(hits))
    object["distinct-terms"] = .integer(Int64(distinctTerms))
    for (category, hits) in byCategory { object[category.rawValue] = .integer(Int64(hits)) }
    return object
  }
}
