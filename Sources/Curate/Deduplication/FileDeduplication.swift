import Dispatch
import Documents
import Foundation
import Storage
import Synchronization

/// All steps of a method over files of JSON lines, in this process: deduplication without a pipeline.
///
/// Writes into a folder: `part-00000.jsonl.zst`, … with the documents that stay, one file per input; `ledger-00000.jsonl.zst`, …
/// with one line per input document and why it was dropped; `deduplication.json` with the counts. The files depend on the
/// inputs and options only, not on the number of threads.
public struct FileDeduplication: Sendable {
  public let inputs: [String]
  public let output: String
  /// Steps at once.
  public let jobs: Int

  /// What happened, beyond the summary that is also written to the folder.
  public struct Report: Sendable {
    public var summary = DeduplicationSummary()
    /// Lines that are no documents, with their places; the first hundred.
    public var failures: [Diagnostic] = []
    public var failedLines = 0
    /// Wall-clock seconds of map, reduce, decide, apply.
    public var seconds: [(step: String, seconds: Double)] = []
  }

  /// - Parameters:
  ///   - inputs: JSONL files, plain, gzip or zstd. Each is a partition.
  ///   - output: a folder, made when it does not exist.
  public init(inputs: [String], output: String, jobs: Int) {
    self.inputs = inputs
    self.output = output
    self.jobs = max(1, jobs)
  }

  /// - Parameter progress: called after each finished step of a kind; from any thread.
  public func run(
    _ method: some DeduplicationMethod, progress: @Sendable (_ step: String, _ done: Int, _ of: Int) -> Void = { _, _, _ in }
  ) throws(Diagnostic) -> Report {
    let work = output + "/.work"
    try makeFolder(work)
    defer { try? FileManager.default.removeItem(atPath: work) }
    let maps = inputs.indices.map { "\(work)/map-\($0)" }
    let decisions = inputs.indices.map { "\(work)/decisions-\($0)" }
    var report = Report()
    let failures = Mutex<[(input: Int, lines: Int, first: [Diagnostic])]>([])

    try timed("map", &report) { () throws(Diagnostic) in
      try inParallel(inputs.count, "map", progress) { index throws(Diagnostic) in
        let map = try method.map(partition: index, to: maps[index])
        let failed = try forEachDocument(in: inputs[index]) { document throws(Diagnostic) in try map.add(document) }
        try map.finish()
        failures.withLock { $0.append((index, failed.count, Array(failed.prefix(100)))) }
      }
    }
    let sorted = failures.withLock { $0.sorted { $0.input < $1.input } }
    report.failedLines = sorted.reduce(0) { $0 + $1.lines }
    report.failures = Array(sorted.flatMap(\.first).prefix(100))

    let ranges = max(1, min(256, mapBytes(maps) >> 26 + jobs))
    let reductions = (0..<ranges).map { "\(work)/reduction-\($0)" }
    try timed("reduce", &report) { () throws(Diagnostic) in
      try inParallel(ranges, "reduce", progress) { range throws(Diagnostic) in
        try method.reduce(range: range, of: ranges, maps: maps, to: reductions[range])
      }
    }
    let summary = try timed("decide", &report) { () throws(Diagnostic) in
      try method.decide(maps: maps, reductions: reductions, to: decisions)
    }
    report.summary = summary
    try timed("apply", &report) { () throws(Diagnostic) in
      try inParallel(inputs.count, "apply", progress) { index throws(Diagnostic) in
        try apply(DeduplicationDecisions(path: decisions[index], method: method.name), input: index)
      }
    }
    try writeSummary(method.name, report)
    return report
  }

  private func apply(_ decisions: DeduplicationDecisions, input: Int) throws(Diagnostic) {
    var kept = try CompressedLines(path: "\(output)/part-\(fiveDigits(input)).jsonl.zst")
    var ledger = try CompressedLines(path: "\(output)/ledger-\(fiveDigits(input)).jsonl.zst")
    var ordinal = 0
    _ = try forEachDocument(in: inputs[input]) { document throws(Diagnostic) in
      var document = document
      let before = document.text.count
      let verdict = try decisions.apply(to: &document, at: ordinal)
      ordinal += 1
      if verdict == .keep { try kept.add { DocumentLines.write(document, to: &$0) } }
      try ledger.add { bytes in
        ledgerLine(document, verdict, cutBytes: before - document.text.count).write(to: &bytes)
        bytes.append(0x0A)
      }
    }
    guard ordinal == decisions.count else {
      throw Diagnostic(
        "wrong-document", "\(ordinal) documents, but \(decisions.count) when duplicates were sought", at: .init(file: inputs[input]),
        fix: "do not change the input while it is deduplicated")
    }
    try kept.commit()
    try ledger.commit()
  }

