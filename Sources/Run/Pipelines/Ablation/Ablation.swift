import Documents
import Evaluation
import Foundation
import Storage

/// Trains small models on several variants of a corpus and says which corpus makes the better ones.
///
/// Everything but the documents is the same for all: tokenizer, tokens of training, order, seeds. What variants share is
/// computed once. In `folder`: `documents/` (a run), `text/`, `models/` (a run), `ablation.json`. The same call continues what
/// was interrupted.
public struct Ablation: Sendable {
  /// The first is the baseline.
  public let variants: [AblationVariant]
  public let options: Options
  public let folder: String

  /// - Throws: a `Diagnostic` for fewer than two variants or seeds.
  public init(_ variants: [AblationVariant], _ options: Options, folder: String) throws(Diagnostic) {
    guard variants.count > 1 else {
      throw Diagnostic(
        "no-comparison", "one variant has nothing to be compared with", fix: "name a second pipeline, or --toggle STAGE")
    }
    guard options.seeds > 1 else {
      throw Diagnostic(
        "too-few-seeds", "with one seed chance cannot be told from a difference",
        fix: "use at least --seeds 2; 3 is the default")
    }
    try options.check()
    self.variants = variants
    self.options = options
    self.folder = folder
  }

  /// - Throws: `Interrupted` when the stop flag was set; a `Diagnostic` when a step failed. What is committed stays either way.
  public func perform(threads: Int, stop: StopFlag, observer: any RunObserver) async throws -> AblationReport {
    func perform(_ file: String, _ run: String) async throws -> (Plan, RunDirectory) {
      let plan = Plan(try Pipeline.load(path: file).pipeline)
      let directory = RunDirectory(path: "\(folder)/\(run)")
      let work = Run(plan: plan, directory: directory, threads: threads, stop: stop, observer: observer)
      try await work.perform(on: LocalExecutor(width: threads))
      return (plan, directory)
    }
    let text = "\(folder)/text"
    try RunDirectory(path: folder).makeFolder(text)

    let merge = VariantMerge(variants)
    try AtomicFile.write(Array(merge.pipeline.text.utf8), to: "\(folder)/documents.yaml")
    let (plan, documents) = try await perform("\(folder)/documents.yaml", "documents")
    let parts = try merge.documents.map { node in
      guard let set = plan.documentSets[node] else { throw Diagnostic("no-documents", "stage '\(node)' gives no documents") }
      return (0..<set.parts).map { DocumentPart(path: documents.file("\(set.folder)/part-\(taskNumber($0)).jsonl.zst")) }
    }
    let counts = try HeldOutText(share: options.heldOutShare, given: options.heldOut).write(parts, to: text)
    try writeQuestions(to: text)

    try AtomicFile.write(Array(modelPipeline(text).utf8), to: "\(folder)/models.yaml")
    let (models, run) = try await perform("\(folder)/models.yaml", "models")
    let judge = AblationJudge(
      variants: variants.map(\.name), options: options, heldOut: "\(text)/held-out.jsonl", documents: counts.documents)
    let report = try judge.report(threads: threads, stop: stop) { run.file(models.artifactFolder(of: $0) ?? $0) }
    try AtomicFile.write(JSONValue.object(report.json).prettyPrinted, to: "\(folder)/ablation.json")
    return report
  }

  // MARK: Models

  private func modelPipeline(_ text: String) -> String {
    func quoted(_ text: String) -> String { String(decoding: JSONValue.string(text).serialized, as: UTF8.self) }
    let unseen = (["held-out"] + (options.tasks.isEmpty ? [] : ["questions"])).map { quoted("\(text)/\($0).jsonl") }
      .joined(separator: ", ")
    var sources = ""
    var stages = ""
    for number in 1...variants.count {
      sources += "  text-\(number): { read: jsonl, paths: [\(quoted("\(text)/variant-\(number).jsonl.zst"))] }\n"
      // Near-copies of what judges go.
      stages +=
        "  clean-\(number): { use: decontaminate, from: text-\(number), with: { evaluations: [\(unseen)], fields: [text] } }\n"
    }
    let tokenizer = options.tokenizer.map { "{ use: load-tokenizer, with: { file: \(quoted("\($0)/tokenizer.json")) } }" }
    stages += "  tokenizer: \(tokenizer ?? "{ use: train-bpe, from: clean-1, with: { vocabulary: \(options.vocabulary) } }")\n"
    for number in 1...variants.count {
      stages +=
        "  shards-\(number): { use: token-shards, from: clean-\(number), tokenizer: tokenizer, with: { validation: 0 } }\n"
      for seed in 0..<options.seeds {
        let length = options.sequenceLength.map { ", sequence-length: \($0)" } ?? ""
        stages += """
            model-\(number)-\(seed): { use: train-model, from: shards-\(number), with: { preset: \(options.preset), tokens: \(options.tokens), \
          batch-tokens: \(options.batchTokens), learning-rate: \(options.learningRate), \
          optimizer: \(options.optimizer.rawValue), seed: \(seed)\(length) } }

          """
      }
    }
    return "winnow: 1\nname: models\nsources:\n\(sources)stages:\n\(stages)"
  }

  /// What the tasks ask, with the answers, so that it goes from all variants.
  private func writeQuestions(to folder: String) throws {
    guard !options.tasks.isEmpty else { return }
    var lines: [UInt8] = []
    for task in options.tasks {
      for (index, text) in try task.textsWithAnswers().enumerated() {
        DocumentLines.write(Document(id: "\(task.name)-\(index)", text: Array(text.utf8)), to: &lines)
      }
    }
    try replaceIfDifferent("\(folder)/questions.jsonl") { try AtomicFile.write(lines, to: $0) }
  }
}

/// Writes a file anew unless it is the same already: stages behind it are done again when a file's time changes.
func replaceIfDifferent(_ path: String, _ write: (String) throws -> Void) throws {
  let new = path + ".new"
  try write(new)
  if let old = try? fileChecksum(path), try fileChecksum(new) == old {
    unlink(new)
  } else if rename(new, path) != 0 {
    throw Diagnostic(systemCall: "rename", path: path)
  }
}
