import ArgumentParser
import Documents
import Foundation
import Pipelines

struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Print drop reasons and metric histograms of a run, or rebuild its catalog.",
    discussion: """
      Examples:
        winnow stats runs/quickstart
        winnow stats runs/quickstart --metric quality.
        winnow stats runs/quickstart --rebuild      writes catalog.sqlite anew from the manifests
      """)

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var folder: String
  @Option(help: ArgumentHelp("Histograms of metrics whose name starts so.", valueName: "stage.metric")) var metric: String?
  @Flag(help: "Write catalog.sqlite anew.") var rebuild = false

  func run() throws {
    let (directory, plan) = try Plan.open(run: folder)
    if rebuild {
      try Catalog.rebuild(directory, plan: plan)
      print(directory.catalogFile)
      return
    }
    let report = try RunReport(directory, plan: plan)
    if let metric {
      let histograms = report.manifests.flatMap { $0.histograms }.filter { "\($0.stage).\($0.metric)".hasPrefix(metric) }
      guard !histograms.isEmpty else {
        throw UsageProblem(
          "no metric starts with '\(metric)'",
          fix: nearestName(to: metric, among: report.manifests.flatMap { $0.histograms }.map { "\($0.stage).\($0.metric)" }).map
          { "did you mean '\($0)'?" })
      }
      for histogram in histograms { show(histogram) }
      return
    }
    var table = TextTable(["stage", "rule", "documents", "share of stage"], alignsRight: [false, false, true, true])
    for line in report.stageLines {
      for rule in line.rules {
        table.add([
          rule.stage, rule.isFailure ? "\(rule.rule) (failed)" : rule.rule, Readable.count(rule.count),
          Readable.share(rule.count, of: line.counts.entered),
        ])
      }
    }
    print(table.isEmpty ? "nothing was dropped" : table.rendered())
  }

  private func show(_ histogram: Histogram) {
    print(
      "\(histogram.stage).\(histogram.metric)  n=\(Readable.count(histogram.count))  mean=\(Readable.fixed(histogram.sum / Double(max(1, histogram.count)), 4))  min=\(Readable.fixed(histogram.minimum, 4))  max=\(Readable.fixed(histogram.maximum, 4))"
    )
    let highest = histogram.buckets.values.max() ?? 1
    for (bucket, count) in histogram.buckets.sorted(by: { $0.key < $1.key }) {
      let bounds = Histogram.bounds(of: bucket)
      let low = bounds.lowerBound.isInfinite ? "below 0" : Readable.fixed(bounds.lowerBound, bounds.lowerBound < 10 ? 2 : 0)
      let label = String(repeating: " ", count: max(0, 10 - low.count)) + low
      print("\(label)  \(String(repeating: "#", count: max(1, count * 50 / highest)))  \(Readable.count(count))")
    }
    print("")
  }
}
