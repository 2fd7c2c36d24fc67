import Documents
import Storage

/// GGUF version 3, as llama.cpp reads it (https://github.com/ggml-org/ggml, docs/gguf.md): one file with the shape, the tokenizer
/// and the weights of a Llama, Qwen3 or GPT-2 model.
public enum GGUF {
  /// How matrices are stored; norms stay fp32.
  public enum WeightType: String, Sendable, CaseIterable {
    case f32, f16, bf16
    /// Blocks of 32 values: a half-precision scale and 8-bit integers.
    case q8_0
    /// Blocks of 32 values: a half-precision scale and 4-bit integers.
    case q4_0

    /// `enum ggml_type`.
    var code: UInt32 {
      switch self {
      case .f32: 0
      case .f16: 1
      case .q4_0: 2
      case .q8_0: 8
      case .bf16: 30
      }
    }
    /// `general.file_type`.
    var fileType: UInt32 {
      switch self {
      case .f32: 0
      case .f16: 1
      case .q4_0: 2
      case .q8_0: 7
      case .bf16: 32
      }
    }
    var isQuantized: Bool { self == .q8_0 || self == .q4_0 }
  }

  /// The tokenizer as GGUF stores it: byte-level BPE in the byte mapping of GPT-2.
  public struct Vocabulary: Sendable, Hashable {
    /// By id.
    public var tokens: [String]
    /// Ids of special tokens, which text never becomes.
    public var controlTokens: Set<UInt32>
    /// Ids that name nothing: rows of embeddings beyond the tokenizer's last token, and gaps between.
    public var unusedTokens: Set<UInt32>
    /// Pairs in order, each as `left right`.
    public var merges: [String]
    /// The pre-tokenizer by llama.cpp's name, for example `gpt-2`.
    public var preTokenizer: String

    /// - Parameter tokens: an empty one names nothing, and becomes `[PAD7]` by its id, as llama.cpp's own converter writes it.
    public init(tokens: [String], controlTokens: Set<UInt32>, merges: [String], preTokenizer: String) {
      self.tokens = tokens.enumerated().map { $1.isEmpty ? "[PAD\($0)]" : $1 }
      self.controlTokens = controlTokens
      unusedTokens = Set(tokens.indices.filter { tokens[$0].isEmpty }.map { UInt32($0) })
      self.merges = merges
      self.preTokenizer = preTokenizer
    }

    /// `enum llama_token_type`: normal, control, unused.
    func type(of id: UInt32) -> Int32 { controlTokens.contains(id) ? 3 : unusedTokens.contains(id) ? 5 : 1 }
  }

  /// Writes a model whole or not at all.
  /// - Throws: a `Diagnostic` when a row does not divide into blocks, or the vocabulary is not the model's.
  public static func write(
    _ decoder: Decoder, name: String, as type: WeightType, vocabulary: Vocabulary,
    specialTokens: HuggingFaceModel.SpecialTokens = .init(), to path: String
  ) throws(Diagnostic) {
    let shape = decoder.configuration
    guard shape.isCausal else {
      throw Diagnostic("unsupported-model", "llama.cpp does not know this encoder", fix: "export as hugging-face")
    }
    guard shape.attentionSoftcap == nil, shape.logitSoftcap == nil else {
      throw Diagnostic(
        "unsupported-model", "llama.cpp knows soft caps only in Gemma's blocks",
        fix: "use the model with winnow, or train without them")
    }
    if case .llama3 = shape.ropeScaling, shape.queryKeyNorm {
      throw Diagnostic(
        "unsupported-model", "llama.cpp does not scale the rotary frequencies of Qwen3 as Llama 3.1 does", fix: "export as hugging-face")
    }
    guard vocabulary.tokens.count == shape.vocabularySize else {
      throw Diagnostic(
        "mismatch", "the tokenizer has \(vocabulary.tokens.count) tokens, the model \(shape.vocabularySize)",
        fix: "use the tokenizer that the model was trained with")
    }
    let tensors = self.tensors(of: decoder, as: type)
    for tensor in tensors where tensor.type.isQuantized && tensor.rowSize % 32 != 0 {
      throw Diagnostic(
        "model-shape",
        "rows of \(tensor.source) have \(tensor.rowSize) values, \(tensor.type.rawValue) needs multiples of 32",
        fix: "use f16")
    }
    var header = GGUFBytes()
    header.append("GGUF")
    header.append(3 as UInt32)
    header.append(UInt64(tensors.count))
    let values = metadata(shape, name: name, type, vocabulary, specialTokens)
    header.append(UInt64(values.count))
    for (key, value) in values { header.append(key, value) }
    var offset = 0
    for tensor in tensors {
      header.append(string: tensor.name)
      header.append(UInt32(tensor.shape.count))
      for size in tensor.shape.reversed() { header.append(UInt64(size)) }
      header.append(tensor.type.code)
      header.append(UInt64(offset))
      offset = aligned(offset + tensor.byteCount)
    }
    header.pad()
    var file = try AtomicFile(path: path)
    try file.write(header.bytes)
    for tensor in tensors { try file.write(encoded(tensor.values(), as: tensor.type)) }
    try file.commit()
  }

