import Documents
import ICU
import Storage

/// Identifies languages: the scripts of a text's letters say which languages are possible, a fastText model decides among them.
///
/// Labels of the model are `language_Script`; labels of one language (`LanguageCode.common`) are added up. Long texts are sampled
/// at start, middle and end: about 1 KB, and 4 KB where that leaves a doubt. Passages of the text vote, and where no language has
/// most of the votes the text is `mul`. One per worker: it reuses its buffers.
public struct LanguageIdentifier: Sendable {
  /// A text with fewer letters is `und`; a letter of Han, Kana or Hangul counts for three.
  public static let minimumLetters = 16
  /// A script counts when it has this share of the letters.
  public static let minimumScriptShare = 0.3
  /// A passage votes when its language is at least so certain.
  public static let minimumVoteConfidence = 0.8
  /// A text is `mul` when the language with most votes, by bytes, has at most this share of them,
  public static let greatestShareOfSeveral = 0.7
  /// and the next one at least this share.
  public static let leastShareOfSeveral = 0.25

  /// The first samples of a long text decide when every passage of them votes for one language, or its confusable group, and the language
  /// has at least this probability.
  public static let leastCertainty = 0.95

  private struct Label: Sendable {
    /// Index in `names`.
    var language: Int
    var script: String
  }

  /// Labels written in the same way.
  private struct Writing: Sendable {
    var code: String
    /// Scripts, by number, whose letters count for it.
    var scripts: [Int]
    var labels: [Int]
  }

  private var scorer: PassageScorer
  private let labels: [Label]
  private let writings: [Writing]
  /// Languages that the labels name, each once, in the order of the labels.
  private let names: [String]
  /// By language, the number of its confusable group; a language of no group is one of its own.
  private let groups: [Int]
  private var text = LanguageText()
  private var tally: LanguageTally

  /// - Throws: when a label is not `language_Script`.
  public init(model: FastTextModel) throws(Diagnostic) {
    var labels: [Label] = []
    var names: [String] = []
    var writings: [Writing] = []
    for name in model.labels {
      let parts = name.split(separator: "_")
      guard parts.count == 2, let scripts = Self.scripts(of: String(parts[1])) else {
        throw Diagnostic(
          "unknown-label", "label '\(name)' of the language model names no language and script",
          fix: "use labels such as en_Latn")
      }
      let language = LanguageCode.common(String(parts[0]))
      let index = names.firstIndex(of: language) ?? names.count
      if index == names.count { names.append(language) }
      let writing = writings.firstIndex { $0.code == parts[1] } ?? writings.count
      if writing == writings.count { writings.append(Writing(code: String(parts[1]), scripts: scripts, labels: [])) }
      writings[writing].labels.append(labels.count)
      labels.append(Label(language: index, script: String(parts[1])))
    }
    scorer = PassageScorer(model)
    self.labels = labels
    self.writings = writings
    self.names = names
    groups = ConfusableLanguages.groupNumbers(of: names)
    tally = LanguageTally(
      labels: labels.map(\.language), groups: groups, weights: names.map { ConfusableLanguages.weight(of: $0) })
  }

  /// Reads a model file.
  public init(path: String) throws(Diagnostic) { try self.init(model: try FastTextModel(path: path)) }

  /// Where the model that comes with Winnow lies among its bundled files.
  public static let bundledModel = "filters/language/identifier.ftz"

  /// Reads the model that comes with Winnow (see `BundledFiles` for where it is looked for).
  public static func bundled() throws(Diagnostic) -> LanguageIdentifier {
    guard let path = BundledFiles.path(of: bundledModel) else {
      throw Diagnostic(
        "not-found", "the language model \(bundledModel) is nowhere",
        fix: "set WINNOW_HOME to the folder that holds filters/, or name a model")
    }
    return try LanguageIdentifier(path: path)
  }

  /// The languages that can be predicted, sorted, each once.
  public var languages: [String] { names.sorted() }

  public mutating func identify(_ document: [UInt8]) -> LanguagePrediction { document.withUnsafeBufferPointer { identify($0) } }

  /// Identifies the language of valid UTF-8 text.
  public mutating func identify(_ document: UnsafeBufferPointer<UInt8>) -> LanguagePrediction {
    let isSample = text.read(document: document, sampleSize: LanguageText.firstSampleSize)
    var (prediction, isUnanimous) = decide()
    let certainty = prediction.confidence * prediction.shareOfGroup
    if isSample, !(isUnanimous && certainty >= Self.leastCertainty) {
      _ = text.read(document: document, sampleSize: LanguageText.sampleSize)
      prediction = decide().prediction
    }
    return prediction
  }

