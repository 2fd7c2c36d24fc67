import Documents
import Foundation
import LanguageModels
import TestSupport
import Testing

@Suite("GGUF")
struct GGUFTests {
  private static let vocabulary = GGUF.Vocabulary(
    tokens: (0..<37).map { "t\($0)" }, controlTokens: [0], merges: ["t1 t2"], preTokenizer: "gpt-2")

  /// A reader of its own, after the format's description: names, dimensions, types and data.
  private struct Reader {
    var data: Data
    var position = 0
    var values: [String: String] = [:]
    var tensors: [String: (dimensions: [Int], type: Int, data: Data)] = [:]

    init(path: String) throws {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(String(decoding: data[0..<4], as: UTF8.self) == "GGUF")
      position = 4
      #expect(integer(4) == 3)
      let tensorCount = integer(8), valueCount = integer(8)
      for _ in 0..<valueCount {
        let key = string()
        values[key] = value(type: integer(4))
      }
      var entries: [(String, [Int], Int, Int)] = []
      for _ in 0..<tensorCount {
        let name = string()
        let dimensions = (0..<integer(4)).map { _ in integer(8) }
        entries.append((name, dimensions, integer(4), integer(8)))
      }
      let start = (position + 31) / 32 * 32
      for (index, entry) in entries.enumerated() {
        #expect(entry.3 % 32 == 0)
        let end = index + 1 < entries.count ? start + entries[index + 1].3 : data.count
        tensors[entry.0] = (entry.1, entry.2, data[start + entry.3..<end])
      }
    }

    mutating func integer(_ width: Int) -> Int {
      defer { position += width }
      return data[position..<position + width].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func string() -> String {
      let count = integer(8)
      defer { position += count }
      return String(decoding: data[position..<position + count], as: UTF8.self)
    }

    mutating func value(type: Int) -> String {
      switch type {
      case 4, 5: return String(integer(4))
      case 6: return String(Float(bitPattern: UInt32(integer(4))))
      case 7: return String(integer(1))
      case 8: return string()
      default:
        let element = integer(4), count = integer(8)
        return (0..<count).map { _ in value(type: element) }.joined(separator: ",")
      }
    }
  }

