import ArgumentParser
import Documents
import Foundation
import Storage
import WebArchives

struct WarcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "warc", abstract: "List, print, check and index web archives (WARC, WET, ARC; plain or gzip).",
    discussion: """
      Examples:
        winnow warc ls crawl.warc.gz | head
        winnow warc cat crawl.warc.gz --offset 1024 --payload
        winnow warc check *.warc.gz
        winnow warc index crawl.warc.gz > crawl.cdxj
      """,
    subcommands: [WarcListCommand.self, WarcPrintCommand.self, WarcCheckCommand.self, WarcIndexCommand.self])
}

struct WarcListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "One line for each record: offset, length, type, status, media type, date, address.")

  @Option(help: ArgumentHelp("Only records of this type, such as response.", valueName: "type")) var type: RecordType?
  @Flag(help: "JSON lines instead of columns between tabs.") var json = false
  @Argument(help: ArgumentHelp("The archives.", valueName: "file")) var files: [String]

  func run() throws {
    var output = ResultStream()
    for path in files {
      var reader = ArchiveReader(try ArchiveFile(path: path))
      while let item = reader.next() {
        switch item {
        case .damage(let damage):
          StandardError.line(
            "\(path): warning: \(damage.kind.message), \(damage.location.length) bytes at offset \(damage.location.offset)")
        case .record(let record):
          guard type == nil || record.type == type else { continue }
          let line = RecordLine(record, file: path)
          try output.line(json ? String(decoding: JSONValue.object(line.json).serialized, as: UTF8.self) : line.text)
        }
      }
    }
    try output.flush()
  }
}

struct WarcPrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat", abstract: "Print records as they stand, or their decoded payloads.",
    discussion: "Without --offset, --id or --url, all records of the file that --type lets through.")

  @Option(help: ArgumentHelp("The record that starts at this byte of the file.", valueName: "bytes")) var offset: Int?
  @Option(help: ArgumentHelp("The records with this WARC-Record-ID, with or without <urn:uuid:>.", valueName: "id")) var id:
    String?
  @Option(help: ArgumentHelp("The records of this address.", valueName: "url")) var url: String?
  @Option(help: ArgumentHelp("Only records of this type.", valueName: "type")) var type: RecordType?
  @Flag(help: "Only the payload: without the record's and the HTTP header, transfer and content codings removed.") var payload =
    false
  @Flag(help: "As --payload, decoded to UTF-8.") var text = false
  @Flag(help: "Only the record's header.") var headers = false
  @Argument(help: ArgumentHelp("The archive.", valueName: "file")) var file: String

  func validate() throws {
    guard [payload, text, headers].filter({ $0 }).count <= 1 else {
      throw ValidationError("choose one of --payload, --text and --headers")
    }
  }

  func run() throws {
    let archive = try ArchiveFile(path: file)
    if let offset, offset < 0 || offset >= archive.size {
      throw UsageProblem("offset \(offset) is outside of \(file) (\(archive.size) bytes)")
    }
    let printer = RecordPrinter(form: payload ? .payload : text ? .text : headers ? .headers : .record)
    var output = ResultStream()
    var found = 0
    var reader = ArchiveReader(archive, startingAt: offset ?? 0)
    while let item = reader.next() {
      guard case .record(let record) = item else { continue }
      if let offset, record.location.offset != offset { break }
      guard matches(record) else { continue }
      found += 1
      try output.write(printer.bytes(of: record))
    }
    try output.flush()
    guard found > 0 else {
      throw Diagnostic(
        "not-found", "no such record", at: .init(file: file), fix: "'winnow warc ls \(file)' lists offsets and addresses")
    }
  }

  private func matches(_ record: borrowing ArchiveRecord) -> Bool {
    if let type, record.type != type { return false }
    if let url, record.targetURI != url { return false }
    guard let id else { return true }
    var wanted = id
    for prefix in ["<", "urn:uuid:"] where wanted.hasPrefix(prefix) { wanted.removeFirst(prefix.count) }
    if wanted.hasSuffix(">") { wanted.removeLast() }
    return record.id == wanted
  }
}

struct WarcCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read every byte, verify digests, and count what is there and what is wrong.",
    discussion: "Each problem is a line on standard error with its offset. Ends with 1 when there is one.")

  @Flag(inversion: .prefixedNo, help: "Verify block and payload digests.") var digests = true
  @Flag(help: "One JSON line for each file instead of a table.") var json = false
  @Flag(help: "No line for each problem.") var quiet = false
  @Argument(help: ArgumentHelp("The archives.", valueName: "file")) var files: [String]

  func run() throws {
    var output = ResultStream()
    var isSound = true
    for path in files {
      let file = try ArchiveFile(path: path)
      var audit = ArchiveAudit()
      audit.read(file, verifyingDigests: digests) { problem in
        guard !quiet else { return }
        let name = problem.id.isEmpty ? "" : " (record \(problem.id))"
        StandardError.line("\(path): offset \(problem.location.offset): \(problem.what)\(name)")
      }
      isSound = isSound && audit.isSound
      let report = AuditReport(audit, file: file)
      try output.line(json ? String(decoding: JSONValue.object(report.json).serialized, as: UTF8.self) : report.text)
    }
    try output.flush()
    if !isSound { throw ExitCode(CommandLineReport.failed) }
  }
}

struct WarcIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index", abstract: "Write a CDXJ index: one sorted line for each response, revisit, resource and conversion.")

  @Argument(help: ArgumentHelp("The archives.", valueName: "file")) var files: [String]

  func run() throws {
    var entries: [CDXEntry] = []
    for path in files {
      entries += CDXEntry.index(try ArchiveFile(path: path), filename: URL(fileURLWithPath: path).lastPathComponent)
    }
    if files.count > 1 { entries.sort() }
    var output = ResultStream()
    for entry in entries { try output.write(entry.line + [0x0A]) }
    try output.flush()
  }
}

