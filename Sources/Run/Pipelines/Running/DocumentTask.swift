import Documents
import Foundation
import Storage

/// One task of a document phase: streams its records through the chain and writes part, ledger and metrics.
struct DocumentTask {
  let plan: Plan
  let phase: Phase
  let chain: [Stage]
  let run: RunDirectory
  let task: Int
  let folder: String
  let stop: StopFlag
  let observer: any RunObserver

  /// - Returns: the counts for the manifest; the outputs are complete in `folder`.
  /// - Throws: `unbalanced` when a record got lost, which is a defect; `Interrupted`; faults of the storage.
  func perform() throws -> TaskCounts {
    let stream = RecordStream(input: phase.tasks[task], plan: plan, run: run)
    let recorder = try TaskRecorder(folder: folder, task: task, source: stream.name, chain: chain)
    let workers = try StageWorkers(chain)
    var handled = 0
    var (ticked, keptBefore, bytesBefore) = (0, 0, 0)
    try stream.forEach { record in
      if handled & 31 == 31 {
        if stop.isSet { throw Interrupted() }
        observer.handle(
          .progress(
            phase: phase.index, documents: handled - ticked, kept: recorder.kept - keptBefore,
            bytes: recorder.bytesRead - bytesBefore, share: 0))
        (ticked, keptBefore, bytesBefore) = (handled, recorder.kept, recorder.bytesRead)
      }
      handled += 1
      try workers.handle(record, recorder)
    }
    observer.handle(
      .progress(
        phase: phase.index, documents: handled - ticked, kept: recorder.kept - keptBefore,
        bytes: recorder.bytesRead - bytesBefore,
        share: 0))
    return try recorder.finish(phase: phase.name)
  }
}

/// The chain's stages as instances of one task.
final class StageWorkers {
  private let pageStage: (any PageStage)?
  private let stages: [(index: Int, stage: any DocumentStage)]
  private var rows: [[Double]]

  init(_ chain: [Stage]) throws(Diagnostic) {
    var pageStage: (any PageStage)?
    var stages: [(Int, any DocumentStage)] = []
    var rows: [[Double]] = []
    for (index, stage) in chain.enumerated() {
      switch stage.kind.body {
      case .page(let make): pageStage = try make(stage.parameters)
      case .document(let metrics, let make):
        stages.append((index, try make(stage.parameters)))
        rows.append([Double](repeating: .nan, count: try metrics(stage.parameters).count))
      case .collective: preconditionFailure("a collective stage is never part of a chain")
      }
    }
    self.pageStage = pageStage
    self.stages = stages
    self.rows = rows
  }

  func handle(_ record: InputRecord, _ recorder: TaskRecorder) throws {
    try handle(record, extraction: extraction(of: record, recorder), recorder)
  }

  /// What the page stage makes of a page; nil for other records.
  func extraction(of record: InputRecord, _ recorder: TaskRecorder) throws -> Result<ExtractionOutcome, Diagnostic>? {
    guard case .page(let page) = record else { return nil }
    guard let pageStage else {
      throw Diagnostic("page-without-extraction", "a page met a chain without an extraction stage")
    }
    return recorder.timed(0) { Result { () throws(Diagnostic) in try pageStage.document(from: page) } }
  }

  func handle(_ record: InputRecord, extraction: Result<ExtractionOutcome, Diagnostic>?, _ recorder: TaskRecorder) throws {
    switch record {
    case .dropped(let id, let url, let origin, let reason):
      recorder.enter(bytes: 0)
      try recorder.droppedByReader(id: id, url: url, origin, reason)
    case .failed(let id, let url, let origin, let diagnostic):
      recorder.enter(bytes: 0)
      try recorder.failedInReader(id: id, url: url, origin, diagnostic)
    case .document(let document):
      recorder.enter(bytes: document.text.count)
      recorder.passedReader(bytes: document.text.count)
      try apply(document, recorder)
    case .page(let page):
      recorder.enter(bytes: page.html.count)
      recorder.passedReader(bytes: page.html.count)
      switch extraction {
      case .success(.document(let document)):
        recorder.kept(at: 0, bytesIn: page.html.count, bytesOut: document.text.count, edited: false)
        try apply(document, recorder)
      case .success(.drop(let reason)):
        try recorder.dropped(at: 0, id: page.id, url: page.url, page.origin, reason, bytes: page.html.count, edited: [])
      case .failure(let diagnostic):
        try recorder.failed(at: 0, id: page.id, url: page.url, page.origin, diagnostic, bytes: page.html.count)
      case nil: throw Diagnostic("page-without-extraction", "a page met a chain without an extraction stage")
      }
    }
  }

  private func apply(_ original: consuming Document, _ recorder: TaskRecorder) throws {
    var document = original
    var edited: [Int] = []
    for position in rows.indices { for slot in rows[position].indices { rows[position][slot] = .nan } }
    for (position, (index, stage)) in stages.enumerated() {
      let before = document.text
      let outcome: Result<Verdict, Diagnostic> = recorder.timed(index) {
        Result { () throws(Diagnostic) in try stage.apply(&document, metrics: &rows[position]) }
      }
      switch outcome {
      case .success(.keep):
        let isEdited = document.text != before
        if isEdited { edited.append(index) }
        recorder.kept(at: index, bytesIn: before.count, bytesOut: document.text.count, edited: isEdited)
      case .success(.drop(let reason)):
        try recorder.dropped(
          at: index, id: document.id, url: document.url, document.origin, reason, bytes: before.count, edited: edited,
          rows: rows,
          document: document)
        return
      case .failure(let diagnostic):
        try recorder.failed(
          at: index, id: document.id, url: document.url, document.origin, diagnostic, bytes: before.count, rows: rows)
        return
      }
    }
    try recorder.write(document, edited: edited, rows: rows)
  }
}
