import Documents
import Foundation
import LanguageModels

/// Everything that decides what a training run computes. Equal configurations on equal data give equal bytes.
public struct TrainingConfiguration: Sendable, Hashable {
  public var model: DecoderConfiguration
  /// The model whose weights training begins with; nil: fresh ones, which `seed` decides.
  public var initialModel: InitialModel?
  /// Tokens to train on; rounded up to whole steps.
  public var tokens: Int
  /// Tokens of one optimizer step, rounded down to whole sequences.
  public var batchTokens = 4096
  /// Tokens of one sequence; nil: the model's context length.
  public var sequenceLength: Int?
  /// The greatest learning rate, reached after the warm-up.
  public var learningRate = 3e-3
  public var schedule = LearningRateSchedule.cosine
  /// The part of the steps after the warm-up over which the `warmUpStableDecay` schedule falls.
  public var decayShare = 0.2
  /// The learning rate of the last step as a share of the greatest.
  public var finalLearningRateShare = 0.1
  /// The share of all steps over which the learning rate rises from 0.
  public var warmUpShare = 0.05
  public var optimizer = Optimizer.adamW
  public var beta1 = 0.9
  public var beta2 = 0.95
  public var epsilon = 1e-8
  /// Muon's, for the matrices inside the layers.
  public var momentum = 0.95
  /// Of matrices; norms do not decay.
  public var weightDecay = 0.1
  /// The greatest norm of the whole gradient; longer ones are scaled down. Nil: off.
  public var maximumGradientNorm: Double? = 1
  /// The share of values dropped, see `Regularization`.
  public var dropout = 0.0
  /// The share of attention's probabilities dropped.
  public var attentionDropout = 0.0
  /// How often the last layer is left out, see `Regularization`.
  public var stochasticDepth = 0.0
  /// What stands for a hidden token; an encoder needs it, other models have none.
  public var maskToken: UInt32?
  /// The share of tokens that an encoder must guess.
  public var maskedShare = 0.15
  public var seed: UInt64 = 0
  /// Sequences whose activations are in memory together; nil: as many as make 4,096 tokens. A divisor of the batch.
  public var sequencesPerPass: Int?
  /// Processes that share each batch.
  public var ranks = 1
  /// Parts of a batch, a multiple of `ranks`, whose gradients are computed each by itself and added up in order: every number of ranks then
  /// gives the same bits. Nil: each rank's share is one part, and another number of ranks adds up in another order.
  public var gradientParts: Int?
  /// Whether each layer's activations are computed once more in the backward pass instead of kept: less memory for the same result.
  public var recomputesActivations = false
  /// Whether activations wait for the backward pass as bfloat16: half their memory, gradients that differ a little.
  public var storesBFloat16 = false
  /// With the end-of-text token given, attention does not cross from one document into the next.
  public var endOfText: UInt32?
  /// Validation sequences used; nil: all.
  public var validationSequences: Int? = 128
  /// Steps between validations; nil: only before the first and after the last step.
  public var validationInterval: Int?
  /// Steps between checkpoints; nil: none but when stopped.
  public var checkpointInterval: Int? = 200
  /// How many of the newest checkpoints stay.
  public var keptCheckpoints = 2
  /// Whether the model of the lowest validation loss so far is written to `best` in the output folder.
  public var keepsBest = false
  /// Training ends after the first step that passes this many seconds; nil: it goes through.
  public var maximumSeconds: Double?
  /// Training ends after so many validations in a row without a new best one; nil: it goes through.
  public var patience: Int?
  /// A loss that exceeds the mean of the last 64 steps by so many of their standard deviations is a spike: training goes back to
  /// the newest checkpoint and passes over the data from there to the spike (Chowdhery et al. 2022, section 5.1). Nil: no loss is
  /// too high. Losses and gradients that are not finite are always handled so.
  public var spikeDeviations: Double?
  /// So many times a run may go back before it ends with an error.
  public var maximumRollbacks = 3

  public init(model: DecoderConfiguration, tokens: Int) {
    self.model = model
    self.tokens = tokens
  }

  /// The greatest learning rate for a model that has learned already: between the 5e-5 with which transformers fine-tunes and
  /// the 6e-4 with which GPT-2's size is trained from the beginning. The rate for fresh weights would undo much of what is there.
  public static let fineTuningLearningRate = 1e-4

  /// Training that goes on from a given model: its shape, its mask token, and `fineTuningLearningRate`.
  public init(from initialModel: InitialModel, tokens: Int) {
    self.init(model: initialModel.shape, tokens: tokens)
    self.initialModel = initialModel
    learningRate = Self.fineTuningLearningRate
    maskToken = initialModel.maskToken
  }

