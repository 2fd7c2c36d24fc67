import ArgumentParser
import Documents
import Foundation
import Storage
import Tokenization

/// The documents of the files named on a command line: JSON lines (`.jsonl`, `.ndjson`, `.json`), or plain text, one document a file; each
/// also compressed with gzip or zstd.
struct DocumentInputs {
  private(set) var documents = 0
  private(set) var textBytes = 0
  /// Lines that are no documents; the first few are shown.
  private(set) var failed = 0
  /// Counts them only: for a second reading of the same files.
  var isQuiet = false

  /// Calls `body` with every document, in the order of the files.
  ///
  /// - Parameter cutsText: plain text comes in parts of some MiB, cut where no split pattern sees a difference; else as one document.
  mutating func forEach(_ paths: [String], cutsText: Bool = false, _ body: (Document) throws -> Void) throws {
    for path in paths {
      if Self.holdsLines(path) { try readLines(path, body) } else { try readText(path, cutsText: cutsText, body) }
    }
  }

  static func holdsLines(_ path: String) -> Bool {
    var name = Substring(path)
    for ending in [".gz", ".zst"] where name.hasSuffix(ending) { name = name.dropLast(ending.count) }
    return [".jsonl", ".ndjson", ".json"].contains { name.hasSuffix($0) }
  }

  private mutating func readLines(_ path: String, _ body: (Document) throws -> Void) throws {
    var lines = try LineReader(path: path)
    while true {
      let (number, offset) = (lines.lineNumber + 1, lines.lineOffset)
      let item: Result<DocumentLines.Item, Diagnostic>?
      do throws(Diagnostic) {
        item = try lines.next { (line) throws(Diagnostic) in
          do throws(Diagnostic) {
            return .success(try DocumentLines.parse(line, origin: Origin(file: path, offset: offset)))
          } catch {
            return .failure(error)
          }
        }
      } catch {
        guard error.code == "line-too-long" else { throw error }
        item = .failure(error)
      }
      switch item {
      case nil: return
      case .success(.document(let document)): try deliver(document, body)
      case .success(.page): fail(Diagnostic("missing-text", "the line holds a page, not a document"), path, number)
      case .failure(let error): fail(error, path, number)
      }
    }
  }

  private mutating func readText(_ path: String, cutsText: Bool, _ body: (Document) throws -> Void) throws {
    var lines = try LineReader(path: path)
    var text: [UInt8] = []
    var limit = cutsText ? Self.textPartSize : .max
    while (try lines.next({ (line) throws(Diagnostic) -> Void in
      text.append(contentsOf: line)
      text.append(0x0A)
    })) != nil {
      guard text.count >= limit else { continue }
      guard let cut = text.withUnsafeBytes({ SplitPattern.lastSafeCut(in: $0, upTo: $0.count) }) else {
        limit = 2 * text.count
        continue
      }
      let rest = Array(text[cut...])
      text.removeLast(rest.count)
      try deliver(Document(id: path, text: text.repairedUTF8(), origin: Origin(file: path)), body)
      text = rest
      limit = Self.textPartSize
    }
    if text.isEmpty && cutsText { return }
    try deliver(Document(id: path, text: text.repairedUTF8(), origin: Origin(file: path)), body)
  }

  private static let textPartSize = 1 << 20

  private mutating func deliver(_ document: Document, _ body: (Document) throws -> Void) throws {
    documents += 1
    textBytes += document.text.count
    try body(document)
  }

  private mutating func fail(_ error: Diagnostic, _ path: String, _ line: Int) {
    failed += 1
    if failed <= 5, !isQuiet {
      CommandLineReport.show(Diagnostic(error.code, error.message, at: .init(file: path, line: line), fix: error.fix))
    }
  }

  /// Exit code 1 when lines failed, after the work is done.
  func finish() throws {
    guard failed > 0 else { return }
    StandardError.line("winnow: \(Readable.count(failed)) lines were not documents and were left out")
    throw ExitCode(CommandLineReport.failed)
  }
}

/// Collects documents into batches and hands each batch to `jobs` threads at once.
struct DocumentBatches {
  private let jobs: Int
  private let limit: Int
  private var batch: [Document] = []
  private var size = 0

  /// `limit`: bytes of text in a batch.
  init(jobs: Int, limit: Int = 32 << 20) {
    self.jobs = max(1, jobs)
    self.limit = limit
  }

  /// Adds a document; a full batch is worked off before this returns. `work` gets the worker's number and its share, a contiguous part.
  /// - Returns: whether a batch was worked off.
  @discardableResult
  mutating func add(_ document: Document, _ work: @Sendable (Int, ArraySlice<Document>) -> Void) -> Bool {
    batch.append(document)
    size += document.text.count
    guard size >= limit else { return false }
    finish(work)
    return true
  }

  /// Works off what is left.
  mutating func finish(_ work: @Sendable (Int, ArraySlice<Document>) -> Void) {
    guard !batch.isEmpty else { return }
    var parts: [ArraySlice<Document>] = []
    var start = 0
    for worker in 1...jobs {
      var end = start
      var taken = 0
      while end < batch.count, worker == jobs || taken < size / jobs {
        taken += batch[end].text.count
        end += 1
      }
      parts.append(batch[start..<end])
      start = end
    }
    let shares = parts
    DispatchQueue.concurrentPerform(iterations: jobs) { work($0, shares[$0]) }
    batch.removeAll(keepingCapacity: true)
    size = 0
  }
}
