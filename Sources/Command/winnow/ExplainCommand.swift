import ArgumentParser
import Documents
import Foundation
import Pipelines

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show a document's whole way through a run, stage by stage.",
    discussion: """
      KEY is a document id, a URL, or file#offset as the ledger has it.

      Examples:
        winnow explain runs/quickstart https://handbook.example/en-US/index.html
        winnow explain runs/quickstart ID --text       with the text before and after each stage
      """)

  @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var folder: String
  @Argument(help: "Document id, URL or file#offset.") var key: String
  @Flag(help: "The text before and after each stage, from running the stages again.") var text = false
  @Flag(help: "Every measured value, not only those of the deciding stage.") var metrics = false

  func run() throws {
    let (directory, plan) = try Plan.open(run: folder)
    for explanation in try Explanation.find(key, in: directory, plan: plan) { try show(explanation, plan) }
  }

  private func show(_ explanation: Explanation, _ plan: Plan) throws {
    guard let first = explanation.steps.first else { return }
    print("id      \(first.entry.id)")
    if !first.entry.url.isEmpty { print("url     \(first.entry.url)") }
    print("origin  \(first.entry.origin.file)#\(first.entry.origin.offset)")
    for step in explanation.steps {
      for line in lines(step, plan) { print(line) }
      if text { for replay in try explanation.replay(step) { show(replay) } }
    }
    print("")
  }

  private func lines(_ step: Explanation.Step, _ plan: Plan) -> [String] {
    var result: [String] = []
    var names = [step.entry.stage]
    if case .documents(let chain) = step.phase.work { names = chain.map(\.id) }
    let shown = metrics ? step.metrics : step.metrics.filter { $0.name.hasPrefix(step.entry.stage + ".") }
    guard names.contains(step.entry.stage) else { return ["  \(step.entry.stage): \(verdict(step.entry.outcome))"] }
    for name in names {
      let edited = step.entry.edited.contains(name) ? ", text edited" : ""
      if name == step.entry.stage {
        result.append("  \(name): \(verdict(step.entry.outcome))\(edited)")
        for metric in shown { result.append("      \(metric.name) = \(number(metric.value))") }
        break
      }
      result.append("  \(name): kept\(edited)")
    }
    return result
  }

  private func verdict(_ outcome: LedgerEntry.Outcome) -> String {
    switch outcome {
    case .kept: return "kept"
    case .failed(let code, let message): return "FAILED \(code): \(message)"
    case .dropped(let reason):
      var text = "DROPPED by \(reason.rule)"
      if let value = reason.value { text += ": measured \(number(value))" }
      if let threshold = reason.threshold { text += ", threshold \(number(threshold))" }
      if let duplicateOf = reason.duplicateOf { text += ", duplicate of \(duplicateOf)" }
      if let detail = reason.detail { text += " (\(detail))" }
      return text
    }
  }

  private func number(_ value: Double) -> String { value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : Readable.fixed(value, 4) }

  private func show(_ replay: Explanation.Replay) {
    print("  --- \(replay.stage) (\(Readable.bytes(replay.text.count)))")
    print(String(decoding: replay.text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map { "  | \($0)" }.joined(separator: "\n"))
  }
}