  // MARK: Metadata

  private static func metadata(
    _ shape: DecoderConfiguration, name: String, _ type: WeightType, _ vocabulary: Vocabulary,
    _ special: HuggingFaceModel.SpecialTokens
  ) -> [(String, GGUFValue)] {
    func count(_ value: Int) -> GGUFValue { .uint32(UInt32(value)) }
    let architecture = shape.family == .gpt2 ? "gpt2" : shape.queryKeyNorm ? "qwen3" : "llama"
    var values: [(String, GGUFValue)] = [
      ("general.architecture", .string(architecture)), ("general.name", .string(name)),
      ("general.file_type", .uint32(type.fileType)),
    ]
    var sizes = [
      ("vocab_size", count(shape.vocabularySize)), ("context_length", count(shape.contextLength)),
      ("embedding_length", count(shape.hiddenSize)), ("block_count", count(shape.layerCount)),
      ("feed_forward_length", count(shape.intermediateSize)), ("attention.head_count", count(shape.headCount)),
    ]
    if shape.family == .gpt2 {
      sizes.append(("attention.layer_norm_epsilon", .float32(shape.normEpsilon)))
    } else {
      sizes += [
        ("rope.dimension_count", count(shape.headSize)), ("rope.freq_base", .float32(shape.ropeTheta)),
        ("attention.head_count_kv", count(shape.keyValueHeadCount)), ("attention.key_length", count(shape.headSize)),
        ("attention.value_length", count(shape.headSize)), ("attention.layer_norm_rms_epsilon", .float32(shape.normEpsilon)),
      ]
    }
    if case .linear(let factor) = shape.ropeScaling {
      sizes += [("rope.scaling.type", .string("linear")), ("rope.scaling.factor", .float32(factor))]
    }
    values += sizes.map { ("\(architecture).\($0.0)", $0.1) }
    values += [
      ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.pre", .string(vocabulary.preTokenizer)),
      ("tokenizer.ggml.tokens", .strings(vocabulary.tokens)),
      (
        "tokenizer.ggml.token_type",
        .int32s(vocabulary.tokens.indices.map { vocabulary.type(of: UInt32($0)) })
      ), ("tokenizer.ggml.merges", .strings(vocabulary.merges)),
    ]
    if type.isQuantized { values.append(("general.quantization_version", .uint32(2))) }
    // A text begins after the end of another where the model knows no other beginning; without a value llama.cpp takes token 11.
    if let token = special.beginOfText ?? special.endOfText { values.append(("tokenizer.ggml.bos_token_id", .uint32(token))) }
    if let token = special.endOfText { values.append(("tokenizer.ggml.eos_token_id", .uint32(token))) }
    values.append(("tokenizer.ggml.add_bos_token", .bool(special.beginOfText ?? special.endOfText != nil)))
    return values
  }

