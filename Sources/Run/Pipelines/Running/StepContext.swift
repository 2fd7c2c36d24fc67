import Documents
import Foundation
import Storage

/// What a task of a collective stage may read and where it writes.
public struct StepContext: Sendable {
  public let stage: Stage
  public let plan: Plan
  public let phase: Phase
  public let run: RunDirectory
  public let task: Int
  /// The task's own new folder: everything in it is committed when the step returns.
  public let folder: String
  public let threads: Int
  public let stop: StopFlag
  let observer: any RunObserver

  public var parameters: Parameters { stage.parameters }

  /// The parts of the input documents, in their stable order.
  public var parts: [DocumentPart] {
    stage.inputs.flatMap { edge -> [DocumentPart] in
      let mixed = plan.documentSets["\(stage.id)-\(edge.node)"]
      guard let set = (edge.share < 1 ? mixed : nil) ?? plan.documentSets[edge.node] else { return [] }
      return (0..<set.parts).map { DocumentPart(path: run.file("\(set.folder)/part-\(taskNumber($0)).jsonl.zst")) }
    }
  }

  /// The folder of an earlier step of this stage.
  public func folder(ofStep name: String) -> String {
    let phase = plan.steps(of: stage.id).first { if case .step(_, let step) = $0.work { step.name == name } else { false } }
    return run.file(phase?.folder ?? "")
  }

  /// The folder of the artifact that feeds a port; nil when the port is not connected.
  public func artifact(_ port: String) -> String? {
    stage.inputs(of: port).first.flatMap { plan.artifactFolder(of: $0.node) }.map(run.file)
  }

  /// A folder that outlives an interruption of this task, for checkpoints.
  public func scratchFolder() throws(Diagnostic) -> String {
    let path = run.scratchFolder(phase, task)
    try run.makeFolder(path)
    return path
  }

  public func say(_ text: String) { observer.handle(.message(phase: phase.index, text: text)) }

  /// Share of the task that is done, 0 to 1.
  public func report(documents: Int = 0, bytes: Int = 0, share: Double) {
    observer.handle(.progress(phase: phase.index, documents: documents, kept: documents, bytes: bytes, share: share))
  }

  /// Calls `body` for each document of a part, with its position from 0.
  public func forEachDocument(in part: DocumentPart, _ body: (Int, Document) throws -> Void) throws {
    var position = 0
    var bytes = 0
    try part.forEach { document in
      if position & 63 == 63 {
        if stop.isSet { throw Interrupted() }
        observer.handle(.progress(phase: phase.index, documents: 64, kept: 64, bytes: bytes, share: 0))
        bytes = 0
      }
      bytes += document.text.count
      try body(position, document)
      position += 1
    }
    observer.handle(.progress(phase: phase.index, documents: position & 63, kept: position & 63, bytes: bytes, share: 0))
  }
}

extension StepContext {
  /// Judges each document of the task's own part and writes part and ledger: the last step of a deduplication.
  ///
  /// - Parameter judge: gets the position from 0 in the part; may edit the document.
  public func judgeDocuments(_ judge: (Int, inout Document) throws -> Verdict) throws -> TaskCounts {
    let stream = RecordStream(input: phase.tasks[task], plan: plan, run: run)
    let recorder = try TaskRecorder(folder: folder, task: task, source: stream.name, chain: [stage])
    try forEachDocument(in: parts[task]) { position, original in
      var document = original
      recorder.enter(bytes: original.text.count)
      recorder.passedReader(bytes: original.text.count)
      switch try judge(position, &document) {
      case .keep:
        let isEdited = document.text != original.text
        recorder.kept(at: 0, bytesIn: original.text.count, bytesOut: document.text.count, edited: isEdited)
        try recorder.write(document, edited: isEdited ? [0] : [], rows: [])
      case .drop(let reason):
        try recorder.dropped(
          at: 0, id: original.id, url: original.url, original.origin, reason, bytes: original.text.count, edited: [])
      }
    }
    return try recorder.finish(phase: phase.name)
  }
}

/// A committed file of documents.
public struct DocumentPart: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  public func forEach(_ body: (Document) throws -> Void) throws {
    var lines = try LineReader(path: path)
    let file = (path as NSString).lastPathComponent
    while true {
      let number = UInt64(lines.lineNumber + 1)
      guard
        let item = try lines.next({ (line) throws(Diagnostic) in
          try DocumentLines.parse(line, origin: Origin(file: file, offset: number))
        })
      else { return }
      guard case .document(let document) = item else {
        throw Diagnostic("damaged-file", "a line without a document", at: .init(file: path, line: lines.lineNumber))
      }
      try body(document)
    }
  }
}
