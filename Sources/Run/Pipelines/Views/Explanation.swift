import Documents
import Storage

/// The whole way of a document through a run: one step for each phase that had it in hand.
public struct Explanation: Sendable {
  public struct Step: Sendable {
    public let phase: Phase
    public let task: Int
    public let entry: LedgerEntry
    /// Measured values of the phase's stages, in their order; not measured ones are left out.
    public let metrics: [(name: String, value: Double)]
  }

  /// A stage's text before and after, from running the chain again: stages are pure functions.
  public struct Replay: Sendable {
    public let stage: String
    public let text: [UInt8]
    public let outcome: LedgerEntry.Outcome
  }

  public let steps: [Step]

  private let plan: Plan
  private let run: RunDirectory

  /// - Parameter key: a document id, a URL, or `file#offset`.
  /// - Throws: `not-found` with the nearest thing to look for.
  public static func find(_ key: String, in run: RunDirectory, plan: Plan) throws -> [Explanation] {
    var found: [String: [Step]] = [:]
    var order: [String] = []
    for phase in plan.phases where phase.writesDocuments {
      for task in phase.tasks.indices {
        for step in try steps(phase, task, run, where: { matches($0, key) || found[$0.id] != nil }) {
          if found[step.entry.id] == nil { order.append(step.entry.id) }
          found[step.entry.id, default: []].append(step)
        }
      }
    }
    guard !order.isEmpty else {
      throw Diagnostic(
        "not-found", "no record of this run has the id, URL or place '\(key)'", at: .init(file: run.path),
        fix: "copy an \"id\" or \"url\" from a ledger: zstdcat \(run.path)/stages/*/ledger-*.jsonl.zst | head")
    }
    let explanations = order.map { Explanation(steps: found[$0] ?? [], plan: plan, run: run) }
    // A page's request and metadata records share its URL: what the reader passed over comes last.
    return explanations.filter { !$0.wasPassedOver } + explanations.filter(\.wasPassedOver)
  }

  private var wasPassedOver: Bool {
    if case .dropped(let reason)? = steps.last?.entry.outcome { reason.rule == "archive.record-type" } else { false }
  }

  private init(steps: [Step], plan: Plan, run: RunDirectory) {
    self.steps = steps
    self.plan = plan
    self.run = run
  }

  private static func matches(_ entry: LedgerEntry, _ key: String) -> Bool {
    entry.id == key || (!entry.url.isEmpty && entry.url == key) || "\(entry.origin.file)#\(entry.origin.offset)" == key
  }

  private static func steps(_ phase: Phase, _ task: Int, _ run: RunDirectory, where wanted: (LedgerEntry) -> Bool) throws
    -> [Step]
  {
    let path = run.file("\(phase.folder)/ledger-\(taskNumber(task)).jsonl.zst")
    var lines: LineReader
    do { lines = try LineReader(path: path) } catch {
      if error.code == "not-found" { return [] }
      throw error
    }
    var steps: [Step] = []
    var metrics: MetricsFile?
    while let entry = try lines.next({ (line) throws(Diagnostic) in
      LedgerEntry(try JSONScanner.parse(line), lastStage: phase.stageID)
    }) {
      guard let entry, wanted(entry) else { continue }
      if metrics == nil { metrics = try? MetricsFile.read(path: run.file("\(phase.folder)/metrics-\(taskNumber(task)).zst")) }
      steps.append(
        Step(phase: phase, task: task, entry: entry, metrics: metrics?.row(ofLedgerLine: lines.lineNumber - 1) ?? []))
    }
    return steps
  }

  /// Runs the phase's chain again on the record of a step.
  /// - Returns: the text as it came in, then the text behind each stage until the verdict.
  public func replay(_ step: Step) throws -> [Replay] {
    guard case .documents(let chain) = step.phase.work else { return [] }
    struct Found: Error {}
    var record: InputRecord?
    let stream = RecordStream(input: step.phase.tasks[step.task], plan: plan, run: run)
    do {
      try stream.forEach { candidate in
        guard candidate.id == step.entry.id else { return }
        record = candidate
        throw Found()
      }
    } catch is Found {}
    guard let record else { return [] }
    switch record {
    case .dropped, .failed: return []
    case .document(let document): return try replay(document, chain)
    case .page(let page):
      var result = [Replay(stage: stream.name, text: page.html, outcome: .kept)]
      guard let first = chain.first, case .page(let make) = first.kind.body else { return result }
      switch try make(first.parameters).document(from: page) {
      case .drop(let reason): result.append(Replay(stage: first.id, text: [], outcome: .dropped(reason)))
      case .document(let document):
        result.append(Replay(stage: first.id, text: document.text, outcome: .kept))
        result += try replay(document, Array(chain.dropFirst())).dropFirst()
      }
      return result
    }
  }

  private func replay(_ original: Document, _ chain: [Stage]) throws -> [Replay] {
    var document = original
    var result = [Replay(stage: "input", text: document.text, outcome: .kept)]
    for stage in chain {
      guard case .document(let metrics, let make) = stage.kind.body else { continue }
      var row = [Double](repeating: .nan, count: try metrics(stage.parameters).count)
      switch try make(stage.parameters).apply(&document, metrics: &row) {
      case .keep: result.append(Replay(stage: stage.id, text: document.text, outcome: .kept))
      case .drop(let reason): return result + [Replay(stage: stage.id, text: document.text, outcome: .dropped(reason))]
      }
    }
    return result
  }
}

extension InputRecord {
  var id: String {
    switch self {
    case .page(let page): page.id
    case .document(let document): document.id
    case .dropped(let id, _, _, _), .failed(let id, _, _, _): id
    }
  }
}

extension MetricsFile {
  /// The measured values of one record; empty when it was not measured.
  func row(ofLedgerLine line: Int) -> [(name: String, value: Double)] {
    guard let index = ledgerLines.firstIndex(of: UInt32(line)) else { return [] }
    return columns.indices.compactMap { column in
      let value = values[column][index]
      return value.isNaN ? nil : (columns[column], Double(value))
    }
  }
}
