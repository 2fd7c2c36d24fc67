import ArgumentParser
import Documents
import Foundation
import Storage
import TokenShards
import Tokenization

struct ShardsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shards", abstract: "Write, inspect, check and convert token shards.",
    subcommands: [Write.self, Info.self, Cat.self, Verify.self, Export.self])
}

extension ShardsCommand {
  struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Encode documents and write them, shuffled, as a set of shards.",
      discussion: """
        Reads files as 'winnow tokenizer train' does. metadata.cluster keeps near-duplicates in one split, metadata.language and
        metadata.source are counted in the manifest. Equal input and options give equal files, whatever the order of files and threads.

        Example:
          winnow shards write part-*.jsonl.zst --tokenizer tokenizer --output shards --validation 1% --seed 7
        """)

    @Argument(help: ArgumentHelp("Documents.", valueName: "in")) var inputs: [String]
    @OptionGroup var source: TokenizerOptions
    @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String
    @Option(help: ArgumentHelp("Share held out as 'validation'.", valueName: "share")) var validation = "1%"
    @Option(help: ArgumentHelp("Share held out as 'test'.", valueName: "share")) var test = "0%"
    @Option(help: "Decides the order of the documents.") var seed: UInt64 = 0
    @Option(help: "About how many tokens a shard holds.") var shardTokens = 100_000_000
    @Option(help: "Tokens in a frame, the unit of random access.") var frameTokens = 1 << 16
    @Option(help: "zstd level, 1 to 22.") var level = 3
    @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print nothing but problems.") var quiet = false

    func run() throws {
      let tokenizer = try source.load()
      let options = try shardOptions(tokenizer)
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      let started = ContinuousClock.now
      let partition = output + "/.documents.partition"
      defer { try? FileManager.default.removeItem(atPath: partition) }
      let reader = try encode(tokenizer, options, to: partition)
      let manifest = try ShardSetWriter(partitions: [partition], directory: output, options: options).write(
        threads: max(1, jobs))
      try AtomicFile.write(tokenizer.model.tokenizerJSON, to: output + "/tokenizer.json")
      if !quiet {
        print(ShardTable.rendered(manifest))
        StandardError.line(
          "\(Readable.bytes(reader.textBytes)) of text in \(Readable.duration((ContinuousClock.now - started) / .seconds(1)))")
      }
      try reader.finish()
    }

    private func shardOptions(_ tokenizer: Tokenizer) throws -> ShardOptions {
      guard let endOfText = tokenizer.endOfText else {
        throw Diagnostic(
          "missing-value", "the tokenizer has no \(BytePairModel.endOfText), which ends every document",
          at: .init(file: source.tokenizer))
      }
      var options = ShardOptions(vocabularySize: tokenizer.vocabularySize, endOfDocument: endOfText)
      options.seed = seed
      options.heldOut = []
      for (name, text) in [("validation", validation), ("test", test)] {
        let fraction = try Self.share(text)
        if fraction > 0 { options.heldOut.append(.init(name, fraction: fraction)) }
      }
      options.shardTokens = shardTokens
      options.frameTokens = frameTokens
      options.compressionLevel = Int32(clamping: level)
      options.tokenizerFingerprint = tokenizer.fingerprint
      options.specialTokens = tokenizer.model.specialTokens.map { .init($0.content, id: $0.id) }
      try options.validate()
      return options
    }

    /// `1%`, `0.01`
    private static func share(_ text: String) throws -> Double {
      let isPercent = text.hasSuffix("%")
      guard let value = Double(isPercent ? String(text.dropLast()) : text), value >= 0, value <= (isPercent ? 100 : 1) else {
        throw UsageProblem("'\(text)' is not a share", fix: "write it as 1% or 0.01")
      }
      return isPercent ? value / 100 : value
    }

    private func encode(_ tokenizer: Tokenizer, _ options: ShardOptions, to path: String) throws -> DocumentInputs {
      let workers = WorkerTable((0..<max(1, jobs)).map { _ in EncodingWorker(tokenizer) })
      let work: @Sendable (Int, ArraySlice<Document>) -> Void = { worker, documents in
        workers.update(worker) { $0.encode(documents) }
      }
      var writer = try EncodedPartitionWriter(path: path, options: options)
      var reader = DocumentInputs()
      var batches = DocumentBatches(jobs: max(1, jobs))
      try reader.forEach(inputs) { document in
        batches.add(document, work)
        try Self.drain(workers, &writer)
      }
      batches.finish(work)
      try Self.drain(workers, &writer)
      _ = try writer.commit()
      return reader
    }

    private static func drain(_ workers: WorkerTable<EncodingWorker>, _ writer: inout EncodedPartitionWriter) throws {
      for worker in workers.values {
        for (document, cluster) in worker.take() { try writer.add(document, cluster: cluster) }
      }
    }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print what a set of shards holds.", discussion: "Example:\n  winnow shards info shards")
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String
    @Flag(help: "Print the manifest as JSON.") var json = false

    func run() throws {
      let manifest = try ShardSet(directory: folder).manifest
      if json {
        StandardOutput.write(manifest.json.prettyPrinted)
        return
      }
      let options = manifest.options
      print(
        """
        \(options.width.name) ids, vocabulary \(Readable.count(options.vocabularySize)), end of document \(options.endOfDocument), \
        seed \(options.seed), \(Readable.count(options.frameTokens)) tokens a frame
        tokenizer \(options.tokenizerFingerprint.isEmpty ? "unknown" : options.tokenizerFingerprint)

        """)
      print(ShardTable.rendered(manifest))
      for (title, key) in [("language", \ShardManifest.Split.languages), ("source", \.sources)] {
        let table = ShardTable.rendered(title, manifest, key)
        if !table.isEmpty { print("\n" + table) }
      }
    }
  }

  struct Cat: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the documents of a set: their text, as JSON lines, or their ids.",
      discussion: """
        Examples:
          winnow shards cat shards --split validation | head
          winnow shards cat shards --ids --limit 1
        """)
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String
    @Option(help: "Only this split.") var split: String?
    @Option(help: ArgumentHelp("The tokenizer; else FOLDER/tokenizer.json.", valueName: "path")) var tokenizer: String?
    @Option(help: "At most this many documents.") var limit: Int?
    @Flag(help: "Print token ids instead of text.") var ids = false

    func run() throws {
      let set = try ShardSet(directory: folder)
      let tokenizer = ids ? nil : try loadTokenizer(set)
      var left = limit ?? .max
      for name in split.map({ [$0] }) ?? set.splitNames {
        for shard in try set.split(name).shards {
          let reader = ShardFileReader(shard)
          for number in 0..<min(shard.documentCount, left) {
            try show(shard.document(number), split: name, reader, tokenizer)
          }
          left -= min(shard.documentCount, left)
        }
      }
    }

    private func loadTokenizer(_ set: ShardSet) throws -> Tokenizer {
      let path = tokenizer ?? folder + "/tokenizer.json"
      let loaded = try Tokenizer(path: path)
      let expected = set.manifest.options.tokenizerFingerprint
      guard expected.isEmpty || loaded.fingerprint == expected else {
        throw Diagnostic(
          "mismatch", "this tokenizer (\(loaded.fingerprint)) did not make the shards (\(expected))", at: .init(file: path),
          fix: "name the tokenizer the shards were written with: --tokenizer PATH")
      }
      return loaded
    }

    private func show(_ entry: ShardFile.DocumentEntry, split: String, _ reader: ShardFileReader, _ tokenizer: Tokenizer?)
      throws
    {
      var tokens: [UInt32] = []
      try reader.read(entry.tokens, into: &tokens)
      var line: [UInt8] = []
      if let tokenizer {
        let text = try tokenizer.decode(tokens.dropLast())
        var metadata: Metadata = ["split": .string(split)]
        if !entry.language.isEmpty { metadata["language"] = .string(entry.language) }
        if !entry.source.isEmpty { metadata["source"] = .string(entry.source) }
        DocumentLines.write(Document(id: entry.id, text: text.repairedUTF8(), metadata: metadata), to: &line)
      } else {
        line += tokens.map { String($0) }.joined(separator: " ").utf8
        line.append(0x0A)
      }
      StandardOutput.write(line)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check every byte of a set against its checksums.",
      discussion:
        "Names each damaged frame and the documents in it; exit code 1 when there is one.\n\nExample:\n  winnow shards verify shards"
    )
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String

    func run() throws {
      let set = try ShardSet(directory: folder)
      let problems = set.verify()
      for problem in problems { CommandLineReport.show(problem) }
      let shards = set.manifest.splits.reduce(0) { $0 + $1.shards.count }
      guard problems.isEmpty else {
        StandardError.line("winnow: \(problems.count) problems in \(shards) shards")
        throw ExitCode(CommandLineReport.failed)
      }
      print(
        "\(shards) shards, \(Readable.count(Int(set.manifest.splits.reduce(0) { $0 + $1.count.tokens }))) tokens: all checksums agree"
      )
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the tokens in the files another trainer reads.",
      discussion: """
        Formats: \(TokenExportFormat.allCases.map(\.rawValue).joined(separator: ", ")). One set of files for each split: PREFIX-train, PREFIX-validation, …

        Example:
          winnow shards export shards --format megatron --output data/corpus
        """)
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String
    @Option(help: "The format.") var format: String
    @Option(help: ArgumentHelp("Start of the file names.", valueName: "prefix")) var output: String
    @Option(help: "Only this split.") var split: String?

    func run() throws {
      let names = TokenExportFormat.allCases.map(\.rawValue)
      guard let format = TokenExportFormat(rawValue: format) else {
        let near = nearestName(to: format, among: names).map { "did you mean '\($0)'? " } ?? ""
        throw UsageProblem("unknown format '\(format)'", fix: near + "Formats: \(names.joined(separator: ", "))")
      }
      let set = try ShardSet(directory: folder)
      for name in split.map({ [$0] }) ?? set.splitNames {
        for path in try format.export(try set.split(name), to: "\(output)-\(name)") { print(path) }
      }
    }
  }
}

