import Documents
import Foundation
import Storage
import Tokenization

extension StageKind {
  static let trainBPE = StageKind(
    "train-bpe", "a byte-level BPE tokenizer trained on the documents, as tokenizer.json",
    inputs: [InputPort("from", .documents, several: true)], output: .tokenizer,
    parameters: [
      Parameter("vocabulary", .integer(257...4_194_304), default: .integer(32_768), "tokens, special ones and the 256 bytes included"),
      Parameter("pattern", .choice(SplitPattern.names), default: .text(SplitPattern.cl100k.rawValue), "how text is cut into words first"),
      Parameter("minimum-frequency", .integer(0...Int.max), default: .integer(0), "least count of a pair that is merged"),
      Parameter("maximum-token-length", .integer(2...100_000), "longest token, in characters"),
      Parameter("special-tokens", .list, default: .list([BytePairModel.endOfText]), "special tokens; <|endoftext|> ends documents"),
    ],
    nominalRate: 25,
    body: .collective { parameters in
      let pattern = parameters.text("pattern").flatMap(SplitPattern.init(name:)) ?? .cl100k
      return [
        CollectiveStep("count", .eachPart) { context in
          var counts = WordCounts(pattern: pattern)
          try context.forEachDocument(in: context.parts[context.task]) { _, document in counts.add(document.text) }
          try counts.write(to: "\(context.folder)/words-\(taskNumber(context.task)).bin")
          return TaskCounts()
        },
        CollectiveStep("train", .one, usesAllThreads: true) { context in
          var words = WordCounts(pattern: pattern)
          for part in context.parts.indices { try words.merge(file: "\(context.folder(ofStep: "count"))/words-\(taskNumber(part)).bin") }
          let model = try BPETrainer(trainerOptions(parameters)).train(on: words) { progress in
            if context.stop.isSet { throw Interrupted() }
            context.report(share: Double(progress.vocabularySize) / Double(progress.targetVocabularySize))
          }
          try model.write(to: context.folder)
          try note(model, words).write(toFile: "\(context.folder)/note.txt", atomically: false, encoding: .utf8)
          return TaskCounts()
        },
      ]
    })

  private static func trainerOptions(_ parameters: Parameters) -> BPETrainer.Options {
    var options = BPETrainer.Options(vocabularySize: parameters.integer("vocabulary") ?? 32_768)
    options.minimumFrequency = Int64(parameters.integer("minimum-frequency") ?? 0)
    options.maximumTokenLength = parameters.integer("maximum-token-length")
    options.specialTokens = parameters.list("special-tokens") ?? options.specialTokens
    return options
  }

  private static func note(_ model: BytePairModel, _ words: WordCounts) -> String {
    "\(model.vocabularySize) tokens, learned from \(words.documentCount) documents with \(words.wordCount) distinct words\n"
  }
}
