import ArgumentParser
import Documents
import Foundation
import Storage
import Tokenization

struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer", abstract: "Train, use, compare and convert byte-level BPE tokenizers.",
    subcommands: [Train.self, Encode.self, Decode.self, Compare.self, Export.self])
}

/// Where a tokenizer is and how it splits, for every command that uses one.
struct TokenizerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A tokenizer.json, a folder that holds one, or tiktoken ranks (*.tiktoken).", valueName: "path"))
  var tokenizer: String
  @Option(
    help: ArgumentHelp(
      "How text is split, for tiktoken ranks: \(SplitPattern.names.joined(separator: ", ")).", valueName: "name"))
  var pattern: String?

  func load() throws -> Tokenizer { try Tokenizer(path: tokenizer, pattern: try pattern.map(SplitPattern.named)) }
}

extension SplitPattern {
  static func named(_ name: String) throws -> SplitPattern {
    if let pattern = SplitPattern(name: name) { return pattern }
    let near = nearestName(to: name, among: names).map { "did you mean '\($0)'? " } ?? ""
    throw UsageProblem("unknown pattern '\(name)'", fix: near + "Patterns: \(names.joined(separator: ", "))")
  }
}

extension TokenizerCommand {
  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Learn a vocabulary from documents.",
      discussion: """
        Reads JSON lines ({"text": …}, .jsonl) or plain text, also .gz and .zst, and writes tokenizer.json, tokenizer_config.json and
        special_tokens_map.json, which Hugging Face tokenizers and transformers load. The merges are those of Hugging Face's trainer.

        Example:
          winnow tokenizer train part-*.jsonl.zst --vocabulary 32768 --pattern cl100k --output tokenizer
        """)

    @Argument(help: ArgumentHelp("Documents.", valueName: "in")) var inputs: [String]
    @Option(help: "Tokens in the vocabulary, special ones and the 256 bytes included.") var vocabulary: Int
    @Option(help: "How text is cut into words: \(SplitPattern.names.joined(separator: ", ")).") var pattern = SplitPattern
      .cl100k.rawValue
    @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String
    @Option(help: ArgumentHelp("A special token; may be repeated.", valueName: "token")) var special = [BytePairModel.endOfText]
    @Flag(help: "Give special tokens the last ids instead of the first.") var specialLast = false
    @Option(help: "Least count of a pair that is merged.") var minimumFrequency = 0
    @Option(help: "Make only tokens shorter than this many bytes.") var maximumTokenLength: Int?
    @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print nothing but problems.") var quiet = false

    func run() throws {
      let pattern = try SplitPattern.named(pattern)
      var options = BPETrainer.Options(vocabularySize: vocabulary)
      options.minimumFrequency = Int64(minimumFrequency)
      options.maximumTokenLength = maximumTokenLength
      options.specialTokens = special
      options.specialTokenPlacement = specialLast ? .last : .first
      let started = ContinuousClock.now
      let (words, inputs) = try count(pattern)
      let counted = ContinuousClock.now
      let model = try BPETrainer(options).train(on: words) { progress in
        guard !quiet, StandardError.isTerminal else { return }
        StandardError.write(
          "\r\u{1B}[2K\(Readable.count(progress.vocabularySize)) of \(Readable.count(progress.targetVocabularySize)) tokens")
      }
      if !quiet, StandardError.isTerminal { StandardError.write("\r\u{1B}[2K") }
      try model.write(to: output)
      if !quiet { report(model, words, counted - started, ContinuousClock.now - counted) }
      try inputs.finish()
    }

    /// Each worker counts its share of every batch; the tables are merged at the end.
    private func count(_ pattern: SplitPattern) throws -> (WordCounts, DocumentInputs) {
      let tables = WorkerTable((0..<max(1, jobs)).map { _ in WordCounts(pattern: pattern) })
      let work: @Sendable (Int, ArraySlice<Document>) -> Void = { worker, documents in
        tables.update(worker) { counts in for document in documents { counts.add(document.text) } }
      }
      var reader = DocumentInputs()
      var batches = DocumentBatches(jobs: max(1, jobs))
      try reader.forEach(inputs) { batches.add($0, work) }
      batches.finish(work)
      var all = tables.values
      var words = all.removeFirst()
      for table in all { words.merge(table) }
      return (words, reader)
    }

    private func report(_ model: BytePairModel, _ words: WordCounts, _ counting: Duration, _ training: Duration) {
      let seconds = (counting + training) / .seconds(1)
      StandardError.line(
        """
        \(Readable.count(Int(words.documentCount))) documents, \(Readable.bytes(Int(words.byteCount))), \
        \(Readable.count(words.wordCount)) distinct words, counted in \(Readable.duration(counting / .seconds(1)))
        \(Readable.count(model.vocabularySize)) tokens, \(Readable.count(model.merges.count)) merges, \
        learned in \(Readable.duration(training / .seconds(1))) (\(Readable.bytes(Int(Double(words.byteCount) / max(seconds, 1e-9))))/s in all)
        """)
      print(output + "/tokenizer.json")
    }
  }

  struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the token ids of documents, one line each.",
      discussion: """
        Reads files as 'train' does; without files, standard input is one plain text.

        Examples:
          echo "Hello there" | winnow tokenizer encode --tokenizer tokenizer
          winnow tokenizer encode --tokenizer tokenizer documents.jsonl > ids.txt
        """)

    @OptionGroup var source: TokenizerOptions
    @Argument(help: ArgumentHelp("Documents.", valueName: "in")) var inputs: [String] = []
    @Flag(help: "Replace the written form of special tokens by their ids.") var recognizeSpecial = false

    func run() throws {
      let encoder = TokenEncoder(try source.load())
      let treatment: Tokenizer.SpecialTokenTreatment = recognizeSpecial ? .recognize : .asText
      var reader = DocumentInputs()
      func show(_ text: [UInt8]) {
        var line: [UInt8] = []
        for (index, id) in encoder.encode(text, specialTokens: treatment).enumerated() {
          if index > 0 { line.append(0x20) }
          line += String(id).utf8
        }
        StandardOutput.write(line + [0x0A])
      }
      if inputs.isEmpty { show([UInt8](FileHandle.standardInput.readDataToEndOfFile())) }
      try reader.forEach(inputs) { show($0.text) }
      try reader.finish()
    }
  }

  struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the bytes that token ids stand for.",
      discussion: """
        Reads ids separated by white space from a file or standard input and writes their bytes, nothing added.

        Example:
          echo "Hello there" | winnow tokenizer encode --tokenizer t | winnow tokenizer decode --tokenizer t
        """)

    @OptionGroup var source: TokenizerOptions
    @Argument(help: ArgumentHelp("Ids; without it, standard input.", valueName: "file")) var input: String?
    @Flag(help: "Leave special tokens out.") var skipSpecial = false

    func run() throws {
      let tokenizer = try source.load()
      let text: [UInt8]
      if let input {
        text = Array(try MappedFile(path: input).bytes)
      } else {
        text = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
      }
      var ids: [UInt32] = []
      for field in text.split(whereSeparator: { $0 == 0x20 || $0 >= 0x09 && $0 <= 0x0D }) {
        guard let id = UInt32(String(decoding: field, as: UTF8.self)) else {
          throw Diagnostic("invalid-value", "'\(String(decoding: field.prefix(40), as: UTF8.self))' is not a token id")
        }
        ids.append(id)
      }
      StandardOutput.write(try tokenizer.decode(ids, leavingOutSpecialTokens: skipSpecial))
    }
  }

  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare tokenizers on documents: compression by language, vocabulary use, unreachable tokens.",
      discussion: """
        The language of a document is its metadata.language.

        Example:
          winnow tokenizer compare ours/tokenizer.json theirs/tokenizer.json --on sample.jsonl
        """)

    @Argument(help: ArgumentHelp("Tokenizers.", valueName: "tokenizer")) var tokenizers: [String]
    @Option(help: ArgumentHelp("Documents; may be repeated.", valueName: "in")) var on: [String]
    @Option(help: "How text is split, for tiktoken ranks.") var pattern: String?

    func run() throws {
      let pattern = try pattern.map(SplitPattern.named)
      var loaded: [(encoder: TokenEncoder, use: TokenizerUse)] = []
      for path in tokenizers {
        let tokenizer = try Tokenizer(path: path, pattern: pattern)
        loaded.append((TokenEncoder(tokenizer), TokenizerUse(vocabularySize: tokenizer.vocabularySize)))
      }
      var reader = DocumentInputs()
      try reader.forEach(on) { document in
        let language = document.metadata["language"]?.string ?? ""
        for index in loaded.indices { loaded[index].use.add(document.text, language: language, with: loaded[index].encoder) }
      }
      var table = TextTable(
        ["language", "tokenizer", "documents", "bytes", "tokens", "bytes/token", "tokens/word"],
        alignsRight: [false, false, true, true, true, true, true])
      func row(_ language: String, _ index: Int, _ count: TokenizerUse.Count) {
        table.add([
          language, tokenizers[index], Readable.count(count.documents), Readable.count(count.bytes),
          Readable.count(count.tokens),
          Readable.fixed(count.bytesPerToken, 3), Readable.fixed(count.tokensPerWord, 3),
        ])
      }
      for language in Set(loaded.flatMap { $0.use.languages.keys }).sorted() {
        for index in loaded.indices {
          if let count = loaded[index].use.languages[language] { row(language.isEmpty ? "(unknown)" : language, index, count) }
        }
      }
      for index in loaded.indices { row("all", index, loaded[index].use.total) }
      print(table.rendered())
      print("")
      for index in loaded.indices { print(vocabularyLine(index, loaded[index].encoder.tokenizer, loaded[index].use)) }
      try reader.finish()
    }

    private func vocabularyLine(_ index: Int, _ tokenizer: Tokenizer, _ use: TokenizerUse) -> String {
      "\(tokenizers[index]): \(Readable.count(use.usedTokens)) of \(Readable.count(tokenizer.vocabularySize)) tokens used "
        + "(\(Readable.share(use.usedTokens, of: tokenizer.vocabularySize))), \(Readable.count(tokenizer.unreachableTokens().count)) unreachable"
    }
  }

  struct Export: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case huggingface, tiktoken, gpt2 }

    static let configuration = CommandConfiguration(
      abstract: "Write a tokenizer in another form.",
      discussion: """
        huggingface: tokenizer.json and its companions; tiktoken: OUTPUT/ranks.tiktoken; gpt2: vocab.json and merges.txt.

        Example:
          winnow tokenizer export --tokenizer tokenizer --format tiktoken --output out
        """)

    @OptionGroup var source: TokenizerOptions
    @Option(help: "One of: huggingface, tiktoken, gpt2.") var format: Format
    @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String

    func run() throws {
      let model = try source.load().model
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      switch format {
      case .huggingface: try model.write(to: output)
      case .tiktoken:
        try AtomicFile.write(try model.tiktokenRanks(), to: output + "/ranks.tiktoken")
        for token in model.specialTokens {
          StandardError.line("special token \(token.content) = \(token.id): pass it to tiktoken.Encoding")
        }
      case .gpt2:
        try AtomicFile.write(model.vocabularyJSON, to: output + "/vocab.json")
        try AtomicFile.write(model.mergesText, to: output + "/merges.txt")
      }
    }
  }
}

/// One value for each worker; a worker touches only its own.
final class WorkerTable<Value: Sendable>: @unchecked Sendable {
  // Workers run at the same time but on different elements; nobody reads `values` while they run.
  private let storage: UnsafeMutableBufferPointer<Value>

  init(_ values: [Value]) {
    storage = .allocate(capacity: values.count)
    _ = storage.initialize(from: values)
  }

  deinit { storage.deinitialize().deallocate() }

  func update(_ worker: Int, _ body: (inout Value) -> Void) { body(&storage[worker]) }

  var values: [Value] { Array(storage) }
}
