import Curation
import Documents
import Storage

/// Makes the outputs of a document task from those that an earlier run has with other bounds of one filter.
///
/// The measured values say which documents' verdicts change. Those go through the chain again, from the input; ledger line, document and
/// values of all others are taken over as they are. The outputs have the bytes that the chain would have written for all of them.
struct TaskRevision {
  let predecessor: Predecessor
  /// Of the earlier run.
  let old: TaskManifest
  let task: DocumentTask

  /// What becomes of one line of the ledger.
  private enum Step {
    case takeOver
    /// Dropped by the same rule: the bound that it broke is another.
    case newThreshold(Double)
    case redo

    var isRedo: Bool { if case .redo = self { true } else { false } }
    var threshold: Double? { if case .newThreshold(let value) = self { value } else { nil } }
  }

  /// - Returns: the counts for the manifest; the outputs are complete in the task's folder.
  /// - Throws: `changed-input` when the input is not what the earlier run read.
  func perform() throws -> TaskCounts {
    let metrics = try MetricsFile.read(path: file("metrics", "zst"))
    let steps = try decide(metrics)
    let stream = RecordStream(input: task.phase.tasks[task.task], plan: task.plan, run: task.run)
    let recorder = try TaskRecorder(folder: task.folder, task: task.task, source: stream.name, chain: task.chain)
    let undone = try TaskRecorder(folder: nil, task: task.task, source: stream.name, chain: oldChain)
    var lines = OldLines(
      ledger: try LineReader(path: file("ledger", "jsonl.zst")), part: try LineReader(path: file("part", "jsonl.zst")), metrics,
      lastStage: task.phase.stageID)
    var position = 0
    if steps.contains(where: \.isRedo) {
      let workers = try StageWorkers(task.chain)
      let oldWorkers = try StageWorkers(oldChain)
      try stream.forEach { record in
        if position & 31 == 31, task.stop.isSet { throw Interrupted() }
        guard position < steps.count else { throw changedInput }
        let id = try lines.next()
        if steps[position].isRedo {
          guard id == record.id else { throw changedInput }
          let extraction = try workers.extraction(of: record, recorder)
          try workers.handle(record, extraction: extraction, recorder)
          try oldWorkers.handle(record, extraction: extraction, undone)
        } else {
          try lines.copy(steps[position].threshold, to: recorder)
        }
        position += 1
      }
      guard position == steps.count else { throw changedInput }
    } else {
      for step in steps {
        _ = try lines.next()
        try lines.copy(step.threshold, to: recorder)
      }
    }
    let redone = try recorder.finish(phase: task.phase.name)
    let counts = try old.counts.replacing(try undone.finish(phase: task.phase.name), by: redone) {
      recorder.extremes(ofColumn: $0)
    }
    task.observer.handle(
      .progress(
        phase: task.phase.index, documents: steps.count, kept: recorder.kept, bytes: counts.input?.bytesIn ?? 0, share: 0))
    return counts
  }

  private var oldPhase: Phase { predecessor.plan.phases[task.phase.index] }

  private var oldChain: [Stage] { if case .documents(let chain) = oldPhase.work { chain } else { [] } }

  private func file(_ name: String, _ ending: String) -> String {
    predecessor.run.file("\(oldPhase.folder)/\(name)-\(taskNumber(task.task)).\(ending)")
  }

  private var changedInput: Diagnostic {
    Diagnostic(
      "changed-input", "the input is not what the earlier run read", at: .init(file: predecessor.run.path),
      fix: "run the pipeline file of the new run: winnow run \(task.run.pipelineFile) --run \(task.run.path)")
  }

  // MARK: Decisions

  private func decide(_ metrics: MetricsFile) throws -> [Step] {
    let change = predecessor.change
    guard let position = oldChain.firstIndex(where: { $0.id == change.stage.id }) else { throw changedInput }
    let columns = try metrics.places(of: change.columns, in: file("metrics", "zst"))
    let knowsLanguage = !change.rejudgement.dependsOnLanguage || ledgerTellsLanguage(behind: position)
    let names = oldChain.map(\.id)
    var lines = try LineReader(path: file("ledger", "jsonl.zst"))
    var steps: [Step] = []
    var row = 0
    while let entry = try lines.next({ (line) throws(Diagnostic) in
      LedgerEntry(try JSONScanner.parse(line), lastStage: task.phase.stageID)
    }) {
      while row < metrics.ledgerLines.count, metrics.ledgerLines[row] < steps.count { row += 1 }
      let isMeasured = row < metrics.ledgerLines.count && metrics.ledgerLines[row] == steps.count
      guard let entry, isMeasured, let decided = names.firstIndex(of: entry.stage), decided >= position else {
        steps.append(.takeOver)
        continue
      }
      let current = row
      steps.append(
        knowsLanguage ? step(entry, isDecidedHere: decided == position) { metrics.values[columns[$0]][current] } : .redo)
    }
    return steps
  }

  private func step(_ entry: LedgerEntry, isDecidedHere: Bool, value: (Int) -> Float) -> Step {
    let rejudgement = predecessor.change.rejudgement
    let language = (entry.language ?? predecessor.change.defaultLanguage).map(LanguageCode.normalized) ?? ""
    var decision = Rejudgement.Decision()
    if isDecidedHere {
      switch entry.outcome {
      case .failed: return .takeOver
      case .dropped(let reason): decision = .init(rule: reason.rule, value: reason.value)
      case .kept: break
      }
    }
    guard case (.same, true) = rejudgement.judge(decision, language: language, value: value) else { return .redo }
    guard let rule = decision.rule, case .dropped(let reason) = entry.outcome,
      let threshold = rejudgement.threshold(of: rule, language: language, value: reason.value ?? .nan),
      threshold != reason.threshold
    else { return .takeOver }
    return .newThreshold(threshold)
  }