  // MARK: Derived

  public var length: Int { sequenceLength ?? model.contextLength }
  public var sequencesPerBatch: Int { max(1, batchTokens / length) }
  public var steps: Int {
    let perStep = sequencesPerBatch * length
    return (tokens + perStep - 1) / perStep
  }
  public var warmUpSteps: Int { Int((Double(steps) * warmUpShare).rounded(.up)) }

  /// The largest divisor of the batch that keeps within the wanted number of sequences.
  var passSequences: Int { passSequences(of: sequencesPerBatch) }

  /// The parts of the batch that a rank computes.
  func parts(of group: RankGroup) -> [Range<Int>] {
    guard let gradientParts else { return [group.share(of: sequencesPerBatch)] }
    let size = sequencesPerBatch / gradientParts
    return group.share(of: gradientParts).map { $0 * size..<($0 + 1) * size }
  }

  /// The same for a part of the batch.
  func passSequences(of share: Int) -> Int {
    let wanted = sequencesPerPass ?? max(1, 4096 / length)
    return (1...min(share, max(1, wanted))).last { share % $0 == 0 } ?? 1
  }

  /// The model as training begins.
  func initialDecoder() throws(Diagnostic) -> Decoder {
    if let initialModel { return try initialModel.decoder() }
    return try Decoder(model, seed: seed)
  }

  var regularization: Regularization {
    Regularization(dropout: dropout, attentionDropout: attentionDropout, stochasticDepth: stochasticDepth, seed: seed)
  }

  var masking: TokenMasking? {
    maskToken.map { TokenMasking(share: maskedShare, maskToken: $0, vocabularySize: model.vocabularySize, seed: seed) }
  }

  /// Linear warm-up, then the schedule to the final share; `step` from 0.
  public func learningRate(at step: Int) -> Double {
    if step < warmUpSteps { return learningRate * Double(step + 1) / Double(warmUpSteps) }
    let progress = Double(step - warmUpSteps) / Double(max(1, steps - warmUpSteps - 1))
    return learningRate * schedule.share(at: progress, final: finalLearningRateShare, decay: decayShare)
  }

  /// - Throws: a `Diagnostic` that names the first value that cannot be.
  public func validate() throws(Diagnostic) {
    try model.validate()
    func require(_ holds: Bool, _ message: @autoclosure () -> String, _ fix: String) throws(Diagnostic) {
      if !holds { throw Diagnostic("training-configuration", message(), fix: fix) }
    }
    try require(
      initialModel?.shape ?? model == model, "the shape is not that of the initial model", "take the initial model's shape")
    try require(tokens > 0, "the token budget is \(tokens)", "train on at least 1 token")
    try require(
      length >= 1 && length <= model.contextLength, "the sequence length is \(length)",
      "use 1 to \(model.contextLength), the model's context length")
    try require(
      batchTokens >= length, "a batch of \(batchTokens) tokens holds no sequence of \(length)", "use at least \(length)")
    try require(
      ranks >= 1 && ranks <= sequencesPerBatch, "\(ranks) ranks share a batch of \(sequencesPerBatch) sequences",
      "use at most \(sequencesPerBatch) ranks, or larger batches")
    if let gradientParts {
      try require(
        gradientParts > 0 && sequencesPerBatch % gradientParts == 0,
        "a batch of \(sequencesPerBatch) sequences in \(gradientParts) equal parts",
        "use a divisor of \(sequencesPerBatch)")
      try require(
        gradientParts % ranks == 0, "\(gradientParts) parts of a batch for \(ranks) ranks", "use a multiple of \(ranks)")
    }
    try require(learningRate > 0 && learningRate < 10, "the learning rate is \(learningRate)", "use for example 3e-3")
    for (name, share) in [
      ("final learning rate share", finalLearningRateShare), ("decay share", decayShare), ("warm-up share", warmUpShare),
      ("beta 1", beta1),
      ("beta 2", beta2),
    ] { try require(share >= 0 && share <= 1, "the \(name) is \(share)", "use a number from 0 to 1") }
    for (name, share) in [
      ("dropout", dropout), ("attention dropout", attentionDropout), ("stochastic depth", stochasticDepth),
      ("momentum", momentum),
    ] {
      try require(share >= 0 && share < 1, "the \(name) is \(share)", "use a number from 0 to below 1")
    }
    try require(
      model.isCausal == (maskToken == nil),
      model.isCausal ? "a mask token for a causal model" : "an encoder without a mask token",
      model.isCausal ? "leave it out" : "name the token that stands for a hidden one")
    try require(
      maskToken ?? 0 < model.vocabularySize, "the mask token \(maskToken ?? 0) is not in the vocabulary",
      "use one below \(model.vocabularySize)")
    try require(maskedShare > 0 && maskedShare < 1, "the masked share is \(maskedShare)", "use for example 0.15")
    try require(
      !storesBFloat16 || !recomputesActivations, "activations both recomputed and stored as bfloat16", "choose one of the two")
    try require(beta1 < 1 && beta2 < 1, "beta 1 or beta 2 is 1", "use for example 0.9 and 0.95")
    try require(weightDecay >= 0 && weightDecay < 10, "the weight decay is \(weightDecay)", "use for example 0.1, or 0")
    try require(epsilon > 0, "epsilon is \(epsilon)", "use for example 1e-8")
    try require(spikeDeviations ?? 1 > 0, "the spike threshold is not positive", "use for example 6, or leave it out")
    try require(maximumSeconds ?? 1 > 0, "the time limit is not positive", "use a number of seconds, or leave it out")
    try require(maximumRollbacks >= 0, "the number of rollbacks is negative", "use at least 0")
    try require(maximumGradientNorm ?? 1 > 0, "the maximum gradient norm is not positive", "use for example 1, or leave it out")
    for (name, count) in [
      ("validation interval", validationInterval), ("checkpoint interval", checkpointInterval),
      ("number of validation sequences", validationSequences), ("number of sequences per pass", sequencesPerPass),
      ("patience", patience), ("number of kept checkpoints", keptCheckpoints),
    ] { try require(count ?? 1 > 0, "the \(name) is not positive", "use at least 1, or leave it out") }
  }