  /// `model.layers.3.self_attn.q_proj.weight` is `blk.3.attn_q.weight`, `transformer.h.3.attn.c_attn.bias` is `blk.3.attn_qkv.bias`.
  private static func ggufName(_ name: String) -> String {
    let whole = [
      "model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
      "lm_head.weight": "output.weight",
      "transformer.wte.weight": "token_embd.weight", "transformer.wpe.weight": "position_embd.weight",
      "transformer.ln_f.weight": "output_norm.weight", "transformer.ln_f.bias": "output_norm.bias",
    ]
    if let mapped = whole[name] { return mapped }
    let inLayer = [
      "input_layernorm.weight": "attn_norm.weight", "self_attn.q_proj.weight": "attn_q.weight",
      "self_attn.k_proj.weight": "attn_k.weight", "self_attn.v_proj.weight": "attn_v.weight",
      "self_attn.o_proj.weight": "attn_output.weight", "post_attention_layernorm.weight": "ffn_norm.weight",
      "self_attn.q_norm.weight": "attn_q_norm.weight", "self_attn.k_norm.weight": "attn_k_norm.weight", "ln_1": "attn_norm",
      "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "ln_2": "ffn_norm", "mlp.c_fc": "ffn_up",
      "mlp.c_proj": "ffn_down",
      "mlp.gate_proj.weight": "ffn_gate.weight", "mlp.up_proj.weight": "ffn_up.weight",
      "mlp.down_proj.weight": "ffn_down.weight",
    ]
    let parts = name.split(separator: ".", maxSplits: 3).map(String.init)
    guard parts.count == 4 else { return name }
    if let mapped = inLayer[parts[3]] { return "blk.\(parts[2]).\(mapped)" }
    // GPT-2's parts have a weight and a bias each.
    let part = parts[3].split(separator: ".").map(String.init)
    let stem = part.dropLast().joined(separator: ".")
    let kind = part.last ?? ""
    return "blk.\(parts[2]).\(inLayer[stem] ?? stem).\(kind)"
  }

  // MARK: Weights

  private struct Tensor {
    let name: String
    /// What it is called in a directory of Hugging Face's.
    let source: String
    let shape: [Int]
    let type: WeightType
    let values: () -> [Float]

    var count: Int { shape.reduce(1, *) }
    var rowSize: Int { shape.last ?? 1 }
    var byteCount: Int {
      switch type {
      case .f32: count * 4
      case .f16, .bf16: count * 2
      case .q8_0: count / 32 * 34
      case .q4_0: count / 32 * 18
      }
    }
  }

  private static func tensors(of decoder: Decoder, as type: WeightType) -> [Tensor] {
    let shape = decoder.configuration
    // Llama's rotary pairs are neighbours in GGUF; Qwen3's stand half a head apart, as here.
    let interleaves = shape.rotates && !shape.queryKeyNorm
    var tensors = decoder.layout.tensors.map { tensor in
      let name = ggufName(tensor.name)
      let heads = name.hasSuffix("attn_q.weight") ? shape.headCount : name.hasSuffix("attn_k.weight") ? shape.keyValueHeadCount : nil
      return Tensor(
        name: name, source: tensor.name, shape: tensor.shape,
        type: tensor.decays && tensor.offset != decoder.layout.positions ? type : .f32,
        values: {
          let values = decoder.parameters[tensor.range]
          return interleaves ? heads.map { interleaved(values, heads: $0, shape) } ?? values : values
        })
    }
    if let scaling = shape.ropeScaling, case .llama3 = scaling {
      // What each pair's frequency is divided by.
      let frequencies = RotaryTable.frequencies(headSize: shape.headSize, theta: shape.ropeTheta)
      tensors.append(
        Tensor(name: "rope_freqs.weight", source: "rope_scaling", shape: [frequencies.count], type: .f32) {
          frequencies.map { $0 / scaling.scaled($0) }
        })
    }
    return tensors
  }

