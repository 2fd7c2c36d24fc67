import ArgumentParser
import Documents
import Foundation
import Pipelines
import Storage
import Tokenization

extension TokenizerCommand {
  struct Train: ParsableCommand {
    enum Model: String, ExpressibleByArgument, CaseIterable { case bpe, wordpiece, unigram }
    enum Bytes: String, ExpressibleByArgument, CaseIterable {
      case huggingFace = "hugging-face"
      case byteValue = "byte-value"
    }

    static let configuration = CommandConfiguration(
      abstract: "Learn a vocabulary from documents.",
      discussion: """
        Reads JSON lines ({"text": …}, .jsonl) or plain text, also .gz and .zst, and writes tokenizer.json, tokenizer_config.json and
        special_tokens_map.json, which Hugging Face tokenizers and transformers load. The merges are those of Hugging Face's trainer.

        With --checkpoint, word counts are kept in a folder: they are written there when they exceed --memory-budget or the command is
        interrupted, and the same command continues where it stopped.

        Examples:
          winnow tokenizer train part-*.jsonl.zst --vocabulary 32768 --pattern cl100k --output tokenizer
          winnow tokenizer train *.jsonl --vocabulary 65536 --balance language --temperature 3.3 --output tokenizer
        """)

    @Argument(help: ArgumentHelp("Documents.", valueName: "in")) var inputs: [String]
    @Option(help: "Tokens in the vocabulary, special ones and the 256 bytes included.") var vocabulary: Int
    @Option(help: "One of: bpe (byte-level), wordpiece, unigram.") var model = Model.bpe
    @Option(help: "How text is cut into words, for bpe: \(SplitPattern.names.joined(separator: ", ")).") var pattern =
      SplitPattern
      .cl100k.rawValue
    @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String
    @Option(help: ArgumentHelp("A special token instead of the model's own; may be repeated.", valueName: "token")) var special:
      [String] = []
    @Flag(help: "Give special tokens the last ids instead of the first (bpe).") var specialLast = false
    @Option(help: "Least count of a pair that is merged.") var minimumFrequency = 0
    @Option(help: "Make only tokens shorter than this many bytes (bpe).") var maximumTokenLength: Int?
    @Option(help: "In which order bytes are numbered, which decides ties: hugging-face, or byte-value as in rustbpe.")
    var byteOrder = Bytes
      .huggingFace
    @Option(help: "At most so many characters (wordpiece) or bytes (bpe) are tokens; the most frequent stay.")
    var alphabetLimit: Int?
    @Flag(help: "Only bytes that occur are tokens (bpe). Such a tokenizer cannot encode every text.") var observedAlphabet =
      false
    @Option(help: "The share of all characters in the text that get a piece (unigram).") var characterCoverage = 0.9995
    @Flag(help: "Bring text to lower case first (wordpiece).") var lowercase = false
    @Option(help: ArgumentHelp("Balance the groups that this metadata key names.", valueName: "key")) var balance: String?
    @Option(help: "1: groups count as they come; larger: small groups count more (share^(1/temperature)).") var temperature =
      1.0
    @Option(help: ArgumentHelp("How often a group counts; may be repeated.", valueName: "group=n")) var weight: [String] = []
    @Option(help: "Leave out words that are rarer than this.") var minimumWordCount = 1
    @Option(help: ArgumentHelp("Most bytes the word tables may take before they are written to --checkpoint.", valueName: "n"))
    var memoryBudget = 4 << 30
    @Option(help: ArgumentHelp("Where word counts are kept until the training is done.", valueName: "folder")) var checkpoint:
      String?
    @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print nothing but problems.") var quiet = false

    func validate() throws {
      if temperature <= 0 { throw ValidationError("--temperature must be positive") }
      if balance == nil && (temperature != 1 || !weight.isEmpty) {
        throw ValidationError("--temperature and --weight need --balance, the metadata key that names the groups")
      }
      if temperature != 1 && !weight.isEmpty { throw ValidationError("give --temperature or --weight, not both") }
      if minimumWordCount < 1 || memoryBudget < 1 { throw ValidationError("counts and budgets start at 1") }
    }

    func run() throws {
      let started = ContinuousClock.now
      let (reader, counter) = try count()
      let words = try counter.total(try balancing(), minimumCount: Int64(minimumWordCount))
      let counted = ContinuousClock.now
      let size = Int(words.byteCount)
      let counts =
        "\(Readable.count(Int(words.documentCount))) documents, \(Readable.bytes(size)), \(Readable.count(words.wordCount)) distinct words"
      let summary = try train(consume words)
      if !quiet { report(counts, summary, size, counted - started, ContinuousClock.now - counted) }
      counter.removeFiles()
      try reader.finish()
    }

    // MARK: Counting

    private func splitPattern() throws -> SplitPattern {
      switch model {
      case .bpe: try SplitPattern.named(pattern)
      case .wordpiece: .words
      case .unigram: .whitespace
      }
    }