  /// All values that influence the result, as they are written beside it. Two runs may share checkpoints when these are equal.
  public var description: JSONObject {
    func integer(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
    var values: JSONObject = [
      "initial-model": initialModel.map { .string($0.checksum.hexadecimal) } ?? .null,
      "family": .string(model.family.rawValue), "vocabulary-size": integer(model.vocabularySize),
      "hidden-size": integer(model.hiddenSize),
      "intermediate-size": integer(model.intermediateSize), "layers": integer(model.layerCount),
      "heads": integer(model.headCount), "key-value-heads": integer(model.keyValueHeadCount),
      "head-size": integer(model.headSize), "context-length": integer(model.contextLength),
      "rope-theta": .number(Double(model.ropeTheta)), "norm-epsilon": .number(Double(model.normEpsilon)),
      "tied-embeddings": .bool(model.tiedEmbeddings), "tokens": integer(tokens), "batch-tokens": integer(batchTokens),
      "sequence-length": integer(length), "sequences-per-pass": integer(passSequences),
      "ranks": integer(gradientParts == nil ? ranks : nil), "gradient-parts": integer(gradientParts),
      "learning-rate": .number(learningRate), "final-learning-rate-share": .number(finalLearningRateShare),
      "warm-up-share": .number(warmUpShare), "schedule": .string(schedule.rawValue), "decay-share": .number(decayShare),
      "beta1": .number(beta1), "beta2": .number(beta2), "epsilon": .number(epsilon),
      "weight-decay": .number(weightDecay), "maximum-gradient-norm": maximumGradientNorm.map { .number($0) } ?? .null,
      "seed": .string(String(seed)), "end-of-text": integer(endOfText.map(Int.init)),
      "validation-sequences": integer(validationSequences), "validation-interval": integer(validationInterval),
      "optimizer": .string(optimizer.rawValue), "momentum": .number(momentum), "dropout": .number(dropout),
      "attention-dropout": .number(attentionDropout),
      "stochastic-depth": .number(stochasticDepth), "mask-token": integer(maskToken.map(Int.init)),
      "masked-share": .number(maskedShare), "bfloat16-activations": .bool(storesBFloat16),
      "query-key-norm": .bool(model.queryKeyNorm),
      "attention-softcap": model.attentionSoftcap.map { .number(Double($0)) } ?? .null,
      "logit-softcap": model.logitSoftcap.map { .number(Double($0)) } ?? .null,
      "patience": integer(patience), "spike-deviations": spikeDeviations.map { .number($0) } ?? .null,
    ]
    // Only where there is one: checkpoints from before it was known go on.
    if let scaling = model.ropeScaling { values["rope-scaling"] = .object(scaling.object) }
    return values
  }
}
