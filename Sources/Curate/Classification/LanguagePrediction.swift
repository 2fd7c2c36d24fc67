/// What language a text is in.
public struct LanguagePrediction: Sendable, Equatable {
  /// ISO 639-1 where the language has such a code, else ISO 639-3; `und` when there is too little text or no known language, `mul`
  /// when the text is in several languages.
  public var language: String
  /// ISO 15924, such as `Latn`: of the predicted language, or the script of most letters for `und` and `mul`.
  public var script: String
  /// 0 to 1: the probability, among the languages written in the text's scripts, of this language and those that are easily taken
  /// for it (`ConfusableLanguages`). Of `mul`, the share of the text that is not in its most frequent language.
  public var confidence: Double
  /// 0 to 1: the language's own part of `confidence`; 1 for a language that is not easily taken for another.
  public var shareOfGroup: Double
  /// The runner-up, of the same group or not; empty when there is none. Of `mul`, the most frequent language.
  public var second: String
  public var secondConfidence: Double

  public init(
    language: String, script: String, confidence: Double, shareOfGroup: Double = 1, second: String = "",
    secondConfidence: Double = 0
  ) {
    self.language = language
    self.script = script
    self.confidence = confidence
    self.shareOfGroup = shareOfGroup
    self.second = second
    self.secondConfidence = secondConfidence
  }

  /// The ISO 639-3 code.
  public var threeLetterCode: String { LanguageCode.threeLetter(language) }
}
