import ArgumentParser
import Deduplication
import Documents
import Foundation

struct DedupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dedup", abstract: "Remove duplicates from files of JSON lines, without a pipeline.",
    discussion: """
      Reads {"id","url","text","metadata"} lines, plain, gzip or zstd. Writes what stays to DIR/part-NNNNN.jsonl.zst, one file per
      input, why the rest went to DIR/ledger-NNNNN.jsonl.zst, and counts to DIR/deduplication.json.

      Examples:
        winnow dedup exact crawl/*.jsonl.zst --out unique
        winnow dedup minhash unique/part-*.zst --out distinct --bands 14x8 --minimum-jaccard 0.75
        winnow dedup substring distinct/part-*.zst --out clean --minimum-bytes 200
      """,
    subcommands: [Exact.self, MinHash.self, Substring.self])

  struct Files: ParsableArguments {
    @Argument(help: ArgumentHelp("Files of JSON lines.", valueName: "in")) var inputs: [String]
    @Option(help: ArgumentHelp("Folder for the results.", valueName: "dir")) var out: String
    @Option(
      help: ArgumentHelp(
        "Which of several duplicates stays: smallest-id, longest, shortest, largest|smallest|newest|oldest FIELD, prefer FIELD A|B.",
        valueName: "policy"))
    var keep = "smallest-id"
    @Option(help: ArgumentHelp("Threads (default: all cores).", valueName: "n")) var jobs: Int?
    @Flag(help: "No progress and no summary; problems are still reported.") var quiet = false

    func validate() throws {
      if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    }

    var policy: KeepPolicy {
      get throws {
        do { return try KeepPolicy(parsing: keep) } catch { throw UsageProblem(error.message, fix: error.fix) }
      }
    }

    func run(_ method: some DeduplicationMethod) throws {
      let width = jobs ?? ProcessInfo.processInfo.activeProcessorCount
      let showsProgress = !quiet && StandardError.isTerminal
      let report = try FileDeduplication(inputs: inputs, output: out, jobs: width).run(method) { step, done, count in
        if showsProgress { StandardError.write("\r\(step) \(done)/\(count)\u{1B}[K") }
      }
      if showsProgress { StandardError.write("\r\u{1B}[K") }
      for failure in report.failures.prefix(10) { CommandLineReport.show(failure) }
      if !quiet { show(report, method.name) }
      if report.failedLines > 0 {
        StandardError.line("winnow: \(Readable.count(report.failedLines)) lines are no documents and were left out")
        throw ExitCode(CommandLineReport.failed)
      }
    }

    private func show(_ report: FileDeduplication.Report, _ name: String) {
      let summary = report.summary
      let kept = summary.documents - summary.droppedDocuments
      var table = TextTable(["method", "in", "kept", "dropped", "cut", "bytes in", "bytes removed", "share"], alignsRight: [false] + Array(repeating: true, count: 7))
      table.add([
        name, Readable.count(summary.documents), Readable.count(kept), Readable.count(summary.droppedDocuments), Readable.count(summary.cutDocuments),
        Readable.bytes(summary.totalBytes), Readable.bytes(summary.removedBytes), Readable.share(summary.removedBytes, of: summary.totalBytes),
      ])
      print(table.rendered())
      let steps = report.seconds.map { "\($0.step) \(Readable.duration($0.seconds))" }.joined(separator: ", ")
      let total = report.seconds.reduce(0) { $0 + $1.seconds }
      print("\(Readable.duration(total)) (\(steps)), \(Readable.bytes(Int(Double(summary.totalBytes) / max(total, 1e-9))))/s, in \(out)")
    }
  }

  struct Exact: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Documents with the same text or the same address.",
      discussion: "Example:\n  winnow dedup exact a.jsonl b.jsonl.gz --out unique --by both --text-form folded")

    @OptionGroup var files: Files
    @Option(help: "What makes two documents the same.") var by: ExactDeduplication.Key = .text
    @Option(help: "Compare texts byte by byte, or without case and spacing.") var textForm: ExactDeduplication.TextForm = .exact

    func run() throws {
      var options = ExactDeduplication.Options()
      options.by = by
      options.textForm = textForm
      options.keep = try files.policy
      try files.run(ExactDeduplication(options))
    }
  }

  struct MinHash: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "minhash", abstract: "Near-duplicates, by MinHash bands and true Jaccard similarity.",
      discussion: "Example:\n  winnow dedup minhash *.jsonl.zst --out distinct --bands 26x11 --minimum-jaccard 0.8")

    @OptionGroup var files: Files
    @Option(help: ArgumentHelp("BANDSxROWS, or \(BandScheme.presets.map(\.name).joined(separator: ", ")).", valueName: "scheme")) var bands = "14x8"
    @Option(help: ArgumentHelp("Similarity (0...1) from which documents are duplicates.", valueName: "s")) var minimumJaccard = 0.7
    @Option(help: ArgumentHelp("Words per shingle.", valueName: "n")) var words = 5
    @Option(help: ArgumentHelp("Characters per shingle in scripts without spaces.", valueName: "n")) var characters = 9
    @Option(help: ArgumentHelp("Seed of the hash functions.", valueName: "n")) var seed: UInt64 = 1
    @Flag(help: "Take every candidate pair for duplicates, as other tools do.") var unverified = false

    func run() throws {
      var options = MinHashDeduplication.Options()
      options.keep = try files.policy
      options.minimumJaccard = minimumJaccard
      options.wordsPerShingle = words
      options.charactersPerShingle = characters
      options.seed = seed
      options.verifies = !unverified
      let method: MinHashDeduplication
      do {
        options.scheme = try BandScheme(parsing: bands)
        method = try MinHashDeduplication(options)
      } catch { throw UsageProblem(error.message, fix: error.fix) }
      try files.run(method)
    }
  }

  struct Substring: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Text that occurs more than once, cut so that one copy stays.",
      discussion: "Example:\n  winnow dedup substring *.jsonl.zst --out clean --minimum-bytes 200 --minimum-characters 60")

    @OptionGroup var files: Files
    @Option(help: ArgumentHelp("Shortest repeat in bytes.", valueName: "n")) var minimumBytes = 200
    @Option(help: ArgumentHelp("Shortest repeat in characters.", valueName: "n")) var minimumCharacters = 60
    @Option(help: "Keep the first copy or none.") var repeats: RepeatPolicy = .keepOne
    @Option(help: ArgumentHelp("Drop documents that were cut to fewer characters.", valueName: "n")) var minimumRemaining = 50
    @Option(help: "How repeats are found; the result is the same.") var engine: SubstringDeduplication.Engine = .anchors
    @Option(help: ArgumentHelp("Most bytes a suffix array may take.", valueName: "n")) var memoryBudget = 4 << 30

    func run() throws {
      var options = SubstringDeduplication.Options()
      options.keep = try files.policy
      options.minimumBytes = minimumBytes
      options.minimumCharacters = minimumCharacters
      options.repeats = repeats
      options.minimumRemainingCharacters = minimumRemaining
      options.engine = engine
      options.memoryBudget = memoryBudget
      let method: SubstringDeduplication
      do { method = try SubstringDeduplication(options) } catch { throw UsageProblem(error.message, fix: error.fix) }
      try files.run(method)
    }
  }
}

extension ExactDeduplication.Key: ExpressibleByArgument {}
extension ExactDeduplication.TextForm: ExpressibleByArgument {}
extension RepeatPolicy: ExpressibleByArgument {}
extension SubstringDeduplication.Engine: ExpressibleByArgument {}
