/// Where each named tensor stands in a decoder's one flat buffer of parameters.
///
/// Names and shapes ([output, input], row-major) are those of Hugging Face's Llama. Projections that read the same input
/// stand one after the other (q, k, v; gate, up), so that each group is also one matrix.
public struct ParameterLayout: Sendable, Hashable {
  public struct Tensor: Sendable, Hashable {
    public let name: String
    public let shape: [Int]
    public let offset: Int
    /// Whether weight decay applies: matrices yes, norms no.
    public var decays: Bool { shape.count > 1 }
    public var count: Int { shape.reduce(1, *) }
    public var range: Range<Int> { offset..<offset + count }
  }

  package struct Layer: Sendable, Hashable {
    package let attentionNorm, qkv, output, feedForwardNorm, gateUp, down: Int
  }

  public private(set) var tensors: [Tensor] = []
  public private(set) var count = 0
  package private(set) var layers: [Layer] = []
  package private(set) var embedding = 0
  package private(set) var finalNorm = 0
  /// The output projection; the embedding where they are tied.
  package private(set) var head = 0

  public init(_ shape: DecoderConfiguration) {
    let d = shape.hiddenSize, ff = shape.intermediateSize
    let queries = shape.attentionWidth, keys = shape.keyValueHeadCount * shape.headSize
    embedding = append("model.embed_tokens.weight", [shape.vocabularySize, d])
    for index in 0..<shape.layerCount {
      let prefix = "model.layers.\(index)."
      let attentionNorm = append(prefix + "input_layernorm.weight", [d])
      let qkv = append(prefix + "self_attn.q_proj.weight", [queries, d])
      append(prefix + "self_attn.k_proj.weight", [keys, d])
      append(prefix + "self_attn.v_proj.weight", [keys, d])
      let output = append(prefix + "self_attn.o_proj.weight", [d, queries])
      let feedForwardNorm = append(prefix + "post_attention_layernorm.weight", [d])
      let gateUp = append(prefix + "mlp.gate_proj.weight", [ff, d])
      append(prefix + "mlp.up_proj.weight", [ff, d])
      let down = append(prefix + "mlp.down_proj.weight", [d, ff])
      layers.append(
        Layer(
          attentionNorm: attentionNorm, qkv: qkv, output: output, feedForwardNorm: feedForwardNorm, gateUp: gateUp, down: down))
    }
    finalNorm = append("model.norm.weight", [d])
    head = shape.tiedEmbeddings ? embedding : append("lm_head.weight", [shape.vocabularySize, d])
  }

  @discardableResult
  private mutating func append(_ name: String, _ shape: [Int]) -> Int {
    let tensor = Tensor(name: name, shape: shape, offset: count)
    tensors.append(tensor)
    count += tensor.count
    return tensor.offset
  }

  /// - Complexity: O(tensors).
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }
}
