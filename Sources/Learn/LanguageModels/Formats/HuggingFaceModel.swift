import Documents
import Foundation
import Storage

/// A model directory as Hugging Face `transformers` reads and writes it for Llama: `config.json`, `model.safetensors` (or
/// several with `model.safetensors.index.json`), `generation_config.json`. Tokenizer files are the caller's to add.
public enum HuggingFaceModel {
  /// Token ids that `config.json` names.
  public struct SpecialTokens: Sendable, Hashable {
    public var beginOfText: UInt32?
    public var endOfText: UInt32?

    public init(beginOfText: UInt32? = nil, endOfText: UInt32? = nil) {
      self.beginOfText = beginOfText
      self.endOfText = endOfText
    }
  }

  // MARK: Writing

  /// Writes the directory's files, each whole or not at all; the directory is made when missing.
  public static func write(
    _ decoder: Decoder, to directory: String, specialTokens: SpecialTokens = SpecialTokens()
  ) throws(Diagnostic) {
    try makeDirectory(directory)
    try SafeTensors.write(decoder.tensors(), to: directory + "/model.safetensors")
    let config = JSONValue.object(configuration(decoder.configuration, specialTokens))
    try AtomicFile.write(config.prettyPrinted, to: directory + "/config.json")
    let generation = JSONValue.object([
      "bos_token_id": token(specialTokens.beginOfText), "eos_token_id": token(specialTokens.endOfText),
    ])
    try AtomicFile.write(generation.prettyPrinted, to: directory + "/generation_config.json")
  }

  /// Both the older (`rope_theta`, `torch_dtype`) and the newer spelling (`rope_parameters`, `dtype`) of transformers.
  static func configuration(_ shape: DecoderConfiguration, _ special: SpecialTokens) -> JSONObject {
    [
      "architectures": ["LlamaForCausalLM"], "model_type": "llama",
      "vocab_size": .integer(Int64(shape.vocabularySize)), "hidden_size": .integer(Int64(shape.hiddenSize)),
      "intermediate_size": .integer(Int64(shape.intermediateSize)), "num_hidden_layers": .integer(Int64(shape.layerCount)),
      "num_attention_heads": .integer(Int64(shape.headCount)),
      "num_key_value_heads": .integer(Int64(shape.keyValueHeadCount)), "head_dim": .integer(Int64(shape.headSize)),
      "hidden_act": "silu", "max_position_embeddings": .integer(Int64(shape.contextLength)),
      "initializer_range": 0.02, "rms_norm_eps": number(shape.normEpsilon), "rope_theta": number(shape.ropeTheta),
      "rope_parameters": .object(["rope_type": "default", "rope_theta": number(shape.ropeTheta)]),
      "rope_scaling": nil, "tie_word_embeddings": .bool(shape.tiedEmbeddings), "attention_bias": false, "mlp_bias": false,
      "attention_dropout": 0.0, "use_cache": true, "bos_token_id": token(special.beginOfText),
      "eos_token_id": token(special.endOfText), "pad_token_id": nil, "torch_dtype": "float32", "dtype": "float32",
    ]
  }

  /// The shortest decimal that reads back as the same Float.
  private static func number(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }

  private static func token(_ id: UInt32?) -> JSONValue { id.map { .integer(Int64($0)) } ?? .null }

