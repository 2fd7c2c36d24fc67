import Documents

/// Decides on records one by one. Apart from the reader, whose buffers the records look into.
struct RecordInterpreter {
  private let selection: PageSelection
  private let records: RecordSelection
  private let bodies: BodyDecoder
  private let texts = TextDecoder()
  private var parser = HeaderParser()

  init(_ options: PageReader.Options) {
    selection = options.selection
    records = options.selection.ofRecords
    bodies = BodyDecoder(limits: options.body)
  }

  mutating func outcome(of record: borrowing ArchiveRecord, in archive: ArchiveFile) -> PageOutcome {
    let file = archive.name
    let entry = ArchiveEntry(record, in: file)
    func skip(_ rule: String, value: Double? = nil, _ detail: String? = nil) -> PageOutcome {
      .skipped(entry, Reason(rule: rule, value: value, detail: detail))
    }
    if let defect = record.defects.intersection(.lossy).names.first {
      return .failed(
        entry,
        Diagnostic(
          defect, "record \(entry.id) is incomplete (\(defect)): \(record.block.byteCount) bytes could be read",
          at: .init(file: file)))
    }
    switch record.type {
    case .response, .resource: break
    case .conversion where selection.includesConversions: break
    case .revisit: return skip("archive.revisit")
    default: return skip("archive.record-type", record.holdsWAT ? "wat" : record.type.rawValue)
    }
    if let reason = records.rejection(of: record, in: archive) { return .skipped(entry, reason) }
    if record.type == .conversion { return .text(conversion(record, entry)) }
    guard let response = HTTPResponse(record.blockBytes, parser: &parser) else { return plainResource(record, entry) }
    return page(record, response, entry)
  }

  /// A response with its HTTP message.
  private func page(_ record: borrowing ArchiveRecord, _ response: borrowing HTTPResponse, _ entry: ArchiveEntry) -> PageOutcome
  {
    func skip(_ rule: String, value: Double? = nil, _ detail: String? = nil) -> PageOutcome {
      .skipped(entry, Reason(rule: rule, value: value, detail: detail))
    }
    func fail(_ code: String, _ message: String) -> PageOutcome {
      .failed(entry, Diagnostic(code, message, at: .init(file: entry.origin.file)))
    }
    let declared = response.contentType
    let identified = record.headerValue("warc-identified-payload-type")?.string.lowercased()
    guard let status = response.status else {
      return fail("http-status-line", "the HTTP status line cannot be read")
    }
    guard selection.statuses.contains(status) else { return skip("archive.http-status", value: Double(status)) }
    let check = selection.check(identified: identified, declared: declared?.mediaType)
    if case .unwanted(let type) = check { return skip("archive.media-type", type) }
    return bodies.decode(response) { body, coding in
      var coding = coding
      // Servers name codings that are none (`utf-8`, `none`): what reads as HTML is not coded.
      if coding.unknownCoding != nil, PageSelection.looksLikeHTML(body) { coding.unknownCoding = nil }
      if let failure = BodyFailure(coding, limitName: bodies.limitDescription) {
        return fail(failure.code, failure.message)
      }
      guard !body.allSatisfy(ASCII.isBlank) else { return skip("archive.empty", value: Double(body.count)) }
      if case .undecided = check, !PageSelection.looksLikeHTML(body) {
        return skip("archive.media-type", identified ?? declared?.mediaType ?? "missing")
      }
      let text = texts.decode(body, httpCharset: declared?.charset)
      var metadata = commonMetadata(record)
      metadata["content-type"] = (identified ?? declared?.mediaType).map(JSONValue.string)
      metadata["status"] = .integer(Int64(status))
      describe(text, &metadata)
      metadata["truncated"] = truncation(record, body.count, coding)
      return .page(Page(id: entry.id, url: entry.url, html: text.utf8, metadata: metadata, origin: entry.origin))
    }
  }

  private func conversion(_ record: borrowing ArchiveRecord, _ entry: ArchiveEntry) -> Document {
    let text = texts.decode(record.blockBytes, httpCharset: "utf-8", isMarkup: false)
    var metadata = commonMetadata(record)
    metadata["language-identified"] = record.headerValue("warc-identified-content-language").map { .string($0.string) }
    metadata["refers-to"] = record.headerValue("warc-refers-to").map { .string(ArchiveRecord.bareIdentifier($0)) }
    describe(text, &metadata)
    return Document(id: entry.id, url: entry.url, text: text.utf8, metadata: metadata, origin: entry.origin)
  }

