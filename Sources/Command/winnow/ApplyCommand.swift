import ArgumentParser
import Documents
import Foundation
import Pipelines
import Storage

struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Run one document stage as a filter: JSON lines in, JSON lines out.",
    discussion: """
      Reads {"id","url","text","metadata"} lines from standard input and writes the kept ones to standard output. A stage that takes
      pages reads "html" instead of "text".

      Examples:
        winnow apply normalize < in.jsonl > out.jsonl
        winnow apply identify-language --with keep=en,de --ledger ledger.jsonl < in.jsonl
        zstdcat part.jsonl.zst | winnow apply filter --with rules=filters/quality/gopher.yaml | wc -l
      """)

  @Argument(help: "The stage: \(StageCatalog.all.filter(\.appliesToDocuments).map(\.name).joined(separator: ", ")).")
  var stage: String
  @Option(
    name: .customLong("with"),
    help: ArgumentHelp("A parameter of the stage; lists are separated by commas.", valueName: "key=value"))
  var settings: [String] = []
  @Option(help: ArgumentHelp("Write one JSON line for each input document: its verdict and why.", valueName: "file"))
  var ledger: String?

  func run() throws {
    guard let kind = StageCatalog.kind(stage), kind.appliesToDocuments else {
      let names = StageCatalog.all.filter(\.appliesToDocuments).map(\.name)
      let near = nearestName(to: stage, among: names).map { "did you mean '\($0)'? " } ?? ""
      throw UsageProblem("'\(stage)' is not a document stage", fix: near + "Stages: \(names.joined(separator: ", "))")
    }
    let parameters = try CommandLineParameters.parse(settings, for: kind)
    let filter = try DocumentFilterStream(kind: kind, parameters: parameters, ledger: ledger)
    let counts = try filter.run()
    if counts.failed > 0 {
      StandardError.line(
        "winnow: \(counts.failed) of \(counts.entered) lines failed" + (ledger == nil ? "; --ledger FILE says which" : ""))
      throw ExitCode(CommandLineReport.failed)
    }
  }
}

/// `--with key=value` as checked parameters of a stage.
enum CommandLineParameters {
  static func parse(_ settings: [String], for kind: StageKind) throws -> Parameters {
    do { return try kind.parameters(fromCommandLine: settings) } catch {
      throw UsageProblem(error.message, fix: error.fix)
    }
  }
}
