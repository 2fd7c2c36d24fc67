import Documents
import Storage

/// The languages that a crawler noted for a record (ISO 639-3 codes): in the record's own header, as WET files have it, or in the metadata
/// record behind a response, as Common Crawl's WARC files have it since August 2018.
enum LanguageAnnotation {
  /// Of `WARC-Identified-Content-Language`, codes between commas; nil when the record has no such field.
  static func inHeader(of record: borrowing ArchiveRecord) -> [String]? {
    record.headerValue("warc-identified-content-language").map { value in
      value.split(separator: UInt8(ascii: ",")).map { Bytes(rebasing: $0).trimmed.string }
    }
  }

  /// Of the record's header, else of the record that stands directly behind it, if that is about this one. Looking there decodes one record
  /// more, so what can be decided without comes first. A pipe cannot be looked ahead in: nil.
  static func of(_ record: borrowing ArchiveRecord, in file: ArchiveFile) -> [String]? {
    if let codes = inHeader(of: record) { return codes }
    let location = record.location
    guard file.isSeekable, location.innerOffset == 0, location.length > 0, record.type == .response, let id = record.id else {
      return nil
    }
    var reader = ArchiveReader(file, startingAt: location.offset + location.length)
    guard case .record(let next) = reader.next(), subject(of: next) == id else { return nil }
    return inMetadata(next)
  }

  /// The id of the record that a metadata record is about; nil for records of other types.
  static func subject(of record: borrowing ArchiveRecord) -> String? {
    guard record.type == .metadata else { return nil }
    let field = record.headerValue("warc-concurrent-to") ?? record.headerValue("warc-refers-to")
    return field.map(ArchiveRecord.bareIdentifier)
  }

  /// Of a metadata record's line `languages-cld2: {"languages": [{"code-iso-639-3": "eng", …}, …], …}`, in its order; nil without it.
  static func inMetadata(_ record: borrowing ArchiveRecord) -> [String]? {
    for line in record.blockBytes.split(separator: UInt8(ascii: "\n")) {
      let line = Bytes(rebasing: line)
      guard line.hasPrefixIgnoringCase("languages-cld2:") else { continue }
      guard case .object(let fields)? = try? JSONScanner.parse(line.from(15).trimmed) else { return nil }
      return fields["languages"]?.array?.compactMap { $0.object?["code-iso-639-3"]?.string }
    }
    return nil
  }
}
