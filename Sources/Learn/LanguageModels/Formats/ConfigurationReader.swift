import Documents

/// Picks the values of a `config.json` and says what it cannot use.
struct ConfigurationReader {
  let object: JSONObject
  let path: String

  /// - Throws: `unsupported-model` for a family or a setting of it that would be computed differently.
  func shape() throws(Diagnostic) -> DecoderConfiguration {
    let type = object["model_type"]?.string ?? "llama"
    let isOwn = type.hasPrefix(HuggingFaceModel.ownPrefix)
    var shape: DecoderConfiguration
    switch isOwn ? String(type.dropFirst(HuggingFaceModel.ownPrefix.count)) : type {
    case "gpt2": shape = try gpt2()
    case "llama": shape = try llama()
    case "qwen3":
      try require([("use_sliding_window", false)])
      shape = try llama(headSize: 128)
      shape.queryKeyNorm = true
    case "eurobert":
      shape = try llama()
      shape.family = .encoder
    default:
      throw Diagnostic(
        "unsupported-model", "model_type is \"\(type)\"", at: .init(file: path),
        fix: "models of the types llama, qwen3, gpt2 and eurobert can be read")
    }
    if isOwn {
      shape.attentionSoftcap = object["attn_logit_softcapping"]?.number.map { Float($0) }
      shape.logitSoftcap = object["final_logit_softcapping"]?.number.map { Float($0) }
    } else {
      try require([("attn_logit_softcapping", nil), ("final_logit_softcapping", nil)])
    }
    return shape
  }

  /// - Parameter headSize: where the file does not say; nil: the width over the heads.
  private func llama(headSize: Int? = nil) throws(Diagnostic) -> DecoderConfiguration {
    try require([("hidden_act", "silu"), ("attention_bias", false), ("mlp_bias", false)])
    let heads = try integer("num_attention_heads")
    let hidden = try integer("hidden_size")
    var shape = DecoderConfiguration(
      vocabularySize: try integer("vocab_size"), hiddenSize: hidden, intermediateSize: try integer("intermediate_size"),
      layerCount: try integer("num_hidden_layers"), headCount: heads,
      keyValueHeadCount: try integer("num_key_value_heads", or: heads),
      headSize: try integer("head_dim", or: headSize ?? (heads > 0 ? hidden / heads : 0)),
      contextLength: try integer("max_position_embeddings"),
      ropeTheta: Float(object["rope_parameters"]?.object?["rope_theta"]?.number ?? object["rope_theta"]?.number ?? 10_000),
      normEpsilon: Float(object["rms_norm_eps"]?.number ?? 1e-6),
      tiedEmbeddings: object["tie_word_embeddings"]?.bool ?? false)
    shape.ropeScaling = try ropeScaling()
    return shape
  }

  /// Under `rope_scaling` until version 4 of transformers, under `rope_parameters` since then; as there, the former counts when both are given.
  private func ropeScaling() throws(Diagnostic) -> RotaryScaling? {
    guard let found = object["rope_scaling"]?.object ?? object["rope_parameters"]?.object else { return nil }
    let values = ConfigurationReader(object: found, path: path)
    let type = (found["rope_type"] ?? found["type"])?.string ?? "default"
    switch type {
    case "default": return nil
    case "linear": return .linear(factor: try values.number("factor"))
    case "llama3":
      return .llama3(
        factor: try values.number("factor"), lowFrequencyFactor: try values.number("low_freq_factor"),
        highFrequencyFactor: try values.number("high_freq_factor"),
        originalContextLength: try values.integer("original_max_position_embeddings"))
    default:
      throw Diagnostic(
        "unsupported-model", "rope_type is \"\(type)\"", at: .init(file: path),
        fix: "models with rope_type default, linear and llama3 can be read")
    }
  }

  private func gpt2() throws(Diagnostic) -> DecoderConfiguration {
    try require([
      ("activation_function", "gelu_new"), ("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false),
      ("add_cross_attention", false),
    ])
    let hidden = try integer("n_embd")
    return DecoderConfiguration(
      family: .gpt2, vocabularySize: try integer("vocab_size"), hiddenSize: hidden,
      intermediateSize: try integer("n_inner", or: 4 * hidden), layerCount: try integer("n_layer"),
      headCount: try integer("n_head"), contextLength: try integer("n_positions"),
      normEpsilon: Float(object["layer_norm_epsilon"]?.number ?? 1e-5),
      tiedEmbeddings: object["tie_word_embeddings"]?.bool ?? true)
  }

  /// A key that is missing or null has its usual value.
  private func require(_ expected: [(String, JSONValue)]) throws(Diagnostic) {
    for (key, value) in expected {
      guard let found = object[key], found != value, found != .null else { continue }
      let shown = String(decoding: found.serialized, as: UTF8.self)
      let wanted = String(decoding: value.serialized, as: UTF8.self)
      throw Diagnostic(
        "unsupported-model", "\(key) is \(shown)", at: .init(file: path), fix: "only models with \(key) \(wanted) can be read")
    }
  }

  func token(_ key: String) -> UInt32? {
    (object[key]?.integer ?? object[key]?.array?.first?.integer).flatMap { UInt32(exactly: $0) }
  }

  private func number(_ key: String) throws(Diagnostic) -> Float {
    if let value = object[key]?.number { return Float(value) }
    throw Diagnostic("damaged-file", "\(key) is missing or not a number", at: .init(file: path))
  }

  private func integer(_ key: String, or fallback: Int? = nil) throws(Diagnostic) -> Int {
    if let value = object[key]?.integer { return Int(value) }
    if let fallback, object[key] == nil || object[key] == .null { return fallback }
    throw Diagnostic("damaged-file", "\(key) is missing or not an integer", at: .init(file: path))
  }
}
