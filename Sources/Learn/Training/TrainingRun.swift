import Documents
import Foundation
import LanguageModels
import Storage

/// Trains a model from data to a directory, in steps that can be stopped and continued at any time with the same result.
///
/// - `output/`: the model as Hugging Face reads it, `metrics.jsonl` (step, tokens, loss, learning rate, gradient norm;
///   validation losses; rollbacks) and `training.json` (configuration, outcome, and the model that training began with, if
///   any). Only what the configuration and the data decide: equal runs give equal bytes.
/// - `work/`: checkpoints and `timings.jsonl`.
public final class TrainingRun<Data: TokenSequences> {
  public let configuration: TrainingConfiguration
  /// Damaged checkpoints that were passed over.
  public let warnings: [Diagnostic]
  /// Steps that an earlier run had done.
  public let resumedSteps: Int
  private let trainer: Trainer
  private let group: RankGroup
  private let training: Data
  private let validation: Data?
  private let output: String
  private let checkpoints: Checkpoints
  private let timings: String?
  private let specialTokens: HuggingFaceModel.SpecialTokens
  private let events: EventFile?
  private var metrics: MetricsLog

  /// Continues from the newest whole checkpoint in `work`, or begins.
  /// - Parameters:
  ///   - eventFolder: where TensorBoard's event files go; nil: none are written.
  ///   - group: the processes that share each batch, all with the same data, configuration and folders; the first writes.
  /// - Throws: a `Diagnostic` when the configuration cannot be, there is too little data, or `work` belongs to another run.
  public init(
    _ configuration: TrainingConfiguration, training: Data, validation: Data?, output: String, work: String,
    specialTokens: HuggingFaceModel.SpecialTokens = .init(), eventFolder: String? = nil, pool: ThreadPool,
    group: RankGroup = .alone
  ) throws(Diagnostic) {
    self.configuration = configuration
    self.training = training
    self.validation = validation
    self.output = output
    self.specialTokens = specialTokens
    self.group = group
    let checkpoints = Checkpoints(
      directory: work, kept: configuration.keptCheckpoints, interval: configuration.checkpointInterval)
    self.checkpoints = checkpoints
    timings = group.leads ? work + "/timings.jsonl" : nil
    let start = try group.together { () throws(Diagnostic) in
      guard training.sequenceCount(length: configuration.length) > 0 else {
        throw Diagnostic(
          "too-few-tokens", "the training data has no sequence of \(configuration.length + 1) tokens",
          fix: "use more data or shorter sequences")
      }
      let trainer = try Trainer(configuration, pool: pool, group: group)
      for folder in [output, work] where group.leads { try makeDirectory(folder) }
      let restored = try checkpoints.restore(trainer)
      let events =
        group.leads
        ? try eventFolder.map { folder throws(Diagnostic) in try EventFile(directory: folder, continuingAfter: trainer.step) }
        : nil
      return (trainer: trainer, metrics: restored.metrics, warnings: restored.warnings, events: events)
    }
    trainer = start.trainer
    warnings = start.warnings
    resumedSteps = start.trainer.step
    metrics = MetricsLog(start.metrics ?? [])
    events = start.events
    try requireEqualRanks()
  }

  /// Ranks that do not compute the same would drift apart without a word.
  private func requireEqualRanks() throws(Diagnostic) {
    guard group.count > 1 else { return }
    let sample = try group.together { () throws(Diagnostic) in
      var sample: [UInt32] = []
      try training.read(0, length: configuration.length, into: &sample)
      return sample
    }
    let facts: [(name: String, value: String, fix: String)] = [
      (
        "options", String(decoding: JSONValue.object(configuration.description).serialized, as: UTF8.self),
        "start all with the same command"
      ),
      ("training data", "\(training.sequenceCount(length: configuration.length)) \(sample)", "give all the same shards"),
      ("checkpoints", "\(trainer.step)", "give all one output folder, on a file system that all of them see"),
      ("instruction sets", "\(Kernels.best.level)", "start all on processors of one kind"),
    ]
    for (name, value, fix) in facts {
      let all = try group.gather(XXH64.hash(value))
      try group.together { () throws(Diagnostic) in
        guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
        throw Diagnostic("unequal-ranks", "ranks 0 and \(other) have different \(name)", fix: fix)
      }
    }
  }

