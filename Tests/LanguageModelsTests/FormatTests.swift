import Documents
import Foundation
import LanguageModels
import Storage
import TestSupport
import Testing

@Suite("safetensors and Hugging Face directories")
struct FormatTests {
  @Test("a decoder written and read back has the same shape and bits", arguments: [true, false])
  func roundTrip(tied: Bool) throws {
    var shape = tinyShape
    shape.tiedEmbeddings = tied
    shape.ropeTheta = 500_000
    let decoder = try testDecoder(shape)
    try withTemporaryFolder { folder in
      try HuggingFaceModel.write(decoder, to: folder.path, specialTokens: .init(beginOfText: 1, endOfText: 2))
      let back = try HuggingFaceModel.read(folder.path)
      #expect(back.configuration == shape)
      #expect(back.parameters.values == decoder.parameters.values)
      let special = try HuggingFaceModel.readConfiguration(folder.path + "/config.json").specialTokens
      #expect(special == .init(beginOfText: 1, endOfText: 2))
    }
  }

  @Test("scaled rotary frequencies are read as transformers 4 and 5 spell them", arguments: [scaledShape, linearlyScaledShape])
  func spellingsOfScaledFrequencies(shape: DecoderConfiguration) throws {
    for removed in ["rope_scaling", "rope_parameters"] {
      try withTemporaryFolder { folder in
        try HuggingFaceModel.write(testDecoder(shape), to: folder.path)
        let path = folder.path + "/config.json"
        var config = try #require(try JSONScanner.parse(file: path).object)
        #expect(config[removed]?.object?["rope_type"] != nil)
        config[removed] = nil
        try AtomicFile.write(JSONValue.object(config).serialized, to: path)
        #expect(try HuggingFaceModel.readConfiguration(path).shape == shape)
      }
    }
  }

  @Test("learned positions have no frequencies to scale")
  func scaledFrequenciesOfGPT2() {
    var shape = tinyGPT2
    shape.ropeScaling = .linear(factor: 2)
    #expect(throws: Diagnostic.self) { try shape.validate() }
  }

  @Test("Qwen3 and EuroBERT go by those names; soft caps by a name that transformers does not know, and their export is refused")
  func namesOfFamilies() throws {
    var normalized = tinyShape, encoder = tinyShape, capped = tinyGPT2
    normalized.queryKeyNorm = true
    encoder.family = .encoder
    capped.attentionSoftcap = 20
    capped.logitSoftcap = 12.5
    for (shape, type, isExportable) in [
      (normalized, "qwen3", true), (encoder, "eurobert", true), (capped, "winnow_gpt2", false),
    ] {
      let decoder = try testDecoder(shape)
      try withTemporaryFolder { folder in
        try HuggingFaceModel.write(decoder, to: folder.path, specialTokens: .init(endOfText: 2, mask: 36))
        let config = try #require(try JSONScanner.parse(file: folder.path + "/config.json").object)
        #expect(config["model_type"]?.string == type)
        let back = try HuggingFaceModel.read(folder.path)
        #expect(back.configuration == shape && back.parameters.values == decoder.parameters.values)
        let special = try HuggingFaceModel.readConfiguration(folder.path + "/config.json").specialTokens
        #expect(special.mask == (shape.isCausal ? nil : 36))
        if isExportable {
          try HuggingFaceModel.requireClass(for: shape)
        } else {
          #expect(throws: Diagnostic.self) { try HuggingFaceModel.requireClass(for: shape) }
        }
      }
    }
  }

  @Test("GPT-2 is written with its projections transposed, and read with and without the transformer's prefix", arguments: ["", "transformer."])
  func roundTripOfGPT2(prefix: String) throws {
    let decoder = try testDecoder(tinyGPT2)
    try withTemporaryFolder { folder in
      try HuggingFaceModel.write(decoder, to: folder.path)
      let path = folder.path + "/model.safetensors"
      let file = try SafeTensors.File(path: path)
      #expect(file["transformer.h.0.attn.c_attn.weight"]?.shape == [24, 72])
      #expect(file["transformer.h.1.mlp.c_proj.weight"]?.shape == [40, 24])
      // Element [input 1, output 2] of the file is [output 2, input 1] of ours.
      let ours = try #require(decoder.values(of: "transformer.h.0.attn.c_attn.weight"))
      var theirs = [Float](repeating: 0, count: 24 * 72)
      let entry = try #require(file["transformer.h.0.attn.c_attn.weight"])
      try theirs.withUnsafeMutableBufferPointer { try file.read(entry, into: $0) }
      #expect(theirs[1 * 72 + 2] == ours[2 * 24 + 1])

      let buffers = file.entries.map { FloatBuffer(count: $0.shape.reduce(1, *)) }
      let tensors = try zip(file.entries, buffers).map { entry, buffer in
        let values = UnsafeMutableBufferPointer(start: buffer.base, count: buffer.count)
        try file.read(entry, into: values)
        return SafeTensors.Tensor(
          name: prefix + entry.name.dropFirst("transformer.".count), shape: entry.shape, values: UnsafeBufferPointer(values))
      }
      try withExtendedLifetime(buffers) { _ = try SafeTensors.write(tensors, to: path) }
      let back = try HuggingFaceModel.read(folder.path)
      #expect(back.configuration == tinyGPT2)
      #expect(back.parameters.values == decoder.parameters.values)
    }
  }

