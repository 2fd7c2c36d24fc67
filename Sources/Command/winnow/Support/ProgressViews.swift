import Dispatch
import Documents
import Foundation
import Pipelines
import Storage
import Synchronization

/// The three faces of progress: a live line on a terminal, JSON lines, silence.
enum ProgressFace: Sendable { case terminal, plain, json, quiet }

/// Shows what a run does.
final class ProgressView: RunObserver {
  private struct State {
    var phases = 0
    var index = 0
    var name = ""
    var tasks = 0
    var tasksDone = 0
    var documents = 0
    var kept = 0
    var bytes = 0
    var share = 0.0
    var message = ""
    var started = ContinuousClock.now
    var isLineOpen = false
  }

  private let face: ProgressFace
  private let state = Mutex(State())
  /// Set up in the initializer and cancelled at the end; Dispatch serializes both.
  nonisolated(unsafe) private let timer: (any DispatchSourceTimer)?

  init(_ face: ProgressFace) {
    self.face = face
    let timer: (any DispatchSourceTimer)? = face == .terminal ? DispatchSource.makeTimerSource(queue: .global()) : nil
    self.timer = timer
    timer?.schedule(deadline: .now() + .milliseconds(100), repeating: .milliseconds(120))
    timer?.setEventHandler { @Sendable [weak self] in self?.redraw() }
    timer?.resume()
  }

  func handle(_ event: RunEvent) {
    switch face {
    case .quiet: if case .warning(let diagnostic) = event { CommandLineReport.show(diagnostic) }
    case .json: writeJSON(event)
    case .terminal, .plain: update(event)
    }
  }

  /// Removes the live line, so that what follows starts on a clean one.
  func finish() {
    timer?.cancel()
    state.withLock { Self.erase(&$0) }
  }

  // MARK: Lines for people

  private func update(_ event: RunEvent) {
    state.withLock { state in
      switch event {
      case .runStarted(_, _, let phases): state.phases = phases
      case .phaseStarted(let index, let name, let tasks, let committed):
        state = State(
          phases: state.phases, index: index, name: name, tasks: tasks, tasksDone: committed, isLineOpen: state.isLineOpen)
      case .progress(_, let documents, let kept, let bytes, let share):
        state.documents += documents
        state.kept += kept
        state.bytes += bytes
        if share > 0 { state.share = share }
      case .message(_, let text): state.message = text
      case .taskFinished: state.tasksDone += 1
      case .phaseFinished(let index, let name, let seconds, let counts):
        Self.erase(&state)
        StandardError.line(Self.summary(index, state, name, seconds, counts))
      case .warning(let diagnostic):
        Self.erase(&state)
        CommandLineReport.show(diagnostic)
      case .runFinished: Self.erase(&state)
      }
    }
  }

  private static func summary(_ index: Int, _ state: State, _ name: String, _ seconds: Double, _ counts: [StageCounts])
    -> String
  {
    var text = "[\(index + 1)/\(state.phases)] \(name)"
    if let first = counts.first, let last = counts.last {
      text += "  \(Readable.count(first.entered)) in, \(Readable.count(last.kept)) kept"
      if counts.contains(where: { $0.failed > 0 }) { text += ", \(Readable.count(counts.map(\.failed).reduce(0, +))) failed" }
    }
    text +=
      state.documents == 0 && state.share == 0 && seconds < 0.5
      ? "  (committed before or instant)" : "  \(Readable.duration(seconds))"
    if state.documents > 0, seconds > 0.2 { text += "  \(Readable.count(Int(Double(state.documents) / seconds))) documents/s" }
    return text
  }

  private func redraw() {
    state.withLock { state in
      guard state.tasks > 0 else { return }
      let seconds = max(
        0.001,
        Double((ContinuousClock.now - state.started).components.seconds) + Double(
          (ContinuousClock.now - state.started).components.attoseconds) * 1e-18)
      var text = "[\(state.index + 1)/\(state.phases)] \(state.name)"
      if state.tasks > 1 { text += "  \(state.tasksDone)/\(state.tasks) tasks" }
      if state.documents > 0 {
        text += "  \(Readable.count(state.documents)) documents  \(Readable.count(Int(Double(state.documents) / seconds)))/s"
        text +=
          "  \(Readable.fixed(Double(state.bytes) / seconds / 1e6, 1)) MB/s  kept \(Readable.share(state.kept, of: state.documents))"
      }
      let done = state.share > 0 ? state.share : Double(state.tasksDone) / Double(state.tasks)
      if done > 0.02, done < 1 { text += "  ETA \(Readable.duration(seconds / done - seconds))" }
      if !state.message.isEmpty { text += "  \(state.message)" }
      let width = max(20, StandardError.width - 1)
      if text.count > width { text = String(text.prefix(width - 1)) + "…" }
      StandardError.write("\r\u{1B}[2K" + text)
      state.isLineOpen = true
    }
  }

  private static func erase(_ state: inout State) {
    if state.isLineOpen { StandardError.write("\r\u{1B}[2K") }
    state.isLineOpen = false
  }

  // MARK: JSON lines

  private func writeJSON(_ event: RunEvent) {
    var object: JSONObject
    switch event {
    case .runStarted(let name, let folder, let phases):
      object = ["event": "run-started", "name": .string(name), "folder": .string(folder), "phases": .integer(Int64(phases))]
    case .phaseStarted(let index, let name, let tasks, let committed):
      object = [
        "event": "phase-started", "phase": .integer(Int64(index)), "name": .string(name), "tasks": .integer(Int64(tasks)),
        "committed": .integer(Int64(committed)),
      ]
    case .progress(let phase, let documents, let kept, let bytes, let share):
      object = [
        "event": "progress", "phase": .integer(Int64(phase)), "documents": .integer(Int64(documents)),
        "kept": .integer(Int64(kept)),
        "bytes": .integer(Int64(bytes)), "share": .number(share),
      ]
    case .message(let phase, let text): object = ["event": "message", "phase": .integer(Int64(phase)), "text": .string(text)]
    case .taskFinished(let phase, let task, let seconds):
      object = [
        "event": "task-finished", "phase": .integer(Int64(phase)), "task": .integer(Int64(task)), "seconds": .number(seconds),
      ]
    case .phaseFinished(let index, let name, let seconds, let counts):
      object = [
        "event": "phase-finished", "phase": .integer(Int64(index)), "name": .string(name), "seconds": .number(seconds),
        "counts": .array(
          counts.map {
            [
              "stage": .string($0.stage), "in": .integer(Int64($0.entered)), "kept": .integer(Int64($0.kept)),
              "dropped": .integer(Int64($0.dropped)), "failed": .integer(Int64($0.failed)),
            ]
          }),
      ]
    case .warning(let diagnostic):
      object = ["event": "warning", "code": .string(diagnostic.code), "message": .string(diagnostic.message)]
      if let file = diagnostic.place?.file { object["file"] = .string(file) }
    case .runFinished(let seconds): object = ["event": "run-finished", "seconds": .number(seconds)]
    }
    var line: [UInt8] = []
    object.write(to: &line)
    StandardError.line(String(decoding: line, as: UTF8.self))
  }
}