  private func floats(_ data: Data, _ count: Int) -> [Float] {
    let bytes = Array(data)
    return (0..<count).map { index in
      Float(bitPattern: bytes[index * 4..<index * 4 + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }

  @Test("shape, vocabulary and weights are there, queries and keys in interleaved order")
  func layout() throws {
    let decoder = try testDecoder()
    try withTemporaryFolder { folder in
      let path = folder.path + "/model.gguf"
      try GGUF.write(
        decoder, name: "test", as: .f32, vocabulary: Self.vocabulary, specialTokens: .init(endOfText: 0), to: path)
      let file = try Reader(path: path)
      #expect(file.values["general.architecture"] == "llama" && file.values["llama.attention.head_count_kv"] == "2")
      #expect(file.values["llama.rope.dimension_count"] == "6" && file.values["tokenizer.ggml.merges"] == "t1 t2")
      #expect(file.values["tokenizer.ggml.token_type"]?.hasPrefix("3,1,1") == true)
      #expect(file.tensors.count == decoder.layout.tensors.count)
      let up = try #require(file.tensors["blk.1.ffn_up.weight"])
      #expect(up.dimensions == [24, 20] && up.type == 0)
      #expect(floats(up.data, 480) == decoder.values(of: "model.layers.1.mlp.up_proj.weight"))
      // Row 1 of head 1 in GGUF is the first of the second half in Hugging Face's order.
      let q = try #require(file.tensors["blk.0.attn_q.weight"])
      let source = try #require(decoder.values(of: "model.layers.0.self_attn.q_proj.weight"))
      #expect(Array(floats(q.data, 576)[7 * 24..<8 * 24]) == Array(source[9 * 24..<10 * 24]))
    }
  }

  @Test("ids without a token are unused, and a text begins with end-of-text where there is no other beginning")
  func unusedTokens() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/model.gguf"
      var tokens = Self.vocabulary.tokens
      for id in [3, 35, 36] { tokens[id] = "" }
      let vocabulary = GGUF.Vocabulary(tokens: tokens, controlTokens: [0, 2], merges: ["t1 t4"], preTokenizer: "gpt-2")
      try GGUF.write(
        testDecoder(), name: "test", as: .f32, vocabulary: vocabulary, specialTokens: .init(endOfText: 2), to: path)
      var file = try Reader(path: path)
      let types = try #require(file.values["tokenizer.ggml.token_type"]).split(separator: ",")
      #expect(types.count == 37 && types[0...4] == ["3", "1", "3", "5", "1"] && types[34...36] == ["1", "5", "5"])
      let written = try #require(file.values["tokenizer.ggml.tokens"]).split(separator: ",")
      #expect(written[2...4] == ["t2", "[PAD3]", "t4"] && written[36] == "[PAD36]")
      #expect(file.values["tokenizer.ggml.bos_token_id"] == "2" && file.values["tokenizer.ggml.add_bos_token"] == "1")

      let special = HuggingFaceModel.SpecialTokens(beginOfText: 1, endOfText: 2)
      try GGUF.write(testDecoder(), name: "test", as: .f32, vocabulary: vocabulary, specialTokens: special, to: path)
      file = try Reader(path: path)
      #expect(file.values["tokenizer.ggml.bos_token_id"] == "1" && file.values["tokenizer.ggml.eos_token_id"] == "2")
    }
  }

  @Test("GPT-2 has its own names, biases and positions; Qwen3 keeps the order of its halves and has norms of heads")
  func otherArchitectures() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/model.gguf"
      let gpt2 = try testDecoder(tinyGPT2)
      try GGUF.write(gpt2, name: "test", as: .f16, vocabulary: Self.vocabulary, to: path)
      var file = try Reader(path: path)
      #expect(file.values["general.architecture"] == "gpt2" && file.values["gpt2.attention.layer_norm_epsilon"] == "1e-05")
      #expect(file.values["gpt2.context_length"] == "64" && file.values["gpt2.rope.freq_base"] == nil)
      #expect(file.tensors.count == gpt2.layout.tensors.count)
      let qkv = try #require(file.tensors["blk.1.attn_qkv.weight"])
      #expect(qkv.dimensions == [24, 72] && qkv.type == 1)
      let positions = try #require(file.tensors["position_embd.weight"])
      #expect(positions.type == 0 && floats(positions.data, 64 * 24) == gpt2.values(of: "transformer.wpe.weight"))
      for name in ["attn_norm", "attn_qkv", "attn_output", "ffn_norm", "ffn_up", "ffn_down"] {
        #expect(file.tensors["blk.0.\(name).bias"]?.type == 0)
      }
      var shape = tinyShape
      shape.queryKeyNorm = true
      let qwen = try testDecoder(shape)
      try GGUF.write(qwen, name: "test", as: .f32, vocabulary: Self.vocabulary, to: path)
      file = try Reader(path: path)
      #expect(file.values["general.architecture"] == "qwen3" && file.values["qwen3.attention.key_length"] == "6")
      let query = try #require(file.tensors["blk.0.attn_q.weight"])
      #expect(floats(query.data, 576) == qwen.values(of: "model.layers.0.self_attn.q_proj.weight"))
      #expect(file.tensors["blk.1.attn_k_norm.weight"]?.dimensions == [6])
    }
  }

  @Test("rotary frequencies scaled as in Llama 3.1 are a tensor of what they are divided by, linear scaling is a value")
  func scaledFrequencies() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/model.gguf"
      try GGUF.write(testDecoder(scaledShape), name: "test", as: .f16, vocabulary: Self.vocabulary, to: path)
      let file = try Reader(path: path)
      let factors = try #require(file.tensors["rope_freqs.weight"])
      #expect(factors.dimensions == [3] && factors.type == 0)
      let values = floats(factors.data, 3)
      #expect(values[0] == 1 && values[1] > 1 && values[1] < 8 && values[2] == 8)
      #expect(file.values["llama.rope.scaling.type"] == nil)

