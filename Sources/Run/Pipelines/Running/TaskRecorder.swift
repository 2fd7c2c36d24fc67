import Documents
import Foundation
import Storage

/// Writes what a document task produces and counts what happened: part, ledger, metrics, manifest.
final class TaskRecorder {
  private let task: Int
  private let folder: String
  private let names: [String]
  /// Slots of the metric columns by stage, as (first column, count).
  private let columns: [String]
  private var part: LinesFile
  private var ledger: LinesFile
  private var metrics: MetricsFile
  private var histograms: [Histogram]
  private var reader: StageCounts
  private var stages: [StageCounts]
  private var rules: [String: RuleCount] = [:]
  private var ledgerLines = 0
  private var documentBuffer: [UInt8] = []
  private var ledgerBuffer: [UInt8] = []
  private(set) var kept = 0
  private(set) var bytesRead = 0
  /// Bytes of text that were kept.
  private(set) var bytesWritten = 0

  /// Called with each document that is kept.
  var onWrite: ((Document) -> Void)?

  private static let bufferSize = 1 << 17

  init(folder: String, task: Int, source: String, chain: [Stage]) throws(Diagnostic) {
    self.folder = folder
    self.task = task
    names = chain.map(\.id)
    var columns: [String] = []
    var histograms: [Histogram] = []
    for stage in chain {
      guard case .document(let metrics, _) = stage.kind.body else { continue }
      for metric in try metrics(stage.parameters) {
        columns.append("\(stage.id).\(metric)")
        histograms.append(Histogram(stage: stage.id, metric: metric))
      }
    }
    self.columns = columns
    self.histograms = histograms
    metrics = MetricsFile(columns: columns)
    part = try LinesFile(path: "\(folder)/part-\(taskNumber(task)).jsonl.zst")
    ledger = try LinesFile(path: "\(folder)/ledger-\(taskNumber(task)).jsonl.zst")
    reader = StageCounts(stage: source)
    stages = chain.map { StageCounts(stage: $0.id) }
  }

  // MARK: Reader

  func enter(bytes: Int) {
    reader.entered += 1
    reader.bytesIn += bytes
    bytesRead += bytes
  }

  func passedReader(bytes: Int) {
    reader.kept += 1
    reader.bytesOut += bytes
  }

  func droppedByReader(id: String, url: String, _ origin: Origin, _ reason: Reason) throws {
    reader.dropped += 1
    count(reader.stage, reason.rule, isFailure: false)
    try log(LedgerEntry(id: id, url: url, origin: origin, stage: reader.stage, outcome: .dropped(reason)))
  }

  func failedInReader(id: String, url: String, _ origin: Origin, _ diagnostic: Diagnostic) throws {
    reader.failed += 1
    count(reader.stage, diagnostic.code, isFailure: true)
    try log(LedgerEntry(id: id, url: url, origin: origin, stage: reader.stage, outcome: .failed(code: diagnostic.code, message: diagnostic.message)))
  }

  // MARK: Stages

  func timed<Result>(_ stage: Int, _ body: () -> Result) -> Result {
    let start = ContinuousClock.now
    let result = body()
    let elapsed = ContinuousClock.now - start
    stages[stage].seconds += Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    return result
  }

  func kept(at stage: Int, bytesIn: Int, bytesOut: Int, edited: Bool) {
    stages[stage].entered += 1
    stages[stage].kept += 1
    stages[stage].bytesIn += bytesIn
    stages[stage].bytesOut += bytesOut
    if edited { stages[stage].edited += 1 }
  }

  func dropped(
    at stage: Int, id: String, url: String, _ origin: Origin, _ reason: Reason, bytes: Int, edited: [Int], rows: [[Double]] = [],
    document: Document? = nil
  ) throws {
    stages[stage].entered += 1
    stages[stage].dropped += 1
    stages[stage].bytesIn += bytes
    count(names[stage], reason.rule, isFailure: false)
    measure(rows)
    try log(
      LedgerEntry(
        id: id, url: url, origin: origin, stage: names[stage], outcome: .dropped(reason), edited: edited.map { names[$0] },
        language: document?.metadata["language"]?.string, bytes: document?.text.count))
  }

  func failed(
    at stage: Int, id: String, url: String, _ origin: Origin, _ diagnostic: Diagnostic, bytes: Int, rows: [[Double]] = []
  ) throws {
    stages[stage].entered += 1
    stages[stage].failed += 1
    stages[stage].bytesIn += bytes
    count(names[stage], diagnostic.code, isFailure: true)
    measure(rows)
    try log(
      LedgerEntry(
        id: id, url: url, origin: origin, stage: names[stage], outcome: .failed(code: diagnostic.code, message: diagnostic.message)))
  }

  func write(_ document: Document, edited: [Int], rows: [[Double]]) throws {
    kept += 1
    bytesWritten += document.text.count
    onWrite?(document)
    DocumentLines.write(document, to: &documentBuffer)
    if documentBuffer.count > Self.bufferSize { try part.append(&documentBuffer) }
    measure(rows)
    try log(
      LedgerEntry(
        id: document.id, url: document.url, origin: document.origin, stage: names.last ?? reader.stage, outcome: .kept,
        edited: edited.map { names[$0] }, language: document.metadata["language"]?.string, bytes: document.text.count))
  }

  // MARK: End

  /// - Throws: `unbalanced` when a count does not add up.
  func finish(phase: String) throws -> TaskCounts {
    try part.append(&documentBuffer)
    try part.finish()
    try ledger.append(&ledgerBuffer)
    try ledger.finish()
    if !columns.isEmpty { try AtomicFile.write(metrics.encoded, to: "\(folder)/metrics-\(taskNumber(task)).zst") }
    try checkBalance(phase)
    var counts = TaskCounts()
    counts.input = reader
    counts.stages = stages
    counts.rules = rules.values.sorted { ($0.stage, $0.rule, $0.isFailure ? 1 : 0) < ($1.stage, $1.rule, $1.isFailure ? 1 : 0) }
    counts.histograms = histograms
    return counts
  }

  private func checkBalance(_ phase: String) throws(Diagnostic) {
    var expected = reader.kept
    var isBalanced = reader.balances && ledgerLines == reader.entered
    for stage in stages {
      isBalanced = isBalanced && stage.balances && stage.entered == expected
      expected = stage.kept
    }
    guard isBalanced && expected == kept else {
      throw Diagnostic(
        "unbalanced", "task \(task) of phase '\(phase)' lost count: \(reader.entered) in, \(ledgerLines) in the ledger, \(kept) written",
        fix: "this is a defect of Winnow: please report it with the pipeline file")
    }
  }

  private func measure(_ rows: [[Double]]) {
    guard !columns.isEmpty, !rows.isEmpty else { return }
    let row = rows.flatMap { $0 }
    metrics.append(ledgerLine: ledgerLines, row)
    for (index, value) in row.enumerated() { histograms[index].add(value) }
  }

  private func log(_ entry: LedgerEntry) throws {
    entry.write(to: &ledgerBuffer)
    ledgerLines += 1
    if ledgerBuffer.count > Self.bufferSize { try ledger.append(&ledgerBuffer) }
  }

  private func count(_ stage: String, _ rule: String, isFailure: Bool) {
    rules["\(stage)\u{0}\(rule)\u{0}\(isFailure)", default: RuleCount(stage: stage, rule: rule, isFailure: isFailure, count: 0)].count += 1
  }
}
