import Documents
import Testing
import Training

@Suite("schedule and data order")
struct ScheduleTests {
  @Test("the learning rate rises linearly, falls as a cosine and ends at its share")
  func learningRate() {
    var configuration = testConfiguration(steps: 101)
    configuration.warmUpShare = 0.099
    #expect(configuration.warmUpSteps == 10)
    #expect(abs(configuration.learningRate(at: 0) - 1e-3) < 1e-12)
    #expect(abs(configuration.learningRate(at: 9) - 1e-2) < 1e-12)
    #expect(abs(configuration.learningRate(at: 10) - 1e-2) < 1e-12)
    #expect(abs(configuration.learningRate(at: 55) - (0.1 + 0.9 / 2) * 1e-2) < 1e-12)
    #expect(abs(configuration.learningRate(at: 100) - 1e-3) < 1e-12)
    for step in 10..<100 { #expect(configuration.learningRate(at: step + 1) < configuration.learningRate(at: step)) }
  }

  @Test("a linear schedule falls evenly, warm-up-stable-decay stays and then falls evenly")
  func otherSchedules() {
    var configuration = testConfiguration(steps: 101)
    configuration.warmUpShare = 0
    configuration.schedule = .linear
    #expect(abs(configuration.learningRate(at: 0) - 1e-2) < 1e-12)
    #expect(abs(configuration.learningRate(at: 50) - (0.1 + 0.9 / 2) * 1e-2) < 1e-12)
    #expect(abs(configuration.learningRate(at: 100) - 1e-3) < 1e-12)
    configuration.schedule = .warmUpStableDecay
    configuration.decayShare = 0.4
    for step in 0...60 { #expect(abs(configuration.learningRate(at: step) - 1e-2) < 1e-12) }
    #expect(abs(configuration.learningRate(at: 80) - (0.1 + 0.9 / 2) * 1e-2) < 1e-12)
    #expect(abs(configuration.learningRate(at: 100) - 1e-3) < 1e-12)
    configuration.decayShare = 0
    #expect(configuration.learningRate(at: 100) == 1e-2)
  }

  @Test("every epoch has every sequence once, in an order of its own", arguments: [1, 2, 3, 17, 64, 100])
  func epochs(count: Int) throws {
    let source = TokensInMemory((0...UInt32(count * 2)).map { $0 }, seed: 3)
    var orders: [[UInt32]] = []
    var tokens: [UInt32] = []
    for epoch in 0..<2 {
      var starts: [UInt32] = []
      for number in epoch * count..<(epoch + 1) * count {
        try source.read(number, length: 2, into: &tokens)
        #expect(tokens.count == 3 && tokens[1] == tokens[0] + 1 && tokens[2] == tokens[0] + 2)
        starts.append(tokens[0])
      }
      #expect(starts.sorted() == (0..<UInt32(count)).map { $0 * 2 })
      orders.append(starts)
    }
    if count >= 17 { #expect(orders[0] != orders[1] && orders[0] != orders[0].sorted()) }
  }

  @Test("documents begin after each end-of-text token, and anew in each row")
  func documentStarts() {
    let starts = DocumentBoundaries.starts([5, 9, 1, 9, 9, 2, 3, 4], length: 4, endOfText: 9)
    #expect(starts == [0, 0, 2, 2, 0, 1, 1, 1])
  }

  @Test("a configuration that cannot be is refused by the name of its value")
  func refuses() {
    let changes: [(String, (inout TrainingConfiguration) -> Void)] = [
      ("token budget", { $0.tokens = 0 }), ("sequence length", { $0.sequenceLength = 17 }), ("batch", { $0.batchTokens = 15 }),
      ("learning rate", { $0.learningRate = .nan }), ("warm-up share", { $0.warmUpShare = 2 }), ("beta", { $0.beta2 = 1 }),
      ("weight decay", { $0.weightDecay = -1 }), ("epsilon", { $0.epsilon = 0 }),
      ("gradient norm", { $0.maximumGradientNorm = 0 }), ("checkpoint interval", { $0.checkpointInterval = 0 }),
      ("decay share", { $0.decayShare = -0.1 }), ("patience", { $0.patience = 0 }), ("spike", { $0.spikeDeviations = 0 }),
      ("time limit", { $0.maximumSeconds = 0 }), ("kept checkpoints", { $0.keptCheckpoints = 0 }), ("dropout", { $0.dropout = 1 }), ("attention dropout", { $0.attentionDropout = -0.1 }),
      ("stochastic depth", { $0.stochasticDepth = -0.1 }), ("momentum", { $0.momentum = 1 }), ("mask token", { $0.maskToken = 3 }),
      ("without a mask token", { $0.model.family = .encoder }), ("masked share", { $0.maskedShare = 0 }),
      ("norm of queries", { $0.model.queryKeyNorm = true; $0.model.family = .gpt2 }), ("logit soft cap", { $0.model.logitSoftcap = 0 }),
      ("recomputed and stored", { $0.recomputesActivations = true; $0.storesBFloat16 = true }), ("query heads", { $0.model.keyValueHeadCount = 3 }), ("head size", { $0.model.headSize = 7 }),
    ]
    for (name, change) in changes {
      var configuration = testConfiguration()
      change(&configuration)
      let error = #expect(throws: Diagnostic.self) { try configuration.validate() }
      #expect(error?.message.contains(name) == true, "\(name): \(error?.message ?? "accepted")")
    }
  }

  @Test("the pass size is the largest divisor of the batch within the limit")
  func passSize() {
    var configuration = testConfiguration()
    configuration.batchTokens = 16 * 12
    for (wanted, expected) in [(1, 1), (5, 4), (7, 6), (12, 12), (50, 12)] {
      configuration.sequencesPerPass = wanted
      #expect(configuration.description["sequences-per-pass"]?.integer == Int64(expected))
    }
  }
}
