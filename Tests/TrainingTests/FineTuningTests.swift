import Documents
import Foundation
import LanguageModels
import Storage
import TestSupport
import Testing
import Training

/// Training that begins with a given model's weights.
@Suite("fine-tuning")
struct FineTuningTests {
  static let shapes: [DecoderConfiguration] = [.llama, .gpt2].map { family in
    DecoderConfiguration(
      family: family, vocabularySize: 50, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headCount: 2, contextLength: 16,
      tiedEmbeddings: family == .gpt2)
  }

  /// A folder with a model that has learned for 40 steps, and its loss on the validation text.
  private func withModel(
    _ shape: DecoderConfiguration = testShape, _ body: (_ folder: URL, _ model: String, _ loss: Double) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var configuration = testConfiguration(steps: 40)
      configuration.model = shape
      let outcome = try #require(try train(configuration, folder.path + "/base"))
      try body(folder, folder.path + "/base", try #require(outcome.finalValidationLoss))
    }
  }

  private func train(
    _ configuration: TrainingConfiguration, _ output: String, width: Int = 1, stopAfter: Int? = nil,
    group: RankGroup = .alone
  ) throws -> TrainingOutcome? {
    let run = try TrainingRun(
      configuration, training: testTokens(3000), validation: testTokens(200, seed: 2), output: output,
      work: output + "/checkpoints", pool: ThreadPool(width: width), group: group)
    var done = 0
    return try run.run(progress: { _ in done += 1 }, isCancelled: { done == stopAfter })
  }

  private func tuning(_ model: String) throws -> TrainingConfiguration {
    var configuration = testConfiguration()
    configuration.initialModel = try InitialModel(directory: model)
    configuration.model = try #require(configuration.initialModel?.shape)
    configuration.learningRate = 1e-3
    return configuration
  }

  private func files(_ output: String) throws -> [Data] {
    try ["model.safetensors", "metrics.jsonl", "training.json", "config.json"].map {
      try Data(contentsOf: URL(fileURLWithPath: output + "/" + $0))
    }
  }

  @Test("fine-tuning starts from the loss that the given model has on the same text, and lowers it", arguments: shapes)
  func startsFromTheGivenModel(shape: DecoderConfiguration) throws {
    try withModel(shape) { folder, model, loss in
      let outcome = try #require(try train(tuning(model), folder.path + "/tuned"))
      #expect(outcome.firstValidationLoss == loss)
      #expect(try #require(outcome.finalValidationLoss) < loss)
      let shapes = try [model, folder.path + "/tuned"].map { try HuggingFaceModel.readConfiguration($0 + "/config.json").shape }
      #expect(shapes == [shape, shape])
    }
  }

  @Test("a rate near zero leaves the given weights as they were")
  func weightsAreTheGivenOnes() throws {
    try withModel { folder, model, _ in
      var configuration = try tuning(model)
      configuration.learningRate = 1e-30
      _ = try train(configuration, folder.path + "/tuned")
      let names = [model, folder.path + "/tuned"].map { $0 + "/model.safetensors" }
      #expect(FileManager.default.contentsEqual(atPath: names[0], andPath: names[1]))
    }
  }

  @Test("training.json says with which model training began, by its folder's name and the checksum of its weights")
  func recordsTheOrigin() throws {
    try withModel { folder, model, _ in
      let configuration = try tuning(model)
      _ = try train(configuration, folder.path + "/tuned")
      let summary = try #require(try JSONScanner.parse(file: folder.path + "/tuned/training.json").object)
      let checksum = try #require(configuration.initialModel).checksum.hexadecimal
      #expect(summary["origin"]?.object?["name"] == "base" && summary["origin"]?.object?["weights"]?.string == checksum)
      #expect(summary["configuration"]?.object?["initial-model"]?.string == checksum)
      let fresh = try #require(try JSONScanner.parse(file: model + "/training.json").object)
      #expect(fresh["origin"] == nil && fresh["configuration"]?.object?["initial-model"] == .null)
    }
  }

