import Documents
import Foundation
import Storage

/// A document stage over JSON lines from standard input to standard output: `winnow apply`.
public struct DocumentFilterStream {
  private let kind: StageKind
  private let parameters: Parameters
  private let ledgerPath: String?

  public init(kind: StageKind, parameters: Parameters, ledger: String?) throws(Diagnostic) {
    self.kind = kind
    self.parameters = parameters
    ledgerPath = ledger
  }

  /// - Returns: what became of the lines; a line that is no document is counted as failed and the stream goes on.
  public func run() throws -> StageCounts {
    var page: (any PageStage)?
    var stage: (any DocumentStage)?
    var row: [Double] = []
    switch kind.body {
    case .page(let make): page = try make(parameters)
    case .document(let metrics, let make):
      stage = try make(parameters)
      row = [Double](repeating: .nan, count: try metrics(parameters).count)
    case .collective: preconditionFailure("checked by the caller")
    }
    var counts = StageCounts(stage: kind.name)
    var ledger: AtomicFile? = if let ledgerPath { try AtomicFile(path: ledgerPath) } else { nil }
    var output: [UInt8] = []
    var lines = StandardInputLines()
    while let line = try lines.next() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      counts.entered += 1
      counts.bytesIn += line.count
      let origin = Origin(file: "-", offset: lines.offset)
      var entry = LedgerEntry(id: "-#\(lines.offset)", url: "", origin: origin, stage: kind.name, outcome: .kept)
      do throws(Diagnostic) {
        let item = try line.withUnsafeBytesTyped { (bytes) throws(Diagnostic) in
          try DocumentLines.parse(bytes, origin: Origin(file: "-", offset: lines.offset))
        }
        let (document, verdict, isEdited) = try judge(item, page, stage, &row)
        entry.id = document.id
        entry.url = document.url
        if isEdited { entry.edited = [kind.name] }
        switch verdict {
        case .keep:
          counts.kept += 1
          if isEdited { counts.edited += 1 }
          DocumentLines.write(document, to: &output)
        case .drop(let reason):
          counts.dropped += 1
          entry.outcome = .dropped(reason)
        }
      } catch {
        counts.failed += 1
        entry.outcome = .failed(code: error.code, message: error.message)
      }
      if ledger != nil {
        var text: [UInt8] = []
        entry.write(to: &text)
        try ledger?.write(text)
      }
      if output.count > 1 << 16 { try Self.flush(&output) }
    }
    try Self.flush(&output)
    _ = try ledger?.commit()
    return counts
  }

  private func judge(
    _ item: DocumentLines.Item, _ page: (any PageStage)?, _ stage: (any DocumentStage)?, _ row: inout [Double]
  ) throws(Diagnostic) -> (Document, Verdict, Bool) {
    switch (item, page, stage) {
    case (.page(let input), let page?, _):
      switch try page.document(from: input) {
      case .document(let document): return (document, .keep, false)
      case .drop(let reason): return (Document(id: input.id, url: input.url, text: []), .drop(reason), false)
      }
    case (.document(var document), _, let stage?):
      let before = document.text
      if document.origin.file == "-" { document.origin = Origin() }
      for slot in row.indices { row[slot] = .nan }
      let verdict = try stage.apply(&document, metrics: &row)
      return (document, verdict, document.text != before)
    case (.page, _, _): throw Diagnostic("missing-text", "the line has \"html\" where the stage takes \"text\"")
    default: throw Diagnostic("missing-html", "the line has \"text\" where the stage takes \"html\"")
    }
  }

  private static func flush(_ output: inout [UInt8]) throws(Diagnostic) {
    var start = 0
    while start < output.count {
      let written = output.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress?.advanced(by: start), output.count - start) }
      if written < 0 {
        if errno == EINTR { continue }
        throw Diagnostic(systemCall: "write", path: "standard output")
      }
      start += written
    }
    output.removeAll(keepingCapacity: true)
  }
}

extension [UInt8] {
  func withUnsafeBytesTyped<Result>(_ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result
  {
    let result: Swift.Result<Result, Diagnostic> = withUnsafeBytes { bytes in
      Swift.Result { () throws(Diagnostic) in try body(bytes) }
    }
    return try result.get()
  }
}

/// Lines of standard input, of at most 256 MB each.
private struct StandardInputLines {
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private var position: UInt64 = 0
  /// Byte offset of the last line.
  private(set) var offset: UInt64 = 0

  private static let chunk = 1 << 16
  private static let maximumLine = 1 << 28

  mutating func next() throws(Diagnostic) -> [UInt8]? {
    var searched = start
    while true {
      if let newline = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = newline + 1 }
        return take(upTo: newline, skipping: 1)
      }
      searched = buffer.count
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return take(upTo: buffer.count, skipping: 0)
      }
      guard buffer.count - start <= Self.maximumLine else {
        throw Diagnostic("line-too-long", "a line of more than \(Self.maximumLine) bytes", at: .init(file: "standard input"))
      }
      searched -= start
      buffer.removeFirst(start)
      start = 0
      var chunk = [UInt8](repeating: 0, count: Self.chunk)
      let count = read(STDIN_FILENO, &chunk, Self.chunk)
      if count < 0, errno != EINTR { throw Diagnostic(systemCall: "read", path: "standard input") }
      if count == 0 { isAtEnd = true }
      if count > 0 { buffer.append(contentsOf: chunk[..<count]) }
    }
  }

  private mutating func take(upTo end: Int, skipping newline: Int) -> [UInt8] {
    offset = position
    position += UInt64(end - start + newline)
    return Array(buffer[start..<end])
  }
}

extension StageKind {
  /// Whether `winnow apply` can run it.
  public var appliesToDocuments: Bool { isPerDocument }

  /// Checks `key=value` settings as a pipeline file's `with:` is checked.
  public func parameters(fromCommandLine settings: [String]) throws(Diagnostic) -> Parameters {
    var written: [(String, String)] = []
    for setting in settings {
      guard let equals = setting.firstIndex(of: "=") else {
        throw Diagnostic("usage", "'--with \(setting)' has no '='", fix: "write --with key=value")
      }
      written.append((String(setting[..<equals]), String(setting[setting.index(after: equals)...])))
    }
    for (name, _) in written where !parameters.contains(where: { $0.name == name }) {
      let near = nearestName(to: name, among: parameters.map(\.name)).map { "did you mean '\($0)'? " } ?? ""
      throw Diagnostic(
        "usage", "'\(self.name)' has no parameter '\(name)'",
        fix: near + "Parameters: \(parameters.map(\.name).joined(separator: ", "))")
    }
    var values: [(String, ParameterValue)] = []
    for parameter in parameters {
      let texts = written.filter { $0.0 == parameter.name }.map(\.1)
      guard let text = texts.last else {
        if let standard = parameter.standard { values.append((parameter.name, standard)) }
        continue
      }
      switch parameter.kind {
      case .list, .files: values.append((parameter.name, .list(texts.flatMap { $0.split(separator: ",").map(String.init) })))
      default:
        guard let value = parameter.value(of: text) else {
          throw Diagnostic("usage", "'\(parameter.name)' is '\(text)'", fix: "it must be \(parameter.expectation)")
        }
        values.append((parameter.name, value))
      }
    }
    let result = Parameters(values)
    if let problem = check(result).first { throw problem }
    for path in referencedFiles(result) where access(path, R_OK) != 0 {
      throw Diagnostic("not-found", "the file '\(path)' does not exist", fix: "paths are relative to the current folder")
    }
    return result
  }
}
