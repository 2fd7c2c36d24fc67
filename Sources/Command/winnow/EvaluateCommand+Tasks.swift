import ArgumentParser
import Documents
import Evaluation
import Foundation
import LanguageModels
import Storage
import TokenShards
import Tokenization

extension EvaluateCommand {
  func runTasks() throws {
    let tasks = try task.map(Self.readTask)
    let decoder = try folder.decoder()
    let tokenizer = try folder.loadTokenizer()
    let runner = try TaskRunner(
      decoder, prefix: folder.prefix(tokenizer), endOfText: folder.endOfText(tokenizer), pool: ThreadPool(width: max(1, jobs)),
      encode: { tokenizer.encode($0) }, decode: { (try? tokenizer.decode($0)) ?? [] })
    let contamination = try trainingShards.map {
      try ContaminationCheck(ShardSet(directory: $0).split(ShardOptions.trainSplit))
    }
    let reports = try tasks.map { try runner.run($0, limit: limit ?? .max, contamination: contamination) }
    if let logSamples { try AtomicFile.write(reports.flatMap(\.lines), to: logSamples) }
    let value = JSONValue.object(["tasks": .array(reports.map { .object($0.description) })])
    if let output { try AtomicFile.write(value.prettyPrinted, to: output) }
    print(json ? String(decoding: value.prettyPrinted.dropLast(), as: UTF8.self) : Self.text(reports))
  }

  /// `NAME`, `FILE.yaml`, or one of them with `=RECORDS`.
  static func readTask(_ argument: String) throws -> EvaluationTask {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let isFile = parts[0].contains("/") || parts[0].hasSuffix(".yaml")
    guard let path = isFile ? parts[0] : BundledFiles.path(of: "tasks/\(parts[0]).yaml") else {
      let names = BundledFiles.matching("tasks/*.yaml").map {
        (($0 as NSString).lastPathComponent as NSString).deletingPathExtension
      }
      throw UsageProblem(
        "there is no task '\(parts[0])'",
        fix: (names.isEmpty ? "name" : "one of: \(names.joined(separator: ", ")), or") + " a YAML file")
    }
    return try EvaluationTask(path: path, testFile: parts.count > 1 ? parts[1] : nil)
  }

  private static func text(_ reports: [TaskReport]) -> String {
    func value(_ score: TaskReport.Score) -> String { Readable.fixed(score.value, 4) }
    func error(_ score: TaskReport.Score) -> String { score.standardError.map { Readable.fixed($0, 4) } ?? "–" }
    let isChecked = reports.contains { $0.contamination != nil }
    var table = TextTable(
      ["task", "records", "metric", "value", "± standard error"] + (isChecked ? ["contaminated", "others' value"] : []),
      alignsRight: [false, true, false, true, true] + (isChecked ? [true, true] : []))
    for report in reports {
      for (index, score) in report.scores.enumerated() {
        var row = [
          index == 0 ? report.name : "", index == 0 ? Readable.count(report.outcomes.count) : "", score.metric.rawValue,
          value(score), error(score),
        ]
        if isChecked {
          row += [
            index == 0 ? report.contamination.map { Readable.count($0.found) } ?? "–" : "",
            index < report.cleanScores.count ? value(report.cleanScores[index]) : "–",
          ]
        }
        table.add(row)
      }
      for group in report.groups {
        for (index, score) in group.scores.enumerated() {
          table.add(
            [
              index == 0 ? "  \(group.name)" : "", index == 0 ? Readable.count(group.records) : "", score.metric.rawValue,
              value(score), error(score),
            ] + (isChecked ? ["", ""] : []))
        }
      }
    }
    return ([table.rendered()] + reports.compactMap { report in report.signature.map { "\(report.name): bleu \($0)" } }).joined(
      separator: "\n")
  }
}
