import ArgumentParser
import Documents
import Foundation
import Pipelines
import Storage

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Check a pipeline and print its phases, tasks and an estimate.",
    discussion: """
      Per-document stages are fused into one pass; a collective stage, or a second consumer, cuts. The estimate comes from running
      records from all over each source for at most --sample seconds of the processor. Deduplication is tried on the documents that
      come out of that; its memory is that of the process, its disk what stands there when the stage's results are written.

      Examples:
        winnow plan pipelines/quickstart.yaml
        winnow plan crawl.yaml --sample 0 --json | jq .phases
      """)

  @Argument(help: "The pipeline file.") var file: String
  @Option(
    help: ArgumentHelp("Seconds of sampling for the estimate, of each phase that reads sources; 0 for none.", valueName: "s"))
  var sample = 2.0
  @Flag(help: "The plan as JSON.") var json = false

  func run() async throws {
    let (pipeline, warnings) = try Pipeline.load(path: file)
    for warning in warnings { CommandLineReport.show(warning) }
    let plan = Plan(pipeline)
    if json {
      print(String(decoding: plan.json(version: Winnow.version).prettyPrinted, as: UTF8.self), terminator: "")
      return
    }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let estimate = sample > 0 ? try PlanEstimate(plan, secondsPerSource: sample, cores: cores) : nil
    var table = TextTable(
      ["phase", "work", "tasks", "input", "estimate"], alignsRight: [false, false, true, true, true])
    for phase in plan.phases {
      let line = estimate?.phases[phase.index]
      table.add([
        "\(phase.index + 1) \(phase.name)", phase.workDescription, Readable.count(phase.tasks.count),
        line.map { Readable.bytes($0.inputBytes) } ?? "", line.map { Readable.duration($0.coreSeconds) } ?? "",
      ])
    }
    print(table.rendered())
    guard let estimate else { return }
    if !estimate.deduplications.isEmpty { print("\n" + Self.table(estimate.deduplications, cores: cores).rendered()) }
    print(
      "\nEstimate: about \(Readable.duration(estimate.wallSeconds(cores: cores))) on \(cores) cores"
        + " (core time by phase above; from \(Readable.count(estimate.sampledRecords)) sampled records, and measured rates for collective stages)"
    )
  }

  private static func table(_ deduplications: [PlanEstimate.DeduplicationLine], cores: Int) -> TextTable {
    var table = TextTable(
      ["deduplication", "documents", "text", "memory", "disk", "core time", "on \(cores) cores"],
      alignsRight: [false, true, true, true, true, true, true])
    for item in deduplications {
      table.add([
        item.stage, Readable.count(item.estimate.documents), Readable.bytes(item.estimate.textBytes),
        Readable.bytes(item.estimate.memoryBytes),
        Readable.bytes(item.estimate.diskBytes), Readable.duration(item.estimate.taskSeconds),
        Readable.duration(item.estimate.seconds),
      ])
    }
    return table
  }
}
