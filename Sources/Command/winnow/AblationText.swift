import Datasheets
import Evaluation
import Foundation
import Pipelines

/// The report of an ablation for a terminal of 80 columns, and for the page.
struct AblationText {
  private let report: AblationReport

  init(_ report: AblationReport) { self.report = report }

  var text: String {
    var parts = [variants, "Bits per byte less the baseline's; less is better:\n" + verdicts { $0.comparison }]
    for (index, task) in report.tasks.enumerated() {
      parts.append(
        "\(task.name), \(Readable.count(task.records)) records: log p of the right choice by character,\nless the baseline's; more is better:\n"
          + verdicts { $0.tasks[index].comparison })
    }
    parts += report.rows.filter { $0.groups.count > 1 }.map {
      "\($0.name), by \(report.options.grouping.rawValue):\n" + groups($0)
    }
    parts.append(Self.wrapped(summary))
    parts += report.notes.map { Self.wrapped("Note: " + $0) }
    return parts.joined(separator: "\n\n")
  }

  private var variants: String {
    var table = TextTable(
      ["variant", "documents", "tokens", "epochs", "bits per byte"] + report.tasks.map(\.name),
      alignsRight: [false, true, true, true, true] + report.tasks.map { _ in true })
    for row in report.rows {
      table.add(
        [
          row.name, Readable.count(row.documents), Readable.count(row.tokens), Readable.fixed(row.epochs, 2),
          Readable.fixed(row.meanBitsPerByte, 4),
        ] + row.tasks.map { Readable.fixed($0.scores.reduce(0, +) / Double(max(1, $0.scores.count)), 4) })
    }
    return table.rendered()
  }

  private func verdicts(_ comparison: (AblationReport.Row) -> PairedComparison?) -> String {
    var table = TextTable(["variant", "difference", "interval", "verdict"], alignsRight: [false, true, true, false])
    for row in report.rows {
      if let found = comparison(row) {
        table.add([row.name] + Self.cells(found))
      } else {
        table.add([row.name, "", "", "baseline"])
      }
    }
    return table.rendered()
  }

  private func groups(_ row: AblationReport.Row) -> String {
    var table = TextTable(
      [report.options.grouping.rawValue, "documents", "difference", "interval", "verdict"],
      alignsRight: [false, true, true, true, false])
    for group in row.groups { table.add([group.name, Readable.count(group.documents)] + Self.cells(group.comparison)) }
    return table.rendered()
  }

  private var summary: String {
    let options = report.options
    return
      "\(options.seeds) trainings of each, \(options.preset), \(options.optimizer.rawValue), "
      + "\(Readable.count(options.tokens)) tokens in \(Readable.count(report.steps)) steps; "
      + "judged by \(Readable.count(report.heldOutDocuments)) held-out documents, \(Readable.bytes(report.heldOutBytes))"
  }

  private static func cells(_ comparison: PairedComparison) -> [String] {
    let interval = comparison.interval
    return [
      signed(comparison.difference), "\(signed(interval.lowerBound)) to \(signed(interval.upperBound))",
      comparison.verdict.rawValue,
    ]
  }

  private static func signed(_ value: Double) -> String {
    let digits = Readable.fixed(abs(value), 3)
    return (digits == "0.000" ? "" : value < 0 ? "−" : "+") + digits
  }

  private static func wrapped(_ text: String, width: Int = 80) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension AblationSheet {
  init(_ report: AblationReport) {
    func comparison(_ found: PairedComparison) -> Comparison {
      Comparison(
        difference: found.difference, lower: found.interval.lowerBound, upper: found.interval.upperBound,
        verdict: found.verdict.rawValue)
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
    self.init(
      version: Winnow.version, preset: report.options.preset, optimizer: report.options.optimizer.rawValue,
      trainingTokens: report.options.tokens, steps: report.steps, seeds: report.options.seeds, heldOutDocuments: report.heldOutDocuments, heldOutBytes: UInt64(report.heldOutBytes),
      heldOutFiles: report.options.heldOut, grouping: report.options.grouping.rawValue,
      variants: report.rows.map { row in
        Variant(
          name: row.name, documents: row.documents, tokens: row.tokens, epochs: row.epochs, bitsPerByte: row.bitsPerByte,
          comparison: row.comparison.map(comparison),
          groups: row.groups.map { ($0.name, $0.documents, comparison($0.comparison)) })
      },
      tasks: report.tasks.enumerated().map { index, task in
        Task(
          name: task.name, records: task.records,
          rows: report.rows.map { ($0.name, mean($0.tasks[index].scores), $0.tasks[index].comparison.map(comparison)) })
      }, notes: report.notes)
  }
}
