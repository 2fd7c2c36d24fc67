import Documents
import Foundation
import LanguageModels
import Storage
import TestSupport
import Testing
import Training

@Suite("training runs")
struct TrainingRunTests {
  private static let outputs = ["config.json", "generation_config.json", "metrics.jsonl", "model.safetensors", "training.json"]

  private func run(
    _ folder: URL, _ configuration: TrainingConfiguration = testConfiguration(), width: Int = 1, stopAfter: Int? = nil
  ) throws -> TrainingOutcome? {
    let run = try TrainingRun(
      configuration, training: testTokens(3000), validation: testTokens(200, seed: 2), output: folder.path + "/model",
      work: folder.path + "/checkpoints", pool: ThreadPool(width: width))
    var done = 0
    return try run.run(progress: { _ in done += 1 }, isCancelled: { done == stopAfter })
  }

  private func contents(_ folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/model")
    #expect(names.sorted() == Self.outputs)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.appendingPathComponent("model/" + $0))) })
  }

  @Test("loss falls below its start, on validation text too, and the log has every step")
  func learns() throws {
    try withTemporaryFolder { folder in
      let outcome = try #require(try run(folder, testConfiguration(steps: 60)))
      let first = try #require(outcome.firstValidationLoss), final = try #require(outcome.finalValidationLoss)
      #expect(abs(first - log(50)) < 0.1)
      #expect(final < first - 1)
      let lines = try String(contentsOfFile: folder.path + "/model/metrics.jsonl", encoding: .utf8).split(separator: "\n")
      #expect(lines.filter { $0.contains("\"loss\"") }.count == 60)
      #expect(lines.filter { $0.contains("\"validation-loss\"") }.count == 16)
      let model = try HuggingFaceModel.read(folder.path + "/model")
      #expect(model.configuration == testShape)
    }
  }