  /// Trains to the end of the budget, of the time limit or of patience, or until `isCancelled` (asked before each step) says so on
  /// any rank; then a checkpoint is left behind.
  /// - Returns: the outcome, nil when cancelled.
  public func run(
    progress: (TrainingProgress) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws(Diagnostic) -> TrainingOutcome? {
    try group.together { () throws(Diagnostic) in try train(progress, isCancelled) }
  }

  /// Whatever only one rank does or may fail at is done together: a rank that left alone would be waited for.
  private func train(_ progress: (TrainingProgress) -> Void, _ isCancelled: () -> Bool) throws(Diagnostic) -> TrainingOutcome? {
    let steps = configuration.steps
    let tokens = configuration.sequencesPerBatch * configuration.length
    let started = ContinuousClock.now
    let first = trainer.step
    if trainer.step == 0 && metrics.isEmpty { try validate() }
    var clock = StepClock(log: timings)
    while trainer.step < steps, !hasLostPatience {
      let isLate =
        trainer.step > first && (ContinuousClock.now - started) / .seconds(1) > configuration.maximumSeconds ?? .infinity
      let wishes = try group.gather(Wish(stop: isCancelled(), end: isLate))
      if wishes.contains(where: { $0.stop }) {
        try writeCheckpoint()
        return nil
      }
      if wishes.contains(where: { $0.end }) { break }
      guard let result = try advance() else { continue }
      metrics.append(result, tokens: result.step * tokens)
      let rate = try group.together { () throws(Diagnostic) in
        let rate = try clock.finish(step: result.step, tokens: tokens)
        try events?.append(
          [
            ("loss", result.loss), ("learning rate", result.learningRate), ("gradient norm", result.gradientNorm),
            ("tokens per second", rate),
          ], step: result.step)
        return rate
      }
      if let interval = configuration.validationInterval, result.step % interval == 0, result.step < steps { try validate() }
      progress(
        TrainingProgress(
          step: result.step, steps: steps, tokens: result.step * tokens, loss: result.loss,
          validationLoss: metrics.lastValidationLoss, learningRate: result.learningRate, gradientNorm: result.gradientNorm,
          tokensPerSecond: rate))
      if let interval = configuration.checkpointInterval, result.step % interval == 0, result.step < steps {
        try writeCheckpoint()
      }
    }
    return try finish()
  }

  /// What a rank would have the others do before the next step.
  private struct Wish: BitwiseCopyable {
    /// Leave a checkpoint and stop.
    var stop: Bool
    /// End here, as if all steps were done.
    var end: Bool
  }

  private func writeCheckpoint() throws(Diagnostic) {
    try group.together { () throws(Diagnostic) in if group.leads { try checkpoints.write(trainer, metrics: metrics.bytes) } }
  }

  private var hasLostPatience: Bool { configuration.patience.map { metrics.validationsWithoutBest >= $0 } ?? false }

  /// One step; nil when it diverged and training went back.
  private func advance() throws(Diagnostic) -> Trainer.StepResult? {
    let greatest = configuration.spikeDeviations.flatMap { metrics.greatestUsualLoss(deviations: $0) }
    do {
      return try trainer.advance(on: training, greatestLoss: greatest)
    } catch {
      guard error.code == "diverged", trainer.rollbacks < configuration.maximumRollbacks else { throw error }
      let step = trainer.step + 1
      let batches = trainer.batchesBehind + 1
      let rollbacks = trainer.rollbacks + 1
      let bytes = try group.together { () throws(Diagnostic) in try checkpoints.rollBack(trainer) }
      metrics = MetricsLog(bytes)
      if bytes.isEmpty { try validate() }
      metrics.append(
        rollbackFrom: step, passedOverBatches: batches - trainer.batchesBehind, because: error.message)
      trainer.batchesBehind = batches
      trainer.rollbacks = rollbacks
      return nil
    }
  }

  private func validate() throws(Diagnostic) {
    guard let validation else { return }
    let own = try group.together { () throws(Diagnostic) in group.leads ? try trainer.validationLoss(on: validation) : nil }
    guard let loss = try group.gather(own)[0] else { return }
    let isBest = loss < metrics.bestValidationLoss ?? .infinity
    metrics.append(validationLoss: loss, step: trainer.step)
    try group.together { () throws(Diagnostic) in
      try events?.append([("validation loss", loss)], step: trainer.step)
      guard isBest, configuration.keepsBest, group.leads else { return }
      try HuggingFaceModel.write(trainer.decoder, to: output + "/best", specialTokens: specialTokens)
    }
  }

  private func finish() throws(Diagnostic) -> TrainingOutcome {
    try validate()
    let outcome = TrainingOutcome(
      steps: trainer.step, tokens: trainer.step * configuration.sequencesPerBatch * configuration.length,
      parameters: trainer.decoder.parameters.count, firstLoss: metrics.firstLoss, finalLoss: metrics.meanOfLastLosses,
      firstValidationLoss: metrics.firstValidationLoss, finalValidationLoss: metrics.lastValidationLoss)
    try group.together { () throws(Diagnostic) in if group.leads { try write(outcome) } }
    return outcome
  }

  private func write(_ outcome: TrainingOutcome) throws(Diagnostic) {
    try HuggingFaceModel.write(trainer.decoder, to: output, specialTokens: specialTokens)
    try AtomicFile.write(metrics.bytes, to: output + "/metrics.jsonl")
    var summary: JSONObject = [
      "configuration": .object(configuration.description), "outcome": .object(outcome.description),
    ]
    if let origin = configuration.initialModel { summary["origin"] = .object(origin.description) }
    try AtomicFile.write(JSONValue.object(summary).prettyPrinted, to: output + "/training.json")
  }
}

/// What is known after a step.
public struct TrainingProgress: Sendable, Hashable {
  /// Steps done, from 1.
  public var step: Int
  public var steps: Int
  /// Tokens trained on so far.
  public var tokens: Int
  /// Mean loss of the step's tokens in nats, before its update.
  public var loss: Double
  /// The latest one; nil without validation data.
  public var validationLoss: Double?
  public var learningRate: Double
  /// Before clipping.
  public var gradientNorm: Double
  /// Of this step.
  public var tokensPerSecond: Double
}

/// What a finished run achieved; all losses in nats per token.
public struct TrainingOutcome: Sendable, Hashable {
  public var steps: Int
  public var tokens: Int
  public var parameters: Int
  public var firstLoss: Double?
  /// Mean over the last twentieth of the steps.
  public var finalLoss: Double?
  /// Before the first step and after the last, on the same tokens; nil without validation data.
  public var firstValidationLoss: Double?
  public var finalValidationLoss: Double?

  public var description: JSONObject {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "steps": .integer(Int64(steps)), "tokens": .integer(Int64(tokens)), "parameters": .integer(Int64(parameters)),
      "first-loss": number(firstLoss), "final-loss": number(finalLoss), "first-validation-loss": number(firstValidationLoss),
      "final-validation-loss": number(finalValidationLoss),
    ]
  }
}