extension RecordType: ExpressibleByArgument {}

/// A record in one line.
private struct RecordLine {
  let json: JSONObject

  init(_ record: borrowing ArchiveRecord, file: String) {
    let status = HTTPResponse(record)?.status
    var json: JSONObject = [
      "file": .string(file), "offset": .integer(Int64(record.location.offset)),
      "length": .integer(Int64(record.location.length)),
    ]
    json["type"] = .string(record.type.rawValue)
    json["status"] = status.map { .integer(Int64($0)) }
    json["content-type"] = (HTTPResponse(record)?.headers.string("content-type") ?? record.contentType).map(JSONValue.string)
    json["date"] = record.date.map(JSONValue.string)
    json["url"] = record.targetURI.map(JSONValue.string)
    json["id"] = record.id.map(JSONValue.string)
    json["block-bytes"] = .integer(Int64(record.block.byteCount))
    if !record.defects.isEmpty { json["defects"] = .array(record.defects.names.map(JSONValue.string)) }
    self.json = json
  }

  var text: String {
    ["offset", "length", "type", "status", "content-type", "date", "url"].map { key in
      switch json[key] {
      case .integer(let value)?: "\(value)"
      case .string(let value)?: String(value.map { $0.isNewline || $0 == "\t" ? " " : $0 })
      default: "-"
      }
    }.joined(separator: "\t")
  }
}

/// A record in one of the forms of `winnow warc cat`.
private struct RecordPrinter {
  enum Form { case record, headers, payload, text }
  let form: Form
  private let bodies = BodyDecoder()
  private let texts = TextDecoder()

  init(form: Form) { self.form = form }

  func bytes(of record: borrowing ArchiveRecord) -> [UInt8] {
    switch form {
    case .record: return record.storedHeader + record.block.withUnsafeBytes { Array($0) } + Array("\r\n\r\n".utf8)
    case .headers: return record.storedHeader
    case .payload: return payload(record) { body, _ in Array(body) }
    case .text: return payload(record) { body, charset in texts.decode(body, httpCharset: charset).utf8 }
    }
  }

  private func payload(_ record: borrowing ArchiveRecord, _ use: (UnsafeRawBufferPointer, String?) -> [UInt8]) -> [UInt8] {
    guard let response = HTTPResponse(record) else { return record.block.withUnsafeBytes { use($0, nil) } }
    let charset = response.charset
    return bodies.decode(response) { body, _ in use(body, charset) }
  }
}

/// What `winnow warc check` says of a file.
private struct AuditReport {
  let audit: ArchiveAudit
  let file: ArchiveFile

  init(_ audit: ArchiveAudit, file: ArchiveFile) {
    self.audit = audit
    self.file = file
  }

  /// Name and number of everything that was counted and is not zero.
  private var counts: [(name: String, count: Int)] {
    var rows = RecordType.allCases.map { ("records: \($0.rawValue)", audit.records[$0] ?? 0) }
    rows += audit.defects.sorted { $0.key < $1.key }.map { ("defect: \($0.key)", $0.value) }
    rows += ArchiveDamage.Kind.allCases.map { ("no record: \($0.rawValue)", audit.damage[$0]?.count ?? 0) }
    rows += DigestCheck.Verdict.allCases.map { ("block digest: \($0.rawValue)", audit.blockDigests[$0] ?? 0) }
    rows += DigestCheck.Verdict.allCases.map { ("payload digest: \($0.rawValue)", audit.payloadDigests[$0] ?? 0) }
    rows.append(("payload digest without chunks: match", audit.dechunkedMatches))
    rows.append(("truncated by the crawler", audit.truncated))
    return rows.filter { $0.1 > 0 }
  }

  var text: String {
    var table = TextTable(["  ", ""], alignsRight: [false, true])
    for row in counts { table.add(["  " + row.name, Readable.count(row.count)]) }
    let verdict = audit.isSound ? "sound" : "NOT sound"
    let head =
      "\(file.name): \(verdict), \(Readable.count(audit.recordCount)) records, \(Readable.count(audit.accountedBytes)) of \(Readable.count(file.size)) bytes accounted for"
    let body = table.rendered().drop { $0 != "\n" }
    return head + body
  }

  var json: JSONObject {
    var object: JSONObject = [
      "file": .string(file.name), "sound": .bool(audit.isSound), "bytes": .integer(Int64(file.size)),
      "accounted-bytes": .integer(Int64(audit.accountedBytes)), "block-bytes": .integer(Int64(audit.blockBytes)),
    ]
    object["counts"] = .object(JSONObject(counts.map { .init(key: $0.name, value: .integer(Int64($0.count))) }))
    return object
  }
}

/// Results on standard output, in large writes; quiet when the reader has gone.
private struct ResultStream {
  private var pending: [UInt8] = []

  mutating func line(_ text: String) throws { try write(Array(text.utf8) + [0x0A]) }

  mutating func write(_ bytes: [UInt8]) throws {
    pending += bytes
    if pending.count >= 1 << 16 { try flush() }
  }

  mutating func flush() throws {
    var start = 0
    while start < pending.count {
      let written = pending.withUnsafeBytes {
        Foundation.write(STDOUT_FILENO, $0.baseAddress.map { $0 + start }, $0.count - start)
      }
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { throw ExitCode.success }
        throw Diagnostic(systemCall: "write", path: "standard output")
      }
      start += written
    }
    pending.removeAll(keepingCapacity: true)
  }
}
