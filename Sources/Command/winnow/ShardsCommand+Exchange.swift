import ArgumentParser
import Documents
import Foundation
import Storage
import TokenShards
import Tokenization

// MARK: Other trainers' files

extension ShardsCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the tokens in the files another trainer reads.",
      discussion: """
        Formats: \(TokenExportFormat.allCases.map(\.rawValue).joined(separator: ", ")). One set of files for each split: PREFIX-train, PREFIX-validation, …
        mds and parquet have a row for each document, or with --packing rows of --sequence-length tokens.

        Examples:
          winnow shards export shards --format megatron --output data/corpus
          winnow shards export shards --format mds --output data/corpus --packing best-fit --sequence-length 2048
        """)
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String
    @Option(help: "The format.") var format: String
    @Option(help: ArgumentHelp("Start of the file names.", valueName: "prefix")) var output: String
    @Option(help: "Only this split.") var split: String?
    @Option(help: "Rows of packed documents: concatenate, best-fit or one-document.") var packing: String?
    @Option(help: "Tokens of a packed row.") var sequenceLength: Int?

    func run() throws {
      let names = TokenExportFormat.allCases.map(\.rawValue)
      guard let format = TokenExportFormat(rawValue: format) else { throw unknown("format", format, among: names) }
      let set = try ShardSet(directory: folder)
      var options = TokenExportFormat.Options()
      options.packing = try packing.map { try PackingOption.named($0) }
      options.length = sequenceLength ?? set.manifest.options.sequenceLength
      for name in split.map({ [$0] }) ?? set.splitNames {
        for path in try format.export(try set.split(name), to: "\(output)-\(name)", options: options) { print(path) }
      }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a set of shards of another tool's token files.",
      discussion: """
        Formats: \(TokenImportFormat.allCases.map(\.rawValue).joined(separator: ", ")). Paths: the prefix of .bin and .idx, the .ds file, the .bin file, the folder
        with index.json, the .parquet file with lists of ids in a column input_ids. Documents are shuffled and split as 'write' does; their
        ids are PATH#NUMBER where the file has none. llm.c and nanogpt files know no documents: they end at the end-of-document token.

        Example:
          winnow shards import data/corpus-train --format megatron --tokenizer tokenizer --output shards2
        """)
    @Argument(help: ArgumentHelp("Token files.", valueName: "path")) var inputs: [String]
    @Option(help: "The format.") var format: String
    @OptionGroup var source: TokenizerOptions
    @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String
    @Option(help: ArgumentHelp("Share held out as 'validation'.", valueName: "share")) var validation = "0%"
    @Option(
      help: ArgumentHelp(
        "The special token that ends each document (default: \(BytePairModel.endOfText)).", valueName: "token"))
    var endOfDocument: String?
    @Option(help: "Decides the order of the documents.") var seed: UInt64 = 0
    @Flag(help: "Print nothing but problems.") var quiet = false

    func run() throws {
      let names = TokenImportFormat.allCases.map(\.rawValue)
      guard let format = TokenImportFormat(rawValue: format) else { throw unknown("format", format, among: names) }
      let tokenizer = try source.load()
      var options = try ShardOptions.forTokenizer(tokenizer, path: source.tokenizer, endOfDocument: endOfDocument)
      options.seed = seed
      let share = try ShareOption.parse(validation)
      options.heldOut = share > 0 ? [.init("validation", fraction: share)] : []
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      let partition = output + "/.documents.partition"
      defer { try? FileManager.default.removeItem(atPath: partition) }
      var writer = try EncodedPartitionWriter(path: partition, options: options)
      for path in inputs {
        let nulls = try format.forEachDocument(path, endOfDocument: options.endOfDocument) { (document) throws(Diagnostic) in
          try writer.add(document)
        }
        if nulls > 0 { StandardError.line("winnow: \(path): \(Readable.count(nulls)) rows are null and left out") }
      }
      _ = try writer.commit(syncs: false)
      let manifest = try ShardSetWriter(partitions: [partition], directory: output, options: options).write(
        threads: ProcessInfo.processInfo.activeProcessorCount)
      try AtomicFile.write(tokenizer.model.tokenizerJSON, to: output + "/tokenizer.json")
      if !quiet { print(ShardTable.rendered(manifest)) }
    }
  }

  // MARK: Takedown

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take documents out of a set.",
      discussion: """
        For takedown requests: rewrites only the shards that hold such a document, and of those only the frames it touches. Exit code 1
        when an id is not in the set; the others are removed all the same.

        Examples:
          winnow shards remove shards 'https://a.example/page'
          winnow shards remove shards --ids-from ids.txt
        """)
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String
    @Argument(help: ArgumentHelp("Document ids.", valueName: "id")) var ids: [String] = []
    @Option(help: ArgumentHelp("A file with one id a line.", valueName: "file")) var idsFrom: String?

    func run() throws {
      var wanted = ids
      if let idsFrom {
        wanted += try MappedFile.contents(of: idsFrom).split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
      }
      guard !wanted.isEmpty else {
        throw UsageProblem("no document is named", fix: "name ids, or a file of ids with --ids-from")
      }
      let outcome = try ShardRemoval(directory: folder, ids: Set(wanted)).perform()
      let frames = outcome.rewrittenFrames + outcome.copiedFrames
      print(
        "removed \(Readable.count(outcome.documents.count)) documents of \(Readable.count(outcome.tokens)) tokens: "
          + "\(outcome.files.count) files, \(outcome.rewrittenFrames) of \(frames) frames in them rewritten")
      let found = Set(outcome.documents.map(\.id))
      let missing = wanted.filter { !found.contains($0) }
      guard missing.isEmpty else {
        for id in missing.prefix(5) { StandardError.line("winnow: '\(id)' is not in the set") }
        if missing.count > 5 { StandardError.line("winnow: and \(missing.count - 5) more") }
        throw ExitCode(CommandLineReport.failed)
      }
    }
  }
}

private func unknown(_ what: String, _ name: String, among names: [String]) -> UsageProblem {
  let near = nearestName(to: name, among: names).map { "did you mean '\($0)'? " } ?? ""
  return UsageProblem("unknown \(what) '\(name)'", fix: near + "Known: \(names.joined(separator: ", "))")
}

enum PackingOption {
  static func named(_ name: String) throws -> Packing {
    guard let packing = Packing(rawValue: name) else { throw unknown("packing", name, among: Packing.allCases.map(\.rawValue)) }
    return packing
  }
}

/// `1%`, `0.01`
enum ShareOption {
  static func parse(_ text: String) throws -> Double {
    let isPercent = text.hasSuffix("%")
    guard let value = Double(isPercent ? String(text.dropLast()) : text), value >= 0, value <= (isPercent ? 100 : 1) else {
      throw UsageProblem("'\(text)' is not a share", fix: "write it as 1% or 0.01")
    }
    return isPercent ? value / 100 : value
  }
}
