import Documents
import Foundation
import Storage
import WebArchives

/// One record of a task's input, before any stage has seen it.
enum InputRecord {
  case page(Page)
  case document(Document)
  /// Passed over by the reader: not a page, not wanted.
  case dropped(id: String, url: String, Origin, Reason)
  case failed(id: String, url: String, Origin, Diagnostic)
}

/// Where a task's records come from. Records arrive in the order of the input, each exactly once.
struct RecordStream {
  let input: TaskInput
  let plan: Plan
  let run: RunDirectory
  /// Told how much of the input, as stored, has been read.
  var progress: ReadingProgress?

  /// A count that a caller looks at between records.
  final class ReadingProgress {
    /// Of the files before the current one, and of this one.
    fileprivate(set) var bytes = 0.0
  }

  /// The name in counts and ledger: the source, or the node whose part is read.
  var name: String { Self.name(of: input, plan) }

  static func name(of input: TaskInput, _ plan: Plan) -> String {
    switch input {
    case .archive(let source, _, _), .files(let source, _): source.id
    case .part(let phase, _, _): plan.phases[phase].stageID
    case .none: ""
    }
  }

  /// - Parameter offset: the first byte of each plain file of lines that matters; what starts before it is passed over.
  func forEach(from offset: UInt64 = 0, _ body: (InputRecord) throws -> Void) throws {
    switch input {
    case .archive(let source, let path, let range): try archive(source, path, range, body)
    case .files(let source, let paths):
      for path in paths {
        switch source.kind.name {
        case "html", "text": try wholeFile(source, path, body)
        default: try lines(path, from: offset, wantsPages: source.kind.output == .pages, body)
        }
      }
    case .part(let phase, let index, let share): try part(phase, index, share, body)
    case .none: return
    }
  }

  private func part(_ phase: Int, _ index: Int, _ share: Double, _ body: (InputRecord) throws -> Void) throws {
    let part = DocumentPart(path: run.file("\(plan.phases[phase].folder)/part-\(taskNumber(index)).jsonl.zst"))
    try part.forEach { document in
      if share < 1 {
        let draw = Double(SeededRandom.mix(XXH64.hash(document.id)) >> 11) * 0x1p-53
        if draw >= share {
          let reason = Reason(rule: "mix.share", value: draw, threshold: share)
          return try body(.dropped(id: document.id, url: document.url, document.origin, reason))
        }
      }
      try body(.document(document))
    }
  }

  private func lines(_ path: String, from offset: UInt64, wantsPages: Bool, _ body: (InputRecord) throws -> Void) throws {
    var lines = try LineReader(path: path)
    try lines.skip(to: offset)
    let before = progress?.bytes ?? 0
    let size = Double(fileSize(path))
    defer { progress?.bytes = before + size }
    while let item = try lines.next({ Self.parse($0, path) }) {
      progress?.bytes =
        before + (lines.isCompressed ? lines.share * size : Double(lines.lineOffset - min(lines.lineOffset, offset)))
      guard let item else { continue }
      let origin = Origin(file: path, offset: lines.lineOffset)
      let place = "\(path)#\(lines.lineOffset)"
      switch item {
      case .failure(let diagnostic): try body(.failed(id: place, url: "", origin, diagnostic))
      case .success(.document(var document)):
        if document.origin.file.isEmpty { document.origin = origin }
        if document.id == Self.unnamed { document.id = place }
        let wrong = Diagnostic("missing-html", "the line has \"text\" where \"html\" is read; 'read: jsonl' reads texts")
        try body(wantsPages ? .failed(id: document.id, url: document.url, origin, wrong) : .document(document))
      case .success(.page(var page)):
        page.origin = origin
        if page.id == Self.unnamed { page.id = place }
        let wrong = Diagnostic("missing-text", "the line has \"html\" where \"text\" is read; 'read: html-jsonl' reads pages")
        try body(wantsPages ? .page(page) : .failed(id: page.id, url: page.url, origin, wrong))
      }
    }
  }

  /// What the line parser calls a record without an id: its place is known only here.
  private static let unnamed = "#0"

  /// Nil for a blank line.
  private static func parse(_ line: UnsafeRawBufferPointer, _ path: String) -> Result<DocumentLines.Item, Diagnostic>? {
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return nil }
    return Result { () throws(Diagnostic) in try DocumentLines.parse(line, origin: Origin()) }
  }

  private func wholeFile(_ source: Source, _ path: String, _ body: (InputRecord) throws -> Void) throws {
    let origin = Origin(file: path, offset: 0)
    let record: InputRecord
    do throws(Diagnostic) {
      let bytes = try MappedFile.contents(of: path)
      record =
        source.kind.output == .pages
        ? .page(Page(id: path, url: "", html: bytes.withUnsafeBytes { TextDecoder().decode($0).utf8 }, origin: origin))
        : .document(Document(id: path, text: bytes.repairedUTF8(), origin: origin))
    } catch {
      record = .failed(id: path, url: "", origin, error)
    }
    try body(record)
  }
}
