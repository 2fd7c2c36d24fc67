import ArgumentParser
import Documents
import Foundation
import Pipelines
import Storage

struct DatasheetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasheet", abstract: "Print the datasheet of a run, or where it lies.",
    discussion: """
      Examples:
        winnow datasheet runs/quickstart                        prints the path of the page
        winnow datasheet runs/quickstart --format markdown | less
        winnow datasheet runs/quickstart --format croissant | jq .distribution
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case path, html, markdown, croissant }

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var folder: String
  @Option(help: "What to print.") var format: Format = .path

  func run() throws {
    let (directory, plan) = try Plan.open(run: folder)
    let report = try RunReport(directory, plan: plan)
    let name =
      switch format {
      case .path, .html: "index.html"
      case .markdown: "datasheet.md"
      case .croissant: "croissant.json"
      }
    guard let path = report.output(of: .report, named: name) else {
      let has = plan.pipeline.stages.contains { $0.kind.output == .report }
      throw Diagnostic(
        "no-datasheet", "the run has no datasheet", at: .init(file: folder),
        fix: has
          ? "complete the run with 'winnow run'" : "add a stage to the pipeline: report: { use: datasheet, from: shards }")
    }
    print(
      format == .path ? path : String(decoding: try MappedFile.contents(of: path), as: UTF8.self),
      terminator: format == .path ? "\n" : "")
  }
}
