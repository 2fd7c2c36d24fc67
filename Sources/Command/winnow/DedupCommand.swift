import ArgumentParser
import Deduplication
import Documents
import Foundation
import Pipelines

struct DedupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dedup", abstract: "Remove duplicates from files of JSON lines, without a pipeline.",
    discussion: """
      Reads {"id","url","text","metadata"} lines, plain, gzip or zstd. Writes what stays to DIR/part-NNNNN.jsonl.zst, one file per
      input, why the rest went to DIR/ledger-NNNNN.jsonl.zst, and counts to DIR/deduplication.json. Says first what it will take.

      Examples:
        winnow dedup exact crawl/*.jsonl.zst --out unique
        winnow dedup minhash unique/part-*.zst --out distinct --bands 14x8 --minimum-jaccard 0.75
        winnow dedup substring distinct/part-*.zst --out clean --minimum-bytes 200 --memory 1GB
        winnow dedup audit minhash sample.jsonl.zst
        winnow dedup index add snapshots.index 2024-10/*.jsonl.zst --snapshot 2024-10 --out new
      """,
    subcommands: [
      Exact.self, MinHash.self, Substring.self, Lines.self, NGrams.self, DedupAuditCommand.self, DedupIndexCommand.self,
    ])

  struct Files: ParsableArguments {
    @Argument(help: ArgumentHelp("Files of JSON lines.", valueName: "in")) var inputs: [String]
    @Option(help: ArgumentHelp("Folder for the results.", valueName: "dir")) var out: String
    @Option(help: ArgumentHelp("Threads (default: all cores).", valueName: "n")) var jobs: Int?
    @Option(help: ArgumentHelp("The most memory to take, such as 1GB.", valueName: "size"))
    var memory = ByteCount(value: 2_000_000_000)
    @Flag(help: "No estimate, progress or summary; problems are still reported.") var quiet = false

    func validate() throws {
      if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    }

    func run(_ method: some DeduplicationMethod) throws {
      let width = jobs ?? ProcessInfo.processInfo.activeProcessorCount
      let work = FileDeduplication(inputs: inputs, output: out, jobs: width, memory: memory.value)
      let estimate = quiet ? nil : try work.estimate(method)
      if let estimate { show(estimate) }
      let showsProgress = !quiet && StandardError.isTerminal
      let report = try work.run(method) { step, done, count in
        if showsProgress { StandardError.write("\r\(step) \(done)/\(count)\u{1B}[K") }
      }
      if showsProgress { StandardError.write("\r\u{1B}[K") }
      for failure in report.failures.prefix(10) { CommandLineReport.show(failure) }
      if let estimate { show(report, method.name, estimate) }
      if report.failedLines > 0 {
        StandardError.line("winnow: \(Readable.count(report.failedLines)) lines are no documents and were left out")
        throw ExitCode(CommandLineReport.failed)
      }
    }

    private func show(_ estimate: DeduplicationEstimate) {
      print(
        "about \(Readable.count(estimate.documents)) documents, \(Readable.bytes(estimate.textBytes)) of text; expected: "
          + "\(Readable.bytes(estimate.memoryBytes)) of memory, \(Readable.bytes(estimate.diskBytes)) of disk, "
          + Readable.duration(estimate.seconds))
    }

    private func show(_ report: FileDeduplication.Report, _ name: String, _ estimate: DeduplicationEstimate) {
      let summary = report.summary
      let kept = summary.documents - summary.droppedDocuments
      var table = TextTable(
        ["method", "in", "kept", "dropped", "cut", "bytes in", "bytes removed", "share"],
        alignsRight: [false] + Array(repeating: true, count: 7))
      table.add([
        name, Readable.count(summary.documents), Readable.count(kept), Readable.count(summary.droppedDocuments),
        Readable.count(summary.cutDocuments), Readable.bytes(summary.totalBytes), Readable.bytes(summary.removedBytes),
        Readable.share(summary.removedBytes, of: summary.totalBytes),
      ])
      print(table.rendered())
      if let rate = summary.falsePositiveRate {
        print(
          "filter of \(Readable.bytes(summary.filterBytes)), false-positive rate \(Readable.fixed(100 * rate, 3)) % at the end")
      }
      let steps = report.seconds.map { "\($0.step) \(Readable.duration($0.seconds))" }.joined(separator: ", ")
      let total = report.seconds.reduce(0) { $0 + $1.seconds }
      print(
        "measured: \(Readable.bytes(ResidentMemory.peak)) of memory, \(Readable.bytes(report.diskBytes)) of disk, "
          + "\(Readable.duration(total)) (\(steps)), "
          + "\(Readable.bytes(Int(Double(summary.totalBytes) / max(total, 1e-9))))/s, in \(out)")
    }
  }

  struct Keeping: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Which of several duplicates stays: smallest-id, longest, shortest, largest|smallest|newest|oldest FIELD, prefer FIELD A|B.",
        valueName: "policy"))
    var keep = "smallest-id"

    var policy: KeepPolicy {
      get throws {
        do { return try KeepPolicy(parsing: keep) } catch { throw UsageProblem(error.message, fix: error.fix) }
      }
    }
  }

  struct Exact: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Documents with the same text or the same address.",
      discussion: "Example:\n  winnow dedup exact a.jsonl b.jsonl.gz --out unique --by both --text-form folded")

    @OptionGroup var files: Files
    @OptionGroup var keeping: Keeping
    @Option(help: "What makes two documents the same.") var by: ExactDeduplication.Key = .text
    @Option(help: "Compare texts byte by byte, or without case and spacing.") var textForm: ExactDeduplication.TextForm = .exact

    func run() throws {
      var options = ExactDeduplication.Options()
      options.by = by
      options.textForm = textForm
      options.keep = try keeping.policy
      try files.run(ExactDeduplication(options))
    }
  }

  /// The options of MinHash, for every command that has them.
  struct MinHashOptions: ParsableArguments {
    @OptionGroup var keeping: Keeping
    @Option(
      help: ArgumentHelp("BANDSxROWS, or \(BandScheme.presets.map(\.name).joined(separator: ", ")).", valueName: "scheme"))
    var bands = "14x8"
    @Option(help: ArgumentHelp("Similarity (0...1) from which documents are duplicates.", valueName: "s"))
    var minimumJaccard = 0.7
    @Option(help: "Shingles of words, or of characters, in scripts with spaces.") var shingles: ShingleShape.Unit = .automatic
    @Option(help: ArgumentHelp("Words per shingle.", valueName: "n")) var words = 5
    @Option(help: ArgumentHelp("Characters per shingle, where they are used.", valueName: "n")) var characters = 9
    @Option(help: ArgumentHelp("Seed of the hash functions.", valueName: "n")) var seed: UInt64 = 1
    @Flag(help: "Take every candidate pair for duplicates, as other tools do.") var unverified = false

    var options: MinHashDeduplication.Options {
      get throws {
        var options = MinHashDeduplication.Options()
        options.keep = try keeping.policy
        options.minimumJaccard = minimumJaccard
        options.shingles.unit = shingles
        options.shingles.words = words
        options.shingles.characters = characters
        options.seed = seed
        options.verifies = !unverified
        do { options.scheme = try BandScheme(parsing: bands) } catch { throw UsageProblem(error.message, fix: error.fix) }
        return options
      }
    }

    var method: MinHashDeduplication {
      get throws { try checked(options) { (options) throws(Diagnostic) in try MinHashDeduplication(options) } }
    }
  }

  struct MinHash: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "minhash", abstract: "Near-duplicates, by MinHash bands and true Jaccard similarity.",
      discussion: "Example:\n  winnow dedup minhash *.jsonl.zst --out distinct --bands 26x11 --minimum-jaccard 0.8")

    @OptionGroup var files: Files
    @OptionGroup var options: MinHashOptions

    func run() throws { try files.run(options.method) }
  }

  struct SubstringOptions: ParsableArguments {
    @OptionGroup var keeping: Keeping
    @Option(help: ArgumentHelp("Shortest repeat in bytes.", valueName: "n")) var minimumBytes = 200
    @Option(help: ArgumentHelp("Shortest repeat in characters.", valueName: "n")) var minimumCharacters = 60
    @Option(help: "Keep the first copy or none.") var repeats: RepeatPolicy = .keepOne
    @Option(help: ArgumentHelp("Drop documents that were cut to fewer characters.", valueName: "n")) var minimumRemaining = 50
    @Option(help: "How repeats are found; the result is the same.") var engine: SubstringDeduplication.Engine = .anchors

    var method: SubstringDeduplication {
      get throws {
        var options = SubstringDeduplication.Options()
        options.keep = try keeping.policy
        options.minimumBytes = minimumBytes
        options.minimumCharacters = minimumCharacters
        options.repeats = repeats
        options.minimumRemainingCharacters = minimumRemaining
        options.engine = engine
        return try checked(options) { (options) throws(Diagnostic) in try SubstringDeduplication(options) }
      }
    }
  }

  struct Substring: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Text that occurs more than once, cut so that one copy stays.",
      discussion: "Example:\n  winnow dedup substring *.jsonl.zst --out clean --minimum-bytes 200 --minimum-characters 60")

    @OptionGroup var files: Files
    @OptionGroup var options: SubstringOptions

    func run() throws { try files.run(options.method) }
  }

  struct Lines: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lines or paragraphs that occurred before, whatever their case, digits and punctuation (CCNet).",
      discussion: "Example:\n  winnow dedup lines *.jsonl.zst --out clean --unit paragraph --minimum-characters 20")

    @OptionGroup var files: Files
    @OptionGroup var keeping: Keeping
    @Option(help: "What is compared.") var unit: LineDeduplication.Unit = .line
    @Option(help: ArgumentHelp("Leave units with fewer letters and digits alone.", valueName: "n")) var minimumCharacters = 1
    @Option(help: "Keep the first copy or none.") var repeats: RepeatPolicy = .keepOne
    @Option(help: ArgumentHelp("Drop documents that were cut to fewer characters.", valueName: "n")) var minimumRemaining = 50

    func run() throws {
      var options = LineDeduplication.Options()
      options.unit = unit
      options.minimumCharacters = minimumCharacters
      options.repeats = repeats
      options.minimumRemainingCharacters = minimumRemaining
      options.keep = try keeping.policy
      try files.run(checked(options) { (options) throws(Diagnostic) in try LineDeduplication(options) })
    }
  }

  struct NGrams: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ngrams",
      abstract: "Paragraphs or documents most of whose n-grams occurred before, by a Bloom filter (BFF).",
      discussion: "Example:\n  winnow dedup ngrams *.jsonl.zst --out clean --unit paragraph --minimum-known-share 0.8")

    @OptionGroup var files: Files
    @Option(help: "What is judged.") var unit: NGramDeduplication.Unit = .paragraph
    @Option(help: ArgumentHelp("Words per n-gram.", valueName: "n")) var words = 13
    @Option(help: ArgumentHelp("Share (0...1) of known n-grams from which a unit goes.", valueName: "s"))
    var minimumKnownShare = 0.8
    @Option(help: ArgumentHelp("What the filter is sized for.", valueName: "p")) var falsePositiveRate = 0.01
    @Option(help: ArgumentHelp("Drop documents that were cut to fewer characters.", valueName: "n")) var minimumRemaining = 50

    func run() throws {
      var options = NGramDeduplication.Options()
      options.unit = unit
      options.words = words
      options.minimumKnownShare = minimumKnownShare
      options.falsePositiveRate = falsePositiveRate
      options.minimumRemainingCharacters = minimumRemaining
      try files.run(checked(options) { (options) throws(Diagnostic) in try NGramDeduplication(options) })
    }
  }

  /// A method from options; what they contradict is a mistake in the command line.
  static func checked<Options, Method>(_ options: Options, _ make: (Options) throws(Diagnostic) -> Method) throws -> Method {
    do { return try make(options) } catch { throw UsageProblem(error.message, fix: error.fix) }
  }
}

private func checked<Options, Method>(_ options: Options, _ make: (Options) throws(Diagnostic) -> Method) throws -> Method {
  try DedupCommand.checked(options, make)
}

extension ExactDeduplication.Key: ExpressibleByArgument {}
extension ExactDeduplication.TextForm: ExpressibleByArgument {}
extension RepeatPolicy: ExpressibleByArgument {}
extension SubstringDeduplication.Engine: ExpressibleByArgument {}
extension LineDeduplication.Unit: ExpressibleByArgument {}
extension NGramDeduplication.Unit: ExpressibleByArgument {}
extension ShingleShape.Unit: ExpressibleByArgument {}

/// A size as people write it.
struct ByteCount: ExpressibleByArgument {
  var value: Int

  init(value: Int) { self.value = value }

  init?(argument: String) {
    let parameter = Parameter("memory", .bytes((32 << 20)...(1 << 50)), default: .integer(0), "")
    guard case .integer(let value)? = parameter.value(of: argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { Readable.bytes(value) }
}