  /// The ledger has the language that the filter saw, unless the filter looks elsewhere or a stage behind it changed it.
  private func ledgerTellsLanguage(behind position: Int) -> Bool {
    guard predecessor.change.stage.parameters.text("language-key") == "language" else { return false }
    return !oldChain[(position + 1)...].contains { $0.kind.name == StageKind.identifyLanguage.name }
  }
}

/// Ledger, documents and values of an earlier run's task, line by line.
private struct OldLines: ~Copyable {
  private var ledger: LineReader
  private var part: LineReader
  private let metrics: MetricsFile
  private let lastStage: String
  private var row = 0
  private var line: [UInt8] = []
  private var entry: LedgerEntry?
  private var document: [UInt8]?

  init(ledger: consuming LineReader, part: consuming LineReader, _ metrics: MetricsFile, lastStage: String) {
    self.ledger = ledger
    self.part = part
    self.metrics = metrics
    self.lastStage = lastStage
  }

  /// Goes to the next line of the ledger.
  /// - Returns: the id in it; nil at the end.
  mutating func next() throws(Diagnostic) -> String? {
    guard let bytes = try ledger.next({ Array($0) }) else { return nil }
    line = bytes
    entry = LedgerEntry(try JSONScanner.parse(bytes), lastStage: lastStage)
    document = entry?.outcome == .kept ? try part.next { Array($0) } : nil
    return entry?.id
  }

  /// - Parameter threshold: the bound that the document broke, when it is no longer the one in the line.
  mutating func copy(_ threshold: Double?, to recorder: TaskRecorder) throws {
    let number = ledger.lineNumber - 1
    while row < metrics.ledgerLines.count, metrics.ledgerLines[row] < number { row += 1 }
    let isMeasured = row < metrics.ledgerLines.count && metrics.ledgerLines[row] == number
    let values = isMeasured ? metrics.values.map { $0[row] } : nil
    if let threshold, var entry, case .dropped(var reason) = entry.outcome {
      reason.threshold = threshold
      entry.outcome = .dropped(reason)
      line.removeAll(keepingCapacity: true)
      entry.write(to: &line)
      line.removeLast()
    }
    try recorder.takeOver(ledgerLine: line, document: document, values: values)
  }
}

extension TaskCounts {
  /// The counts with those of some documents replaced by what became of them now. Times are those of the new work.
  ///
  /// - Parameter extremes: the smallest and the largest value of a column, for those whose extreme may be gone.
  func replacing(_ undone: TaskCounts, by redone: TaskCounts, extremes: (Int) -> (minimum: Double, maximum: Double))
    throws(Diagnostic) -> TaskCounts
  {
    guard stages.count == redone.stages.count, undone.stages.count == redone.stages.count, histogramsMatch(redone) else {
      throw Diagnostic("unbalanced", "the counts of the earlier run are of other stages", fix: "run the pipeline again")
    }
    var result = redone
    result.input = redone.input.map { $0.replacing(undone.input, in: input) }
    for index in result.stages.indices {
      result.stages[index] = redone.stages[index].replacing(undone.stages[index], in: stages[index])
    }
    result.rules = rules(without: undone, with: redone)
    for (index, now) in redone.histograms.enumerated() {
      var sum =
        histograms.first { $0.stage == now.stage && $0.metric == now.metric } ?? Histogram(stage: now.stage, metric: now.metric)
      let before = undone.histograms[index]
      let isBare = before.count > 0 && (before.minimum < now.minimum || before.maximum > now.maximum)
      sum.add(now)
      sum.remove(before)
      if isBare { sum.setExtremes(extremes(index)) }
      result.histograms[index] = sum
    }
    return result
  }

  /// A manifest leaves out histograms without a value.
  private func histogramsMatch(_ other: TaskCounts) -> Bool {
    histograms.allSatisfy { known in other.histograms.contains { $0.stage == known.stage && $0.metric == known.metric } }
  }

  private func rules(without undone: TaskCounts, with redone: TaskCounts) -> [RuleCount] {
    var result = rules
    func add(_ count: RuleCount, _ sign: Int) {
      if let place = result.firstIndex(where: {
        $0.stage == count.stage && $0.rule == count.rule && $0.isFailure == count.isFailure
      }) {
        result[place].count += sign * count.count
      } else {
        result.append(RuleCount(stage: count.stage, rule: count.rule, isFailure: count.isFailure, count: sign * count.count))
      }
    }
    for count in redone.rules { add(count, 1) }
    for count in undone.rules { add(count, -1) }
    return result.filter { $0.count != 0 }.sorted {
      ($0.stage, $0.rule, $0.isFailure ? 1 : 0) < ($1.stage, $1.rule, $1.isFailure ? 1 : 0)
    }
  }
}

extension StageCounts {
  fileprivate func replacing(_ undone: StageCounts?, in all: StageCounts?) -> StageCounts {
    var result = self
    if var all {
      all.seconds = 0
      result.add(all)
    }
    if let undone { result.remove(undone) }
    return result
  }
}
