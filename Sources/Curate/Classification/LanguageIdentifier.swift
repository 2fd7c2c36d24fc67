import Documents
import ICU
import Storage

/// What language a text is in.
public struct LanguagePrediction: Sendable, Equatable {
  /// ISO 639-1 where the language has such a code, else ISO 639-3; `und` when there is too little text or no known language.
  public var language: String
  /// ISO 15924, such as `Latn`: of the predicted language, or the script of most letters for `und`.
  public var script: String
  /// 0 to 1: the probability among the languages written in the text's scripts.
  public var confidence: Double
  /// The runner-up, empty when there is none.
  public var second: String
  public var secondConfidence: Double

  public init(language: String, script: String, confidence: Double, second: String = "", secondConfidence: Double = 0) {
    self.language = language
    self.script = script
    self.confidence = confidence
    self.second = second
    self.secondConfidence = secondConfidence
  }

  /// The ISO 639-3 code.
  public var threeLetterCode: String { LanguageCode.threeLetter(language) }
}

/// Identifies languages: the scripts of a text's letters say which languages are possible, a fastText model decides among them.
///
/// Labels of the model are `language_Script`. Long texts are sampled at start, middle and end, so that cost is bounded by about
/// 5 KB of text. One per worker: it reuses its buffers.
public struct LanguageIdentifier: Sendable {
  /// A text with fewer letters is `und`; a letter of Han, Kana or Hangul counts for three.
  public static let minimumLetters = 16
  /// A script counts when it has this share of the letters.
  public static let minimumScriptShare = 0.3

  private struct Label: Sendable {
    var language: String
    var script: String
    /// Scripts, by number, whose letters the language is written in.
    var scripts: [Int]
  }

  private let model: FastTextModel
  private let labels: [Label]
  private var text = LanguageText()
  private var scratch = FastTextModel.Scratch()

  /// - Throws: when a label is not `language_Script`.
  public init(model: FastTextModel) throws(Diagnostic) {
    self.model = model
    var labels: [Label] = []
    for name in model.labels {
      let parts = name.split(separator: "_")
      guard parts.count == 2, let scripts = Self.scripts(of: String(parts[1])) else {
        throw Diagnostic(
          "unknown-label", "label '\(name)' of the language model names no language and script", fix: "use labels such as en_Latn")
      }
      labels.append(Label(language: LanguageCode.shortest(String(parts[0])), script: String(parts[1]), scripts: scripts))
    }
    self.labels = labels
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
  public var languages: [String] { Set(labels.map(\.language)).sorted() }

  public mutating func identify(_ document: [UInt8]) -> LanguagePrediction { document.withUnsafeBufferPointer { identify($0) } }

  /// Identifies the language of valid UTF-8 text.
  public mutating func identify(_ document: UnsafeBufferPointer<UInt8>) -> LanguagePrediction {
    text.read(document: document)
    return decide()
  }

  private mutating func decide() -> LanguagePrediction {
    let total = text.letterCount
    let dense = [Script.han, .hiragana, .katakana, .hangul].reduce(0) { $0 + text.letters[Int($1.rawValue)] }
    guard total + 2 * dense >= Self.minimumLetters else { return undetermined() }
    let kana = text.letters[Int(Script.hiragana.rawValue)] + text.letters[Int(Script.katakana.rawValue)]
    let isJapanese = kana * 20 >= dense
    var possible: [Int] = []
    for (index, label) in labels.enumerated() {
      let letters = label.scripts.reduce(0) { $0 + text.letters[$1] }
      guard Double(letters) >= Self.minimumScriptShare * Double(total) else { continue }
      if label.script == "Jpan", !isJapanese { continue }
      if label.script.hasPrefix("Han"), label.script != "Hang", isJapanese { continue }
      possible.append(index)
    }
    guard let first = possible.first else { return undetermined() }
    if possible.count == 1 {
      let letters = labels[first].scripts.reduce(0) { $0 + text.letters[$1] }
      return prediction(first, Double(letters) / Double(total), nil, 0)
    }
    let isKnown = text.words.withUnsafeBufferPointer { model.score($0, using: &scratch) }
    guard isKnown else { return undetermined() }
    var (best, second) = (first, -1)
    var sum = 0.0
    for index in possible {
      let value = scratch.probabilities[index]
      sum += Double(value)
      if index == first { continue }
      if value > scratch.probabilities[best] {
        (best, second) = (index, best)
      } else if second < 0 || value > scratch.probabilities[second] {
        second = index
      }
    }
    guard sum > 0 else { return undetermined() }
    let confidence = Double(scratch.probabilities[best]) / sum
    guard second >= 0 else { return prediction(best, confidence, nil, 0) }
    return prediction(best, confidence, second, Double(scratch.probabilities[second]) / sum)
  }

  private func prediction(_ best: Int, _ confidence: Double, _ second: Int?, _ other: Double) -> LanguagePrediction {
    LanguagePrediction(
      language: labels[best].language, script: labels[best].script, confidence: confidence,
      second: second.map { labels[$0].language } ?? "", secondConfidence: other)
  }

  private func undetermined() -> LanguagePrediction {
    var best = 0
    for script in text.letters.indices where text.letters[script] > text.letters[best] { best = script }
    let script = text.letterCount == 0 ? Script.common : Script(rawValue: UInt8(best))
    return LanguagePrediction(language: "und", script: script.code, confidence: 0)
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
