import ArgumentParser
import Curation
import Documents
import Foundation
import Pipelines

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show a document's whole way through a run, stage by stage.",
    discussion: """
      Of a filter, each rule is shown with the measured value and its bounds for the document's language.

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
    for explanation in try Explanation.find(key, in: directory, plan: plan) { try show(explanation) }
  }

  private func show(_ explanation: Explanation) throws {
    guard let first = explanation.steps.first else { return }
    print("id      \(first.entry.id)")
    if !first.entry.url.isEmpty { print("url     \(first.entry.url)") }
    print("origin  \(first.entry.origin.file)#\(first.entry.origin.offset)")
    for step in explanation.steps {
      for line in try lines(step) { print(line) }
      if text { for replay in try explanation.replay(step) { show(replay) } }
    }
    print("")
  }

  private func lines(_ step: Explanation.Step) throws -> [String] {
    guard case .documents(let chain) = step.phase.work, chain.contains(where: { $0.id == step.entry.stage }) else {
      return ["  \(step.entry.stage): \(verdict(step.entry.outcome))"]
    }
    let readings = try step.ruleReadings()
    var result: [String] = []
    for name in chain.map(\.id) {
      let isLast = name == step.entry.stage
      let edited = step.entry.edited.contains(name) ? ", text edited" : ""
      result.append("  \(name): \(isLast ? verdict(step.entry.outcome) : "kept")\(edited)")
      let rules = readings.filter { $0.stage == name }
      if !rules.isEmpty { result.append(table(rules)) }
      if isLast || metrics {
        for metric in step.metrics
        where metric.name.hasPrefix(name + ".") && !rules.contains(where: { $0.metric == metric.name }) {
          result.append("      \(metric.name) = \(number(metric.value))")
        }
      }
      if isLast { break }
    }
    return result
  }

  private func table(_ readings: [RuleReading]) -> String {
    var table = TextTable(["rule", "measured", "must be", ""], alignsRight: [false, true, false, false])
    for reading in readings {
      table.add([
        reading.rule, reading.value.map(number) ?? "–", reading.bounds.map(range) ?? "not for this language",
        reading.isBroken ? "FAILS" : "",
      ])
    }
    return table.rendered(indentation: "      ")
  }

  private func range(_ bounds: Bounds) -> String {
    func plain(_ bound: Double) -> String { bound == bound.rounded() ? number(bound) : "\(bound)" }
    return switch (bounds.minimum, bounds.maximum) {
    case (let low?, let high?): "\(plain(low)) to \(plain(high))"
    case (let low?, nil): "at least \(plain(low))"
    case (nil, let high?): "at most \(plain(high))"
    case (nil, nil): "anything"
    }
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

  private func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : Readable.fixed(value, 4)
  }

  private func show(_ replay: Explanation.Replay) {
    print("  --- \(replay.stage) (\(Readable.bytes(replay.text.count)))")
    print(
      String(decoding: replay.text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map { "  | \($0)" }
        .joined(separator: "\n"))
  }
}
