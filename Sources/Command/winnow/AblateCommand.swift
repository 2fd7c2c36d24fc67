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
      byte than it, beyond chance. The same command continues what was interrupted.

      Examples:
        winnow ablate crawl.yaml --toggle quality --output quality
        winnow ablate gopher.yaml fineweb.yaml --held-out reference.jsonl --tokens 20000000 --preset mini --output filters
      """)

  @Argument(help: ArgumentHelp("Pipelines, the baseline first.", valueName: "pipeline")) var files: [String]
  @Option(help: ArgumentHelp("Also the first pipeline without this stage.", valueName: "stage")) var toggle: [String] = []
  @Option(help: ArgumentHelp("Where texts, models and the report go.", valueName: "folder")) var output: String
  @Option(help: "Trainings of each variant.") var seeds = 3
  @OptionGroup var size: TrainingSizeOptions
  @Option(help: "Size of the tokenizer, which is trained on the first variant.") var vocabulary = 4096
  @Option(help: ArgumentHelp("A folder with tokenizer.json to use instead.", valueName: "folder")) var tokenizer: String?
  @Option(help: ArgumentHelp("Texts to judge by (JSON lines), instead of held-out documents.", valueName: "file")) var heldOut:
    [String] = []
  @Option(help: "Share of the documents that is held out.") var heldOutShare = 0.02
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
        json ? String(decoding: JSONValue.object(report.json).prettyPrinted, as: UTF8.self) : Self.text(report),
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
      options.vocabulary = vocabulary
      options.tokenizer = tokenizer
      options.heldOut = heldOut
      options.heldOutShare = heldOutShare
      return options
    }
  }

  private var variants: [AblationVariant] {
    get throws {
      var variants: [AblationVariant] = []
      for (index, file) in files.enumerated() {
        let (pipeline, warnings) = try Pipeline.load(path: file)
        for warning in warnings { CommandLineReport.show(warning) }
        let isTwice = files[..<index].contains(file)
        variants.append(try AblationVariant(isTwice ? "\(file) again" : file, pipeline))
      }
      guard let first = variants.first else { return [] }
      return try variants + toggle.map { try first.without($0) }
    }
  }

  private static func text(_ report: AblationReport) -> String {
    var table = TextTable(
      ["variant", "documents", "tokens", "epochs", "bits per byte", "difference", "interval", "verdict"],
      alignsRight: [false, true, true, true, true, true, true, false])
    for row in report.rows {
      table.add([
        row.name, Readable.count(row.documents), Readable.count(row.tokens), Readable.fixed(row.epochs, 2),
        Readable.fixed(row.meanBitsPerByte, 4), row.comparison.map { signed($0.difference) } ?? "",
        row.comparison.map { "\(signed($0.interval.lowerBound)) to \(signed($0.interval.upperBound))" } ?? "",
        row.comparison?.verdict.rawValue ?? "baseline",
      ])
    }
    var text = table.rendered()
    var languages = TextTable(
      ["variant", "language", "documents", "difference", "interval", "verdict"],
      alignsRight: [false, false, true, true, true, false])
    for row in report.rows where row.languages.count > 1 {
      for language in row.languages {
        let comparison = language.comparison
        languages.add([
          row.name, language.name, Readable.count(language.documents), signed(comparison.difference),
          "\(signed(comparison.interval.lowerBound)) to \(signed(comparison.interval.upperBound))", comparison.verdict.rawValue,
        ])
      }
    }
    if report.rows.contains(where: { $0.languages.count > 1 }) { text += "\n\n" + languages.rendered() }
    let held = "\(Readable.count(report.heldOutDocuments)) held-out documents, \(Readable.bytes(report.heldOutBytes))"
    return text
      + "\n\n\(report.options.seeds) trainings of each, \(report.options.preset), \(Readable.count(report.options.tokens)) tokens; judged by \(held)"
  }

  private static func signed(_ value: Double) -> String { (value < 0 ? "−" : "+") + Readable.fixed(abs(value), 4) }
}

extension AblationSheet {
  init(_ report: AblationReport) {
    func comparison(_ found: PairedComparison) -> Comparison {
      Comparison(
        difference: found.difference, lower: found.interval.lowerBound, upper: found.interval.upperBound,
        verdict: found.verdict.rawValue)
    }
    self.init(
      version: Winnow.version, preset: report.options.preset, trainingTokens: report.options.tokens,
      seeds: report.options.seeds,
      heldOutDocuments: report.heldOutDocuments, heldOutBytes: UInt64(report.heldOutBytes),
      heldOutFiles: report.options.heldOut,
      variants: report.rows.map { row in
        Variant(
          name: row.name, documents: row.documents, tokens: row.tokens, epochs: row.epochs, bitsPerByte: row.meanBitsPerByte,
          comparison: row.comparison.map(comparison),
          languages: row.languages.map { ($0.name, $0.documents, comparison($0.comparison)) })
      })
  }
}
