import ArgumentParser
import Documents
import Foundation
import Pipelines

struct WhatIfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Show what other thresholds would have kept or dropped, from the values that a run measured.",
    discussion: """
      Nothing is run again: the values stand beside the documents. A rule is named pack.rule; its new bound is a number, a range, or
      'off'. Bounds for single languages stay as they are.

      --apply makes a new run with these bounds: documents whose verdict the values settle are taken over, the others go through the
      chain again, and so does everything behind that changes. The new run has the bytes of a run from the beginning.

      Examples:
        winnow what-if runs/quickstart --set gopher-quality.minimum-words=30
        winnow what-if runs/quickstart --set gopher-quality.mean-word-length=2..12 --set gopher-quality.minimum-stop-words=off
        winnow what-if runs/quickstart --set gopher-quality.minimum-words=30 --apply --run runs/quickstart-30
      """)

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var folder: String
  @Option(name: .customLong("set"), help: ArgumentHelp("A rule and its new bound.", valueName: "pack.rule=value")) var settings:
    [String] = []
  @Option(help: "Documents shown of those gained and of those lost.") var samples = 3

  @Flag(help: "Make a new run with these bounds.") var apply = false
  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Directory of the new run (default: that of the old one, with -what-if).", valueName: "dir"))
  var newFolder: String?
  @Option(help: ArgumentHelp("Tasks at once (default: all cores).", valueName: "n")) var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if newFolder != nil, !apply { throw ValidationError("--run names the directory of a new run: add --apply") }
  }

  func run() async throws {
    guard !settings.isEmpty else { throw UsageProblem("nothing to change", fix: "add --set pack.rule=value") }
    let current = FileManager.default.currentDirectoryPath
    let (directory, plan) = try Plan.open(run: folder)
    try show(WhatIf(settings, run: directory, plan: plan, samples: max(0, samples)), directory, plan)
    guard apply else { return }
    // To open a run is to enter the folder that its paths are relative to.
    let hasMoved = FileManager.default.currentDirectoryPath != current
    let chosen = newFolder.map { hasMoved && !$0.hasPrefix("/") ? current + "/" + $0 : $0 }
    let predecessor = try Predecessor(settings, run: directory, plan: plan)
    try await makeRun(from: predecessor, in: RunDirectory(path: chosen ?? directory.path + "-what-if"))
  }

  private func makeRun(from predecessor: Predecessor, in directory: RunDirectory) async throws {
    let interruption = Interruption()
    let plan = try predecessor.makePlan(in: directory)
    let view = ProgressView(StandardError.isTerminal ? .terminal : .plain)
    let width = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let engine = Run(
      plan: plan, directory: directory, threads: width, stop: interruption.stop, predecessor: predecessor, observer: view)
    let started = ContinuousClock.now
    do {
      let manifests = try await engine.perform(on: LocalExecutor(width: width))
      view.finish()
      let elapsed = (ContinuousClock.now - started) / .seconds(1)
      print(RunSummary(RunReport(directory, plan: plan, manifests: manifests), seconds: elapsed).text)
    } catch {
      view.finish()
      guard interruption.stop.isSet || error is Interrupted || error is CancellationError else { throw error }
      StandardError.line("winnow: interrupted; what is committed stays. Continue with the same command")
      throw Interrupted()
    }
  }

  private func show(_ result: WhatIf, _ directory: RunDirectory, _ plan: Plan) throws {
    print("stage \(result.stage): \(settings.joined(separator: ", "))")
    let headings = ["language", "seen", "passed", "gained", "bytes", "lost", "bytes", "dropped later anyway"]
    var table = TextTable(headings, alignsRight: [false, true, true, true, true, true, true, true])
    for row in result.rows + [total(result.rows)] {
      table.add([
        row.language, Readable.count(row.seen.documents), Readable.count(row.passed.documents),
        "+\(Readable.count(row.gained.documents))",
        Readable.bytes(row.gained.bytes), "-\(Readable.count(row.lost.documents))", Readable.bytes(row.lost.bytes),
        Readable.count(row.lostAnyway.documents),
      ])
    }
    print(table.rendered())
    if let rate = WhatIf.tokensPerByte(try RunReport(directory, plan: plan)) {
      let all = total(result.rows)
      print(
        "tokens, by the run's own rate: about +\(Readable.count(Int(Double(all.gained.bytes) * rate))) -\(Readable.count(Int(Double(all.lost.bytes) * rate)))"
      )
    }
    for sample in result.samples {
      print(
        "\(sample.isGained ? "gained" : "lost  ")  \(sample.rule) = \(Readable.fixed(sample.value, 4))  \(sample.language)  \(sample.url.isEmpty ? sample.id : sample.url)"
      )
    }
  }

  private func total(_ rows: [WhatIf.Row]) -> WhatIf.Row {
    var sum = WhatIf.Row(language: "all")
    for row in rows {
      sum.seen += row.seen
      sum.passed += row.passed
      sum.gained += row.gained
      sum.lost += row.lost
      sum.lostAnyway += row.lostAnyway
    }
    return sum
  }
}
