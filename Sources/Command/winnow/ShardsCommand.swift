import ArgumentParser
import Documents
import Foundation
import Storage
import TokenShards
import Tokenization

struct ShardsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shards", abstract: "Write, inspect, check and convert token shards.",
    subcommands: [Write.self, Info.self, Cat.self, Verify.self, Remove.self, Export.self, Import.self])
}

extension ShardsCommand {
  struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Encode documents and write them, shuffled, as a set of shards.",
      discussion: """
        Reads files as 'winnow tokenizer train' does. metadata.cluster (or minhash_cluster) keeps near-duplicates in one split,
        metadata.language and metadata.source are counted in the manifest. Equal input and options give equal files, whatever the order of files and threads.
        A weight is a number of epochs: --weight language:de=2 reads German documents twice, --weight source:forum=0.5 every other one.
        The tokenizer goes into the folder, so that 'cat' and 'train' need none named.

        Example:
          winnow shards write part-*.jsonl.zst --tokenizer tokenizer --output shards --validation 1% --seed 7
        """)

    @Argument(help: ArgumentHelp("Documents.", valueName: "in")) var inputs: [String]
    @OptionGroup var source: TokenizerOptions
    @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String
    @Option(help: ArgumentHelp("Share held out as 'validation'.", valueName: "share")) var validation = "1%"
    @Option(help: ArgumentHelp("Share held out as 'test'.", valueName: "share")) var test = "0%"
    @Option(
      help: ArgumentHelp(
        "The special token that ends each document (default: \(BytePairModel.endOfText)); Llama 3 has <|end_of_text|>.",
        valueName: "token"))
    var endOfDocument: String?
    @Option(help: "Decides the order of the documents.") var seed: UInt64 = 0
    @Option(help: "About how many tokens a shard holds.") var shardTokens = 100_000_000
    @Option(help: "Tokens in a frame, the unit of random access.") var frameTokens = 1 << 17
    @Option(help: "zstd level, 1 to 22.") var level = 2
    @Option(
      help: ArgumentHelp("Epochs of a language or source in training, as language:de=2; may be repeated.", valueName: "weight"))
    var weight: [String] = []
    @Option(help: "How 'train' cuts documents into sequences: concatenate, best-fit or one-document.") var packing =
      "concatenate"
    @Option(help: "Tokens of a sequence where 'train' names none.") var sequenceLength: Int?
    @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print nothing but problems.") var quiet = false

    func run() throws {
      let tokenizer = try source.load()
      let options = try shardOptions(tokenizer)
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      let started = ContinuousClock.now
      let width = max(1, jobs)
      let partitions = (0..<width).map { "\(output)/.documents-\($0).partition" }
      defer { for path in partitions { try? FileManager.default.removeItem(atPath: path) } }
      let reader = try encode(tokenizer, options, to: partitions)
      let manifest = try ShardSetWriter(partitions: partitions, directory: output, options: options).write(threads: width)
      try AtomicFile.write(tokenizer.model.tokenizerJSON, to: output + "/tokenizer.json")
      if !quiet {
        print(ShardTable.rendered(manifest))
        StandardError.line(
          "\(Readable.bytes(reader.textBytes)) of text in \(Readable.duration((ContinuousClock.now - started) / .seconds(1)))")
      }
      try reader.finish()
    }

    private func shardOptions(_ tokenizer: Tokenizer) throws -> ShardOptions {
      var options = try ShardOptions.forTokenizer(tokenizer, path: source.tokenizer, endOfDocument: endOfDocument)
      options.seed = seed
      options.heldOut = []
      for (name, text) in [("validation", validation), ("test", test)] {
        let fraction = try ShareOption.parse(text)
        if fraction > 0 { options.heldOut.append(.init(name, fraction: fraction)) }
      }
      options.shardTokens = shardTokens
      options.frameTokens = frameTokens
      options.compressionLevel = Int32(clamping: level)
      options.weights = try DocumentWeights(parsing: weight)
      options.packing = try PackingOption.named(packing)
      options.sequenceLength = sequenceLength
      try options.validate()
      return options
    }

    /// Every worker writes a partition of its own; which documents it gets does not show in the shards.
    private func encode(_ tokenizer: Tokenizer, _ options: ShardOptions, to paths: [String]) throws -> DocumentInputs {
      let memory = (256 << 20) / paths.count
      let workers = WorkerTable(try paths.map { try EncodingWorker(tokenizer, options, partition: $0, memoryLimit: memory) })
      let work: @Sendable (Int, ArraySlice<Document>) -> Void = { worker, documents in
        workers.update(worker) { $0.encode(documents) }
      }
      var reader = DocumentInputs()
      var batches = DocumentBatches(jobs: paths.count)
      try reader.forEach(inputs) { batches.add($0, work) }
      batches.finish(work)
      DispatchQueue.concurrentPerform(iterations: paths.count) { number in workers.update(number) { $0.finish() } }
      for worker in workers.values { try worker.result() }
      return reader
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
        tokenizer SHA-256 \(options.tokenizerSHA256.isEmpty ? "unknown" : options.tokenizerSHA256)
        packing \(options.packing.rawValue)\(options.sequenceLength.map { ", sequences of \($0)" } ?? "")

        """)
      print(ShardTable.rendered(manifest))
      if manifest.leftOut > 0 || manifest.repeated > 0 {
        print(
          "\nweights left out \(Readable.count(Int(manifest.leftOut))) documents and added \(Readable.count(Int(manifest.repeated))) copies"
        )
      }
      if manifest.removed > 0 { print("\n\(Readable.count(Int(manifest.removed))) documents were removed since") }
      for (title, key) in [("language", \ShardManifest.Split.languages), ("source", \.sources)] {
        let table = ShardTable.rendered(title, manifest, key)
        if !table.isEmpty { print("\n" + table) }
      }
    }
  }
}

extension ShardOptions {
  /// Options for the tokens of one tokenizer.
  /// - Parameter endOfDocument: the special token that ends documents; nil: `<|endoftext|>`.
  /// - Throws: `missing-value` when it has no such token.
  static func forTokenizer(_ tokenizer: Tokenizer, path: String, endOfDocument: String? = nil) throws -> ShardOptions {
    let name = endOfDocument ?? BytePairModel.endOfText
    guard let endOfText = tokenizer.model.specialToken(name) else {
      let others = tokenizer.model.specialTokens.prefix(8).map(\.content)
      throw Diagnostic(
        "missing-value", "the tokenizer has no special token \(name), which ends every document", at: .init(file: path),
        fix: others.isEmpty
          ? "use a tokenizer with special tokens"
          : "name another with --end-of-document; the tokenizer has \(others.joined(separator: ", "))")
    }
    var options = ShardOptions(vocabularySize: tokenizer.vocabularySize, endOfDocument: endOfText)
    options.tokenizerSHA256 = sha256(ofTokenizer: tokenizer.model.tokenizerJSON)
    options.specialTokens = tokenizer.model.specialTokens.map { .init($0.content, id: $0.id) }
    return options
  }
}

/// Encodes shares of documents on one thread and writes them to a partition of its own.
private final class EncodingWorker: @unchecked Sendable {
  // A worker is used by one thread at a time: by its own while a batch runs, by the reader after the last.
  private let encoder: TokenEncoder
  private var writer: EncodedPartitionWriter
  private var failure: Error?

  init(_ tokenizer: Tokenizer, _ options: ShardOptions, partition: String, memoryLimit: Int) throws {
    encoder = TokenEncoder(tokenizer)
    writer = try EncodedPartitionWriter(path: partition, options: options, memoryLimit: memoryLimit)
  }

  func encode(_ documents: ArraySlice<Document>) {
    guard failure == nil else { return }
    do {
      for document in documents {
        let encoded = EncodedDocument(
          id: document.id, language: document.metadata["language"]?.string ?? "",
          source: document.metadata["source"]?.string ?? "",
          textBytes: UInt64(document.text.count), tokens: encoder.encode(document.text))
        try writer.add(
          encoded, cluster: (document.metadata["cluster"] ?? document.metadata["minhash_cluster"])?.string)
      }
    } catch {
      failure = error
    }
  }

  /// Completes the partition, which this process reads and removes again.
  func finish() {
    guard failure == nil else { return }
    do { _ = try writer.commit(syncs: false) } catch { failure = error }
  }

  /// - Throws: what went wrong while encoding and writing.
  func result() throws {
    if let failure { throw failure }
  }
}

/// Tables of a manifest.
enum ShardTable {
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
