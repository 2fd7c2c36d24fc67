import Documents
import Foundation
import LanguageModels
import TokenShards
import Training

/// What `train-model` can be told, and the training that it means: the options of `winnow train`, but for those whose effect the clock decides
/// (a time limit), those that write what has times in it (event files) and those about files of the command (checkpoints kept, the best model).
enum TrainingParameters {
  /// For its defaults.
  private static let standard = TrainingConfiguration(
    model: DecoderConfiguration.presets[0].configuration(vocabularySize: 257), tokens: 1)

  private static let standardTokens = 20_000_000

  static let all: [Parameter] = [
    Parameter(
      "preset", .choice(DecoderConfiguration.presets.filter(\.isCausal).map(\.name)), "size of the model (default: tiny)"),
    Parameter(
      "initial-model", .text,
      "folder of a model in Hugging Face's layout that training begins with; the shards need its tokenizer"),
    Parameter("tokens", .integer(1...Int.max), default: .integer(standardTokens), "tokens to train on"),
    Parameter("batch-tokens", .integer(1...Int.max), default: .integer(standard.batchTokens), "tokens per optimizer step"),
    Parameter("sequence-length", .integer(8...65_536), "tokens per sequence (default: the shards', else the preset's context)"),
    Parameter(
      "learning-rate", .number(0...1),
      "greatest learning rate (default: \(standard.learningRate), with initial-model \(TrainingConfiguration.fineTuningLearningRate))"
    ),
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
      "attention-dropout", .number(0...1), default: .number(standard.attentionDropout),
      "share of attention's probabilities left out at random"),
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
    let tokens = parameters.integer("tokens") ?? standardTokens
    var start: TrainingConfiguration
    if let folder = parameters.text(initialModel) {
      let model = try InitialModel(directory: folder)
      try model.requireTokens(of: shards)
      start = TrainingConfiguration(from: model, tokens: tokens)
    } else {
      start = TrainingConfiguration(model: try preset(parameters, vocabularySize: shards.vocabularySize), tokens: tokens)
    }
    start.sequenceLength = shards.manifest.options.sequenceLength
    return try configured(start, by: parameters, endOfText: shards.endOfDocument)
  }

  /// What can be said before there are shards, which may decide the sequences' length.
  static func problems(_ parameters: Parameters) -> [Diagnostic] {
    do throws(Diagnostic) {
      let shape: DecoderConfiguration
      if let folder = parameters.text(initialModel) {
        shape = try checkedShape(folder, parameters)
      } else {
        shape = try preset(parameters, vocabularySize: 257)
      }
      var start = TrainingConfiguration(model: shape, tokens: 1)
      start.sequenceLength = 1
      _ = try configured(start, by: parameters, endOfText: 0)
    } catch {
      return [error]
    }
    return []
  }

  private static func preset(_ parameters: Parameters, vocabularySize: Int) throws(Diagnostic) -> DecoderConfiguration {
    var model = try DecoderConfiguration.preset(parameters.text("preset") ?? "tiny", vocabularySize: vocabularySize)
    model.queryKeyNorm = parameters.boolean("query-key-norm") ?? false
    model.attentionSoftcap = parameters.number("attention-softcap").map { Float($0) }
    model.logitSoftcap = parameters.number("logit-softcap").map { Float($0) }
    return model
  }

  // MARK: A given model

  /// The name of the parameter.
  private static let initialModel = "initial-model"

  /// Files whose content decides what is trained.
  static func referencedFiles(_ parameters: Parameters) -> [String] {
    guard let folder = parameters.text(initialModel), let files = try? HuggingFaceModel.files(of: folder) else { return [] }
    return files + ["\(folder)/tokenizer.json"].filter { access($0, R_OK) == 0 }
  }

  private static func checkedShape(_ folder: String, _ parameters: Parameters) throws(Diagnostic) -> DecoderConfiguration {
    let decided = [
      ("preset", parameters.text("preset") != nil), ("query-key-norm", parameters.boolean("query-key-norm") == true),
      ("attention-softcap", parameters.number("attention-softcap") != nil),
      ("logit-softcap", parameters.number("logit-softcap") != nil),
    ]
    if let (name, _) = decided.first(where: \.1) {
      throw Diagnostic(
        "training-configuration", "both \(initialModel) and \(name)",
        fix: "leave \(name) out: the model's folder says what its shape is")
    }
    let shape = try HuggingFaceModel.check(folder).shape
    guard shape.isCausal else {
      throw Diagnostic(
        "unsupported-model", "an encoder, which no other stage can use", at: .init(file: folder),
        fix: "train it with 'winnow train'")
    }
    return shape
  }

  /// With what the parameters say of it.
  private static func configured(
    _ start: TrainingConfiguration, by parameters: Parameters, endOfText: UInt32
  ) throws(Diagnostic) -> TrainingConfiguration {
    var configuration = start
    configuration.batchTokens = parameters.integer("batch-tokens") ?? configuration.batchTokens
    configuration.sequenceLength = parameters.integer("sequence-length") ?? start.sequenceLength
    // A preset's context is short; a given model's may be longer than a batch.
    if start.initialModel != nil, configuration.sequenceLength == nil {
      configuration.sequenceLength = min(configuration.model.contextLength, configuration.batchTokens)
    }
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
    configuration.attentionDropout = parameters.number("attention-dropout") ?? configuration.attentionDropout
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
