import ArgumentParser
import Documents
import Pipelines

/// What a cluster scheduler calls: one task of a planned run, alone.
struct TaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "Run one task of a planned run.", shouldDisplay: false)

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var folder: String
  @Argument(help: "Phase number, from 0.") var phase: Int
  @Argument(help: "Task number, from 0.") var index: Int

  func run() throws {
    let (directory, plan) = try Plan.open(run: folder)
    let interruption = Interruption()
    let engine = Run(plan: plan, directory: directory, threads: 1, stop: interruption.stop, observer: ProgressView(.quiet))
    try engine.performTask(phase: phase, task: index)
  }
}
