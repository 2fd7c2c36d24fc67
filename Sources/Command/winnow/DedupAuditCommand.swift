import ArgumentParser
import Deduplication
import Documents
import Foundation

/// `winnow dedup audit`: what a method finds of what was planted.
struct DedupAuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Plant duplicates into a sample and measure how many are found.",
    discussion: """
      Examples:
        winnow dedup audit minhash sample.jsonl.zst --bands 20x5
        winnow dedup audit substring sample.jsonl.zst --minimum-bytes 200 --json
      """,
    subcommands: [MinHash.self, Substring.self])

  struct Sample: ParsableArguments {
    @Argument(help: ArgumentHelp("Files of JSON lines.", valueName: "in")) var inputs: [String]
    @Option(help: ArgumentHelp("Documents to take from the beginning.", valueName: "n")) var documents = 5000
    @Option(help: ArgumentHelp("Plants per level.", valueName: "n")) var plants = 200
    @Option(help: ArgumentHelp("Seed of what is planted where.", valueName: "n")) var plantSeed: UInt64 = 1
    @Flag(help: "Print JSON instead of a table.") var json = false

    func audit(_ body: (DeduplicationAudit, [Document], String) throws -> DeduplicationAudit.Result) throws {
      var sample: [Document] = []
      struct Enough: Error {}
      var reader = DocumentInputs()
      do {
        try reader.forEach(inputs) { document in
          sample.append(document)
          if sample.count >= documents { throw Enough() }
        }
      } catch is Enough {}
      var audit = DeduplicationAudit()
      audit.seed = plantSeed
      audit.plants = plants
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "winnow-audit-\(ProcessInfo.processInfo.processIdentifier)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let result = try body(audit, sample, folder.path)
      if json {
        print(String(decoding: JSONValue.object(Self.json(result)).prettyPrinted, as: UTF8.self))
      } else {
        show(result)
      }
    }

    private func show(_ result: DeduplicationAudit.Result) {
      var table = TextTable(
        ["level", "measured", "planted", "found", "recall", "95 % interval", "expected"],
        alignsRight: Array(repeating: true, count: 7))
      for row in result.rows {
        let isLength = row.level >= 2
        table.add([
          Readable.fixed(row.level, isLength ? 0 : 2), Readable.fixed(row.meanLevel, isLength ? 0 : 3),
          Readable.count(row.planted),
          Readable.count(row.found), Readable.fixed(row.recall, 3),
          "\(Readable.fixed(row.interval.lowerBound, 3)) – \(Readable.fixed(row.interval.upperBound, 3))",
          Readable.fixed(row.expectedRecall, 3),
        ])
      }
      print(table.rendered())
      print(
        "precision \(Readable.fixed(result.precision, 4)) (\(Readable.count(result.correct)) of \(Readable.count(result.checked)), "
          + "95 % from \(Readable.fixed(result.precisionInterval.lowerBound, 4))), \(Readable.count(result.documents)) documents"
      )
    }

    private static func json(_ result: DeduplicationAudit.Result) -> JSONObject {
      [
        "documents": .integer(Int64(result.documents)), "checked": .integer(Int64(result.checked)),
        "correct": .integer(Int64(result.correct)), "precision": .number(result.precision),
        "rows": .array(
          result.rows.map { row in
            .object([
              "level": .number(row.level), "mean_level": .number(row.meanLevel), "planted": .integer(Int64(row.planted)),
              "found": .integer(Int64(row.found)), "recall": .number(row.recall),
              "recall_low": .number(row.interval.lowerBound),
              "recall_high": .number(row.interval.upperBound), "expected_recall": .number(row.expectedRecall),
            ])
          }),
      ]
    }
  }

  struct MinHash: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "minhash", abstract: "Near-duplicates at Jaccard 0.5 to 0.95, beside the LSH curve.")

    @OptionGroup var sample: Sample
    @OptionGroup var options: DedupCommand.MinHashOptions

    func run() throws {
      let method = try options.method
      try sample.audit { audit, documents, folder in try audit.nearDuplicates(method, sample: documents, folder: folder) }
    }
  }

  struct Substring: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Repeated spans of half to eight times the minimum length.")

    @OptionGroup var sample: Sample
    @OptionGroup var options: DedupCommand.SubstringOptions

    func run() throws {
      let method = try options.method
      try sample.audit { audit, documents, folder in try audit.spans(method, sample: documents, folder: folder) }
    }
  }
}