  @Test("a Hugging Face directory from several files is read")
  func readsSeveralFiles() throws {
    let decoder = try testDecoder()
    try withTemporaryFolder { folder in
      try HuggingFaceModel.write(decoder, to: folder.path)
      try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors")
      let tensors = decoder.tensors()
      try SafeTensors.write(Array(tensors[..<3]), to: folder.path + "/a.safetensors")
      try SafeTensors.write(Array(tensors[3...]), to: folder.path + "/b.safetensors")
      let map = JSONObject(
        tensors.enumerated().map { .init(key: $1.name, value: $0 < 3 ? "a.safetensors" : "b.safetensors") })
      try AtomicFile.write(
        JSONValue.object(["weight_map": .object(map)]).serialized, to: folder.path + "/model.safetensors.index.json")
      let back = try HuggingFaceModel.read(folder.path)
      #expect(back.parameters.values == decoder.parameters.values)
    }
  }

  @Test(
    "a configuration that cannot be read faithfully is refused by name",
    arguments: [
      ("\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "hidden_act"),
      ("\"model_type\": \"llama\"", "\"model_type\": \"bert\"", "model_type"),
      ("\"rope_scaling\": null", "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 2.0}", "yarn"),
      ("\"rope_scaling\": null", "\"rope_scaling\": {\"type\": \"linear\"}", "factor"),
      ("\"rope_scaling\": null", "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0.5}", "factor of rope scaling"),
      ("\"hidden_size\": 24", "\"hidden_size\": \"wide\"", "hidden_size"),
      ("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3", "key and value heads"),
      ("\"vocab_size\": 37", "\"vocab_size\": 36", "model.embed_tokens.weight"),
    ])
  func refuses(from: String, to: String, names: String) throws {
    try withTemporaryFolder { folder in
      try HuggingFaceModel.write(testDecoder(), to: folder.path)
      let path = folder.path + "/config.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains(from))
      try text.replacingOccurrences(of: from, with: to).write(toFile: path, atomically: true, encoding: .utf8)
      let error = try #require(throws: Diagnostic.self) { try HuggingFaceModel.read(folder.path) }
      #expect(error.description.contains(names), "\(error)")
    }
  }

  static let damagedHeaders: [(String, String)] = [
    ("", "length"), ("{", "header"), ("[]", "JSON object"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "byte range"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "hole"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#, "overlaps"),
    (#"{"a":{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,4]}}"#, "bad shape"),
    (#"{"a":{"dtype":"F32","shape":[1099511627775,1099511627775],"data_offsets":[0,4]}}"#, "too large"),
    (#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, "Q4"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[100],"data_offsets":[4,404]}}"#, "end"),
    (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, "lacks"),
  ]

  @Test("a damaged safetensors file is refused, whatever is wrong", arguments: damagedHeaders)
  func refusesDamagedFiles(header: String, names: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/x.safetensors"
      var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
      bytes += header.isEmpty ? [] : [0, 0, 0, 0]
      if header.isEmpty { bytes.removeLast(3) }
      try AtomicFile.write(bytes, to: path)
      let error = try #require(throws: Diagnostic.self) { try SafeTensors.File(path: path) }
      #expect(header == "{" || error.description.contains(names), "\(error)")
    }
  }

  @Test("a header longer than the file is refused")
  func refusesLongHeader() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/x.safetensors"
      try AtomicFile.write([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7B, 0x7D], to: path)
      #expect(throws: Diagnostic.self) { try SafeTensors.File(path: path) }
    }
  }

  @Test("half precision agrees with the processor's for every pattern")
  func halfPrecision() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits)), actual = HalfPrecision.float(fromHalf: bits)
      #expect(expected.bitPattern == actual.bitPattern || expected.isNaN && actual.isNaN)
      guard !expected.isNaN else { continue }
      #expect(HalfPrecision.half(from: expected) == bits)
      for near in [expected.nextUp, expected.nextDown, expected * 1.0004883, expected * 1.0002441] where near.isFinite {
        #expect(HalfPrecision.half(from: near) == Float16(near).bitPattern)
      }
    }
  }

  @Test(
    "bfloat16 rounds to nearest, ties to even",
    arguments: [
      (0x3F80_0000, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81), (0x3F81_8000, 0x3F82), (0x7F7F_FFFF, 0x7F80),
      (0xBF80_8001, 0xBF81), (0x7F80_0000, 0x7F80), (0x0000_0001, 0x0000),
    ] as [(UInt32, UInt16)])
  func bfloat(bits: UInt32, expected: UInt16) { #expect(HalfPrecision.bfloat(from: Float(bitPattern: bits)) == expected) }
}