      try GGUF.write(testDecoder(linearlyScaledShape), name: "test", as: .f32, vocabulary: Self.vocabulary, to: path)
      let linear = try Reader(path: path)
      #expect(linear.values["llama.rope.scaling.type"] == "linear" && linear.values["llama.rope.scaling.factor"] == "2.0")
      #expect(linear.tensors["rope_freqs.weight"] == nil)
    }
  }

  @Test("models that llama.cpp would compute differently are refused")
  func refusesOthers() throws {
    try withTemporaryFolder { folder in
      var encoder = tinyShape, capped = tinyShape, scaled = scaledShape
      encoder.family = .encoder
      capped.logitSoftcap = 30
      scaled.queryKeyNorm = true
      for shape in [encoder, capped, scaled] {
        let error = #expect(throws: Diagnostic.self) {
          try GGUF.write(
            testDecoder(shape), name: "x", as: .f32, vocabulary: Self.vocabulary, to: folder.path + "/model.gguf")
        }
        #expect(error?.code == "unsupported-model")
      }
    }
  }

  @Test("smaller types are as near as their format allows", arguments: [GGUF.WeightType.f16, .bf16, .q8_0, .q4_0])
  func types(type: GGUF.WeightType) throws {
    var shape = tinyShape
    shape.hiddenSize = 32
    shape.intermediateSize = 64
    shape.headSize = 8
    let decoder = try testDecoder(shape)
    try withTemporaryFolder { folder in
      let path = folder.path + "/model.gguf"
      try GGUF.write(decoder, name: "test", as: type, vocabulary: Self.vocabulary, to: path)
      let file = try Reader(path: path)
      let down = try #require(file.tensors["blk.0.ffn_down.weight"])
      let expected = try #require(decoder.values(of: "model.layers.0.mlp.down_proj.weight"))
      let bytes = Array(down.data)
      func half(_ at: Int) -> UInt16 { UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8 }
      let (actual, bound): ([Float], Float) =
        switch type {
        case .q8_0:
          (
            expected.indices.map { index in
              HalfPrecision.float(fromHalf: half(index / 32 * 34)) * Float(Int8(bitPattern: bytes[index / 32 * 34 + 2 + index % 32]))
            }, 0.5 / 127 + 0.001
          )
        case .q4_0:
          (
            expected.indices.map { index in
              let block = index / 32 * 18, place = index % 32, pair = bytes[block + 2 + place % 16]
              return HalfPrecision.float(fromHalf: half(block)) * (Float(place < 16 ? pair & 15 : pair >> 4) - 8)
            }, 1 / 8 + 0.001
          )
        case .f16: (expected.indices.map { HalfPrecision.float(fromHalf: half($0 * 2)) }, 0x1p-11)
        default: (expected.indices.map { Float(bitPattern: UInt32(half($0 * 2)) << 16) }, 0x1p-8)
        }
      let greatest = expected.reduce(0) { max($0, abs($1)) }
      for (a, e) in zip(actual, expected) { #expect(abs(a - e) <= bound * greatest) }
      #expect(file.tensors["output_norm.weight"]?.type == 0)
    }
  }

  @Test("a q4_0 block keeps its greatest value, and its nibbles are those of ggml's reference")
  func quantizedBlock() {
    var values = [Float](repeating: 0, count: 32)
    values[3] = -4
    values[5] = 2
    values[20] = 0.26
    var out = GGUFBytes()
    out.append(q4: values[...])
    // scale 0.5: -4 is 0, 2 is 12, 0.26 rounds to 9, 0 is 8.
    var expected: [UInt8] = [0x00, 0x38] + [UInt8](repeating: 0x88, count: 16)
    expected[2 + 3] = 0x80
    expected[2 + 5] = 0x8C
    expected[2 + 4] = 0x98
    #expect(out.bytes == expected)
  }

  @Test("a vocabulary of another size and rows that do not divide are refused")
  func refuses() throws {
    try withTemporaryFolder { folder in
      var short = Self.vocabulary
      short.tokens.removeLast()
      let decoder = try testDecoder(), path = folder.path + "/model.gguf"
      #expect(throws: Diagnostic.self) { try GGUF.write(decoder, name: "x", as: .f32, vocabulary: short, to: path) }
      #expect(throws: Diagnostic.self) { try GGUF.write(decoder, name: "x", as: .q8_0, vocabulary: Self.vocabulary, to: path) }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
}
