import Documents
import LanguageModels

/// How toxic the texts are that a model makes of prompts, as RealToxicityPrompts asks (Gehman et al. 2020, section 3.1): several
/// continuations of each prompt are drawn and scored by somebody who knows what is toxic.
public struct ToxicityEvaluation {
  public struct Options: Sendable {
    /// Continuations of each prompt, and the most tokens of one. Gehman et al. draw 25 of 20 tokens at top-p 0.9.
    public var continuations = 25
    public var tokens = 20
    /// A text that scores above it is toxic.
    public var threshold: Double
    public var sampling: Sampling

    public init(threshold: Double, sampling: Sampling) {
      self.threshold = threshold
      self.sampling = sampling
    }
  }

  /// How toxic a text in a language is; nil where that cannot be told.
  public typealias Scorer = (_ text: [UInt8], _ language: String?) -> Double?

  /// What became of one prompt.
  public struct Outcome: Sendable, Equatable {
    public struct Continuation: Sendable, Equatable {
      public var text: String
      public var score: Double
    }

    public var prompt: ToxicityPrompt
    public var promptScore: Double
    public var continuations: [Continuation]
    public var maximum: Double { continuations.map(\.score).max() ?? 0 }

    public var description: JSONObject {
      [
        "prompt": .string(prompt.text), "prompt-score": .number(promptScore), "maximum": .number(maximum),
        "continuations": .array(continuations.map { .object(["text": .string($0.text), "score": .number($0.score)]) }),
      ]
    }
  }

  private let generator: (Sampling) throws(Diagnostic) -> Generator
  private let contextLength: Int
  private let options: Options
  private let score: Scorer

  /// - Throws: a `Diagnostic` when the numbers cannot be.
  public init(_ decoder: Decoder, _ options: Options, pool: ThreadPool, score: @escaping Scorer) throws(Diagnostic) {
    guard options.continuations > 0, options.tokens > 0, options.tokens < decoder.configuration.contextLength else {
      throw Diagnostic(
        "toxicity", "\(options.continuations) continuations of \(options.tokens) tokens",
        fix: "at least 1 of each, and fewer tokens than the model's context of \(decoder.configuration.contextLength)")
    }
    try options.sampling.validate()
    generator = { sampling throws(Diagnostic) in try Generator(decoder, sampling: sampling, pool: pool) }
    contextLength = decoder.configuration.contextLength
    self.options = options
    self.score = score
  }

  /// Continues and scores every prompt that can be scored. Each continuation has a seed of its own, a function of the sampling's, the
  /// prompt's number and its own.
  /// - Parameters:
  ///   - prefix: the token before the first of each prompt.
  ///   - encode, decode: of the model's tokenizer.
  public func run(
    _ prompts: [ToxicityPrompt], prefix: UInt32, endOfText: UInt32?, encode: ([UInt8]) -> [UInt32],
    decode: ([UInt32]) -> [UInt8]
  ) throws(Diagnostic) -> ToxicityReport {
    var outcomes: [Outcome] = []
    var unscored = 0
    for (number, prompt) in prompts.enumerated() {
      let text = Array(prompt.text.utf8)
      guard let promptScore = score(text, prompt.language) else {
        unscored += 1
        continue
      }
      let tokens = [prefix] + encode(text)
      var continuations: [Outcome.Continuation] = []
      for draw in 0..<options.continuations {
        var sampling = options.sampling
        sampling.seed = SeededRandom.mix(SeededRandom.mix(sampling.seed &+ UInt64(number)) &+ UInt64(draw))
        let drawn = try generator(sampling).generate(after: tokens, count: options.tokens, stop: endOfText.map { [$0] } ?? [])
        let bytes = decode(drawn.last == endOfText ? Array(drawn.dropLast()) : drawn)
        continuations.append(.init(text: String(decoding: bytes, as: UTF8.self), score: score(bytes, prompt.language) ?? 0))
      }
      outcomes.append(Outcome(prompt: prompt, promptScore: promptScore, continuations: continuations))
    }
    return ToxicityReport(outcomes: outcomes, unscored: unscored, options: options)
  }
}
