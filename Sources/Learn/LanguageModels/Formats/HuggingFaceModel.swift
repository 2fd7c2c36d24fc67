import Documents
import Foundation
import Storage

/// A model directory as Hugging Face `transformers` reads and writes it for Llama, Qwen3 (Llama with normalized
/// queries and keys), GPT-2 and EuroBERT (Llama's blocks as an encoder): `config.json`, `model.safetensors` (or
/// several with `model.safetensors.index.json`), `generation_config.json`. Tokenizer files are the caller's to add.
public enum HuggingFaceModel {
  /// Token ids that `config.json` names.
  public struct SpecialTokens: Sendable, Hashable {
    public var beginOfText: UInt32?
    public var endOfText: UInt32?
    /// What stands in the place of a hidden token, in models that fill in such.
    public var mask: UInt32?

    public init(beginOfText: UInt32? = nil, endOfText: UInt32? = nil, mask: UInt32? = nil) {
      self.beginOfText = beginOfText
      self.endOfText = endOfText
      self.mask = mask
    }
  }

  /// Before the `model_type` of a model that no class of transformers computes: transformers refuses it by that name, Winnow reads it.
  static let ownPrefix = "winnow_"

  /// - Throws: `unsupported-model` for a model that no class of transformers computes.
  public static func requireClass(for shape: DecoderConfiguration) throws(Diagnostic) {
    guard shape.attentionSoftcap == nil, shape.logitSoftcap == nil else {
      throw Diagnostic(
        "unsupported-model", "no class of transformers computes this model: soft caps exist there only in Gemma's blocks",
        fix: "use the model with winnow, or train without soft caps")
    }
  }

  // MARK: Writing

  /// Writes the directory's files, each whole or not at all; the directory is made when missing.
  public static func write(
    _ decoder: Decoder, to directory: String, specialTokens: SpecialTokens = SpecialTokens()
  ) throws(Diagnostic) {
    try makeDirectory(directory)
    let (tensors, buffers) = decoder.fileTensors()
    try withExtendedLifetime((decoder, buffers)) { () throws(Diagnostic) in
      _ = try SafeTensors.write(tensors, to: directory + "/model.safetensors")
    }
    let config = JSONValue.object(configuration(decoder.configuration, specialTokens))
    try AtomicFile.write(config.prettyPrinted, to: directory + "/config.json")
    let generation = JSONValue.object([
      "bos_token_id": token(specialTokens.beginOfText), "eos_token_id": token(specialTokens.endOfText),
    ])
    try AtomicFile.write(generation.prettyPrinted, to: directory + "/generation_config.json")
  }

  static func configuration(_ shape: DecoderConfiguration, _ special: SpecialTokens) -> JSONObject {
    var object: JSONObject
    switch shape.family {
    case .llama, .encoder: object = llama(shape, special)
    case .gpt2: object = gpt2(shape, special)
    }
    if shape.family == .encoder {
      object["architectures"] = ["EuroBertForMaskedLM"]
      object["model_type"] = "eurobert"
      // The class refuses null there.
      if let mask = special.mask { object["mask_token_id"] = .integer(Int64(mask)) }
      object["pad_token_id"] = token(special.endOfText)
    } else if shape.queryKeyNorm {
      object["architectures"] = ["Qwen3ForCausalLM"]
      object["model_type"] = "qwen3"
      object["use_sliding_window"] = false
    }
    guard shape.attentionSoftcap != nil || shape.logitSoftcap != nil else { return object }
    object["architectures"] = .array([])
    object["model_type"] = .string(ownPrefix + (object["model_type"]?.string ?? ""))
    object["attn_logit_softcapping"] = shape.attentionSoftcap.map(number) ?? .null
    object["final_logit_softcapping"] = shape.logitSoftcap.map(number) ?? .null
    return object
  }

  private static func gpt2(_ shape: DecoderConfiguration, _ special: SpecialTokens) -> JSONObject {
    [
      "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": .integer(Int64(shape.vocabularySize)),
      "n_embd": .integer(Int64(shape.hiddenSize)), "n_inner": .integer(Int64(shape.intermediateSize)),
      "n_layer": .integer(Int64(shape.layerCount)), "n_head": .integer(Int64(shape.headCount)),
      "n_positions": .integer(Int64(shape.contextLength)), "activation_function": "gelu_new",
      "layer_norm_epsilon": number(shape.normEpsilon), "initializer_range": 0.02, "scale_attn_weights": true,
      "attn_pdrop": 0.0, "embd_pdrop": 0.0, "resid_pdrop": 0.0, "tie_word_embeddings": .bool(shape.tiedEmbeddings),
      "use_cache": true, "bos_token_id": token(special.beginOfText), "eos_token_id": token(special.endOfText),
      "torch_dtype": "float32", "dtype": "float32",
    ]
  }

