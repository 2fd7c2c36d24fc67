import Documents
import Evaluation
import LanguageModels
import Storage
import TokenShards
import Tokenization

/// Lets the trained models of all variants judge the held-out text and the tasks.
struct AblationJudge {
  let variants: [String]
  let options: Ablation.Options
  /// Documents to judge by.
  let heldOut: String
  /// Of each variant.
  let documents: [Int]

  /// - Parameter artifact: the folder of a stage's artifact.
  /// - Throws: `Interrupted` when the stop flag was set.
  func report(threads: Int, stop: StopFlag, artifact: (String) -> String) throws -> AblationReport {
    let tokenizer = try Tokenizer(path: "\(artifact("tokenizer"))/tokenizer.json")
    let texts = try texts(tokenizer)
    let pool = ThreadPool(width: threads)
    var found: [AblationReport.Evidence] = []
    for (index, name) in variants.enumerated() {
      let shards = try ShardSet(directory: artifact("shards-\(index + 1)"))
      var losses: [[Double]] = []
      var answers = [[[Double]]](repeating: [], count: options.tasks.count)
      for seed in 0..<options.seeds {
        if stop.isSet { throw Interrupted() }
        let decoder = try HuggingFaceModel.read(artifact("model-\(index + 1)-\(seed)"))
        let evaluator = try LikelihoodEvaluator(decoder, prefix: shards.endOfDocument, pool: pool)
        losses.append(try evaluator.scores(of: texts).map(\.negativeLogLikelihood))
        let runner = try Evaluation.TaskRunner(
          decoder, prefix: shards.endOfDocument, endOfText: shards.endOfDocument, pool: pool,
          encode: { tokenizer.encode($0) }, decode: { (try? tokenizer.decode($0)) ?? [] })
        for (task, definition) in options.tasks.enumerated() {
          if stop.isSet { throw Interrupted() }
          answers[task].append(try runner.correctChoiceLikelihoods(of: definition))
        }
      }
      found.append(
        AblationReport.Evidence(
          name: name, documents: documents[index], tokens: shards.manifest.splits.first.map { Int($0.count.tokens) } ?? 0,
          text: VariantScores(bytes: texts.map(\.byteCount), negativeLogLikelihoods: losses),
          tasks: answers.map { VariantScores(weights: $0[0].map { _ in 1 }, values: $0) }))
    }
    return AblationReport(options, heldOut: texts, found)
  }

  private func texts(_ tokenizer: Tokenizer) throws -> [TokenizedDocument] {
    var texts: [TokenizedDocument] = []
    try DocumentPart(path: heldOut).forEach { document in
      let group =
        options.grouping == .language
        ? document.metadata["language"]?.string : document.metadata["source"]?.string ?? WebAddress(document.url)?.host
      texts.append(TokenizedDocument(tokens: tokenizer.encode(document.text), text: document.text, group: group))
    }
    return texts
  }
}
