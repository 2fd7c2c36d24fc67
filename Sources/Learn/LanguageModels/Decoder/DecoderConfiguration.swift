import Documents

/// The shape of a language model: a decoder, or an encoder of the same blocks.
public struct DecoderConfiguration: Sendable, Hashable {
  public enum Family: String, Sendable, CaseIterable {
    /// RMSNorm, rotary positions, grouped-query causal attention, SwiGLU, no biases (Touvron et al. 2023).
    case llama
    /// LayerNorm, learned positions, GELU in its approximation by tanh, biases everywhere (Radford et al. 2019).
    case gpt2
    /// Llama's blocks with attention in both directions, for masked tokens (Boizard et al. 2025, EuroBERT).
    case encoder
  }

  public var family: Family
  public var vocabularySize: Int
  /// Width of the residual stream.
  public var hiddenSize: Int
  /// Width inside the feed-forward block.
  public var intermediateSize: Int
  public var layerCount: Int
  public var headCount: Int
  /// Heads of keys and values; each is shared by `headCount / keyValueHeadCount` query heads.
  public var keyValueHeadCount: Int
  /// Floats per head; even.
  public var headSize: Int
  /// The longest sequence, in tokens.
  public var contextLength: Int
  public var ropeTheta: Float
  /// nil: rotary frequencies are those of `ropeTheta`.
  public var ropeScaling: RotaryScaling?
  public var normEpsilon: Float
  /// Whether the output projection is the embedding matrix.
  public var tiedEmbeddings: Bool
  /// Whether queries and keys go through an RMSNorm per head before they are rotated (Henry et al. 2020; as in Qwen3).
  public var queryKeyNorm = false
  /// Attention scores become `cap * tanh(score / cap)` (Gemma Team 2024, section 2); nil: they stay.
  public var attentionSoftcap: Float?
  /// The same for the logits.
  public var logitSoftcap: Float?

  public init(
    family: Family = .llama, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
    keyValueHeadCount: Int? = nil, headSize: Int? = nil, contextLength: Int, ropeTheta: Float = 10_000,
    normEpsilon: Float = 1e-5, tiedEmbeddings: Bool = true
  ) {
    self.family = family
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount ?? headCount
    self.headSize = headSize ?? (headCount > 0 ? hiddenSize / headCount : 0)
    self.contextLength = contextLength
    self.ropeTheta = ropeTheta
    self.normEpsilon = normEpsilon
    self.tiedEmbeddings = tiedEmbeddings
  }

  /// Whether a token sees only what comes before it: only then can the model continue text.
  public var isCausal: Bool { family != .encoder }
  /// Whether positions are rotations of queries and keys; else they are learned.
  package var rotates: Bool { family != .gpt2 }
  /// Whether the feed-forward block is SwiGLU; else GELU.
  package var isGated: Bool { family != .gpt2 }

  /// Floats of one token's fused row [queries | keys | values].
  package var qkvWidth: Int { (headCount + 2 * keyValueHeadCount) * headSize }
  /// Floats from one token's row to the next: the width, and a cache line more where rows would lie whole 4 KB apart. Such rows share a few
  /// sets of the first-level cache, and matrix products read and write a dozen at a time.
  static func stride(of width: Int) -> Int { width % 1024 == 0 ? width + 16 : width }
  /// Floats of one token's feed-forward block before its activation: gate and up, or up alone.
  package var upWidth: Int { isGated ? 2 * intermediateSize : intermediateSize }
  /// Floats that a norm keeps of each row for its backward pass.
  package var normFactors: Int { family == .gpt2 ? 2 : 1 }
  /// Floats of one token's attention output, all heads.
  package var attentionWidth: Int { headCount * headSize }

  public var parameterCount: Int { ParameterLayout(self).count }

  /// Floating-point operations of one training step per token, forward and backward: 6 per weight (positions left out) and
  /// 12 * layers * width * length for attention, causality not deducted (the usual convention, Chowdhery et al. 2022, appendix B).
  public func trainingOperationsPerToken(sequenceLength: Int) -> Double {
    let embedding = vocabularySize * hiddenSize
    let positions = family == .gpt2 ? contextLength * hiddenSize : 0
    let multiplying = parameterCount - (tiedEmbeddings ? 0 : embedding) - positions
    return 6 * Double(multiplying) + 12 * Double(layerCount * attentionWidth * sequenceLength)
  }

  /// - Throws: a `Diagnostic` that names the first value that cannot be.
  public func validate() throws(Diagnostic) {
    func require(_ holds: Bool, _ message: @autoclosure () -> String, _ fix: String) throws(Diagnostic) {
      if !holds { throw Diagnostic("model-shape", message(), fix: fix) }
    }
    let sizes = [
      ("vocabulary size", vocabularySize, 1 << 24), ("hidden size", hiddenSize, 1 << 16),
      ("intermediate size", intermediateSize, 1 << 18), ("layer count", layerCount, 1024), ("head count", headCount, 1024),
      ("key and value head count", keyValueHeadCount, 1024), ("head size", headSize, 1024),
      ("context length", contextLength, 1 << 20),
    ]
    for (name, value, limit) in sizes {
      try require(value >= 1 && value <= limit, "\(name) is \(value)", "use a \(name) of 1 to \(limit)")
    }
    try require(headSize % 2 == 0, "head size \(headSize) is odd", "rotary positions pair dimensions: use an even head size")
    try require(
      headCount % keyValueHeadCount == 0, "\(headCount) query heads cannot share \(keyValueHeadCount) key and value heads",
      "use a number of key and value heads that divides \(headCount)")
    try require(
      family != .gpt2 || (keyValueHeadCount == headCount && headSize * headCount == hiddenSize),
      "GPT-2 has one key and value head for each of its \(headCount) query heads, together as wide as the model",
      "use \(headCount) key and value heads of \(hiddenSize)/\(headCount)")
    try require(
      !queryKeyNorm || family == .llama, "a norm of queries and keys in the family \(family.rawValue)",
      "use it with a Llama preset")
    for (name, cap) in [("attention soft cap", attentionSoftcap), ("logit soft cap", logitSoftcap)] {
      try require(cap ?? 1 > 0 && cap ?? 1 < 1e6, "the \(name) is \(cap ?? 0)", "use for example 50, or leave it out")
    }
    try require(ropeScaling == nil || rotates, "rope scaling in the family \(family.rawValue)", "leave it out: its positions are learned")
    try ropeScaling?.validate()
    try require(ropeTheta > 0 && ropeTheta.isFinite, "rope theta is \(ropeTheta)", "use a positive number, for example 10000")
    try require(normEpsilon > 0 && normEpsilon < 1, "norm epsilon is \(normEpsilon)", "use for example 1e-5")
  }
}