  /// A response or resource that holds its payload without an HTTP header.
  private func plainResource(_ record: borrowing ArchiveRecord, _ entry: ArchiveEntry) -> PageOutcome {
    let type = record.contentType.flatMap { value in Array(value.utf8).withUnsafeBytes { ContentType($0) } }
    let isMessage = type?.mediaType == "application/http"
    let identified = record.headerValue("warc-identified-payload-type")?.string.lowercased()
    let body = record.blockBytes
    func unwanted(_ type: String?) -> PageOutcome {
      .skipped(entry, Reason(rule: "archive.media-type", detail: type ?? "missing"))
    }
    guard !body.allSatisfy(ASCII.isBlank) else {
      return .skipped(entry, Reason(rule: "archive.empty", value: Double(body.count)))
    }
    switch selection.check(identified: identified, declared: isMessage ? nil : type?.mediaType) {
    case .unwanted(let type): return unwanted(type)
    case .undecided: guard PageSelection.looksLikeHTML(body) else { return unwanted(type?.mediaType) }
    case .wanted: break
    }
    let text = texts.decode(body, httpCharset: type?.charset)
    var metadata = commonMetadata(record)
    metadata["content-type"] = (identified ?? type?.mediaType).map(JSONValue.string)
    describe(text, &metadata)
    return .page(Page(id: entry.id, url: entry.url, html: text.utf8, metadata: metadata, origin: entry.origin))
  }
}

private func commonMetadata(_ record: borrowing ArchiveRecord) -> Metadata {
  var metadata = Metadata()
  metadata["date"] = record.date.map(JSONValue.string)
  if !record.defects.isEmpty { metadata["record-defects"] = .array(record.defects.names.map(JSONValue.string)) }
  return metadata
}

private func describe(_ text: DecodedText, _ metadata: inout Metadata) {
  metadata["charset"] = .string(text.charset.name)
  metadata["charset-source"] = .string(text.source.rawValue)
  if text.replacedBytes > 0 { metadata["replaced-bytes"] = .integer(Int64(text.replacedBytes)) }
  if text.replacedControls > 0 { metadata["replaced-controls"] = .integer(Int64(text.replacedControls)) }
}

/// Why the payload is only a prefix of the page, or nil when nothing says so.
private func truncation(_ record: borrowing ArchiveRecord, _ length: Int, _ coding: BodyDecoder.Outcome) -> JSONValue? {
  if let reason = record.headerValue("warc-truncated") { return .string(reason.string.lowercased()) }
  if coding.isTruncated { return "coding" }
  // Common Crawl cut payloads off at 1 MiB for years and flagged it only since July 2019.
  return length == 1 << 20 ? "length" : nil
}

/// A body that cannot be used.
private struct BodyFailure {
  var code: String
  var message: String

  init?(_ outcome: BodyDecoder.Outcome, limitName: String) {
    if outcome.reachedLimit {
      code = "decoded-size"
      message = "the decoded body exceeds its limit (\(limitName))"
    } else if let coding = outcome.unknownCoding {
      code = "unknown-coding"
      message = "the content coding '\(coding)' is not supported"
    } else {
      return nil
    }
  }
}

extension PageOutcome {
  init(_ damage: ArchiveDamage, in file: String) {
    let location = damage.location
    let entry = ArchiveEntry(
      id: "\(file)#\(location.place)", url: "", type: nil,
      origin: Origin(file: file, offset: UInt64(location.offset)), location: location)
    if damage.kind == .padding {
      self = .skipped(entry, Reason(rule: "archive.padding", value: Double(location.length)))
      return
    }
    self = .failed(
      entry,
      Diagnostic(
        damage.kind.rawValue, "\(damage.kind.message): \(location.length) bytes at offset \(location.offset)",
        at: .init(file: file)))
  }
}

extension ArchiveEntry {
  init(_ record: borrowing ArchiveRecord, in file: String) {
    let location = record.location
    self.init(
      id: record.id ?? "\(file)#\(location.place)", url: record.targetURI ?? "", type: record.type,
      origin: Origin(file: file, offset: UInt64(location.offset)), location: location)
  }
}

extension RecordLocation {
  /// Names the place within its file.
  fileprivate var place: String { innerOffset == 0 ? "\(offset)" : "\(offset)+\(innerOffset)" }
}

extension ArchiveDamage.Kind {
  /// A clause for people.
  public var message: String {
    switch self {
    case .notARecord: "not a WARC or ARC record"
    case .notAMember: "not a gzip member"
    case .damagedMember: "a damaged or cut-off gzip member"
    case .damagedHeader: "a record header without an end"
    case .padding: "blank space"
    }
  }
}