  static func aligned(_ offset: Int) -> Int { (offset + 31) / 32 * 32 }

  private static func encoded(_ values: [Float], as type: WeightType) -> [UInt8] {
    var out = GGUFBytes()
    switch type {
    case .f32: for value in values { out.append(value.bitPattern) }
    case .f16: for value in values { out.append(HalfPrecision.half(from: value)) }
    case .bf16: for value in values { out.append(HalfPrecision.bfloat(from: value)) }
    case .q8_0: for start in stride(from: 0, to: values.count, by: 32) { out.append(q8: values[start..<start + 32]) }
    case .q4_0: for start in stride(from: 0, to: values.count, by: 32) { out.append(q4: values[start..<start + 32]) }
    }
    out.pad()
    return out.bytes
  }

  /// llama.cpp rotates neighbouring dimensions, Hugging Face halves: row (head, half, i) becomes row (head, i, half).
  private static func interleaved(_ values: [Float], heads: Int, _ shape: DecoderConfiguration) -> [Float] {
    let width = shape.hiddenSize
    let half = shape.headSize / 2
    var out: [Float] = []
    out.reserveCapacity(values.count)
    for head in 0..<heads {
      for i in 0..<half {
        for side in 0..<2 {
          let row = head * shape.headSize + side * half + i
          out.append(contentsOf: values[row * width..<(row + 1) * width])
        }
      }
    }
    return out
  }
}

/// A metadata value of the types that a Llama model needs.
enum GGUFValue {
  case uint32(UInt32)
  case float32(Float)
  case bool(Bool)
  case string(String)
  case strings([String])
  case int32s([Int32])
}

/// Little-endian bytes of a GGUF file.
package struct GGUFBytes {
  package var bytes: [UInt8] = []

  package init() {}

  mutating func append(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
  mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
  mutating func append(string: String) {
    append(UInt64(string.utf8.count))
    bytes.append(contentsOf: string.utf8)
  }
  mutating func pad() { while bytes.count % 32 != 0 { bytes.append(0) } }

  mutating func append(_ key: String, _ value: GGUFValue) {
    append(string: key)
    switch value {
    case .uint32(let number):
      append(4 as UInt32)
      append(number)
    case .float32(let number):
      append(6 as UInt32)
      append(number.bitPattern)
    case .bool(let flag):
      append(7 as UInt32)
      bytes.append(flag ? 1 : 0)
    case .string(let text):
      append(8 as UInt32)
      append(string: text)
    case .strings(let texts):
      append(9 as UInt32)
      append(8 as UInt32)
      append(UInt64(texts.count))
      for text in texts { append(string: text) }
    case .int32s(let numbers):
      append(9 as UInt32)
      append(5 as UInt32)
      append(UInt64(numbers.count))
      for number in numbers { append(number) }
    }
  }

  /// One q8_0 block: scale = greatest magnitude / 127, values rounded away from zero at ties, as ggml's reference does.
  mutating func append(q8 values: ArraySlice<Float>) {
    let scale = values.reduce(0) { max($0, abs($1)) } / 127
    let inverse = scale == 0 ? 0 : 1 / scale
    append(HalfPrecision.half(from: scale))
    for value in values { append(Int8(clamping: Int((value * inverse).rounded(.toNearestOrAwayFromZero)))) }
  }

  /// One q4_0 block: scale = the value of greatest magnitude / -8, so that this value is exact; values as q - 8, the first half of
  /// the block in the low nibbles.
  package mutating func append(q4 values: ArraySlice<Float>) {
    let greatest = values.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
    let scale = greatest / -8
    let inverse = scale == 0 ? 0 : 1 / scale
    append(HalfPrecision.half(from: scale))
    func nibble(_ value: Float) -> UInt8 { UInt8(max(0, min(15, value * inverse + 8.5))) }
    for index in values.startIndex..<values.startIndex + 16 {
      bytes.append(nibble(values[index]) | nibble(values[index + 16]) << 4)
    }
  }
}
