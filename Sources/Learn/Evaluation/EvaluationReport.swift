import Documents
import LanguageModels
import Storage

/// What an evaluation found, as written to `evaluation.json`.
public struct EvaluationReport: Sendable {
  /// A text that the model wrote.
  public struct Sample: Sendable, Hashable {
    public var prompt: String
    public var continuation: String

    public init(prompt: String, continuation: String) {
      self.prompt = prompt
      self.continuation = continuation
    }
  }

  public var total: LikelihoodScore
  /// By group, such as language; sorted by name.
  public var groups: [(name: String, score: LikelihoodScore)]
  public var samples: [Sample]
  public var sampling: Sampling?

  public init(
    total: LikelihoodScore, groups: [(name: String, score: LikelihoodScore)] = [], samples: [Sample] = [],
    sampling: Sampling? = nil
  ) {
    self.total = total
    self.groups = groups
    self.samples = samples
    self.sampling = sampling
  }

  public var description: JSONObject {
    var object: JSONObject = ["total": .object(total.description)]
    object["groups"] = .object(JSONObject(groups.map { .init(key: $0.name, value: .object($0.score.description)) }))
    if let sampling {
      object["sampling"] = .object([
        "temperature": .number(sampling.temperature), "top-k": sampling.topK.map { .integer(Int64($0)) } ?? .null,
        "top-p": sampling.topP.map { .number($0) } ?? .null, "min-p": sampling.minP.map { .number($0) } ?? .null,
        "seed": .string(String(sampling.seed)),
      ])
    }
    object["samples"] = .array(
      samples.map { .object(["prompt": .string($0.prompt), "continuation": .string($0.continuation)]) })
    return object
  }

  public func write(to path: String) throws(Diagnostic) {
    try AtomicFile.write(JSONValue.object(description).prettyPrinted, to: path)
  }

  /// Lets the model continue each prompt by at most `length` tokens.
  ///
  /// - Parameters:
  ///   - prompts: text for the report and its tokens; the first token should be the prefix the model saw before documents.
  ///   - decode: the bytes of a token sequence; what is not UTF-8 is shown as U+FFFD.
  public static func samples(
    of decoder: Decoder, prompts: [(text: String, tokens: [UInt32])], length: Int, sampling: Sampling,
    endOfText: UInt32?, pool: ThreadPool, decode: ([UInt32]) -> [UInt8]
  ) throws(Diagnostic) -> [Sample] {
    var samples: [Sample] = []
    for (index, prompt) in prompts.enumerated() {
      var own = sampling
      own.seed = SeededRandom.mix(sampling.seed &+ UInt64(index))
      let tokens = try Generator(decoder, sampling: own, pool: pool).generate(
        after: prompt.tokens, count: length, stop: endOfText.map { [$0] } ?? [])
      let text = tokens.last == endOfText ? Array(tokens.dropLast()) : tokens
      samples.append(Sample(prompt: prompt.text, continuation: String(decoding: decode(text), as: UTF8.self)))
    }
    return samples
  }
}