    private func balancing() throws -> WordCounter.Balance {
      do throws(Diagnostic) { return try .init(temperature: temperature, weights: weight) } catch {
        throw UsageProblem(error.message, fix: error.fix)
      }
    }

    /// What a checkpoint must agree on: everything that decides the counts.
    private func identity(_ pattern: SplitPattern) throws -> String {
      var parts = [pattern.rawValue, balance ?? "", lowercase && model == .wordpiece ? "lowercase" : ""]
      for path in inputs {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value ?? -1
        parts.append("\(path):\(size)")
      }
      return XXH64.hash(parts.joined(separator: "\n")).hexadecimal
    }

    private func count() throws -> (DocumentInputs, WordCounter) {
      _ = try balancing()
      let pattern = try splitPattern()
      let counter = try WordCounter(
        pattern: pattern, workers: jobs, memoryBudget: memoryBudget, folder: checkpoint, identity: try identity(pattern))
      let lowers = lowercase && model == .wordpiece
      let key = balance
      let work: @Sendable (Int, ArraySlice<Document>) -> Void = { worker, documents in
        for document in documents {
          let group = key.flatMap { document.metadata[$0]?.string } ?? ""
          counter.add(lowers ? WordPieceModel.lowercased(document.text) : document.text, group: group, worker: worker)
        }
      }
      let interruption = Interruption()
      let skipped = counter.documentCount
      if skipped > 0, !quiet { StandardError.line("continuing after \(Readable.count(skipped)) documents") }
      var reader = DocumentInputs()
      var batches = DocumentBatches(jobs: max(1, jobs), limit: 8 << 20)
      var seen = 0
      var pending = 0
      try reader.forEach(inputs, cutsText: true) { document in
        seen += 1
        guard seen > skipped else { return }
        pending += 1
        guard batches.add(document, work) else { return }
        try counter.finishBatch(documents: pending)
        pending = 0
        showProgress("\(Readable.count(seen)) documents")
        if interruption.stop.isSet {
          try counter.checkpoint()
          if checkpoint != nil, !quiet { StandardError.line("interrupted; the same command continues here") }
          throw Interrupted()
        }
      }
      batches.finish(work)
      try counter.finishBatch(documents: pending)
      return (reader, counter)
    }

    private func showProgress(_ text: String) {
      if !quiet, StandardError.isTerminal { StandardError.write("\r\u{1B}[2K\(text)") }
    }

    // MARK: Learning

    private func train(_ words: consuming WordCounts) throws -> String {
      defer { showProgress("") }
      switch model {
      case .bpe:
        let model = try BPETrainer(bytePairOptions()).train(on: consume words) { progress in
          showProgress("\(Readable.count(progress.vocabularySize)) of \(Readable.count(progress.targetVocabularySize)) tokens")
        }
        try model.write(to: output)
        return "\(Readable.count(model.vocabularySize)) tokens, \(Readable.count(model.merges.count)) merges"
      case .wordpiece:
        var options = WordPieceTrainer.Options(vocabularySize: vocabulary)
        options.minimumFrequency = Int64(minimumFrequency)
        options.alphabetLimit = alphabetLimit ?? options.alphabetLimit
        options.lowercases = lowercase
        if !special.isEmpty { options.specialTokens = special }
        let model = try WordPieceTrainer(options).train(on: consume words)
        try model.write(to: output)
        return "\(Readable.count(model.tokens.count)) tokens"
      case .unigram:
        var options = UnigramTrainer.Options(vocabularySize: vocabulary)
        options.characterCoverage = characterCoverage
        if !special.isEmpty { options.specialTokens = special }
        let model = try UnigramTrainer(options).train(on: consume words) { showProgress("\(Readable.count($0)) pieces") }
        try model.write(to: output)
        return "\(Readable.count(model.pieces.count)) pieces"
      }
    }

    private func bytePairOptions() -> BPETrainer.Options {
      var options = BPETrainer.Options(vocabularySize: vocabulary)
      options.minimumFrequency = Int64(minimumFrequency)
      options.maximumTokenLength = maximumTokenLength
      if !special.isEmpty { options.specialTokens = special }
      options.specialTokenPlacement = specialLast ? .last : .first
      options.byteOrder = byteOrder == .byteValue ? .byteValue : .huggingFace
      options.alphabetLimit = alphabetLimit
      if observedAlphabet { options.initialAlphabet = [] }
      return options
    }

    private func report(_ counts: String, _ summary: String, _ bytes: Int, _ counting: Duration, _ training: Duration) {
      let seconds = (counting + training) / .seconds(1)
      StandardError.line(
        """
        \(counts), counted in \(Readable.duration(counting / .seconds(1)))
        \(summary), learned in \(Readable.duration(training / .seconds(1))) \
        (\(Readable.bytes(Int(Double(bytes) / max(seconds, 1e-9))))/s in all)
        """)
      print(output + "/tokenizer.json")
    }
  }
}
