import Documents
import Evaluation
import Foundation
import LanguageModels
import Storage
import TokenShards
import Tokenization
import Training

extension StageKind {
  static let trainModel = StageKind(
    "train-model", "a small language model trained on the shards, in Hugging Face's layout",
    inputs: [InputPort("from", .shards)], output: .model,
    parameters: TrainingParameters.all,
    referencedFiles: TrainingParameters.referencedFiles,
    check: TrainingParameters.problems,
    body: .collective { _ in
      [
        CollectiveStep("train", .one, usesAllThreads: true) { context in
          let shards = try ShardSet(directory: context.artifact("from") ?? "")
          let configuration = try TrainingParameters.configuration(context.parameters, shards)
          let validation = shards.splitNames.contains("validation") ? try shards.split("validation") : nil
          let run = try TrainingRun(
            configuration,
            training: ShardSequences(
              try shards.split("train"), seed: configuration.seed, packing: shards.manifest.options.packing),
            validation: validation.map { ShardSequences($0, seed: nil, packing: shards.manifest.options.packing) },
            output: context.folder, work: try context.scratchFolder(),
            specialTokens: configuration.initialModel?.specialTokens(endOfDocument: shards.endOfDocument)
              ?? .init(endOfText: shards.endOfDocument), pool: ThreadPool(width: context.threads))
          let outcome = try run.run(
            progress: { progress in
              context.report(share: Double(progress.step) / Double(progress.steps))
              context.say(
                "step \(progress.step)/\(progress.steps)  loss \(decimals(progress.loss, 3))  \(Int(progress.tokensPerSecond)) tokens/s"
              )
            }, isCancelled: { context.stop.isSet })
          guard let outcome else { throw Interrupted() }
          try copyTokenizer(context)
          if let model = configuration.initialModel, model.hasTokenizer { try model.copyTokenizer(to: context.folder) }
          try AtomicFile.write(Array((note(outcome) + "\n").utf8), to: "\(context.folder)/note.txt")
          return TaskCounts()
        }
      ]
    })

  static let evaluate = StageKind(
    "evaluate", "perplexity and bits per byte on held-out text beside a unigram baseline, and samples",
    inputs: [InputPort("model", .model), InputPort("from", .shards)], output: .scores,
    parameters: [
      Parameter("prompts", .list, "texts that the model continues (default: beginnings of held-out documents)"),
      Parameter("samples", .integer(0...1000), default: .integer(4), "continuations of held-out beginnings"),
      Parameter("sample-tokens", .integer(1...100_000), default: .integer(100), "tokens per continuation"),
      Parameter("temperature", .number(0...10), default: .number(0.8), "sampling temperature; 0 is greedy"),
      Parameter("top-k", .integer(1...1_000_000), default: .integer(50), "sample from the k likeliest tokens"),
      Parameter("top-p", .number(0...1), "sample from the likeliest tokens that together have this probability"),
      Parameter("min-p", .number(0...1), "sample from tokens with this share of the likeliest one's probability"),
      Parameter("seed", .integer(0...Int.max), default: .integer(0), "seed of the samples"),
      Parameter(
        "by", .choice(DocumentGrouping.allCases.map(\.rawValue)), default: .text(DocumentGrouping.language.rawValue),
        "what scores are also counted by"),
      Parameter("maximum-tokens", .integer(1...Int.max), "stop after the document that reaches so many tokens"),
    ],
    check: { parameters in
      do throws(Diagnostic) { try sampling(parameters).validate() } catch { return [error] }
      return []
    },
    body: .collective { _ in
      [CollectiveStep("evaluate", .one, usesAllThreads: true) { context in try HeldOutEvaluation(context).perform() }]
    })

  fileprivate static func sampling(_ parameters: Parameters) -> Sampling {
    Sampling(
      temperature: parameters.number("temperature") ?? 0.8, topK: parameters.integer("top-k"), topP: parameters.number("top-p"),
      minP: parameters.number("min-p"), seed: UInt64(parameters.integer("seed") ?? 0))
  }