  /// Decides by what was read; also says whether all of its passages are of one language.
  private mutating func decide() -> (prediction: LanguagePrediction, isUnanimous: Bool) {
    let possible = possibleLabels()
    guard let first = possible.first else { return (undetermined(), false) }
    if possible.count == 1 {
      let script = labels[first].script
      let scripts = writings.first { $0.code == script }?.scripts ?? []
      let letters = scripts.reduce(0) { $0 + text.letters[$1] }
      let prediction = LanguagePrediction(
        language: names[labels[first].language], script: script, confidence: Double(letters) / Double(text.letterCount))
      return (prediction, true)
    }
    let (votes, abstentions) = readPassages(possible)
    guard let probabilities = scorer.scoreText(among: possible) else { return (undetermined(), false) }
    if let several = several(votes) { return (several, false) }
    tally.count(probabilities, of: possible)
    return (prediction(tally.ranking()), votes.count == 1 && abstentions == 0)
  }

  /// The labels whose scripts have enough of the text's letters.
  private func possibleLabels() -> [Int] {
    let total = text.letterCount
    let dense = [Script.han, .hiragana, .katakana, .hangul].reduce(0) { $0 + text.letters[Int($1.rawValue)] }
    guard total + 2 * dense >= Self.minimumLetters else { return [] }
    let kana = text.letters[Int(Script.hiragana.rawValue)] + text.letters[Int(Script.katakana.rawValue)]
    let isJapanese = kana * 20 >= dense
    var possible: [Int] = []
    for writing in writings {
      let letters = writing.scripts.reduce(0) { $0 + text.letters[$1] }
      guard Double(letters) >= Self.minimumScriptShare * Double(total) else { continue }
      if writing.code == "Jpan", !isJapanese { continue }
      if isJapanese, ["Hans", "Hant", "Hani"].contains(writing.code) { continue }
      possible += writing.labels
    }
    return possible
  }

  /// Reads the passages; the votes are bytes by confusable group, of a text with several passages, and the abstentions passages that are
  /// not certain enough.
  private mutating func readPassages(_ possible: [Int]) -> (votes: [Int: (bytes: Int, language: Int)], abstentions: Int) {
    var votes: [Int: (bytes: Int, language: Int)] = [:]
    var abstentions = 0
    scorer.begin()
    var start = 0
    for end in text.passageEnds {
      let isKnown = text.words.withUnsafeBufferPointer { scorer.read(UnsafeBufferPointer(rebasing: $0[start..<end])) }
      if isKnown, text.passageEnds.count > 1 {
        tally.count(scorer.scorePassage(among: possible), of: possible)
        let best = tally.ranking()
        if best.groupProbability >= Self.minimumVoteConfidence {
          votes[groups[labels[best.label].language], default: (0, labels[best.label].language)].bytes += end - start
        } else {
          abstentions += 1
        }
      }
      start = end
    }
    return (votes, abstentions)
  }

  private func several(_ votes: [Int: (bytes: Int, language: Int)]) -> LanguagePrediction? {
    let ranked = votes.sorted { ($1.value.bytes, $0.key) < ($0.value.bytes, $1.key) }.map(\.value)
    let all = Double(ranked.reduce(0) { $0 + $1.bytes })
    guard ranked.count > 1, Double(ranked[0].bytes) <= Self.greatestShareOfSeveral * all,
      Double(ranked[1].bytes) >= Self.leastShareOfSeveral * all
    else { return nil }
    return LanguagePrediction(
      language: "mul", script: mostFrequentScript, confidence: 1 - Double(ranked[0].bytes) / all,
      second: names[ranked[0].language],
      secondConfidence: Double(ranked[0].bytes) / all)
  }

  private func prediction(_ ranking: LanguageTally.Ranking) -> LanguagePrediction {
    let label = labels[ranking.label]
    return LanguagePrediction(
      language: names[label.language], script: label.script, confidence: ranking.groupProbability,
      shareOfGroup: ranking.probability / ranking.groupProbability, second: ranking.second.map { names[$0] } ?? "",
      secondConfidence: ranking.secondProbability)
  }

  private func undetermined() -> LanguagePrediction {
    LanguagePrediction(language: "und", script: mostFrequentScript, confidence: 0)
  }

  private var mostFrequentScript: String {
    var best = 0
    for script in text.letters.indices where text.letters[script] > text.letters[best] { best = script }
    return (text.letterCount == 0 ? Script.common : Script(rawValue: UInt8(best))).code
  }

  /// The Unicode scripts of an ISO 15924 code, composite codes included; nil for an unknown code.
  private static func scripts(of code: String) -> [Int]? {
    switch code {
    case "Jpan": [Script.han, .hiragana, .katakana].map { Int($0.rawValue) }
    case "Hans", "Hant", "Hani": [Int(Script.han.rawValue)]
    case "Kore": [Script.hangul, .han].map { Int($0.rawValue) }
    default: Script(code: code).map { [Int($0.rawValue)] }
    }
  }

  /// The form in which the identifier's model sees a text: what training examples must be brought to.
  public static func trainingForm(of line: [UInt8]) -> [UInt8] {
    var text = LanguageText()
    line.withUnsafeBufferPointer { text.read(line: $0) }
    return text.words
  }
}
