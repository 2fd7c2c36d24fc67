import ArgumentParser
import Documents
import Foundation
import Pipelines

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how far a run is and what its stages did.",
    discussion: "Example:\n  winnow status runs/quickstart")

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var folder: String

  func run() throws {
    let (directory, plan) = try Plan.open(run: folder)
    let report = try RunReport(directory, plan: plan)
    var phases = TextTable(["phase", "tasks committed", "core time"], alignsRight: [false, true, true])
    for phase in plan.phases {
      let seconds = report.manifests[phase.index].map(\.seconds).reduce(0, +)
      phases.add([
        "\(phase.index + 1) \(phase.name)", "\(report.committed(phase)) of \(phase.tasks.count)",
        report.committed(phase) > 0 ? Readable.duration(seconds) : "",
      ])
    }
    print(phases.rendered() + "\n")
    var stages = TextTable(
      ["stage", "in", "kept", "dropped", "failed", "edited", "core time", "MB/s"],
      alignsRight: [false, true, true, true, true, true, true, true])
    for line in report.stageLines {
      let counts = line.counts
      stages.add([
        counts.stage, Readable.count(counts.entered), Readable.count(counts.kept), Readable.count(counts.dropped),
        Readable.count(counts.failed),
        Readable.count(counts.edited), counts.seconds > 0 ? Readable.duration(counts.seconds) : "",
        counts.seconds > 0 ? Readable.fixed(Double(counts.bytesIn) / counts.seconds / 1e6, 1) : "",
      ])
    }
    if !stages.isEmpty { print(stages.rendered() + "\n") }
    var deduplications = TextTable(
      ["deduplication", "peak memory", "disk", "core time"], alignsRight: [false, true, true, true])
    for item in report.deduplications {
      deduplications.add([
        item.stage, Readable.bytes(item.memoryBytes), Readable.bytes(item.diskBytes), Readable.duration(item.seconds),
      ])
    }
    if !deduplications.isEmpty { print(deduplications.rendered() + "\n") }
    print(report.isComplete ? "complete" : "not complete: 'winnow run' continues it")
  }
}
