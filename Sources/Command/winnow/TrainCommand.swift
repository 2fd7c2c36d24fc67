import ArgumentParser
import Documents
import Foundation
import LanguageModels
import Storage
import TokenShards
import Tokenization
import Training

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a small language model on token shards.",
    discussion: """
      Writes a folder that Hugging Face transformers loads. The same command continues a run that was stopped; a continued run gives
      the same bytes as one that went through, with any number of threads. Presets: \(DecoderConfiguration.presets.map(\.name).joined(separator: ", ")).

      Examples:
        winnow train shards --preset tiny --tokens 2000000 --output model
        winnow train shards --preset small --tokens 50000000 --learning-rate 1e-3 --validate-every 200 --output model
        winnow train shards --preset gpt2-mini --schedule wsd --validate-every 100 --keep-best --patience 5 --output model
      """)

  @Argument(help: ArgumentHelp("The folder of the token shards.", valueName: "shards")) var shards: String
  @Option(help: ArgumentHelp("Where the model goes.", valueName: "folder")) var output: String
  @Option(help: "The shape of the model.") var preset = "tiny"
  @Option(help: "Tokens to train on, rounded up to whole steps.") var tokens = 2_000_000
  @Option(help: "Tokens of one optimizer step.") var batchTokens = 4096
  @Option(help: "Tokens of one sequence; else what the shards were written for, else the preset's context.") var sequenceLength: Int?
  @Option(help: "The greatest learning rate.") var learningRate = 3e-3
  @Option(help: "Share of the steps over which the learning rate rises.") var warmUp = 0.05
  @Option(help: "How the learning rate falls: \(LearningRateSchedule.allCases.map(\.rawValue).joined(separator: ", ")).") var schedule = "cosine"
  @Option(help: "Share of the steps over which wsd falls.") var decayShare = 0.2
  @Option(help: "The last step's share of the greatest learning rate.") var finalLearningRate = 0.1
  @Option(help: "The greatest norm of the gradient; 0 for none.") var gradientClip = 1.0
  @Option(help: "Weight decay of matrices.") var weightDecay = 0.1
  @Option(help: "Decides the first weights and the order of the data.") var seed: UInt64 = 0
  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "steps")) var checkpointEvery = 200
  @Option(help: ArgumentHelp("How many of the newest checkpoints stay.", valueName: "count")) var keepCheckpoints = 2
  @Option(help: ArgumentHelp("Steps between validations; else only at start and end.", valueName: "steps")) var validateEvery: Int?
  @Flag(help: "Keep the model of the lowest validation loss in the folder 'best' of the output.") var keepBest = false
  @Option(help: ArgumentHelp("End after this many validations without a new best.", valueName: "count")) var patience: Int?
  @Option(help: ArgumentHelp("End after this long.", valueName: "seconds")) var timeLimit: Double?
  @Option(help: ArgumentHelp("A loss so far above the last 64 is a spike: go back and pass over its data.", valueName: "deviations"))
  var spikeDeviations: Double?
  @Flag(help: "Compute activations once more in the backward pass: less memory, a third more work.") var recompute = false
  @Flag(help: "Attention does not cross from one document into the next.") var separateDocuments = false
  @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "Print nothing but problems.") var quiet = false

  func run() throws {
    let set = try ShardSet(directory: shards)
    let configuration = try trainingConfiguration(set)
    let validation = set.splitNames.contains("validation") ? try set.split("validation") : nil
    let packing = set.manifest.options.packing
    let pool = ThreadPool(width: max(1, jobs))
    let run = try TrainingRun(
      configuration, training: ShardSequences(set.split(ShardOptions.trainSplit), seed: seed, packing: packing),
      validation: validation.map { ShardSequences($0, seed: nil, packing: packing) }, output: output, work: output + "/checkpoints",
      specialTokens: .init(beginOfText: set.endOfDocument, endOfText: set.endOfDocument), pool: pool)
    for warning in run.warnings { CommandLineReport.show(warning) }
    if run.resumedSteps > 0, !quiet { StandardError.line("winnow: continues after step \(run.resumedSteps)") }
    let interruption = Interruption()
    let view = TrainingView(
      isQuiet: quiet, operationsPerToken: configuration.model.trainingOperationsPerToken(sequenceLength: configuration.length),
      peakRate: quiet ? 0 : Engine(pool: pool).peakRate())
    let outcome = try run.run(progress: { view.show($0) }, isCancelled: { interruption.stop.isSet })
    view.finish()
    guard let outcome else {
      StandardError.line("winnow: stopped; the same command continues")
      throw ExitCode(CommandLineReport.interrupted)
    }
    try copyTokenizer()
    if !quiet { print(Self.summary(outcome)) }
  }

  private func trainingConfiguration(_ set: ShardSet) throws -> TrainingConfiguration {
    let model: DecoderConfiguration
    do { model = try .preset(preset, vocabularySize: set.vocabularySize) } catch { throw UsageProblem(error.message, fix: error.fix) }
    var configuration = TrainingConfiguration(model: model, tokens: tokens)
    configuration.batchTokens = batchTokens
    configuration.sequenceLength = sequenceLength ?? set.manifest.options.sequenceLength
    configuration.learningRate = learningRate
    configuration.warmUpShare = warmUp
    guard let schedule = LearningRateSchedule(rawValue: schedule) else {
      throw UsageProblem(
        "there is no schedule '\(schedule)'", fix: "schedules: \(LearningRateSchedule.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    configuration.schedule = schedule
    configuration.decayShare = decayShare
    configuration.finalLearningRateShare = finalLearningRate
    configuration.maximumGradientNorm = gradientClip == 0 ? nil : gradientClip
    configuration.keptCheckpoints = keepCheckpoints
    configuration.keepsBest = keepBest
    configuration.patience = patience
    configuration.maximumSeconds = timeLimit
    configuration.spikeDeviations = spikeDeviations
    configuration.recomputesActivations = recompute
    configuration.weightDecay = weightDecay
    configuration.seed = seed
    configuration.checkpointInterval = checkpointEvery
    configuration.validationInterval = validateEvery
    configuration.endOfText = separateDocuments ? set.endOfDocument : nil
    do { try configuration.validate() } catch { throw UsageProblem(error.message, fix: error.fix) }
    return configuration
  }

  /// The tokenizer beside the shards goes with the model, so that it opens as one folder.
  private func copyTokenizer() throws {
    let path = shards + "/tokenizer.json"
    guard FileManager.default.fileExists(atPath: path) else { return }
    try Tokenizer(path: path).model.write(to: output)
  }

  private static func summary(_ outcome: TrainingOutcome) -> String {
    func loss(_ value: Double?) -> String { value.map { Readable.fixed($0, 3) } ?? "–" }
    return """
      \(Readable.count(outcome.parameters)) parameters, \(Readable.count(outcome.steps)) steps, \(Readable.count(outcome.tokens)) tokens
      loss             \(loss(outcome.firstLoss)) -> \(loss(outcome.finalLoss))
      validation loss  \(loss(outcome.firstValidationLoss)) -> \(loss(outcome.finalValidationLoss))
      """
  }
}

/// The live line of a training run: on a terminal in place, else a line now and then.
final class TrainingView {
  private let isQuiet: Bool
  private let operationsPerToken: Double
  /// Operations per second that the processor reaches at most.
  private let peakRate: Double
  private let isTerminal = StandardError.isTerminal
  private let started = ContinuousClock.now
  private var firstTokens: Int?
  private var lastShown: ContinuousClock.Instant?
  private var losses: [Double] = []

  init(isQuiet: Bool, operationsPerToken: Double, peakRate: Double) {
    self.isQuiet = isQuiet
    self.peakRate = peakRate
    self.operationsPerToken = operationsPerToken
  }

  func show(_ progress: TrainingProgress) {
    guard !isQuiet else { return }
    losses.append(progress.loss)
    if firstTokens == nil { firstTokens = progress.tokens - progress.tokens / progress.step }
    let now = ContinuousClock.now
    if let lastShown, now - lastShown < (isTerminal ? .milliseconds(150) : .seconds(10)), progress.step < progress.steps { return }
    lastShown = now
    if isTerminal { StandardError.write("\r\u{1B}[2K" + line(progress, now)) } else { StandardError.line(line(progress, now)) }
  }

  func finish() { if isTerminal, !isQuiet { StandardError.write("\r\u{1B}[2K") } }

  private func line(_ progress: TrainingProgress, _ now: ContinuousClock.Instant) -> String {
    let seconds = max(0.001, (now - started) / .seconds(1))
    let rate = Double(progress.tokens - (firstTokens ?? 0)) / seconds
    let left = Double(progress.tokens) / Double(progress.step) * Double(progress.steps - progress.step) / max(1, rate)
    var text = "step \(progress.step)/\(progress.steps)  loss \(Readable.fixed(recentLoss, 3))"
    if let validation = progress.validationLoss { text += "  validation \(Readable.fixed(validation, 3))" }
    text += "  \(Readable.count(Int(rate))) tokens/s"
    // Model FLOPs utilization (Chowdhery et al. 2022, appendix B), of the peak measured when training began.
    if peakRate > 0 { text += "  MFU \(Readable.fixed(100 * rate * operationsPerToken / peakRate, 0)) %" }
    if progress.step < progress.steps { text += "  ETA \(Readable.duration(left))" }
    let room = StandardError.width - 2 - text.count
    return isTerminal && room > 8 ? text + "  " + Sparkline.text(losses, width: min(room - 2, 40)) : text
  }

  /// Mean of the last steps.
  private var recentLoss: Double {
    let last = losses.suffix(10)
    return last.reduce(0, +) / Double(max(1, last.count))
  }
}

/// A curve in one line of text.
enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// Values averaged into at most `width` columns, from the least to the greatest.
  static func text(_ values: [Double], width: Int) -> String {
    guard !values.isEmpty, width > 0 else { return "" }
    let columns = min(width, values.count)
    let means = (0..<columns).map { column in
      let part = values[column * values.count / columns..<(column + 1) * values.count / columns]
      return part.reduce(0, +) / Double(part.count)
    }
    let low = means.min() ?? 0, high = means.max() ?? 0
    return String(means.map { bars[high > low ? min(7, Int(($0 - low) / (high - low) * 8)) : 0] })
  }
}
