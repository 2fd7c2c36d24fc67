import Documents
import LanguageModels
import TokenShards
import Training

/// What `train-model` can be told, and the training that it means: the options of `winnow train`, but for those whose effect the clock decides
/// (a time limit), those that write what has times in it (event files) and those about files of the command (checkpoints kept, the best model).
enum TrainingParameters {
  /// For its defaults.
  private static let standard = TrainingConfiguration(
    model: DecoderConfiguration.presets[0].configuration(vocabularySize: 257), tokens: 1)

  static let all: [Parameter] = [
    Parameter(
      "preset", .choice(DecoderConfiguration.presets.filter(\.isCausal).map(\.name)), default: .text("tiny"),
      "size of the model"),
    Parameter("tokens", .integer(1...Int.max), default: .integer(20_000_000), "tokens to train on"),
    Parameter("batch-tokens", .integer(1...Int.max), default: .integer(standard.batchTokens), "tokens per optimizer step"),
    Parameter("sequence-length", .integer(8...65_536), "tokens per sequence (default: the shards', else the preset's context)"),
    Parameter("learning-rate", .number(0...1), default: .number(standard.learningRate), "greatest learning rate"),
    Parameter(
      "warm-up", .number(0...1), default: .number(standard.warmUpShare), "share of the steps over which the rate rises"),
    Parameter(
      "schedule", .choice(LearningRateSchedule.allCases.map(\.rawValue)), default: .text(standard.schedule.rawValue),
      "how the learning rate falls"),
    Parameter("decay-share", .number(0...1), default: .number(standard.decayShare), "share of the steps over which wsd falls"),
    Parameter(
      "final-learning-rate", .number(0...1), default: .number(standard.finalLearningRateShare),
      "the last step's share of the greatest rate"),
    Parameter(
      "optimizer", .choice(Optimizer.allCases.map(\.rawValue)), default: .text(standard.optimizer.rawValue),
      "how gradients become steps"),
    Parameter("momentum", .number(0...1), default: .number(standard.momentum), "muon's momentum"),
    Parameter("weight-decay", .number(0...1), default: .number(standard.weightDecay), "decoupled weight decay of matrices"),
    Parameter("gradient-clip", .number(0...1e6), default: .number(1), "greatest norm of the gradient; 0 for none"),
    Parameter("dropout", .number(0...1), default: .number(standard.dropout), "share of values left out at random"),
    Parameter(
      "stochastic-depth", .number(0...1), default: .number(standard.stochasticDepth), "how often the last layer is left out"),
    Parameter("query-key-norm", .boolean, default: .boolean(false), "queries and keys are normalized, as in Qwen3"),
    Parameter("attention-softcap", .number(0...1e6), "soft cap of attention scores; other tools do not load such models"),
    Parameter("logit-softcap", .number(0...1e6), "soft cap of logits, likewise"),
    Parameter("mask-documents", .boolean, default: .boolean(true), "attention does not cross from one document into the next"),
    Parameter(
      "bfloat16-activations", .boolean, default: .boolean(false),
      "activations wait as bfloat16: less memory, gradients rounded a little"),
    Parameter(
      "recompute", .boolean, default: .boolean(false), "activations are computed twice instead of kept: less memory, more work"),
    Parameter("spike-deviations", .number(0...1e6), "a loss so many deviations above the last 64 is gone back from"),
    Parameter("validation-interval", .integer(1...Int.max), "steps between validations"),
    Parameter("patience", .integer(1...Int.max), "training ends after so many validations without a new best"),
    Parameter("checkpoint-interval", .integer(1...Int.max), default: .integer(200), "steps between checkpoints"),
    Parameter("seed", .integer(0...Int.max), default: .integer(0), "seed of weights and data order"),
  ]

  /// - Throws: a `Diagnostic` that names the first value that cannot be.
  static func configuration(_ parameters: Parameters, _ shards: ShardSet) throws(Diagnostic) -> TrainingConfiguration {
    try configuration(
      parameters, vocabularySize: shards.vocabularySize, endOfText: shards.endOfDocument,
      sequenceLength: shards.manifest.options.sequenceLength)
  }

  /// What can be said before there are shards, which may decide the sequences' length.
  static func problems(_ parameters: Parameters) -> [Diagnostic] {
    do throws(Diagnostic) { _ = try configuration(parameters, vocabularySize: 257, endOfText: 256, sequenceLength: 1) } catch {
      return [error]
    }
    return []
  }

  private static func configuration(
    _ parameters: Parameters, vocabularySize: Int, endOfText: UInt32, sequenceLength: Int?
  ) throws(Diagnostic) -> TrainingConfiguration {
    var model = try DecoderConfiguration.preset(parameters.text("preset") ?? "tiny", vocabularySize: vocabularySize)
    model.queryKeyNorm = parameters.boolean("query-key-norm") ?? false
    model.attentionSoftcap = parameters.number("attention-softcap").map { Float($0) }
    model.logitSoftcap = parameters.number("logit-softcap").map { Float($0) }
    var configuration = TrainingConfiguration(model: model, tokens: parameters.integer("tokens") ?? 20_000_000)
    configuration.batchTokens = parameters.integer("batch-tokens") ?? configuration.batchTokens
    configuration.sequenceLength = parameters.integer("sequence-length") ?? sequenceLength
    configuration.learningRate = parameters.number("learning-rate") ?? configuration.learningRate
    configuration.warmUpShare = parameters.number("warm-up") ?? configuration.warmUpShare
    configuration.schedule = parameters.text("schedule").flatMap(LearningRateSchedule.init) ?? configuration.schedule
    configuration.decayShare = parameters.number("decay-share") ?? configuration.decayShare
    configuration.finalLearningRateShare = parameters.number("final-learning-rate") ?? configuration.finalLearningRateShare
    configuration.optimizer = parameters.text("optimizer").flatMap(Optimizer.init) ?? configuration.optimizer
    configuration.momentum = parameters.number("momentum") ?? configuration.momentum
    configuration.weightDecay = parameters.number("weight-decay") ?? configuration.weightDecay
    configuration.maximumGradientNorm = parameters.number("gradient-clip").flatMap { $0 > 0 ? $0 : nil }
    configuration.dropout = parameters.number("dropout") ?? configuration.dropout
    configuration.stochasticDepth = parameters.number("stochastic-depth") ?? configuration.stochasticDepth
    configuration.endOfText = parameters.boolean("mask-documents") == false ? nil : endOfText
    configuration.storesBFloat16 = parameters.boolean("bfloat16-activations") ?? false
    configuration.recomputesActivations = parameters.boolean("recompute") ?? false
    configuration.spikeDeviations = parameters.number("spike-deviations")
    configuration.validationInterval = parameters.integer("validation-interval")
    configuration.patience = parameters.integer("patience")
    configuration.checkpointInterval = parameters.integer("checkpoint-interval")
    configuration.seed = UInt64(parameters.integer("seed") ?? 0)
    try configuration.validate()
    return configuration
  }
}
