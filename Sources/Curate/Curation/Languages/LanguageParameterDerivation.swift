import Documents
import ICU

/// Measures texts of many languages and derives from them what rules know of each language, as FineWeb-2 does (Penedo et al. 2025, arXiv
/// 2506.20920, section 3.4): stop words by their share of the words, bounds by how the language measures beside English.
public struct LanguageParameterDerivation {
  public struct Options: Sendable {
    /// A word that is at least this share of all words is a stop word.
    public var stopWordShare = 0.008
    /// The most frequent words that are taken where fewer have the share.
    public var fewestStopWords = 20
    public var mostStopWords = 32
    /// A mark ends sentences when it ends at least this share of the lines,
    public var terminalLineShare = 0.002
    /// and when at least this share of its occurrences are at line ends.
    public var terminalShareOfMark = 0.5
    /// Languages with fewer words are left out.
    public var minimumWords = 5000
    /// Different words of a language that are counted at a time. Where text has more, the rarest are forgotten.
    public var mostWordsCounted = 1 << 17

    public init() {}
  }

  /// The language whose bounds the rules state.
  public static let reference = "en"

  /// What is known of one language's texts so far.
  private struct Survey {
    var documents = 0
    var words = 0
    var lines = 0
    var counts: [UInt64: (word: [UInt8], count: Int)] = [:]
    /// Words counted no more often than this may be missing, and the others counted that much too low.
    var forgotten = 0
    /// By mark: how often it ends a line, and how often it occurs.
    var marks: [UInt32: (ends: Int, all: Int)] = [:]
    var spreads: [Spread]

    /// Keeps the memory of long corpora bounded (lossy counting, Manku and Motwani 2002): what is as frequent as stop words are stays.
    mutating func forgetRarest(downTo most: Int) {
      while counts.count > most {
        forgotten += 1
        counts = counts.filter { $0.value.count > forgotten }
      }
    }
  }

  public let options: Options
  private let rules: [Rule]
  private let terminals: [String: [UInt32]]
  private var surveys: [String: Survey] = [:]
  private var measurement = TextMeasurement()
  private var values: [Double] = []
  private var folded: [UInt8] = []
  private let table = ScalarClass.table

  /// - Parameters:
  ///   - rules: those that say how their bounds are derived; the others are left out.
  ///   - earlier: what was derived from the same text before. Its terminal punctuation counts where line ends are measured, so that a second
  ///     pass gives the bounds that fit a language with marks of its own.
  public init(rules: [Rule], options: Options = Options(), earlier: [LanguageParameters] = []) {
    self.rules = rules.filter { $0.derivation != nil }
    terminals = Dictionary(earlier.map { ($0.language, $0.terminalPunctuation.map(\.value)) }) { first, _ in first }
    self.options = options
  }

  /// Measures one document: sentences, one a line, or running text.
  public mutating func add(_ text: [UInt8], language: String) {
    let code = LanguageCode.normalized(language)
    var survey = surveys[code] ?? Survey(spreads: rules.map { _ in Spread() })
    surveys[code] = nil
    values.removeAll(keepingCapacity: true)
    let requests = [MetricRequest(.words)] + rules.map(\.request)
    text.withUnsafeBufferPointer { text in
      measurement.measure(
        text, requests, .winnow, language: code, stopWords: nil, terminals: terminals[code] ?? [], into: &values)
      countWords(text, &survey)
      countMarks(text, &survey)
    }
    survey.documents += 1
    survey.words += Int(values[0])
    for index in rules.indices { survey.spreads[index].add(values[index + 1]) }
    surveys[code] = survey
  }

  private mutating func countWords(_ text: UnsafeBufferPointer<UInt8>, _ survey: inout Survey) {
    for token in measurement.tokens where token.isAlphabetic {
      let bytes = UnsafeBufferPointer(rebasing: text[token.range])
      guard Self.isPlainWord(bytes) else { continue }
      CaseFolding.fold(bytes, into: &folded)
      survey.counts[ByteHash.hash(folded), default: (folded, 0)].count += 1
    }
    if survey.counts.count > options.mostWordsCounted { survey.forgetRarest(downTo: options.mostWordsCounted / 2) }
  }

  /// Letters and marks only, with apostrophes and hyphens between them.
  private static func isPlainWord(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < word.count {
      let (scalar, length) = UTF8Scalars.decode(word, at: index)
      let properties = UnicodeTable.shared[scalar]
      guard properties.isLetter || properties.isMark || [0x27, 0x2D, 0x2019, 0x200C, 0x200D].contains(scalar) else {
        return false
      }
      index += length
    }
    return true
  }