/// Encodes shares of documents on one thread.
private final class EncodingWorker: @unchecked Sendable {
  // A worker is used by one thread at a time: by its own while a batch runs, by the reader between batches.
  private let encoder: TokenEncoder
  private var done: [(EncodedDocument, String?)] = []

  init(_ tokenizer: Tokenizer) { encoder = TokenEncoder(tokenizer) }

  func encode(_ documents: ArraySlice<Document>) {
    for document in documents {
      let encoded = EncodedDocument(
        id: document.id, language: document.metadata["language"]?.string ?? "",
        source: document.metadata["source"]?.string ?? "",
        textBytes: UInt64(document.text.count), tokens: encoder.encode(document.text))
      done.append((encoded, document.metadata["cluster"]?.string))
    }
  }

  /// What was encoded since the last call.
  func take() -> [(EncodedDocument, String?)] {
    defer { done.removeAll(keepingCapacity: true) }
    return done
  }
}

/// Tables of a manifest.
private enum ShardTable {
  static func rendered(_ manifest: ShardManifest) -> String {
    var table = TextTable(
      ["split", "documents", "tokens", "text", "bytes/token", "shards", "on disk"],
      alignsRight: [false, true, true, true, true, true, true])
    for split in manifest.splits {
      let count = split.count
      table.add([
        split.name, Readable.count(Int(count.documents)), Readable.count(Int(count.tokens)),
        Readable.bytes(Int(count.textBytes)),
        count.tokens == 0 ? "–" : Readable.fixed(Double(count.textBytes) / Double(count.tokens), 3),
        Readable.count(split.shards.count),
        Readable.bytes(split.shards.reduce(0) { $0 + Int($1.bytes) }),
      ])
    }
    return table.rendered()
  }

  /// Counts by a label over all splits; empty when only one unknown label is there.
  static func rendered(
    _ title: String, _ manifest: ShardManifest,
    _ key: KeyPath<ShardManifest.Split, [(name: String, count: ShardManifest.Count)]>
  ) -> String {
    var counts: [String: (documents: Int, tokens: Int)] = [:]
    for split in manifest.splits {
      for entry in split[keyPath: key] {
        counts[entry.name, default: (0, 0)].documents += Int(entry.count.documents)
        counts[entry.name, default: (0, 0)].tokens += Int(entry.count.tokens)
      }
    }
    guard counts.keys.contains(where: { !$0.isEmpty }) else { return "" }
    let total = counts.values.reduce(0) { $0 + $1.tokens }
    var table = TextTable([title, "documents", "tokens", "share"], alignsRight: [false, true, true, true])
    for (name, count) in counts.sorted(by: { ($0.value.tokens, $1.key) > ($1.value.tokens, $0.key) }) {
      table.add([
        name.isEmpty ? "(unknown)" : name, Readable.count(count.documents), Readable.count(count.tokens),
        Readable.share(count.tokens, of: total),
      ])
    }
    return table.rendered()
  }
}
