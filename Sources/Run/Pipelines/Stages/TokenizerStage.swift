import Documents
import Foundation
import Storage
import Tokenization

extension StageKind {
  static let trainBPE = StageKind(
    "train-bpe", "a byte-level BPE tokenizer trained on the documents, as tokenizer.json",
    inputs: [InputPort("from", .documents, several: true)], output: .tokenizer,
    parameters: [
      Parameter(
        "vocabulary", .integer(257...4_194_304), default: .integer(32_768), "tokens, special ones and the 256 bytes included"),
      Parameter(
        "pattern", .choice(SplitPattern.names), default: .text(SplitPattern.cl100k.rawValue), "how text is cut into words first"
      ),
      Parameter("minimum-frequency", .integer(0...Int.max), default: .integer(0), "least count of a pair that is merged"),
      Parameter("maximum-token-length", .integer(2...100_000), "longest token, in characters"),
      Parameter(
        "special-tokens", .list, default: .list([BytePairModel.endOfText]), "special tokens; <|endoftext|> ends documents"),
      Parameter(
        "special-token-ids", .choice(BPETrainer.SpecialTokenPlacement.allCases.map(\.rawValue)), default: .text("first"),
        "where special tokens get their ids"),
      Parameter(
        "byte-order", .choice(BPETrainer.ByteOrder.allCases.map(\.rawValue)), default: .text("hugging-face"),
        "how bytes are numbered, which decides ties; byte-value is rustbpe's order"),
      Parameter("balance", .text, "metadata key of the groups to balance: language, source"),
      Parameter(
        "temperature", .number(0.01...1000), default: .number(1),
        "1: groups count as they come; larger: small groups count more (share^(1/temperature))"),
      Parameter("weights", .list, "how often a group counts: ['de=2', 'en=0.5']"),
      Parameter(
        "minimum-word-count", .integer(1...Int.max), default: .integer(1), "words that are rarer in their group are left out"),
      Parameter(
        "memory", .bytes((1 << 16)...(1 << 42)), default: .integer(1 << 30),
        "most bytes of word counts that a task holds before it writes them out"),
    ],
    check: { parameters in
      do throws(Diagnostic) {
        if try balance(parameters) != .natural, parameters.text("balance") == nil {
          throw Diagnostic(
            "invalid-value", "groups are weighed, but none are named", fix: "name their metadata key: 'balance: language'")
        }
      } catch { return [error] }
      return []
    },
    nominalRate: 25,
    body: .collective { parameters in
      [
        CollectiveStep("count", .eachPart) { context in
          let counter = try wordCounter(in: context.folder, "words-\(taskNumber(context.task))", parameters)
          let key = parameters.text("balance")
          try context.forEachDocument(in: context.parts[context.task]) { _, document in
            counter.add(document.text, group: key.flatMap { document.metadata[$0]?.string } ?? "", worker: 0)
            try counter.finishBatch(documents: 1)
          }
          try counter.checkpoint()
          return TaskCounts()
        },
        CollectiveStep("train", .one, usesAllThreads: true) { context in
          let counter = try wordCounter(in: context.folder(ofStep: "count"), "total", parameters)
          for part in context.parts.indices { try counter.join("words-\(taskNumber(part))") }
          let words = try counter.total(balance(parameters), minimumCount: Int64(parameters.integer("minimum-word-count") ?? 1))
          let summary = "learned from \(words.documentCount) documents with \(words.wordCount) distinct words"
          let model = try BPETrainer(trainerOptions(parameters)).train(on: consume words) { progress in
            if context.stop.isSet { throw Interrupted() }
            context.report(share: Double(progress.vocabularySize) / Double(progress.targetVocabularySize))
          }
          try model.write(to: context.folder)
          try "\(model.vocabularySize) tokens, \(summary)\n".write(
            toFile: "\(context.folder)/note.txt", atomically: false, encoding: .utf8)
          return TaskCounts()
        },
      ]
    })

  static let loadTokenizer = StageKind(
    "load-tokenizer", "a tokenizer that is there already, such as another model's tokenizer.json",
    inputs: [], output: .tokenizer,
    parameters: [Parameter("file", .file, "tokenizer.json, in Hugging Face's format")],
    referencedFiles: { parameters in parameters.text("file").map { [$0] } ?? [] },
    check: { parameters in
      parameters.text("file") == nil
        ? [Diagnostic("missing-value", "no tokenizer is named", fix: "add 'with: { file: FOLDER/tokenizer.json }'")] : []
    },
    body: .collective { _ in
      [
        CollectiveStep("load", .one) { context in
          let tokenizer = try Tokenizer(path: context.parameters.text("file") ?? "")
          try tokenizer.model.write(to: context.folder)
          try AtomicFile.write(Array("\(tokenizer.vocabularySize) tokens\n".utf8), to: "\(context.folder)/note.txt")
          return TaskCounts()
        }
      ]
    })

  private static func wordCounter(in folder: String, _ name: String, _ parameters: Parameters) throws(Diagnostic) -> WordCounter
  {
    try WordCounter(
      pattern: parameters.text("pattern").flatMap(SplitPattern.init(name:)) ?? .cl100k, workers: 1,
      memoryBudget: parameters.integer("memory") ?? 1 << 30, folder: folder, name: name)
  }

  private static func balance(_ parameters: Parameters) throws(Diagnostic) -> WordCounter.Balance {
    try .init(temperature: parameters.number("temperature") ?? 1, weights: parameters.list("weights") ?? [])
  }

  private static func trainerOptions(_ parameters: Parameters) -> BPETrainer.Options {
    var options = BPETrainer.Options(vocabularySize: parameters.integer("vocabulary") ?? 32_768)
    options.minimumFrequency = Int64(parameters.integer("minimum-frequency") ?? 0)
    options.maximumTokenLength = parameters.integer("maximum-token-length")
    options.specialTokens = parameters.list("special-tokens") ?? options.specialTokens
    options.specialTokenPlacement =
      parameters.text("special-token-ids").flatMap(BPETrainer.SpecialTokenPlacement.init(rawValue:)) ?? .first
    options.byteOrder = parameters.text("byte-order").flatMap(BPETrainer.ByteOrder.init(rawValue:)) ?? .huggingFace
    return options
  }
}
