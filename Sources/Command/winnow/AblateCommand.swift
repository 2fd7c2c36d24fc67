import ArgumentParser
import Datasheets
import Documents
import Evaluation
import Foundation
import LanguageModels
import Pipelines
import Storage

struct AblateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablate", abstract: "Train small models on variants of a corpus and say which corpus is better.",
    discussion: """
      Takes the documents of each pipeline, up to where tokens are made of them; --toggle adds the first pipeline without a stage. Tokenizer,
      tokens of training, order and seeds are the same for all, and what variants share is computed once. Judged are documents that every
      variant has and that were held out of all, or texts of your own. The first variant is the baseline: "helps" means fewer bits per
      byte than it, beyond chance; with --task also likelier right choices. The same command continues what was interrupted.

      Examples:
        winnow ablate crawl.yaml --toggle quality --output quality
        winnow ablate gopher.yaml fineweb.yaml --held-out reference.jsonl --tokens 20000000 --preset mini --output filters
      """)

  @Argument(help: ArgumentHelp("Pipelines, the baseline first.", valueName: "pipeline")) var files: [String]
  @Option(help: ArgumentHelp("Also the first pipeline without this stage.", valueName: "stage")) var toggle: [String] = []
  @Option(help: ArgumentHelp("Where texts, models and the report go.", valueName: "folder")) var output: String
  @Option(help: "Trainings of each variant.") var seeds = 3
  @OptionGroup var size: TrainingSizeOptions
  @Option(help: "How gradients become steps; muon leaves models of other seeds much nearer together than adamw.") var optimizer = Optimizer.muon
  @Option(help: "Size of the tokenizer, which is trained on the first variant.") var vocabulary = 4096
  @Option(help: ArgumentHelp("A folder with tokenizer.json to use instead.", valueName: "folder")) var tokenizer: String?
  @Option(help: ArgumentHelp("Texts to judge by (JSON lines), instead of held-out documents.", valueName: "file")) var heldOut:
    [String] = []
  @Option(help: "Share of the documents that is held out.") var heldOutShare = 0.02
  @Option(help: "What differences are also given by: language or source.") var by = DocumentGrouping.language
  @Option(help: ArgumentHelp("Also judge by this task's right choices: as for 'winnow evaluate'.", valueName: "task"))
  var task: [String] = []
  @Option(help: ArgumentHelp("Tasks at once (default: all cores).", valueName: "n")) var jobs: Int?
  @Flag(help: "The report as JSON.") var json = false
  @Flag(help: "No progress; the report and problems are still printed.") var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if seeds < 2 { throw ValidationError("--seeds must be at least 2: with one, chance cannot be told from a difference") }
    if !(heldOutShare > 0 && heldOutShare < 1) { throw ValidationError("--held-out-share lies between 0 and 1") }
    if !(vocabulary >= 257) { throw ValidationError("--vocabulary must be at least 257: 256 bytes and the end of a text") }
  }

  func run() async throws {
    let interruption = Interruption()
    let ablation = try Ablation(variants, options, folder: output)
    let view = ProgressView(quiet ? .quiet : StandardError.isTerminal ? .terminal : .plain)
    do {
      let width = jobs ?? ProcessInfo.processInfo.activeProcessorCount
      let report = try await ablation.perform(threads: width, stop: interruption.stop, observer: view)
      view.finish()
      try AtomicFile.write(Array(AblationSheet(report).html.utf8), to: "\(output)/index.html")
      print(
        json ? String(decoding: JSONValue.object(report.json).prettyPrinted, as: UTF8.self) : AblationText(report).text,
        terminator: json ? "" : "\n")
    } catch {
      view.finish()
      guard interruption.stop.isSet || error is Interrupted || error is CancellationError else { throw error }
      StandardError.line("winnow: interrupted; what is committed stays. The same command continues")
      throw Interrupted()
    }
  }

  private var options: Ablation.Options {
    get throws {
      _ = try size.model(vocabularySize: vocabulary)
      var options = Ablation.Options()
      options.seeds = seeds
      options.preset = size.preset
      options.tokens = size.tokens
      options.batchTokens = size.batchTokens
      options.sequenceLength = size.sequenceLength
      options.learningRate = size.learningRate
      options.optimizer = optimizer
      options.vocabulary = vocabulary
      options.tokenizer = tokenizer
      options.heldOut = heldOut
      options.heldOutShare = heldOutShare
      options.grouping = by
      options.tasks = try task.map(EvaluateCommand.readTask)
      return options
    }
  }

  private var variants: [AblationVariant] {
    get throws {
      var variants: [AblationVariant] = []
      let names = files.map { ($0 as NSString).lastPathComponent }
      // Names alone, where they tell the files apart.
      let isClear = Set(names).count == Set(files).count
      for (index, file) in files.enumerated() {
        let (pipeline, warnings) = try Pipeline.load(path: file)
        for warning in warnings { CommandLineReport.show(warning) }
        let isTwice = files[..<index].contains(file)
        let name = isClear ? names[index] : file
        variants.append(try AblationVariant(isTwice ? "\(name) again" : name, pipeline))
      }
      guard let first = variants.first else { return [] }
      return try variants + toggle.map { try first.without($0) }
    }
  }
}
