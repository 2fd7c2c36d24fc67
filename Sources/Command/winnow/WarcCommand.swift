import ArgumentParser
import Documents
import Foundation
import Storage
import WebArchives

struct WarcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "warc", abstract: "List, print, check and index web archives (WARC, WET, ARC; plain, gzip or zstd).",
    discussion: """
      FILE may be - for standard input, which may be of any length.

      Examples:
        winnow warc ls crawl.warc.gz --type response --status 200 | head
        winnow warc cat crawl.warc.gz --offset 1024 --payload
        winnow warc cat crawl.warc.gz --index crawl.cdxj --url 'https://*.example/*' --text
        winnow warc check *.warc.gz
        winnow warc index crawl.warc.gz > crawl.cdxj
      """,
    subcommands: [WarcListCommand.self, WarcPrintCommand.self, WarcCheckCommand.self, WarcIndexCommand.self])
}

struct WarcListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "One line for each record: offset, length, type, status, media type, date, address.")

  @OptionGroup var selection: WarcSelectionOptions
  @Flag(help: "JSON lines instead of columns between tabs.") var json = false
  @Argument(help: ArgumentHelp("The archives.", valueName: "file")) var files: [String]

  func run() throws {
    var output = ResultStream()
    let selection = selection.records
    for path in files {
      let archive = try openArchive(path)
      var reader = self.selection.share.map { ArchiveReader(archive, share: $0.range(of: archive)) } ?? ArchiveReader(archive)
      while let item = reader.next() {
        switch item {
        case .damage(let damage): warn(of: damage, in: path)
        case .record(let record):
          guard selection.accepts(record, in: archive) else { continue }
          let line = RecordLine(record, file: path)
          try output.line(json ? String(decoding: JSONValue.object(line.json).serialized, as: UTF8.self) : line.text)
        }
      }
      if let failure = archive.failure { throw failure }
    }
    try output.flush()
  }
}

struct WarcPrintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat", abstract: "Print records as they stand, or their decoded payloads.",
    discussion: """
      Without --offset and --id, all records of the file that the selection lets through. With --index, only what the index points to is
      read. A revisit's payload is looked up in the index, else in the file itself.
      """)

  @Option(help: ArgumentHelp("The record that starts at this byte of the file.", valueName: "bytes")) var offset: Int?
  @Option(help: ArgumentHelp("The records with this WARC-Record-ID, with or without <urn:uuid:>.", valueName: "id")) var id:
    String?
  @Option(help: ArgumentHelp("A CDXJ index that covers the file: read only the captures in it.", valueName: "cdxj")) var index:
    String?
  @OptionGroup var selection: WarcSelectionOptions
  @Flag(help: "Only the payload: without the record's and the HTTP header, transfer and content codings removed.") var payload =
    false
  @Flag(help: "As --payload, decoded to UTF-8.") var text = false
  @Flag(help: "Only the record's header.") var headers = false
  @Argument(help: ArgumentHelp("The archive.", valueName: "file")) var file: String

  func validate() throws {
    guard [payload, text, headers].filter({ $0 }).count <= 1 else {
      throw ValidationError("choose one of --payload, --text and --headers")
    }
    guard index == nil || file != "-" else {
      throw ValidationError("an index needs a file that can be read at any place, not -")
    }
    guard index == nil || offset == nil, selection.share == nil || offset == nil && index == nil else {
      throw ValidationError("choose one of --offset, --index and --share")
    }
  }

  func run() throws {
    let archive = try openArchive(file)
    if let offset, offset < 0 || file != "-" && offset >= archive.size {
      throw UsageProblem("offset \(offset) is outside of \(file) (\(archive.size) bytes)")
    }
    let entries = try index.map(entries)
    var output = ResultStream()
    var printer = RecordPrinter(form: payload ? .payload : text ? .text : headers ? .headers : .record, archive, entries)
    var found = 0
    if let entries {
      for entry in entries where entry.isAccepted(by: selection.records) {
        var reader = ArchiveReader(archive, startingAt: entry.range?.lowerBound ?? archive.size)
        found += try printer.print(from: &reader, to: &output, atMost: 1) { matches($0, in: archive) }
      }
    } else {
      var reader =
        selection.share.map { ArchiveReader(archive, share: $0.range(of: archive)) }
        ?? ArchiveReader(archive, startingAt: offset ?? 0)
      found = try printer.print(from: &reader, to: &output, at: offset) { matches($0, in: archive) }
    }
    try output.flush()
    if let failure = archive.failure { throw failure }
    guard found > 0 else {
      throw Diagnostic(
        "not-found", "no such record", at: .init(file: file), fix: "'winnow warc ls \(file)' lists offsets and addresses")
    }
  }

  /// The captures of this file, in its order.
  private func entries(of index: String) throws -> [CDXEntry] {
    let name = URL(fileURLWithPath: file).lastPathComponent
    let entries = try CDXEntry.read(path: index).filter {
      $0.fields["filename"]?.string.map(Self.lastName) == name && $0.range != nil
    }
    guard !entries.isEmpty else {
      throw Diagnostic(
        "not-found", "the index has no capture in \(name)", at: .init(file: index),
        fix: "'winnow warc index \(file)' writes one that has")
    }
    return entries.sorted { ($0.range?.lowerBound ?? 0) < ($1.range?.lowerBound ?? 0) }
  }

  private static func lastName(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

  private func matches(_ record: borrowing ArchiveRecord, in archive: ArchiveFile) -> Bool {
    guard selection.records.accepts(record, in: archive) else { return false }
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
      let file = try openArchive(path)
      var audit = ArchiveAudit()
      audit.read(file, verifyingDigests: digests) { problem in
        guard !quiet else { return }
        let name = problem.id.isEmpty ? "" : " (record \(problem.id))"
        StandardError.line("\(path): offset \(problem.location.offset): \(problem.what)\(name)")
      }
      if let failure = file.failure { throw failure }
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
      let archive = try openArchive(path)
      entries += CDXEntry.index(archive, filename: URL(fileURLWithPath: path).lastPathComponent)
      if let failure = archive.failure { throw failure }
    }
    if files.count > 1 { entries.sort() }
    var output = ResultStream()
    for entry in entries { try output.write(entry.line + [0x0A]) }
    try output.flush()
  }
}

private func warn(of damage: ArchiveDamage, in path: String) {
  guard damage.kind != .padding else { return }
  StandardError.line(
    "\(path): warning: \(damage.kind.message), \(damage.location.length) bytes at offset \(damage.location.offset)")
}

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
    rows.append(("revisit: payload in this file", audit.revisits.resolved))
    rows.append(("revisit: payload elsewhere", audit.revisits.unresolved))
    rows.append(("metadata: WAT", audit.wat))
    rows.append(("truncated by the crawler", audit.truncated))
    rows.append(("payload of exactly 1 MiB, not flagged", audit.atCrawlLimit))
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
