/// Where each named tensor stands in a decoder's one flat buffer of parameters.
///
/// Names are those of Hugging Face's Llama and GPT-2, shapes are [output, input], row-major. Projections that read the same
/// input stand one after the other (q, k, v; gate, up), so that each group is also one matrix.
public struct ParameterLayout: Sendable, Hashable {
  public struct Tensor: Sendable, Hashable {
    public let name: String
    public let shape: [Int]
    public let offset: Int
    /// Whether Hugging Face's files hold the transpose: GPT-2's projections are [input, output] there.
    public let isTransposedInFiles: Bool
    /// Whether weight decay applies: matrices yes, norms and biases no.
    public var decays: Bool { shape.count > 1 }
    public var isBias: Bool { name.hasSuffix(".bias") }
    public var count: Int { shape.reduce(1, *) }
    public var range: Range<Int> { offset..<offset + count }
    /// The shape in Hugging Face's files.
    public var fileShape: [Int] { isTransposedInFiles ? shape.reversed() : shape }
  }

  /// A weight [output, input] and, in some families, a bias [output], by offset.
  package struct Projection: Sendable, Hashable {
    package let weight: Int
    package let bias: Int?
    package let input, output: Int
  }

  /// A weight and, in some families, a bias, by offset.
  package struct Norm: Sendable, Hashable {
    package let weight: Int
    package let bias: Int?
  }

  package struct Layer: Sendable, Hashable {
    package let attentionNorm: Norm
    package let qkv, output: Projection
    package let feedForwardNorm: Norm
    package let up, down: Projection
    /// Weights [head size] of the norms of queries and keys, by offset, where there are such.
    package var queryNorm, keyNorm: Int?
  }

  public private(set) var tensors: [Tensor] = []
  public private(set) var count = 0
  package private(set) var layers: [Layer] = []
  package private(set) var embedding = 0
  /// Learned positions [context, hidden]; nil where positions are rotations.
  package private(set) var positions: Int?
  package private(set) var finalNorm = Norm(weight: 0, bias: nil)
  /// The output projection; the embedding where they are tied.
  package private(set) var head = 0

  public init(_ shape: DecoderConfiguration) {
    switch shape.family {
    case .llama, .encoder: appendLlama(shape)
    case .gpt2: appendGPT2(shape)
    }
    head = shape.tiedEmbeddings ? embedding : append("lm_head.weight", [shape.vocabularySize, shape.hiddenSize])
  }

  private mutating func appendLlama(_ shape: DecoderConfiguration) {
    let d = shape.hiddenSize
    let ff = shape.intermediateSize
    let queries = shape.attentionWidth
    let keys = shape.keyValueHeadCount * shape.headSize
    embedding = append("model.embed_tokens.weight", [shape.vocabularySize, d])
    for index in 0..<shape.layerCount {
      let prefix = "model.layers.\(index)."
      let attentionNorm = Norm(weight: append(prefix + "input_layernorm.weight", [d]), bias: nil)
      let qkv = append(prefix + "self_attn.q_proj.weight", [queries, d])
      append(prefix + "self_attn.k_proj.weight", [keys, d])
      append(prefix + "self_attn.v_proj.weight", [keys, d])
      let output = append(prefix + "self_attn.o_proj.weight", [d, queries])
      let queryNorm = shape.queryKeyNorm ? append(prefix + "self_attn.q_norm.weight", [shape.headSize]) : nil
      let keyNorm = shape.queryKeyNorm ? append(prefix + "self_attn.k_norm.weight", [shape.headSize]) : nil
      let feedForwardNorm = Norm(weight: append(prefix + "post_attention_layernorm.weight", [d]), bias: nil)
      let gateUp = append(prefix + "mlp.gate_proj.weight", [ff, d])
      append(prefix + "mlp.up_proj.weight", [ff, d])
      let down = append(prefix + "mlp.down_proj.weight", [d, ff])
      layers.append(
        Layer(
          attentionNorm: attentionNorm, qkv: Projection(weight: qkv, bias: nil, input: d, output: shape.qkvWidth),
          output: Projection(weight: output, bias: nil, input: queries, output: d), feedForwardNorm: feedForwardNorm,
          up: Projection(weight: gateUp, bias: nil, input: d, output: shape.upWidth),
          down: Projection(weight: down, bias: nil, input: ff, output: d), queryNorm: queryNorm, keyNorm: keyNorm))
    }
    finalNorm = Norm(weight: append("model.norm.weight", [d]), bias: nil)
  }

  private mutating func appendGPT2(_ shape: DecoderConfiguration) {
    let d = shape.hiddenSize
    let ff = shape.intermediateSize
    embedding = append("transformer.wte.weight", [shape.vocabularySize, d])
    positions = append("transformer.wpe.weight", [shape.contextLength, d])
    for index in 0..<shape.layerCount {
      let prefix = "transformer.h.\(index)."
      let attentionNorm = appendNorm(prefix + "ln_1", d)
      let qkv = appendProjection(prefix + "attn.c_attn", d, 3 * d)
      let output = appendProjection(prefix + "attn.c_proj", d, d)
      let feedForwardNorm = appendNorm(prefix + "ln_2", d)
      let up = appendProjection(prefix + "mlp.c_fc", d, ff)
      let down = appendProjection(prefix + "mlp.c_proj", ff, d)
      layers.append(
        Layer(attentionNorm: attentionNorm, qkv: qkv, output: output, feedForwardNorm: feedForwardNorm, up: up, down: down))
    }
    finalNorm = appendNorm("transformer.ln_f", d)
  }

  private mutating func appendNorm(_ name: String, _ width: Int) -> Norm {
    let weight = append(name + ".weight", [width])
    return Norm(weight: weight, bias: append(name + ".bias", [width]))
  }

  private mutating func appendProjection(_ name: String, _ input: Int, _ output: Int) -> Projection {
    let weight = append(name + ".weight", [output, input], transposedInFiles: true)
    return Projection(weight: weight, bias: append(name + ".bias", [output]), input: input, output: output)
  }

  @discardableResult
  private mutating func append(_ name: String, _ shape: [Int], transposedInFiles: Bool = false) -> Int {
    let tensor = Tensor(name: name, shape: shape, offset: count, isTransposedInFiles: transposedInFiles)
    tensors.append(tensor)
    count += tensor.count
    return tensor.offset
  }

  /// - Complexity: O(tensors).
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }
}