  private func ledgerLine(_ document: Document, _ verdict: Verdict, cutBytes: Int) -> JSONObject {
    var line: JSONObject = ["id": .string(document.id), "verdict": verdict == .keep ? "keep" : "drop"]
    if cutBytes > 0 { line["cut_bytes"] = .integer(Int64(cutBytes)) }
    guard case .drop(let reason) = verdict else { return line }
    line["rule"] = .string(reason.rule)
    line["value"] = reason.value.map { .number($0) }
    line["threshold"] = reason.threshold.map { .number($0) }
    line["duplicate_of"] = reason.duplicateOf.map { .string($0) }
    return line
  }

  private func writeSummary(_ method: String, _ report: Report) throws(Diagnostic) {
    var json: JSONObject = ["method": .string(method), "inputs": .array(inputs.map { .string($0) })]
    json["failed_lines"] = .integer(Int64(report.failedLines))
    json.members += report.summary.json.members
    try AtomicFile.write(JSONValue.object(json).prettyPrinted, to: "\(output)/deduplication.json")
  }

  /// - Returns: the lines that are no documents.
  private func forEachDocument(
    in path: String, _ body: (Document) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> [Diagnostic] {
    var reader = try LineReader(path: path)
    var failures: [Diagnostic] = []
    var line: [UInt8] = []
    while true {
      do throws(Diagnostic) {
        let isLine: Void? = try reader.next { line.replaceSubrange(line.startIndex..., with: $0) }
        if isLine == nil { break }
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
        let origin = Origin(file: path, offset: reader.lineOffset)
        let item = try line.withBytes { bytes throws(Diagnostic) in try DocumentLines.parse(bytes, origin: origin) }
        guard case .document(let document) = item else {
          throw Diagnostic("missing-text", "a page, not a document", fix: "extract its text first: winnow extract --jsonl")
        }
        try body(document)
      } catch {
        guard ["invalid-json", "missing-text", "line-too-long"].contains(error.code) else { throw error }
        var failure = error
        failure.place = Diagnostic.Place(file: path, line: reader.lineNumber)
        failures.append(failure)
      }
    }
    return failures
  }

  private func makeFolder(_ path: String) throws(Diagnostic) {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw Diagnostic("input-output", "cannot make the folder: \(error.localizedDescription)", at: .init(file: path))
    }
  }

  private func mapBytes(_ paths: [String]) -> Int {
    paths.reduce(0) { sum, path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return sum + ((attributes?[.size] as? Int) ?? 0)
    }
  }

  private func timed<Result>(
    _ step: String, _ report: inout Report, _ body: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    let start = ContinuousClock.now
    let result = try body()
    report.seconds.append((step, (ContinuousClock.now - start) / .seconds(1)))
    return result
  }

  /// Calls `body` for 0 ..< count on `jobs` threads. After a failure nothing new starts; the failure of the smallest index is thrown.
  private func inParallel(
    _ count: Int, _ step: String, _ progress: @Sendable (String, Int, Int) -> Void,
    _ body: @Sendable (Int) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let state = Mutex((next: 0, done: 0, failures: [(index: Int, error: Diagnostic)]()))
    withoutActuallyEscaping(body) { body in
      withoutActuallyEscaping(progress) { progress in
        DispatchQueue.concurrentPerform(iterations: min(jobs, count)) { _ in
          while let index = state.withLock({ state -> Int? in
            guard state.next < count, state.failures.isEmpty else { return nil }
            state.next += 1
            return state.next - 1
          }) {
            do throws(Diagnostic) {
              try body(index)
              let done = state.withLock { state -> Int in
                state.done += 1
                return state.done
              }
              progress(step, done, count)
            } catch {
              state.withLock { $0.failures.append((index, error)) }
            }
          }
        }
      }
    }
    if let first = state.withLock({ $0.failures.min { $0.index < $1.index } }) { throw first.error }
  }
}

private func fiveDigits(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
}

/// Lines into a zstd file that appears when committed.
private struct CompressedLines: ~Copyable {
  private var file: AtomicFile
  private var encoder = ZstandardWriter()
  private var lines: [UInt8] = []
  private var compressed: [UInt8] = []

  init(path: String) throws(Diagnostic) { file = try AtomicFile(path: path) }

  mutating func add(_ write: (inout [UInt8]) -> Void) throws(Diagnostic) {
    write(&lines)
    if lines.count > 1 << 18 { try flush() }
  }

  mutating func commit() throws(Diagnostic) {
    try flush()
    encoder.finish(to: &compressed)
    try file.write(compressed)
    try file.commit()
  }

  private mutating func flush() throws(Diagnostic) {
    compressed.removeAll(keepingCapacity: true)
    encoder.write(lines, to: &compressed)
    try file.write(compressed)
    compressed.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
  }
}
