import Documents
import Foundation
import Pipelines
import Storage
import TestSupport
import Testing

/// What a pipeline can tell `train-model` and `evaluate`.
@Suite("model stages") struct ModelStages {
  private static let training: [(parameter: String, written: String, key: String, value: JSONValue)] = [
    ("optimizer", "muon", "optimizer", "muon"), ("momentum", "0.9", "momentum", .number(0.9)),
    ("dropout", "0.1", "dropout", .number(0.1)), ("attention-dropout", "0.2", "attention-dropout", .number(0.2)),
    ("stochastic-depth", "0.2", "stochastic-depth", .number(0.2)), ("query-key-norm", "true", "query-key-norm", true),
    ("attention-softcap", "50", "attention-softcap", .number(50)), ("logit-softcap", "30", "logit-softcap", .number(30)),
    ("bfloat16-activations", "true", "bfloat16-activations", true), ("schedule", "wsd", "schedule", "wsd"),
    ("decay-share", "0.3", "decay-share", .number(0.3)),
    ("final-learning-rate", "0.05", "final-learning-rate-share", .number(0.05)),
    ("spike-deviations", "6", "spike-deviations", .number(6)), ("patience", "9", "patience", .integer(9)),
    ("validation-interval", "2", "validation-interval", .integer(2)),
  ]

  @Test("every parameter reaches the training, and the evaluation groups and cuts as it is told")
  func parametersReachTheirStages() async throws {
    try await withWorkshop { shop in
      let documents = try Self.documents(in: shop)
      let with = Self.training.map { "\($0.parameter): \($0.written)" }.joined(separator: ", ")
      try await shop.perform(
        """
        winnow: 1
        name: test
        sources:
          texts: { read: jsonl, paths: ["\(documents)"] }
        stages:
          tokenizer: { use: train-bpe, from: texts, with: { vocabulary: 300 } }
          shards: { use: token-shards, from: texts, tokenizer: tokenizer, with: { validation: 20% } }
          model: { use: train-model, from: shards, with: { preset: nano, tokens: 2048, batch-tokens: 256, sequence-length: 64, \(with) } }
          scores: { use: evaluate, model: model, from: shards.validation, with: { samples: 1, sample-tokens: 3, top-p: 0.9, min-p: 0.01, by: source } }
          few: { use: evaluate, model: model, from: shards.validation, with: { samples: 0, maximum-tokens: 1 } }
        """)
      func object(_ stage: String, _ file: String) throws -> JSONObject { try Self.object(shop, stage, file) }
      let configuration = try #require(try object("model", "training.json")["configuration"]?.object)
      for (parameter, _, key, value) in Self.training {
        #expect(
          configuration[key]?.number.map { $0 == value.number } ?? (configuration[key] == value),
          "\(parameter): \(String(describing: configuration[key]))")
      }
      let scores = try object("scores", "evaluation.json")
      #expect(scores["groups"]?.object?.members.map(\.key) == ["even.example", "odd.example"])
      #expect(scores["sampling"]?.object?["top-p"]?.number == 0.9 && scores["sampling"]?.object?["min-p"]?.number == 0.01)
      #expect(try object("few", "evaluation.json")["total"]?.object?["documents"]?.integer == 1)
    }
  }

  @Test("training goes on from a given model with its tokenizer, once for the same weights and again for others")
  func fineTunes() async throws {
    try await withWorkshop { shop in
      let documents = try Self.documents(in: shop)
      func pipeline(_ tokenizer: String, _ model: String) -> String {
        """
        winnow: 1
        name: test
        sources:
          texts: { read: jsonl, paths: ["\(documents)"] }
        stages:
          tokenizer: { \(tokenizer) }
          shards: { use: token-shards, from: texts, tokenizer: tokenizer, with: { validation: 20% } }
          model: { use: train-model, from: shards, with: { \(model), tokens: 2048, batch-tokens: 256, sequence-length: 64 } }
          scores: { use: evaluate, model: model, from: shards.validation, with: { samples: 0 } }
        """
      }
      try await shop.perform(
        pipeline("use: train-bpe, from: texts, with: { vocabulary: 300 }", "preset: nano, learning-rate: 0.01"))
      let first = try Self.object(shop, "model", "training.json")
      let given = shop.folder.path + "/given"
      let trained = try #require(
        try FileManager.default.subpathsOfDirectory(atPath: shop.run.path).first {
          $0.contains("model/") && $0.hasSuffix("training.json")
        })
      try FileManager.default.copyItem(
        atPath: (shop.run.file(trained) as NSString).deletingLastPathComponent, toPath: given)

      let tuned = pipeline("use: load-tokenizer, with: { file: \"\(given)/tokenizer.json\" }", "initial-model: \"\(given)\"")
      let other = RunDirectory(path: shop.folder.appendingPathComponent("other").path)
      try await shop.perform(tuned)
      try await shop.perform(tuned, jobs: 1, in: other)
      try #expect(shop.checksums() == shop.checksums(of: other))
      let second = try Self.object(shop, "model", "training.json")
      #expect(second["outcome"]?.object?["first-validation-loss"] == first["outcome"]?.object?["final-validation-loss"])
      #expect(second["origin"]?.object?["name"] == "given")
      #expect(second["configuration"]?.object?["learning-rate"]?.number == 1e-4)

      #expect(try await shop.perform(tuned).performed.isEmpty)
      var weights = try Data(contentsOf: URL(fileURLWithPath: given + "/model.safetensors"))
      weights[weights.count - 4] ^= 1
      try weights.write(to: URL(fileURLWithPath: given + "/model.safetensors"))
      let again = try await shop.perform(tuned).performed
      #expect(
        again.contains { $0.hasPrefix("model") } && !again.contains { $0.hasPrefix("shards") || $0.hasPrefix("tokenizer") },
        "\(again)")
      let third = try Self.object(shop, "model", "training.json")
      #expect(third["origin"]?.object?["weights"] != second["origin"]?.object?["weights"])
    }
  }

  /// 120 texts of a few words, of two sources.
  private static func documents(in shop: Workshop) throws -> String {
    var lines: [UInt8] = []
    for number in 0..<120 {
      let text = (0..<30).map { "word\((number * 7 + $0) % 23)" }.joined(separator: " ")
      JSONValue.object([
        "id": .string("\(number)"), "url": .string("http://\(number % 2 == 0 ? "even" : "odd").example/\(number)"),
        "text": .string(text),
        "metadata": .object([:]),
      ]).write(to: &lines)
      lines.append(0x0A)
    }
    let path = shop.folder.path + "/documents.jsonl"
    try AtomicFile.write(lines, to: path)
    return path
  }

  /// A file that a stage wrote.
  private static func object(_ shop: Workshop, _ stage: String, _ file: String) throws -> JSONObject {
    let names = try FileManager.default.subpathsOfDirectory(atPath: shop.run.path).filter {
      $0.hasSuffix(file) && $0.contains(stage)
    }
    return try #require(try names.first.flatMap { try JSONScanner.parse(file: shop.run.file($0)).object }, "\(names)")
  }
}