  @Test("one and two threads give the same bytes")
  func sameBytesForAnyWidth() throws {
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        _ = try run(a, width: 1)
        _ = try run(b, width: 2)
        try #expect(contents(a) == contents(b))
      }
    }
  }

  @Test("recomputed activations give the same bytes")
  func sameBytesRecomputed() throws {
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        var configuration = testConfiguration()
        _ = try run(a, configuration)
        configuration.recomputesActivations = true
        _ = try run(b, configuration)
        try #expect(contents(a) == contents(b))
      }
    }
  }

  /// Each way of training that keeps state or draws at random.
  static let methods: [@Sendable (inout TrainingConfiguration) -> Void] = [
    { $0.optimizer = .lamb }, { $0.optimizer = .muon },
    {
      $0.dropout = 0.1
      $0.attentionDropout = 0.1
      $0.stochasticDepth = 0.2
    },
    {
      $0.model.family = .encoder
      $0.maskToken = 49
      $0.tokens = 60 * 64
    }, { $0.storesBFloat16 = true },
    {
      $0.model.queryKeyNorm = true
      $0.model.attentionSoftcap = 20
      $0.model.logitSoftcap = 15
    },
  ]

  @Test("every method learns, and gives the same bytes for one and two threads, stopped and continued", arguments: methods.indices)
  func everyMethodIsReproducible(method: Int) throws {
    var configuration = testConfiguration()
    Self.methods[method](&configuration)
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        let outcome = try #require(try run(a, configuration, width: 1))
        try #expect(run(b, configuration, width: 2, stopAfter: 7) == nil)
        try #expect(run(b, configuration, width: 2) != nil)
        try #expect(contents(a) == contents(b))
        let first = try #require(outcome.firstLoss), last = try #require(outcome.finalLoss)
        #expect(last < first)
        let model = try HuggingFaceModel.readConfiguration(a.path + "/model/config.json").shape
        #expect(model == configuration.model)
      }
    }
  }

  @Test("activations kept as bfloat16 train nearly as those in fp32")
  func bfloatIsNear() throws {
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        var configuration = testConfiguration(steps: 60)
        let plain = try #require(try run(a, configuration)?.finalLoss)
        configuration.storesBFloat16 = true
        let rounded = try #require(try run(b, configuration)?.finalLoss)
        #expect(plain != rounded && abs(plain - rounded) < 0.03)
      }
    }
  }

  @Test("stopped anywhere and continued gives the same bytes as going through", arguments: [0, 1, 5, 7, 11])
  func resumes(stop: Int) throws {
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        _ = try run(a)
        try #expect(run(b, stopAfter: stop) == nil)
        try #expect(run(b) != nil)
        try #expect(contents(a) == contents(b))
      }
    }
  }

  @Test("killed after step 8, the run goes on from the checkpoint of step 5 with the same bytes")
  func resumesAfterKill() throws {
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        _ = try run(a)
        _ = try run(b, stopAfter: 8)
        // What a kill leaves: no checkpoint of the last step, and one half written.
        let work = b.appendingPathComponent("checkpoints")
        try FileManager.default.moveItem(
          at: work.appendingPathComponent("step-00000008"), to: work.appendingPathComponent("step-00000010.partial"))
        try #expect(run(b) != nil)
        try #expect(contents(a) == contents(b))
      }
    }
  }

  @Test("a damaged checkpoint is passed over with a warning", arguments: ["model.safetensors", "moments.safetensors", "metrics.jsonl", "state.json"])
  func passesOverDamage(file: String) throws {
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        _ = try run(a)
        _ = try run(b, stopAfter: 8)
        let path = b.path + "/checkpoints/step-00000008/" + file
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 0x55
        try bytes.write(to: URL(fileURLWithPath: path))
        let again = try TrainingRun(
          testConfiguration(), training: testTokens(3000), validation: testTokens(200, seed: 2), output: b.path + "/model",
          work: b.path + "/checkpoints", pool: ThreadPool(width: 1))
        #expect(again.resumedSteps == 5)
        #expect(again.warnings.count == 1)
        #expect(again.warnings.allSatisfy { $0.severity == .warning })
        _ = try again.run()
        try #expect(contents(a) == contents(b))
      }
    }
  }

  @Test("only the newest two checkpoints stay")
  func prunesCheckpoints() throws {
    try withTemporaryFolder { folder in
      var configuration = testConfiguration()
      configuration.checkpointInterval = 2
      _ = try run(folder, configuration)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/checkpoints").sorted()
      #expect(names == ["step-00000008", "step-00000010", "timings.jsonl"])
    }
  }

  @Test("as many checkpoints stay as are wanted", arguments: [1, 3])
  func keepsCheckpoints(count: Int) throws {
    try withTemporaryFolder { folder in
      var configuration = testConfiguration()
      configuration.checkpointInterval = 2
      configuration.keptCheckpoints = count
      _ = try run(folder, configuration)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/checkpoints").sorted()
      #expect(names == ["step-00000006", "step-00000008", "step-00000010"].suffix(count) + ["timings.jsonl"])
    }
  }

  /// Sequences of one text, but batch `bad` has uniformly random tokens of a part of the vocabulary that the text never uses.
  private struct Poisoned: TokenSequences {
    let text = testTokens(3000)
    let bad: Range<Int>
    func sequenceCount(length: Int) -> Int { text.sequenceCount(length: length) }
    func read(_ number: Int, length: Int, into tokens: inout [UInt32]) throws(Diagnostic) {
      try text.read(number, length: length, into: &tokens)
      if bad.contains(number) { for index in tokens.indices { tokens[index] = UInt32((index * 37 + number * 11) % 50) } }
    }
  }

  @Test("a loss spike takes training back and over the data that caused it, with the same bytes wherever it is stopped", arguments: [nil, 73, 77, 85])
  func rollsBack(stop: Int?) throws {
    var configuration = testConfiguration(steps: 90)
    configuration.spikeDeviations = 4
    configuration.checkpointInterval = 20
    let perBatch = configuration.sequencesPerBatch
    func run(_ folder: URL, stopAfter: Int?) throws -> TrainingOutcome? {
      let run = try TrainingRun(
        configuration, training: Poisoned(bad: 75 * perBatch..<76 * perBatch), validation: nil, output: folder.path + "/model",
        work: folder.path + "/checkpoints", pool: ThreadPool(width: 1))
      var done = 0
      return try run.run(progress: { _ in done += 1 }, isCancelled: { done == stopAfter })
    }
    try withTemporaryFolder { a in
      try withTemporaryFolder { b in
        let outcome = try #require(try run(a, stopAfter: nil))
        #expect(outcome.steps == 90)
        let log = try String(contentsOfFile: a.path + "/model/metrics.jsonl", encoding: .utf8)
        #expect(log.contains("\"rollback-from-step\":76,\"passed-over-batches\":16,"))
        #expect(log.split(separator: "\n").filter { $0.contains("\"loss\"") }.count == 90)
        if let stop {
          try #expect(run(b, stopAfter: stop) == nil)
          try #expect(run(b, stopAfter: nil) != nil)
          try #expect(contents(a) == contents(b))
        }
      }
    }
  }

  @Test("patience ends a run that no longer improves, and the best model is kept")
  func keepsBest() throws {
    try withTemporaryFolder { folder in
      var configuration = testConfiguration(steps: 60)
      configuration.learningRate = 1e-9
      configuration.validationInterval = 1
      configuration.patience = 3
      configuration.keepsBest = true
      configuration.maximumGradientNorm = 1e-9
      configuration.weightDecay = 0
      let outcome = try #require(try run(folder, configuration))
      #expect(outcome.steps < 60)
      let best = try HuggingFaceModel.read(folder.path + "/model/best")
      #expect(best.configuration == testShape)
    }
  }

  @Test("a time limit ends a run after the step that passes it")
  func endsInTime() throws {
    try withTemporaryFolder { folder in
      var configuration = testConfiguration(steps: 60)
      configuration.maximumSeconds = 1e-9
      let outcome = try #require(try run(folder, configuration))
      #expect(outcome.steps == 1)
    }
  }

  @Test("a checkpoint of another configuration is refused by the value that differs")
  func refusesOtherConfiguration() throws {
    try withTemporaryFolder { folder in
      _ = try run(folder, stopAfter: 3)
      var other = testConfiguration()
      other.learningRate = 0.02
      let error = try #require(throws: Diagnostic.self) { try run(folder, other) }
      #expect(error.code == "other-configuration" && error.message.contains("learning-rate"))
    }
  }

  @Test("a token outside the vocabulary, too little data and a diverging run are errors that say so")
  func refusesBadData() throws {
    try withTemporaryFolder { folder in
      func train(_ tokens: [UInt32], _ configuration: TrainingConfiguration = testConfiguration()) throws {
        _ = try TrainingRun(
          configuration, training: TokensInMemory(tokens), validation: nil, output: folder.path + "/m",
          work: folder.path + "/w", pool: ThreadPool(width: 1)
        ).run()
      }
      let short = #expect(throws: Diagnostic.self) { try train([1, 2, 3]) }
      #expect(short?.code == "too-few-tokens")
      let unknown = #expect(throws: Diagnostic.self) { try train([UInt32](repeating: 50, count: 99)) }
      #expect(unknown?.code == "unknown-token")
      var wild = testConfiguration(steps: 200)
      wild.learningRate = 9.9
      wild.warmUpShare = 0
      wild.maximumGradientNorm = nil
      wild.weightDecay = 9
      let wildest = #expect(throws: Diagnostic.self) { try train(testTokens(3000).tokens, wild) }
      #expect(wildest?.code == "diverged")
    }
  }
}
