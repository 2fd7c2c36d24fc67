import ArgumentParser
import Deduplication
import Documents
import Foundation

/// `winnow dedup index`: near-duplicates across snapshots that come one after another.
struct DedupIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index", abstract: "Deduplicate each new snapshot against all earlier ones, without their text.",
    discussion: """
      Examples:
        winnow dedup index add snapshots.index 2024-10/*.jsonl.zst --snapshot 2024-10 --out new
        winnow dedup index take-down snapshots.index id-1 id-2
        winnow dedup index merge snapshots.index other.index
        winnow dedup index info snapshots.index
      """,
    subcommands: [Add.self, TakeDown.self, Merge.self, Info.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Add a snapshot; write what is new in it.")

    @Argument(help: ArgumentHelp("The index, a folder; made when it does not exist.", valueName: "index")) var index: String
    @Argument(help: ArgumentHelp("Files of JSON lines.", valueName: "in")) var inputs: [String]
    @Option(help: ArgumentHelp("Name of the snapshot.", valueName: "name")) var snapshot: String
    @Option(help: ArgumentHelp("Folder for the results.", valueName: "dir")) var out: String
    @OptionGroup var options: DedupCommand.MinHashOptions
    @Option(help: ArgumentHelp("Threads (default: all cores).", valueName: "n")) var jobs: Int?
    @Flag(help: "No summary; problems are still reported.") var quiet = false

    func validate() throws {
      if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    }

    func run() throws {
      let method = try options.options
      let width = jobs ?? ProcessInfo.processInfo.activeProcessorCount
      let report = try FileDeduplication(inputs: inputs, output: out, jobs: width).add(to: index, snapshot: snapshot, method)
      for failure in report.failures.prefix(10) { CommandLineReport.show(failure) }
      let summary = report.summary
      if !quiet {
        print(
          "\(snapshot): \(Readable.count(summary.documents)) documents, \(Readable.count(summary.droppedDocuments)) dropped as "
            + "duplicates of this or an earlier snapshot, in \(out)")
      }
      if report.failedLines > 0 { throw ExitCode(CommandLineReport.failed) }
    }
  }

  struct TakeDown: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "take-down", abstract: "Take documents out; name the duplicates that take their place.")

    @Argument(help: ArgumentHelp("The index, a folder.", valueName: "index")) var index: String
    @Argument(help: ArgumentHelp("Ids of documents.", valueName: "id")) var ids: [String]
    @OptionGroup var options: DedupCommand.MinHashOptions

    func run() throws {
      var opened = try SignatureIndex(path: index, options: options.options)
      let unknown = try opened.unknown(ids)
      for item in try opened.takeDown(ids) {
        var line: JSONObject = ["removed": .string(item.removed.id), "snapshot": .string(item.removed.snapshot)]
        line["successor"] = item.successor.map { .string($0.id) } ?? .null
        line["successor_snapshot"] = item.successor.map { .string($0.snapshot) } ?? .null
        var bytes: [UInt8] = []
        line.write(to: &bytes)
        print(String(decoding: bytes, as: UTF8.self))
      }
      for id in unknown { StandardError.line("winnow: no document '\(id)' in the index") }
      if !unknown.isEmpty { throw ExitCode(CommandLineReport.failed) }
    }
  }

  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take in the snapshots of another index.")

    @Argument(help: ArgumentHelp("The index, a folder.", valueName: "index")) var index: String
    @Argument(help: ArgumentHelp("Another with the same options.", valueName: "other")) var other: String
    @OptionGroup var options: DedupCommand.MinHashOptions

    func run() throws {
      var opened = try SignatureIndex(path: index, options: options.options)
      try opened.merge(SignatureIndex(path: other, options: options.options))
    }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The snapshots of an index.")

    @Argument(help: ArgumentHelp("The index, a folder.", valueName: "index")) var index: String
    @OptionGroup var options: DedupCommand.MinHashOptions

    func run() throws {
      let opened = try SignatureIndex(path: index, options: options.options)
      var table = TextTable(["snapshot", "documents", "files"], alignsRight: [false, true, true])
      for snapshot in opened.snapshots {
        table.add([
          snapshot.name, Readable.count(snapshot.documents), Readable.count(snapshot.maps.count + snapshot.edges.count),
        ])
      }
      print(table.rendered())
    }
  }
}
