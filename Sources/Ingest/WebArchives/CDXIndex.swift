import Documents
import Storage

/// One line of a CDXJ index: where a capture of a page stands (the format of Common Crawl's index and of pywb).
public struct CDXEntry: Sendable, Equatable {
  /// The address in sort-friendly order.
  public var key: String
  /// 14 digits: year to second.
  public var timestamp: String
  /// `url`, `mime`, `status`, `digest`, `length`, `offset`, `filename`, `languages`, in this order; numbers are written as strings, as
  /// others do.
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
    timestamp = Self.timestamp(record.date ?? "")
    fields = ["url": .string(url)]
    if record.type == .revisit {
      fields["mime"] = "warc/revisit"
    } else if let type = Self.mediaType(record) {
      fields["mime"] = .string(type)
    }
    if let identified = record.headers.string("warc-identified-payload-type") { fields["mime-detected"] = .string(identified) }
    if let status = HTTPResponse(record)?.status { fields["status"] = .string("\(status)") }
    if let digest = record.headers.string("warc-payload-digest") ?? record.headers.string("warc-block-digest") {
      fields["digest"] = .string(Self.digest(digest))
    }
    fields["length"] = .string("\(record.location.length)")
    fields["offset"] = .string("\(record.location.offset)")
    fields["filename"] = .string(filename)
    if let reason = record.headers.string("warc-truncated") { fields["truncated"] = .string(reason) }
    if let codes = LanguageAnnotation.inHeader(of: record) { fields["languages"] = .string(codes.joined(separator: ",")) }
  }

  private static func mediaType(_ record: borrowing ArchiveRecord) -> String? {
    if let response = HTTPResponse(record) { return response.contentType?.mediaType }
    return RecordSelection.mediaType(record)
  }

  /// The first 14 digits of a date in any form.
  static func timestamp(_ date: String) -> String {
    String(decoding: date.utf8.filter { $0 >= 0x30 && $0 <= 0x39 }.prefix(14), as: UTF8.self)
  }

  /// As indexes write it: without the name of the usual algorithm.
  static func digest(_ value: String) -> String { value.hasPrefix("sha1:") ? String(value.dropFirst(5)) : value }

  /// A field as text, whether it is written as a string or as a number.
  public func text(_ name: String) -> String? { fields[name].flatMap { $0.string ?? $0.integer.map { "\($0)" } } }

  /// Whether the selection accepts the capture, by what the index says of it alone.
  public func isAccepted(by selection: RecordSelection) -> Bool {
    if !selection.addresses.isEmpty {
      guard let url = text("url"), selection.addresses.contains(where: { $0.matches(url) }) else { return false }
    }
    if !selection.languages.isEmpty {
      let codes = (text("languages") ?? "").split(separator: ",").map(String.init)
      guard codes.contains(where: selection.languages.contains) else { return false }
    }
    if !selection.mediaTypes.isEmpty {
      guard let type = text("mime-detected") ?? text("mime"), selection.mediaTypes.contains(type) else { return false }
    }
    guard let statuses = selection.statuses else { return true }
    return text("status").flatMap { Int($0) }.map(statuses.contains) ?? false
  }

  /// The entries of a CDXJ file, in its order. Lines that begin with a space are headers and passed over.
  /// - Throws: `damaged-file` with the line.
  public static func read(path: String) throws(Diagnostic) -> [CDXEntry] {
    var lines = try LineReader(path: path)
    var entries: [CDXEntry] = []
    while true {
      do throws(Diagnostic) {
        let entry = try lines.next { (line: UnsafeRawBufferPointer) throws(Diagnostic) -> CDXEntry? in
          line.isEmpty || line[0] == ASCII.space ? nil : try CDXEntry(line: line)
        }
        guard let entry else { return entries }
        if let entry { entries.append(entry) }
      } catch {
        var located = error
        located.place = .init(file: path, line: lines.lineNumber)
        throw located
      }
    }
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
    // Of the record that gave the last entry: a metadata record about it may follow.
    var last: String?
    while let item = reader.next() {
      guard case .record(let record) = item else { continue }
      if let entry = CDXEntry(record, filename: filename) {
        entries.append(entry)
        last = record.id
      } else if let last, LanguageAnnotation.subject(of: record) == last, let codes = LanguageAnnotation.inMetadata(record) {
        entries[entries.count - 1].fields["languages"] = .string(codes.joined(separator: ","))
      }
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
