import Documents
import Foundation
import Storage

/// Writes what a document task produces and counts what happened: part, ledger, metrics, manifest.
final class TaskRecorder {
  private let task: Int
  /// nil: nothing is written, only counted.
  private let folder: String?
  private let names: [String]
  /// Slots of the metric columns by stage, as (first column, count).
  private let columns: [String]
  private let part: LinesFile?
  private let ledger: LinesFile?
  private var metrics: MetricsFile
  private var histograms: [Histogram]
  private var reader: StageCounts
  private var stages: [StageCounts]
  private var rules: [String: RuleCount] = [:]
  private var ledgerLines = 0
  /// Ledger lines and documents that are another run's.
  private var taken = (lines: 0, documents: 0)
  private var documentBuffer: [UInt8] = []
  private var ledgerBuffer: [UInt8] = []
  private(set) var kept = 0
  private(set) var bytesRead = 0
  /// Bytes of text that were kept.
  private(set) var bytesWritten = 0

  /// Called with each document that is kept.
  var onWrite: ((Document) -> Void)?

  private static let bufferSize = 1 << 17

  /// - Parameter folder: where the files go; nil to count only.
  init(folder: String?, task: Int, source: String, chain: [Stage]) throws(Diagnostic) {
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
    if let folder {
      part = try LinesFile(path: "\(folder)/part-\(taskNumber(task)).jsonl.zst")
      ledger = try LinesFile(path: "\(folder)/ledger-\(taskNumber(task)).jsonl.zst")
    } else {
      (part, ledger) = (nil, nil)
    }
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
    try log(
      LedgerEntry(
        id: id, url: url, origin: origin, stage: reader.stage,
        outcome: .failed(code: diagnostic.code, message: diagnostic.message)))
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
    at stage: Int, id: String, url: String, _ origin: Origin, _ reason: Reason, bytes: Int, edited: [Int],
    rows: [[Double]] = [],
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
        id: id, url: url, origin: origin, stage: names[stage],
        outcome: .failed(code: diagnostic.code, message: diagnostic.message)))
  }

  func write(_ document: Document, edited: [Int], rows: [[Double]]) throws {
    kept += 1
    bytesWritten += document.text.count
    onWrite?(document)
    DocumentLines.write(document, to: &documentBuffer)
    try flush(&documentBuffer, to: part)
    measure(rows)
    try log(
      LedgerEntry(
        id: document.id, url: document.url, origin: document.origin, stage: names.last ?? reader.stage, outcome: .kept,
        edited: edited.map { names[$0] }, language: document.metadata["language"]?.string, bytes: document.text.count))
  }

  // MARK: What another run has done

  /// Writes a ledger line, the document of one that was kept, and the measured values as they are. They are in no count.
  func takeOver(ledgerLine: [UInt8], document: [UInt8]?, values: [Float]?) throws {
    taken.lines += 1
    if let values { metrics.append(ledgerLine: ledgerLines, values) }
    if let document {
      taken.documents += 1
      kept += 1
      documentBuffer += document
      documentBuffer.append(0x0A)
      try flush(&documentBuffer, to: part)
    }
    ledgerBuffer += ledgerLine
    ledgerBuffer.append(0x0A)
    ledgerLines += 1
    try flush(&ledgerBuffer, to: ledger)
  }

  /// The smallest and the largest of a column's values so far, as stored.
  func extremes(ofColumn index: Int) -> (minimum: Double, maximum: Double) {
    metrics.values[index].reduce(into: (.infinity, -.infinity)) { range, value in
      if !value.isNaN { range = (min(range.0, Double(value)), max(range.1, Double(value))) }
    }
  }

  // MARK: End

  /// - Throws: `unbalanced` when a count does not add up.
  func finish(phase: String) throws -> TaskCounts {
    try part?.append(&documentBuffer)
    try part?.finish()
    try ledger?.append(&ledgerBuffer)
    try ledger?.finish()
    if let folder, !columns.isEmpty { try AtomicFile.write(metrics.encoded, to: "\(folder)/metrics-\(taskNumber(task)).zst") }
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
    var isBalanced = reader.balances && ledgerLines == reader.entered + taken.lines
    for stage in stages {
      isBalanced = isBalanced && stage.balances && stage.entered == expected
      expected = stage.kept
    }
    guard isBalanced && expected + taken.documents == kept else {
      throw Diagnostic(
        "unbalanced",
        "task \(task) of phase '\(phase)' lost count: \(reader.entered) in, \(ledgerLines) in the ledger, \(kept) written",
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
    try flush(&ledgerBuffer, to: ledger)
  }

  /// Lines go to the compressor when there are enough of them.
  private func flush(_ lines: inout [UInt8], to file: LinesFile?) throws {
    guard lines.count > Self.bufferSize else { return }
    if let file { try file.append(&lines) } else { lines.removeAll(keepingCapacity: true) }
  }

  private func count(_ stage: String, _ rule: String, isFailure: Bool) {
    rules["\(stage)\u{0}\(rule)\u{0}\(isFailure)", default: RuleCount(stage: stage, rule: rule, isFailure: isFailure, count: 0)]
      .count += 1
  }
}
