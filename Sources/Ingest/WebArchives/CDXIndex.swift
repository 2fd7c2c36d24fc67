import Documents
import Storage

/// One line of a CDXJ index: where a capture of a page stands (the format of Common Crawl's index and of pywb).
public struct CDXEntry: Sendable, Equatable {
  /// The address in sort-friendly order.
  public var key: String
  /// 14 digits: year to second.
  public var timestamp: String
  /// `url`, `mime`, `status`, `digest`, `length`, `offset`, `filename`, in this order; numbers are written as strings, as others do.
  public var fields: JSONObject

  /// Byte range of the record in its file, for fetching it alone.
  public var range: Range<Int>? {
    guard let offset = number("offset"), let length = number("length"), offset >= 0, length >= 0 else { return nil }
    let (end, overflow) = offset.addingReportingOverflow(length)
    return overflow ? nil : offset..<end
  }

  private func number(_ name: String) -> Int? {
    guard let value = fields[name] else { return nil }
    return value.integer.map { Int($0) } ?? value.string.flatMap { Int($0) }
  }

  public init(key: String, timestamp: String, fields: JSONObject) {
    self.key = key
    self.timestamp = timestamp
    self.fields = fields
  }

  /// What the index says of a record, or nil for records that are not looked up by address (only responses, revisits, resources
  /// and conversions are).
  public init?(_ record: borrowing ArchiveRecord, filename: String) {
    switch record.type {
    case .response, .revisit, .resource, .conversion: break
    default: return nil
    }
    guard let url = record.targetURI else { return nil }
    key = WebAddress(url)?.surt ?? url
    timestamp = String((record.date ?? "").filter { $0.isASCII && $0.isNumber }.prefix(14))
    fields = ["url": .string(url)]
    if record.type == .revisit {
      fields["mime"] = "warc/revisit"
    } else if let type = Self.mediaType(record) {
      fields["mime"] = .string(type)
    }
    if let identified = record.headers.string("warc-identified-payload-type") { fields["mime-detected"] = .string(identified) }
    if let status = HTTPResponse(record)?.status { fields["status"] = .string("\(status)") }
    if let digest = record.headers.string("warc-payload-digest") ?? record.headers.string("warc-block-digest") {
      fields["digest"] = .string(digest.hasPrefix("sha1:") ? String(digest.dropFirst(5)) : digest)
    }
    fields["length"] = .string("\(record.location.length)")
    fields["offset"] = .string("\(record.location.offset)")
    fields["filename"] = .string(filename)
    if let reason = record.headers.string("warc-truncated") { fields["truncated"] = .string(reason) }
  }

  private static func mediaType(_ record: borrowing ArchiveRecord) -> String? {
    if let response = HTTPResponse(record) { return response.contentType?.mediaType }
    return record.contentType.flatMap { value in Array(value.utf8).withUnsafeBytes { ContentType($0)?.mediaType } }
  }

  /// `key timestamp {…}`, without a line end.
  public var line: [UInt8] {
    var bytes = Array("\(key) \(timestamp) ".utf8)
    fields.write(to: &bytes)
    return bytes
  }

  /// Reads such a line.
  /// - Throws: `damaged-file` when it has another form.
  public init(line: UnsafeRawBufferPointer) throws(Diagnostic) {
    guard let first = line.index(of: ASCII.space), let second = line.index(of: ASCII.space, from: first + 1) else {
      throw Diagnostic("damaged-file", "not a CDXJ line", fix: "a line is 'key timestamp {\"url\": …}'")
    }
    guard case .object(let fields) = try JSONScanner.parse(line.from(second + 1)) else {
      throw Diagnostic("damaged-file", "a CDXJ line must end in a JSON object")
    }
    key = line.part(0..<first).string
    timestamp = line.part(first + 1..<second).string
    self.fields = fields
  }

  /// The entries of a whole file, in the order of an index: by key, then time, then place.
  public static func index(_ file: ArchiveFile, filename: String) -> [CDXEntry] {
    var reader = ArchiveReader(file)
    var entries: [CDXEntry] = []
    while let item = reader.next() {
      if case .record(let record) = item, let entry = CDXEntry(record, filename: filename) { entries.append(entry) }
    }
    return entries.sorted()
  }
}

extension CDXEntry: Comparable {
  /// By the bytes of the line, as `LC_ALL=C sort` would.
  public static func < (a: CDXEntry, b: CDXEntry) -> Bool {
    if a.key != b.key { return a.key.utf8.lexicographicallyPrecedes(b.key.utf8) }
    if a.timestamp != b.timestamp { return a.timestamp < b.timestamp }
    return a.line.lexicographicallyPrecedes(b.line)
  }
}