  /// The model's folder is complete: whoever loads it needs the tokenizer's files beside the weights.
  private static func copyTokenizer(_ context: StepContext) throws {
    guard let shards = context.stage.inputs(of: "from").first.flatMap({ context.plan.pipeline.stage($0.node) }),
      let tokenizer = shards.inputs(of: "tokenizer").first.flatMap({ context.plan.artifactFolder(of: $0.node) })
    else { return }
    for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"] {
      try AtomicFile.write(MappedFile.contents(of: context.run.file("\(tokenizer)/\(name)")), to: "\(context.folder)/\(name)")
    }
  }

  private static func note(_ outcome: TrainingOutcome) -> String {
    func loss(_ value: Double?) -> String { value.map { decimals($0, 3) } ?? "–" }
    return
      "\(outcome.parameters) parameters, \(outcome.tokens) tokens in \(outcome.steps) steps, validation loss \(loss(outcome.firstValidationLoss))"
      + " -> \(loss(outcome.finalValidationLoss)) nats per token"
  }

  static func decimals(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", locale: Locale(identifier: "en_US_POSIX"), value)
  }
}

/// Scores a model on a held-out split, beside the unigram baseline of the training split, and lets it continue beginnings of documents.
private struct HeldOutEvaluation {
  private let context: StepContext
  private let shards: ShardSet
  private let tokenizer: Tokenizer
  private let decoder: Decoder
  private let pool: ThreadPool

  init(_ context: StepContext) throws {
    self.context = context
    shards = try ShardSet(directory: context.artifact("from") ?? "")
    let model = context.artifact("model") ?? ""
    tokenizer = try Tokenizer(path: "\(model)/tokenizer.json")
    decoder = try HuggingFaceModel.read(model)
    pool = ThreadPool(width: context.threads)
  }

  func perform() throws -> TaskCounts {
    let split = try shards.split(context.stage.inputs(of: "from").first?.part ?? "validation")
    let documents = try TokenizedDocument.read(
      from: split, tokenizer: tokenizer, by: context.parameters.text("by").flatMap(DocumentGrouping.init) ?? .language,
      maximumTokens: context.parameters.integer("maximum-tokens"))
    if context.stop.isSet { throw Interrupted() }
    let baseline = try UnigramBaseline(counting: shards.split("train"), vocabularySize: shards.vocabularySize)
    let evaluator = try LikelihoodEvaluator(decoder, prefix: shards.endOfDocument, baseline: baseline, pool: pool)
    let (total, groups) = try evaluator.score(documents)
    let sampling = StageKind.sampling(context.parameters)
    let tokenizer = tokenizer
    let samples = try EvaluationReport.samples(
      of: decoder, prompts: prompts(documents), length: context.parameters.integer("sample-tokens") ?? 100, sampling: sampling,
      endOfText: shards.endOfDocument, pool: pool, decode: { (try? tokenizer.decode($0, leavingOutSpecialTokens: true)) ?? [] })
    let report = EvaluationReport(total: total, groups: groups, samples: samples, sampling: sampling)
    try report.write(to: "\(context.folder)/evaluation.json")
    try AtomicFile.write(Array((note(total, split.name) + "\n").utf8), to: "\(context.folder)/note.txt")
    return TaskCounts()
  }

  /// Given texts, then the first 24 tokens of held-out documents spread over the split.
  private func prompts(_ documents: [TokenizedDocument]) -> [(text: String, tokens: [UInt32])] {
    let given = (context.parameters.list("prompts") ?? []).map { Array($0.utf8) }
    let wanted = min(context.parameters.integer("samples") ?? 4, documents.count)
    let beginnings = (0..<wanted).map { documents[$0 * documents.count / max(1, wanted)] }.map { Array($0.tokens.prefix(24)) }
    return given.map { (String(decoding: $0, as: UTF8.self), [shards.endOfDocument] + tokenizer.encode($0)) }
      + beginnings.map { (String(decoding: (try? tokenizer.decode($0)) ?? [], as: UTF8.self), [shards.endOfDocument] + $0) }
  }

  private func note(_ score: LikelihoodScore, _ split: String) -> String {
    func number(_ value: Double?, _ digits: Int) -> String { value.map { StageKind.decimals($0, digits) } ?? "–" }
    return "\(split): loss \(number(score.loss, 3)) nats per token (unigram baseline \(number(score.baselineLoss, 3))), "
      + "\(number(score.bitsPerByte, 3)) bits per byte (baseline \(number(score.baselineBitsPerByte, 3))), perplexity \(number(score.tokenPerplexity, 1))"
  }
}
