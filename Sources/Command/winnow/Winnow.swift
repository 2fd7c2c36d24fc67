import ArgumentParser
import CMimalloc
import Documents
import Foundation
import Pipelines

@main
struct WinnowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "winnow",
    abstract: "From web crawls to training-ready token shards.",
    discussion: """
      Examples:
        winnow run pipelines/quickstart.yaml        run a pipeline; the same command continues it
        winnow plan pipelines/quickstart.yaml       what it would do, before it does it
        winnow explain runs/quickstart URL          what happened to a page, and why
        winnow apply normalize < in.jsonl           one stage as a filter over JSON lines

      Exit codes: 0 done, 1 problems found or failed, 2 wrong usage, 130 interrupted (and resumable).
      """,
    version: Winnow.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Pipelines",
        subcommands: [
          RunCommand.self, PlanCommand.self, GraphCommand.self, StatusCommand.self, ExplainCommand.self, StatsCommand.self,
          WhatIfCommand.self, AblateCommand.self,
          DatasheetCommand.self, SchemaCommand.self, DoctorCommand.self, TaskCommand.self,
        ]),
      CommandGroup(
        name: "Parts on their own",
        subcommands: [
          WarcCommand.self, ExtractCommand.self, ApplyCommand.self, ImpactCommand.self, DedupCommand.self,
          ClassifierCommand.self,
          LanguagesCommand.self, TokenizerCommand.self,
          ShardsCommand.self, TrainCommand.self, EvaluateCommand.self, GenerateCommand.self, ExportCommand.self,
        ]),
    ])

  static func main() async {
    // mimalloc takes the place of malloc when it is linked; asking for its version keeps it linked.
    precondition(mi_version() > 0)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      CommandLineReport.exit(with: error)
    }
  }
}
