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

      With --from, training goes on from a model that is there: a folder that 'winnow train' or Hugging Face transformers wrote
      (llama, qwen3, gpt2, eurobert). Its shape stays, its weights are the first ones, and the learning rate is 1e-4 unless another is
      given. The shards must be written with its tokenizer.

      Under Open MPI's mpirun several processes, on one machine or on many with the folders in common, share each batch and train one model.

      Examples:
        winnow train shards --preset tiny --tokens 2000000 --output model
        winnow train shards --preset small --tokens 50000000 --learning-rate 1e-3 --validate-every 200 --output model
        winnow train shards --preset mini --optimizer muon --query-key-norm --tensorboard --output model
        winnow train shards --from SmolLM-135M --tokens 5000000 --batch-tokens 16384 --output tuned
        mpirun -n 4 winnow train shards --preset small --tokens 50000000 --output model
        winnow train shards --preset mini --find-learning-rate --output model
        winnow train shards --preset gpt2-mini --schedule wsd --validate-every 100 --keep-best --patience 5 --output model
      """)

  @Argument(help: ArgumentHelp("The folder of the token shards.", valueName: "shards")) var shards: String
  @Option(help: ArgumentHelp("Where the model goes.", valueName: "folder")) var output: String
  @Option(
    help: ArgumentHelp("Begin with the weights of this model, instead of fresh ones in a preset's shape.", valueName: "folder"))
  var from: String?
  @OptionGroup var size: TrainingSizeOptions
  @Option(help: "Share of the steps over which the learning rate rises.") var warmUp = 0.05
  @Option(help: "How the learning rate falls: \(LearningRateSchedule.allCases.map(\.rawValue).joined(separator: ", ")).")
  var schedule = "cosine"
  @Option(help: "Share of the steps over which wsd falls.") var decayShare = 0.2
  @Option(help: "The last step's share of the greatest learning rate.") var finalLearningRate = 0.1
  @Option(help: "The greatest norm of the gradient; 0 for none.") var gradientClip = 1.0
  @Option(help: "Weight decay of matrices.") var weightDecay = 0.1
  @OptionGroup(title: "Method") var method: TrainingMethodOptions
  @Option(help: "Decides the first weights and the order of the data.") var seed: UInt64 = 0
  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "steps")) var checkpointEvery = 200
  @Option(help: ArgumentHelp("How many of the newest checkpoints stay.", valueName: "count")) var keepCheckpoints = 2
  @Option(help: ArgumentHelp("Steps between validations; else only at start and end.", valueName: "steps"))
  var validateEvery: Int?
  @Flag(help: "Keep the model of the lowest validation loss in the folder 'best' of the output.") var keepBest = false
  @Option(help: ArgumentHelp("End after this many validations without a new best.", valueName: "count")) var patience: Int?
  @Option(help: ArgumentHelp("End after this long.", valueName: "seconds")) var timeLimit: Double?
  @Option(
    help: ArgumentHelp("A loss so far above the last 64 is a spike: go back and pass over its data.", valueName: "deviations"))
  var spikeDeviations: Double?
  @Flag(help: "Compute activations once more in the backward pass: less memory, a third more work.") var recompute = false
  @Option(
    help: ArgumentHelp(
      "Add up the gradients of so many parts of each batch: every number of processes that divides it gives the same bytes.",
      valueName: "parts"))
  var gradientParts: Int?
  @Flag(help: "Attention does not cross from one document into the next.") var separateDocuments = false
  @Flag(help: "Also write TensorBoard's event files, to the folder 'tensorboard' of the output.") var tensorboard = false
  @Flag(help: "Train a few steps with growing learning rates, say which one to take, and keep no model.")
  var findLearningRate = false
  @Option(help: "Threads, of each process (default: the cores of the machine, shared among its processes).") var jobs: Int?
  @Flag(help: "Print nothing but problems.") var quiet = false

  func run() throws {
    try checkOrigin()
    do {
      let group = try OpenMPI.connect()?.group ?? .alone
      guard !findLearningRate || group.count == 1 else {
        throw UsageProblem("--find-learning-rate is for one process", fix: "leave mpirun out")
      }
      try train(in: group)
    } catch let error as Diagnostic where error.code == RankGroup.otherRankFailed {
      // That rank says why.
      throw ExitCode(CommandLineReport.failed)
    } catch let error as Diagnostic where error.code == OpenMPI.notUsable && !OpenMPI.leads() {
      throw ExitCode(CommandLineReport.failed)
    }
  }

  private func train(in group: RankGroup) throws {
    let pool = ThreadPool(width: max(1, jobs ?? Self.coresOfOne()))
    let (set, origin) = try group.together { () throws(Diagnostic) in
      (try ShardSet(directory: shards), try from.map { folder throws(Diagnostic) in try InitialModel(directory: folder) })
    }
    let warnings = try group.together { () throws(Diagnostic) in try origin?.requireTokens(of: set) ?? [] }
    if group.leads { for warning in warnings { CommandLineReport.show(warning) } }
    let configuration = try trainingConfiguration(set, from: origin, ranks: group.count)
    let packing = set.manifest.options.packing
    let (training, validation) = try group.together { () throws(Diagnostic) in
      (
        ShardSequences(try set.split(ShardOptions.trainSplit), seed: seed, packing: packing),
        set.splitNames.contains("validation") ? ShardSequences(try set.split("validation"), seed: nil, packing: packing) : nil
      )
    }
    if findLearningRate { return try testLearningRates(configuration, training, pool) }
    let run = try TrainingRun(
      configuration, training: training, validation: validation, output: output, work: output + "/checkpoints",
      specialTokens: origin?.specialTokens(endOfDocument: set.endOfDocument)
        ?? .init(beginOfText: set.endOfDocument, endOfText: set.endOfDocument, mask: configuration.maskToken),
      eventFolder: tensorboard ? output + "/tensorboard" : nil, pool: pool, group: group)
    let isQuiet = quiet || !group.leads
    if group.leads { for warning in run.warnings { CommandLineReport.show(warning) } }
    if run.resumedSteps > 0, !isQuiet { StandardError.line("winnow: continues after step \(run.resumedSteps)") }
    let interruption = Interruption()
    let view = TrainingView(
      isQuiet: isQuiet,
      operationsPerToken: configuration.model.trainingOperationsPerToken(sequenceLength: configuration.length),
      peakRate: quiet ? 0 : try group.gather(Engine(pool: pool).peakRate()).reduce(0, +))
    let outcome = try run.run(progress: { view.show($0) }, isCancelled: { interruption.stop.isSet })
    view.finish()
    guard let outcome else {
      if group.leads { StandardError.line("winnow: stopped; the same command continues") }
      throw ExitCode(CommandLineReport.interrupted)
    }
    guard group.leads else { return }
    if let origin, origin.hasTokenizer {
      try origin.copyTokenizer(to: output)
    } else {
      try copyTokenizer(maskToken: origin == nil ? configuration.maskToken : nil)
    }
    if !quiet { print(Self.summary(outcome)) }
  }

  /// The cores of this process: those that `mpirun` has bound it to, else its part of the machine's.
  private static func coresOfOne() -> Int {
    let mine = ProcessInfo.processInfo.activeProcessorCount
    let all = ProcessInfo.processInfo.processorCount
    return mine < all ? mine : max(1, all / OpenMPI.ranksOnThisMachine())
  }

  private func trainingConfiguration(
    _ set: ShardSet, from origin: InitialModel?, ranks: Int
  ) throws -> TrainingConfiguration {
    var configuration = try origin.map { TrainingConfiguration(from: $0, tokens: size.tokens) } ?? freshConfiguration(set)
    method.apply(to: &configuration)
    configuration.batchTokens = size.batchTokens
    configuration.sequenceLength = size.sequenceLength ?? set.manifest.options.sequenceLength
    // A preset's context is short; a given model's may be longer than a batch.
    if origin != nil, configuration.sequenceLength == nil {
      configuration.sequenceLength = min(configuration.model.contextLength, size.batchTokens)
    }
    if let rate = size.givenLearningRate { configuration.learningRate = rate }
    configuration.warmUpShare = warmUp
    guard let schedule = LearningRateSchedule(rawValue: schedule) else {
      throw UsageProblem(
        "there is no schedule '\(schedule)'",
        fix: "schedules: \(LearningRateSchedule.allCases.map(\.rawValue).joined(separator: ", "))")
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
    configuration.ranks = ranks
    configuration.gradientParts = gradientParts
    configuration.seed = seed
    configuration.checkpointInterval = checkpointEvery
    configuration.validationInterval = validateEvery
    configuration.endOfText = separateDocuments ? set.endOfDocument : nil
    do { try configuration.validate() } catch { throw UsageProblem(error.message, fix: error.fix) }
    return configuration
  }

  /// The tokenizer beside the shards goes with the model, so that it opens as one folder.
  private func copyTokenizer(maskToken: UInt32?) throws {
    let path = shards + "/tokenizer.json"
    guard FileManager.default.fileExists(atPath: path) else { return }
    var model = try Tokenizer(path: path).model
    if let maskToken {
      model.tokens.append(Array(BytePairModel.mask.utf8))
      model.specialTokens.append(.init(BytePairModel.mask, id: maskToken))
    }
    try model.write(to: output)
  }

  /// The range test: a line for each step in `learning-rates.jsonl`, and what it says.
  private func testLearningRates(
    _ configuration: TrainingConfiguration, _ training: ShardSequences, _ pool: ThreadPool
  ) throws {
    let interruption = Interruption()
    let outcome = try LearningRateFinder().run(
      configuration, on: training, pool: pool,
      progress: { point in
        if !quiet, StandardError.isTerminal {
          StandardError.write("\r\u{1B}[2Klearning rate \(point.learningRate)  loss \(Readable.fixed(point.smoothedLoss, 3))")
        }
      }, isCancelled: { interruption.stop.isSet })
    if !quiet, StandardError.isTerminal { StandardError.write("\r\u{1B}[2K") }
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    var lines: [UInt8] = []
    for point in outcome.points {
      point.description.write(to: &lines)
      lines.append(0x0A)
    }
    try AtomicFile.write(lines, to: output + "/learning-rates.jsonl")
    guard !interruption.stop.isSet else { throw ExitCode(CommandLineReport.interrupted) }
    guard let rate = outcome.steepest, let edge = outcome.edge else {
      throw Diagnostic(
        "training-configuration", "the loss fell at no learning rate", at: .init(file: output + "/learning-rates.jsonl"),
        fix: "use larger batches")
    }
    print("--learning-rate \(Self.rate(rate))  (where the loss fell fastest; it fell no further above \(Self.rate(edge)))")
  }

  private static func rate(_ value: Double) -> String { String(format: "%.1e", value) }

  private static func summary(_ outcome: TrainingOutcome) -> String {
    func loss(_ value: Double?) -> String { value.map { Readable.fixed($0, 3) } ?? "–" }
    return """
      \(Readable.count(outcome.parameters)) parameters, \(Readable.count(outcome.steps)) steps, \(Readable.count(outcome.tokens)) tokens
      loss             \(loss(outcome.firstLoss)) -> \(loss(outcome.finalLoss))
      validation loss  \(loss(outcome.firstValidationLoss)) -> \(loss(outcome.finalValidationLoss))
      """
  }
}
