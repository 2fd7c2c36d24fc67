import ArgumentParser
import Documents
import Foundation
import Pipelines

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline, or continue an interrupted run.",
    discussion: """
      The run is written to runs/NAME, or where --run says. The same command continues it: what is committed and still up to date is not
      done again, what depends on a changed parameter or file is.

      Examples:
        winnow run pipelines/quickstart.yaml
        winnow run crawl.yaml --run /data/runs/crawl --jobs 8 --log json
      """)

  enum Log: String, ExpressibleByArgument, CaseIterable { case text, json }
  enum Place: String, ExpressibleByArgument, CaseIterable { case local }

  @Argument(help: "The pipeline file.") var file: String
  @Option(name: .customLong("run"), help: ArgumentHelp("Run directory (default: runs/NAME).", valueName: "dir"))
  var folder: String?
  @Option(help: ArgumentHelp("Tasks at once (default: all cores).", valueName: "n")) var jobs: Int?
  @Option(help: "Where tasks run.") var on: Place = .local
  @Option(help: "Progress as text for people or as JSON lines, on standard error.") var log: Log = .text
  @Flag(help: "Leave what the steps of deduplication hand each other; otherwise it goes when the stage is done.")
  var keepTemporary = false
  @Flag(help: "No progress and no summary; problems are still reported.") var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  func run() async throws {
    let interruption = Interruption()
    let (pipeline, warnings) = try Pipeline.load(path: file)
    for warning in warnings { CommandLineReport.show(warning) }
    let plan = Plan(pipeline)
    let directory = RunDirectory(path: folder ?? "runs/\(pipeline.name)")
    let face: ProgressFace = quiet ? .quiet : log == .json ? .json : StandardError.isTerminal ? .terminal : .plain
    let view = ProgressView(face)
    let width = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let engine = Run(
      plan: plan, directory: directory, threads: width, stop: interruption.stop, keepsTemporaryFiles: keepTemporary,
      observer: view)
    let started = ContinuousClock.now
    do {
      let manifests = try await engine.perform(on: LocalExecutor(width: width))
      view.finish()
      guard face != .quiet else { return }
      let seconds =
        Double((ContinuousClock.now - started).components.seconds) + Double(
          (ContinuousClock.now - started).components.attoseconds) * 1e-18
      print(RunSummary(RunReport(directory, plan: plan, manifests: manifests), seconds: seconds).text)
    } catch {
      view.finish()
      let isStop = error is Interrupted || error is CancellationError
      guard interruption.stop.isSet || isStop else { throw error }
      var again = "winnow run \(file)"
      if let folder { again += " --run \(folder)" }
      StandardError.line("winnow: interrupted; what is committed stays. Continue with: \(again)")
      throw Interrupted()
    }
  }
}