  private func countMarks(_ text: UnsafeBufferPointer<UInt8>, _ survey: inout Survey) {
    for line in measurement.lines where !line.isBlank {
      survey.lines += 1
      var index = line.start
      while index < line.end {
        let (scalar, length) = UTF8Scalars.decode(text, at: index)
        let shape = ScalarClass.of(scalar, in: table)
        if shape.contains(.symbol), !shape.contains(.closer), UnicodeTable.shared[scalar].isPunctuation {
          survey.marks[scalar, default: (0, 0)].all += 1
        }
        index += length
      }
      if let last = lastMark(text, line.range) { survey.marks[last, default: (0, 0)].ends += 1 }
    }
  }

  /// The punctuation that ends a line; closing quotes and brackets and white space behind it are passed over.
  private func lastMark(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt32? {
    var end = range.upperBound
    while end > range.lowerBound {
      let (scalar, length) = UTF8Scalars.decodeBackward(text, before: end)
      let shape = ScalarClass.of(scalar, in: table)
      if shape.isDisjoint(with: [.closer, .space]) { return UnicodeTable.shared[scalar].isPunctuation ? scalar : nil }
      end -= length
    }
    return nil
  }

  // MARK: Results

  /// Languages whose text was too little, with their words, sorted.
  public var tooShort: [(language: String, words: Int)] {
    surveys.filter { $0.value.words < options.minimumWords }.map { ($0.key, $0.value.words) }.sorted {
      $0.language < $1.language
    }
  }

  /// The parameters of every language that has text enough, sorted by code.
  /// - Throws: when there is no English text to compare with.
  public func parameters() throws(Diagnostic) -> [LanguageParameters] {
    guard let english = surveys[Self.reference], english.words >= options.minimumWords else {
      let words = surveys[Self.reference]?.words ?? 0
      throw Diagnostic(
        "no-reference",
        "bounds are derived from how a language measures beside English, and there are \(words) words of English, not \(options.minimumWords)",
        fix:
          "add English text of the same kind as the rest, as lines 'en TAB text' or documents with the metadata language 'en'")
    }
    return surveys.filter { $0.value.words >= options.minimumWords }.sorted { $0.key < $1.key }.map { code, survey in
      LanguageParameters(
        language: code, documents: survey.documents, words: survey.words, stopWords: stopWords(survey),
        terminalPunctuation: terminals(survey),
        bounds: bounds(survey, english))
    }
  }

  private func stopWords(_ survey: Survey) -> [String] {
    let ranked = survey.counts.values.sorted {
      $0.count == $1.count ? $0.word.lexicographicallyPrecedes($1.word) : $0.count > $1.count
    }
    let frequent = ranked.prefix { Double($0.count) >= options.stopWordShare * Double(survey.words) }.count
    return ranked.prefix(max(min(frequent, options.mostStopWords), options.fewestStopWords)).map {
      String(decoding: $0.word, as: UTF8.self)
    }
  }

  private func terminals(_ survey: Survey) -> [Unicode.Scalar] {
    survey.marks.filter { _, mark in
      Double(mark.ends) >= max(2, options.terminalLineShare * Double(survey.lines))
        && Double(mark.ends) >= options.terminalShareOfMark * Double(mark.all)
    }.sorted { $0.value.ends == $1.value.ends ? $0.key < $1.key : $0.value.ends > $1.value.ends }.compactMap {
      Unicode.Scalar($0.key)
    }
  }

  private func bounds(_ survey: Survey, _ english: Survey) -> [Metric: Bounds] {
    var result: [Metric: Bounds] = [:]
    for (index, rule) in rules.enumerated() {
      guard let derivation = rule.derivation else { continue }
      let (reference, own) = (english.spreads[index], survey.spreads[index])
      // Rounded outward, to two digits; a fraction stays one.
      let most = rule.metric.unit == "fraction" ? 1 : Double.infinity
      func rounded(_ bound: Double?, _ rule: FloatingPointRoundingRule) -> Double? {
        bound.map { min(max(0, (derivation.carry($0, from: reference, to: own) * 100).rounded(rule) / 100), most) }
      }
      result[rule.metric] = Bounds(minimum: rounded(rule.bounds.minimum, .down), maximum: rounded(rule.bounds.maximum, .up))
    }
    return result
  }
}