  static func makeDirectory(_ path: String) throws(Diagnostic) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Diagnostic("input-output", "cannot create the directory: \(error.localizedDescription)", at: .init(file: path))
    }
  }

  // MARK: Reading

  /// Reads a Llama directory, our own or another's.
  /// - Throws: a `Diagnostic` naming the file and what is missing, damaged or not supported.
  public static func read(_ directory: String) throws(Diagnostic) -> Decoder {
    let decoder = try Decoder(shape: readConfiguration(directory + "/config.json").shape)
    let files = try weightFiles(directory)
    for tensor in decoder.layout.tensors {
      guard let file = files.first(where: { $0[tensor.name] != nil }) else {
        throw Diagnostic("damaged-file", "there is no tensor '\(tensor.name)'", at: .init(file: directory))
      }
      try decoder.read(tensor, from: file, into: decoder.parameters)
    }
    return decoder
  }

  private static func weightFiles(_ directory: String) throws(Diagnostic) -> [SafeTensors.File] {
    let single = directory + "/model.safetensors", index = directory + "/model.safetensors.index.json"
    if FileManager.default.fileExists(atPath: single) || !FileManager.default.fileExists(atPath: index) {
      return [try SafeTensors.File(path: single)]
    }
    guard let map = try JSONScanner.parse(file: index).object?["weight_map"]?.object else {
      throw Diagnostic("damaged-file", "there is no weight_map", at: .init(file: index))
    }
    var files: [SafeTensors.File] = []
    for name in Set(map.members.compactMap(\.value.string)).sorted() {
      guard !name.contains("/") else {
        throw Diagnostic("damaged-file", "'\(name)' is not a file of this directory", at: .init(file: index))
      }
      files.append(try SafeTensors.File(path: directory + "/" + name))
    }
    return files
  }

  /// The shape and special tokens of a Llama `config.json`.
  public static func readConfiguration(
    _ path: String
  ) throws(Diagnostic) -> (shape: DecoderConfiguration, specialTokens: SpecialTokens) {
    guard let object = try JSONScanner.parse(file: path).object else {
      throw Diagnostic("damaged-file", "not a JSON object", at: .init(file: path))
    }
    let reader = ConfigurationReader(object: object, path: path)
    try reader.requireSupported()
    let shape = try reader.shape()
    try shape.validate()
    return (shape, SpecialTokens(beginOfText: reader.token("bos_token_id"), endOfText: reader.token("eos_token_id")))
  }
}

/// Picks the values of a `config.json` and says what it cannot use.
private struct ConfigurationReader {
  let object: JSONObject
  let path: String

  func requireSupported() throws(Diagnostic) {
    let expected: [(String, JSONValue)] = [
      ("model_type", "llama"), ("hidden_act", "silu"), ("attention_bias", false), ("mlp_bias", false), ("rope_scaling", nil),
    ]
    for (key, value) in expected {
      guard let found = object[key], found != value, found != .null else { continue }
      let shown = String(decoding: found.serialized, as: UTF8.self), wanted = String(decoding: value.serialized, as: UTF8.self)
      throw Diagnostic(
        "unsupported-model", "\(key) is \(shown)", at: .init(file: path), fix: "only models with \(key) \(wanted) can be read")
    }
  }

  func shape() throws(Diagnostic) -> DecoderConfiguration {
    let heads = try integer("num_attention_heads"), hidden = try integer("hidden_size")
    return DecoderConfiguration(
      vocabularySize: try integer("vocab_size"), hiddenSize: hidden, intermediateSize: try integer("intermediate_size"),
      layerCount: try integer("num_hidden_layers"), headCount: heads,
      keyValueHeadCount: try integer("num_key_value_heads", or: heads),
      headSize: try integer("head_dim", or: heads > 0 ? hidden / heads : 0),
      contextLength: try integer("max_position_embeddings"),
      ropeTheta: Float(object["rope_parameters"]?.object?["rope_theta"]?.number ?? object["rope_theta"]?.number ?? 10_000),
      normEpsilon: Float(object["rms_norm_eps"]?.number ?? 1e-6),
      tiedEmbeddings: object["tie_word_embeddings"]?.bool ?? false)
  }

  func token(_ key: String) -> UInt32? {
    (object[key]?.integer ?? object[key]?.array?.first?.integer).flatMap { UInt32(exactly: $0) }
  }

  private func integer(_ key: String, or fallback: Int? = nil) throws(Diagnostic) -> Int {
    if let value = object[key]?.integer { return Int(value) }
    if let fallback, object[key] == nil || object[key] == .null { return fallback }
    throw Diagnostic("damaged-file", "\(key) is missing or not an integer", at: .init(file: path))
  }
}