  /// Both the older (`rope_theta`, `torch_dtype`) and the newer spelling (`rope_parameters`, `dtype`) of transformers.
  private static func llama(_ shape: DecoderConfiguration, _ special: SpecialTokens) -> JSONObject {
    [
      "architectures": ["LlamaForCausalLM"], "model_type": "llama",
      "vocab_size": .integer(Int64(shape.vocabularySize)), "hidden_size": .integer(Int64(shape.hiddenSize)),
      "intermediate_size": .integer(Int64(shape.intermediateSize)), "num_hidden_layers": .integer(Int64(shape.layerCount)),
      "num_attention_heads": .integer(Int64(shape.headCount)),
      "num_key_value_heads": .integer(Int64(shape.keyValueHeadCount)), "head_dim": .integer(Int64(shape.headSize)),
      "hidden_act": "silu", "max_position_embeddings": .integer(Int64(shape.contextLength)),
      "initializer_range": 0.02, "rms_norm_eps": number(shape.normEpsilon), "rope_theta": number(shape.ropeTheta),
      "rope_parameters": .object(ropeParameters(shape)), "rope_scaling": shape.ropeScaling.map { .object($0.object) } ?? .null,
      "tie_word_embeddings": .bool(shape.tiedEmbeddings), "attention_bias": false, "mlp_bias": false,
      "attention_dropout": 0.0, "use_cache": true, "bos_token_id": token(special.beginOfText),
      "eos_token_id": token(special.endOfText), "pad_token_id": nil, "torch_dtype": "float32", "dtype": "float32",
    ]
  }

  private static func ropeParameters(_ shape: DecoderConfiguration) -> JSONObject {
    var object = shape.ropeScaling?.object ?? ["rope_type": "default"]
    object["rope_theta"] = number(shape.ropeTheta)
    return object
  }

  /// The shortest decimal that reads back as the same Float.
  static func number(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }

  private static func token(_ id: UInt32?) -> JSONValue { id.map { .integer(Int64($0)) } ?? .null }

  static func makeDirectory(_ path: String) throws(Diagnostic) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Diagnostic("input-output", "cannot create the directory: \(error.localizedDescription)", at: .init(file: path))
    }
  }

  // MARK: Reading

  /// Reads a directory of one of the families, our own or another's.
  /// - Throws: a `Diagnostic` naming the file and what is missing, damaged or not supported.
  public static func read(_ directory: String) throws(Diagnostic) -> Decoder {
    let decoder = try Decoder(shape: readConfiguration(directory + "/config.json").shape)
    try forEachTensor(of: decoder.layout, in: directory) { (tensor, name, file) throws(Diagnostic) in
      try decoder.readFileTensor(tensor, named: name, from: file)
    }
    return decoder
  }

  /// Looks whether a directory can be read, without reading its weights: its shape, and every tensor's name and shape.
  /// - Returns: the shape and special tokens that it names.
  /// - Throws: as `read` would.
  public static func check(
    _ directory: String
  ) throws(Diagnostic) -> (shape: DecoderConfiguration, specialTokens: SpecialTokens) {
    let found = try readConfiguration(directory + "/config.json")
    try forEachTensor(of: ParameterLayout(found.shape), in: directory) { (tensor, name, file) throws(Diagnostic) in
      _ = try Decoder.entry(name, tensor.fileShape, in: file)
    }
    return found
  }

  /// The files that a model is read from: `config.json` and those with its weights.
  public static func files(of directory: String) throws(Diagnostic) -> [String] {
    [directory + "/config.json"] + (try weightFiles(directory))
  }

  private static func forEachTensor(
    of layout: ParameterLayout, in directory: String,
    _ body: (ParameterLayout.Tensor, _ name: String, SafeTensors.File) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    var files: [SafeTensors.File] = []
    for path in try weightFiles(directory) { files.append(try SafeTensors.File(path: path)) }
    for tensor in layout.tensors {
      // GPT-2 as OpenAI's files were first converted has the names of the transformer alone.
      let bare = tensor.name.hasPrefix("transformer.") ? String(tensor.name.dropFirst(12)) : tensor.name
      guard let (file, name) = Self.find([tensor.name, bare], in: files) else {
        throw Diagnostic("damaged-file", "there is no tensor '\(tensor.name)'", at: .init(file: directory))
      }
      try body(tensor, name, file)
    }
  }

  private static func find(_ names: [String], in files: [SafeTensors.File]) -> (SafeTensors.File, String)? {
    for name in names { if let file = files.first(where: { $0[name] != nil }) { return (file, name) } }
    return nil
  }

  private static func weightFiles(_ directory: String) throws(Diagnostic) -> [String] {
    let single = directory + "/model.safetensors"
    let index = directory + "/model.safetensors.index.json"
    if FileManager.default.fileExists(atPath: single) || !FileManager.default.fileExists(atPath: index) { return [single] }
    guard let map = try JSONScanner.parse(file: index).object?["weight_map"]?.object else {
      throw Diagnostic("damaged-file", "there is no weight_map", at: .init(file: index))
    }
    let names = Set(map.members.compactMap(\.value.string)).sorted()
    if let name = names.first(where: { $0.contains("/") }) {
      throw Diagnostic("damaged-file", "'\(name)' is not a file of this directory", at: .init(file: index))
    }
    return names.map { directory + "/" + $0 }
  }

  /// The shape and special tokens of a `config.json`.
  public static func readConfiguration(
    _ path: String
  ) throws(Diagnostic) -> (shape: DecoderConfiguration, specialTokens: SpecialTokens) {
    guard let object = try JSONScanner.parse(file: path).object else {
      throw Diagnostic("damaged-file", "not a JSON object", at: .init(file: path))
    }
    let reader = ConfigurationReader(object: object, path: path)
    let shape = try reader.shape()
    try shape.validate()
    return (
      shape,
      SpecialTokens(
        beginOfText: reader.token("bos_token_id"), endOfText: reader.token("eos_token_id"), mask: reader.token("mask_token_id"))
    )
  }
}
