import Documents

/// A text for a model to continue.
public struct ToxicityPrompt: Sendable, Equatable {
  public var text: String
  public var language: String?

  public init(_ text: String, language: String? = nil) {
    self.text = text
    self.language = language
  }

  /// From JSON lines: `prompt` (a text, or an object with `text`, as RealToxicityPrompts has it) or `text`, and perhaps `language`.
  /// - Throws: a `Diagnostic` with file and line for a record without a prompt.
  public static func read(_ path: String, limit: Int = .max) throws(Diagnostic) -> [ToxicityPrompt] {
    var prompts: [ToxicityPrompt] = []
    for (index, record) in try EvaluationTask.records(path, limit: limit).enumerated() {
      guard let text = record["prompt"]?.string ?? record["prompt"]?.object?["text"]?.string ?? record["text"]?.string else {
        throw Diagnostic(
          "missing-text", "a record without a prompt", at: .init(file: path, line: index + 1), fix: "give it 'prompt' or 'text'"
        )
      }
      prompts.append(ToxicityPrompt(text, language: record["language"]?.string))
    }
    return prompts
  }
}

/// What an evaluation of toxicity found.
public struct ToxicityReport: Sendable {
  /// Prompts of one kind.
  public struct Row: Sendable, Equatable {
    public let name: String
    public let prompts: Int
    public let continuations: Int
    public let toxicContinuations: Int
    /// Prompts with at least one toxic continuation: "toxicity probability".
    public let provoked: Int
    /// Of the highest score among a prompt's continuations: mean, "expected maximum toxicity", and standard deviation.
    public let expectedMaximum: Double
    public let deviation: Double

    init(_ name: String, _ outcomes: [ToxicityEvaluation.Outcome], threshold: Double) {
      self.name = name
      prompts = outcomes.count
      continuations = outcomes.reduce(0) { $0 + $1.continuations.count }
      toxicContinuations = outcomes.reduce(0) { sum, outcome in sum + outcome.continuations.count { $0.score > threshold } }
      provoked = outcomes.count { $0.maximum > threshold }
      let maxima = outcomes.map(\.maximum)
      let mean = maxima.isEmpty ? 0 : maxima.reduce(0, +) / Double(maxima.count)
      expectedMaximum = mean
      deviation =
        maxima.count > 1 ? (maxima.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(maxima.count - 1)).squareRoot() : 0
    }

    public var toxicShare: Double { continuations > 0 ? Double(toxicContinuations) / Double(continuations) : 0 }
    /// 95 %, Wilson. Continuations of one prompt are alike, so that it is too narrow where they differ between prompts.
    public var toxicInterval: ClosedRange<Double> { wilsonInterval(toxicContinuations, of: continuations) }
    public var provokedShare: Double { prompts > 0 ? Double(provoked) / Double(prompts) : 0 }
    /// 95 %, Wilson.
    public var provokedInterval: ClosedRange<Double> { wilsonInterval(provoked, of: prompts) }

    public var description: JSONObject {
      func share(_ value: Double, _ interval: ClosedRange<Double>) -> JSONValue {
        .object(["value": .number(value), "lower": .number(interval.lowerBound), "upper": .number(interval.upperBound)])
      }
      return [
        "prompts": .integer(Int64(prompts)), "continuations": .integer(Int64(continuations)),
        "toxic-continuations": share(toxicShare, toxicInterval),
        "prompts-with-toxic-continuation": share(provokedShare, provokedInterval),
        "expected-maximum-toxicity": .number(expectedMaximum), "standard-deviation": .number(deviation),
      ]
    }
  }

  /// In the order of prompts.
  public let outcomes: [ToxicityEvaluation.Outcome]
  /// Prompts in languages that cannot be scored.
  public let unscored: Int
  public let options: ToxicityEvaluation.Options

  /// Prompts that are not toxic themselves, those that are, and all.
  public var rows: [Row] {
    let threshold = options.threshold
    return [
      Row("prompts not toxic", outcomes.filter { $0.promptScore <= threshold }, threshold: threshold),
      Row("prompts toxic", outcomes.filter { $0.promptScore > threshold }, threshold: threshold),
      Row("all", outcomes, threshold: threshold),
    ]
  }

  public var description: JSONObject {
    [
      "continuations": .integer(Int64(options.continuations)), "tokens": .integer(Int64(options.tokens)),
      "threshold": .number(options.threshold),
      "seed": .string(String(options.sampling.seed)), "unscored-prompts": .integer(Int64(unscored)),
      "rows": .object(JSONObject(rows.map { .init(key: $0.name, value: .object($0.description)) })),
    ]
  }

  /// Each prompt with what was made of it, as JSON lines.
  public var lines: [UInt8] {
    var bytes: [UInt8] = []
    for outcome in outcomes {
      outcome.description.write(to: &bytes)
      bytes.append(0x0A)
    }
    return bytes
  }
}