  @Test(
    "one and two threads, stopped and continued, and with recomputed activations: the same bytes", arguments: shapes, [1, 7])
  func isReproducible(shape: DecoderConfiguration, stop: Int) throws {
    try withModel(shape) { folder, model, _ in
      let (straight, broken) = (folder.path + "/straight", folder.path + "/broken")
      var configuration = try tuning(model)
      _ = try train(configuration, straight)
      configuration.recomputesActivations = true
      #expect(try train(configuration, broken, width: 2, stopAfter: stop) == nil)
      _ = try train(configuration, broken, width: 2)
      try #expect(files(straight) == files(broken))
    }
  }

  @Test("a model that has moved may be continued with, another one is refused by name, and so are fresh weights")
  func refusesAnotherModel() throws {
    try withModel { folder, model, _ in
      let output = folder.path + "/tuned"
      _ = try train(tuning(model), output, stopAfter: 3)
      try HuggingFaceModel.write(Decoder(testShape, seed: 99), to: folder.path + "/other")
      for other in [try tuning(folder.path + "/other"), testConfiguration()] {
        let error = try #require(throws: Diagnostic.self) { try train(other, output) }
        #expect(error.code == "other-configuration" && error.message.contains("initial-model"))
      }
      try FileManager.default.moveItem(atPath: model, toPath: folder.path + "/moved")
      #expect(try train(tuning(folder.path + "/moved"), output) != nil)
    }
  }

  @Test("weights that change after they were first read are an error, not another result")
  func refusesChangedWeights() throws {
    try withModel { folder, model, _ in
      let configuration = try tuning(model)
      try HuggingFaceModel.write(Decoder(testShape, seed: 99), to: model)
      let error = try #require(throws: Diagnostic.self) { try train(configuration, folder.path + "/tuned") }
      #expect(error.code == "changed-file")
    }
  }

  @Test("a run that goes back to its beginning goes back to the given weights")
  func goesBackToTheGivenWeights() throws {
    try withModel { folder, model, loss in
      let trainer = try Trainer(tuning(model), pool: ThreadPool(width: 1))
      for _ in 0..<3 { _ = try trainer.advance(on: testTokens(3000)) }
      #expect(try trainer.validationLoss(on: testTokens(200, seed: 2)) != loss)
      try trainer.reset()
      #expect(try trainer.validationLoss(on: testTokens(200, seed: 2)) == loss)
    }
  }

  @Test("the rate is lower than for fresh weights, and the shape is the model's and no other")
  func hasDefaults() throws {
    try withModel { _, model, _ in
      let initial = try InitialModel(directory: model)
      var configuration = TrainingConfiguration(from: initial, tokens: 1000)
      #expect(configuration.learningRate == 1e-4 && configuration.model == testShape && configuration.maskToken == nil)
      configuration.model.layerCount = 1
      #expect(try #require(throws: Diagnostic.self) { try configuration.validate() }.message.contains("initial model"))
    }
  }

  @Test("an encoder goes on with its own mask token, and without one is refused")
  func encoders() throws {
    try withTemporaryFolder { folder in
      var shape = testShape
      shape.family = .encoder
      let decoder = try Decoder(shape, seed: 1)
      try HuggingFaceModel.write(decoder, to: folder.path + "/encoder", specialTokens: .init(mask: 49))
      let configuration = try TrainingConfiguration(from: InitialModel(directory: folder.path + "/encoder"), tokens: 640)
      #expect(configuration.maskToken == 49)
      #expect(try train(configuration, folder.path + "/tuned") != nil)
      try HuggingFaceModel.write(decoder, to: folder.path + "/maskless")
      let error = #expect(throws: Diagnostic.self) { try InitialModel(directory: folder.path + "/maskless") }
      #expect(error?.message.contains("mask token") == true)
    }
  }
}
