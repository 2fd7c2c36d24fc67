import Documents
import Foundation
import Pipelines

/// The table at the end of a run.
struct RunSummary {
  private let report: RunReport
  private let seconds: Double

  init(_ report: RunReport, seconds: Double) {
    self.report = report
    self.seconds = seconds
  }

  var text: String {
    var table = TextTable(
      ["stage", "in", "kept", "dropped", "failed", "share kept", "first reasons"],
      alignsRight: [false, true, true, true, true, true, false])
    for line in report.stageLines {
      let counts = line.counts
      table.add([
        counts.stage, Readable.count(counts.entered), Readable.count(counts.kept), Readable.count(counts.dropped),
        Readable.count(counts.failed),
        Readable.share(counts.kept, of: counts.entered),
        line.rules.prefix(2).map { "\($0.rule) \(Readable.count($0.count))" }.joined(separator: ", "),
      ])
    }
    var lines: [String] = []
    if !table.isEmpty { lines += [table.rendered(), ""] }
    for item in report.deduplications {
      lines.append(
        "\(item.stage): \(Readable.bytes(item.memoryBytes)) of memory, \(Readable.bytes(item.diskBytes)) of disk, "
          + "\(Readable.duration(item.seconds)) of core time")
    }
    lines += artifacts
    lines.append("\(report.plan.pipeline.name): \(Readable.duration(seconds)) in \(report.run.path)")
    if let datasheet = report.output(of: .report, named: "index.html") { lines.append("datasheet: \(datasheet)") }
    return lines.joined(separator: "\n")
  }

  /// One line for each artifact behind the documents, from what its stage says of itself.
  private var artifacts: [String] {
    report.artifactNotes.map { "\($0.stage): \($0.text)" }
  }
}
