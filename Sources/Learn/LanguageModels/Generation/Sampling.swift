import Documents
import Foundation

/// How the next token is drawn from the logits.
public struct Sampling: Sendable, Hashable {
  /// Divides the logits; 0 takes the most likely token always.
  public var temperature: Double
  /// Keeps the so many most likely tokens; nil keeps all.
  public var topK: Int?
  /// Keeps the smallest set of most likely tokens whose probability reaches this (Holtzman et al. 2020); nil keeps all.
  public var topP: Double?
  /// Keeps the tokens whose probability is at least this share of the most likely one's (Nguyen et al. 2024); nil keeps all.
  public var minP: Double?
  public var seed: UInt64

  public init(temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, minP: Double? = nil, seed: UInt64 = 0) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.seed = seed
  }

  public static let greedy = Sampling(temperature: 0)

  /// - Throws: a `Diagnostic` that names the value out of range.
  public func validate() throws(Diagnostic) {
    guard temperature >= 0, temperature.isFinite else {
      throw Diagnostic("sampling", "temperature is \(temperature)", fix: "use 0 (greedy) or a positive number")
    }
    if let topK, topK < 1 { throw Diagnostic("sampling", "top-k is \(topK)", fix: "use at least 1") }
    if let topP, !(topP > 0 && topP <= 1) {
      throw Diagnostic("sampling", "top-p is \(topP)", fix: "use a number above 0, at most 1")
    }
    if let minP, !(minP > 0 && minP <= 1) {
      throw Diagnostic("sampling", "min-p is \(minP)", fix: "use a number above 0, at most 1")
    }
  }

  /// Draws a token; ties in likelihood go to the smaller id. Top-k applies before top-p,
  /// top-p before min-p, all after the temperature.
  package func draw(_ logits: [Float], using random: inout SeededRandom) -> UInt32 {
    guard temperature > 0, topK != 1 else { return Self.mostLikely(logits) }
    let top = Double(logits.max() ?? 0)
    var candidates = logits.indices.map { (token: $0, weight: exp((Double(logits[$0]) - top) / temperature)) }
    if topK != nil || topP != nil {
      candidates.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.token < $1.token }
      if let topK { candidates.removeLast(max(0, candidates.count - topK)) }
      if let topP { Self.keepNucleus(&candidates, topP) }
    }
    // The most likely token has weight 1.
    if let minP { candidates.removeAll { $0.weight < minP } }
    let total = candidates.reduce(0) { $0 + $1.weight }
    var rest = random.nextUnit() * total
    for candidate in candidates {
      rest -= candidate.weight
      if rest < 0 { return UInt32(candidate.token) }
    }
    return UInt32(candidates.last(where: { $0.weight > 0 })?.token ?? 0)
  }

  private static func keepNucleus(_ candidates: inout [(token: Int, weight: Double)], _ topP: Double) {
    let wanted = topP * candidates.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for index in candidates.indices {
      sum += candidates[index].weight
      if sum >= wanted {
        candidates.removeLast(candidates.count - index - 1)
        return
      }
    }
  }

  private static func mostLikely(_ logits: [Float]) -> UInt32 {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return UInt32(best)
  }
}

/// Continues token sequences.
public struct Generator {
  private let state: DecoderState
  private let sampling: Sampling

  /// - Parameter readsBFloat16: whether the model's matrices are read as bfloat16, see `DecoderState`.
  /// - Throws: a `Diagnostic` when the sampling values are out of range, or the model does not continue text.
  public init(
    _ decoder: Decoder, sampling: Sampling, pool: ThreadPool, readsBFloat16: Bool = false
  ) throws(Diagnostic) {
    try sampling.validate()
    guard decoder.configuration.isCausal else {
      throw Diagnostic(
        "unsupported-model", "an encoder fills in masked tokens, it does not continue text",
        fix: "use a model trained with a causal preset")
    }
    self.sampling = sampling
    state = DecoderState(decoder, pool: pool, readsBFloat16: readsBFloat16)
  }

  /// Continues `prompt` (at least one token; of a longer one than the context allows its end) by at most `count` tokens.
  /// Each goes to `visit` as it is drawn; generation ends after a token of `stop`, when `visit` returns false, or when the context is full.
  /// - Returns: the drawn tokens. The same prompt, sampling and model give the same tokens.
  /// - Throws: a `Diagnostic` when the prompt is empty or has a token outside the vocabulary.
  public func generate(
    after prompt: [UInt32], count: Int, stop: Set<UInt32> = [], visit: (UInt32) -> Bool = { _ in true }
  ) throws(Diagnostic) -> [UInt32] {
    let shape = state.decoder.configuration
    guard !prompt.isEmpty else {
      throw Diagnostic("empty-prompt", "the prompt has no tokens", fix: "begin with the begin-of-text or end-of-text token")
    }
    if let token = prompt.first(where: { $0 >= shape.vocabularySize }) {
      throw Diagnostic(
        "unknown-token", "token \(token) is not in the model's vocabulary of \(shape.vocabularySize)",
        fix: "use the tokenizer that the model was trained with")
    }
    state.reset()
    var random = SeededRandom(seed: sampling.seed, stream: "sampling")
    var logits = state.advance(Array(prompt.suffix(max(1, shape.contextLength - count))))
    var drawn: [UInt32] = []
    while drawn.count < count {
      let token = sampling.draw(logits, using: &random)
      drawn.append(token)
      if !visit(token) || stop.contains(token) || state.position == shape.contextLength { break }
      if drawn.count < count { logits = state.advance(token) }
    }
    return drawn
  }
}
