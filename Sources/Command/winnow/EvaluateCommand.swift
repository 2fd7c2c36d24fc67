import ArgumentParser
import Documents
import Evaluation
import Foundation
import LanguageModels
import Storage
import TokenShards
import Tokenization

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Score a model on held-out documents or on tasks.",
    discussion: """
      Documents come from a split of token shards, or from JSON lines with 'text'. Windows roll as in lm-evaluation-harness. With
      shards, a unigram baseline counted on their training split stands beside the model.

      A task is a YAML file that says how the records of a JSON-lines file become prompts and what is measured, with the keys and
      meanings of lm-evaluation-harness; arc, crows-pairs, hellaswag, mmlu, piqa, truthfulqa-mc1 and winobias come with Winnow, for records that you have.

      Examples:
        winnow evaluate model --shards shards
        winnow evaluate model --shards shards --memorization
        winnow evaluate model --toxicity prompts.jsonl --temperature 1 --top-p 0.9 --continuation-tokens 20
        winnow evaluate model --documents held-out.jsonl --json
        winnow evaluate model --task arc=ARC-Easy-test.jsonl --task my-task.yaml --log-samples answers.jsonl
      """)

  @OptionGroup var folder: ModelFolder
  @Option(help: ArgumentHelp("Token shards made with the model's tokenizer.", valueName: "folder")) var shards: String?
  @Option(help: "The split to score.") var split = "validation"
  @Option(help: "What scores are also counted by.") var by: DocumentGrouping = .language
  @Option(help: ArgumentHelp("Documents as JSON lines (gz, zst).", valueName: "file")) var documents: String?
  @Option(help: ArgumentHelp("A task file, or a bundled task's name; with =FILE, its records.", valueName: "task"))
  var task: [String] = []
  @Option(help: ArgumentHelp("Shards the model was trained on: look for each record there.", valueName: "folder"))
  var trainingShards: String?
  @Option(help: "At most so many records of each task, or prompts.") var limit: Int?
  @Option(help: ArgumentHelp("Also write what the model did with each record, as JSON lines.", valueName: "file"))
  var logSamples: String?
  @Flag(help: "Ask instead how much of the shards' training text the model gives back word for word, beside held-out text.")
  var memorization = false
  @Option(help: "Places of each split that are tried for it.") var places = 200
  @Option(help: "Tokens that the model is given at a place.") var prefixTokens = 32
  @Option(help: "Tokens that it has to give back; the most tokens of a continuation that is judged for toxicity.")
  var continuationTokens = 32
  @OptionGroup(title: "Toxicity") var toxicityOptions: ToxicityOptions
  @Option(help: "Stop after the document that reaches so many tokens.") var maximumTokens: Int?
  @Option(help: "Samples to write.") var samples = 3
  @Option(help: "Tokens of a sample.") var sampleTokens = 60
  @OptionGroup var options: SamplingOptions
  @Option(help: ArgumentHelp("Also write the report there, as JSON.", valueName: "file")) var output: String?
  @Flag(help: "Print the report as JSON.") var json = false
  @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount

  func run() throws {
    if let prompts = toxicityOptions.toxicity { return try runToxicityEvaluation(prompts) }
    guard task.isEmpty ? (shards == nil) != (documents == nil) : shards == nil && documents == nil else {
      throw UsageProblem(
        "name what to score", fix: "either --shards FOLDER, --documents FILE, --task TASK or --toxicity PROMPTS")
    }
    guard task.isEmpty else { return try runTasks() }
    guard trainingShards == nil, limit == nil, logSamples == nil else {
      throw UsageProblem("--training-shards, --limit and --log-samples are for tasks", fix: "name a --task, or leave them out")
    }
    if memorization { return try runMemorizationAudit() }
    let sampling = try options.sampling()
    let decoder = try folder.decoder()
    let tokenizer = try folder.loadTokenizer()
    let pool = ThreadPool(width: max(1, jobs))
    let prefix = try folder.prefix(tokenizer)
    let (texts, baseline) = try heldOut(tokenizer)
    let evaluator = try LikelihoodEvaluator(decoder, prefix: prefix, baseline: baseline, pool: pool)
    let (total, groups) = try evaluator.score(texts)
    let written = try EvaluationReport.samples(
      of: decoder, prompts: Array(repeating: ("", [prefix]), count: max(0, samples)), length: sampleTokens, sampling: sampling,
      endOfText: folder.endOfText(tokenizer), pool: pool
    ) { (try? tokenizer.decode($0)) ?? [] }
    let report = EvaluationReport(total: total, groups: groups, samples: written, sampling: sampling)
    if let output { try report.write(to: output) }
    print(
      json ? String(decoding: JSONValue.object(report.description).prettyPrinted.dropLast(), as: UTF8.self) : Self.text(report))
  }

  private func heldOut(_ tokenizer: Tokenizer) throws -> ([TokenizedDocument], UnigramBaseline?) {
    if let shards {
      let set = try ShardSet(directory: shards)
      return (
        try TokenizedDocument.read(from: set.split(split), tokenizer: tokenizer, by: by, maximumTokens: maximumTokens),
        try UnigramBaseline(counting: set.split(ShardOptions.trainSplit), vocabularySize: set.vocabularySize)
      )
    }
    guard let documents else { return ([], nil) }
    var texts: [TokenizedDocument] = []
    var tokens = 0
    var lines = try LineReader(path: documents)
    let encoder = TokenEncoder(tokenizer)
    while tokens < maximumTokens ?? .max {
      let number = UInt64(lines.lineNumber + 1)
      guard
        let item = try lines.next({ (line) throws(Diagnostic) in
          try DocumentLines.parse(line, origin: Origin(file: documents, offset: number))
        })
      else { break }
      guard case .document(let document) = item else {
        throw Diagnostic("damaged-file", "a line without a document", at: .init(file: documents, line: lines.lineNumber))
      }
      let ids = encoder.encode(document.text)
      tokens += ids.count
      texts.append(
        TokenizedDocument(
          tokens: ids, text: document.text,
          group: by == .language
            ? document.metadata["language"]?.string : document.metadata["source"]?.string ?? WebAddress(document.url)?.host))
    }
    return (texts, nil)
  }

  private static func text(_ report: EvaluationReport) -> String {
    func number(_ value: Double?, _ digits: Int = 3) -> String { value.map { Readable.fixed($0, digits) } ?? "–" }
    var table = TextTable(
      ["", "documents", "tokens", "loss", "unigram", "perplexity", "bits/byte", "unigram"],
      alignsRight: [false, true, true, true, true, true, true, true])
    for (name, score) in report.groups + [(name: "all", score: report.total)] {
      table.add([
        name, Readable.count(score.documents), Readable.count(score.tokens), number(score.loss), number(score.baselineLoss),
        number(score.tokenPerplexity, 1), number(score.bitsPerByte), number(score.baselineBitsPerByte),
      ])
    }
    var text = table.rendered()
    text += "\nperplexity of a word \(number(report.total.wordPerplexity, 1)), of a byte \(number(report.total.bytePerplexity))"
    for (index, sample) in report.samples.enumerated() { text += "\n\nsample \(index + 1):\n\(sample.continuation)" }
    return text
  }
}

extension DocumentGrouping: ExpressibleByArgument {}
