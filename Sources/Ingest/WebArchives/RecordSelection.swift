import Documents

/// Which records are wanted, decided on headers alone: what is not wanted costs no decoding of its payload.
public struct RecordSelection: Sendable, Hashable {
  /// Nil: all.
  public var types: Set<RecordType>?
  /// Patterns of which the address must match one; empty: all.
  public var addresses: [AddressPattern] = []
  /// ISO 639-3 codes of which the crawler must have noted one; empty: all. It notes them in `WARC-Identified-Content-Language` (WET) or, for
  /// a response, in the metadata record that follows it (`languages-cld2`); other records have none.
  public var languages: Set<String> = []
  /// Media types in lower case: `WARC-Identified-Payload-Type`, else the HTTP header's, else the record's; empty: all.
  public var mediaTypes: Set<String> = []
  /// HTTP status codes; nil: all, and records without one.
  public var statuses: ClosedRange<Int>?

  public init() {}

  /// - Parameter file: the record's own, in which a response's language annotation stands behind it.
  public func accepts(_ record: borrowing ArchiveRecord, in file: ArchiveFile) -> Bool {
    if let types, !types.contains(record.type) { return false }
    return acceptsPayload(of: record) && rejection(of: record, in: file) == nil
  }

  /// By status and media type.
  private func acceptsPayload(of record: borrowing ArchiveRecord) -> Bool {
    guard statuses != nil || !mediaTypes.isEmpty else { return true }
    // Cheap first: what the crawler noted in the record's own header.
    let identified = mediaTypes.isEmpty ? nil : record.headerValue("warc-identified-payload-type")
    if let identified, !mediaTypes.contains(identified.string.lowercased()) { return false }
    guard statuses != nil || identified == nil else { return true }
    let response = HTTPResponse(record)
    if let statuses {
      guard let status = response?.status, statuses.contains(status) else { return false }
    }
    guard !mediaTypes.isEmpty, identified == nil else { return true }
    let declared = response == nil ? Self.mediaType(record) : response?.contentType?.mediaType
    return declared.map(mediaTypes.contains) ?? false
  }

  /// Why the record's address or language is not wanted, or nil.
  func rejection(of record: borrowing ArchiveRecord, in file: ArchiveFile) -> Reason? {
    if !addresses.isEmpty {
      guard let address = record.targetURI, addresses.contains(where: { $0.matches(address) }) else {
        return Reason(rule: "archive.address")
      }
    }
    guard !languages.isEmpty else { return nil }
    guard let codes = LanguageAnnotation.of(record, in: file) else {
      return Reason(rule: "archive.language", detail: "missing")
    }
    return codes.contains(where: languages.contains)
      ? nil : Reason(rule: "archive.language", detail: codes.joined(separator: ","))
  }

  static func mediaType(_ record: borrowing ArchiveRecord) -> String? {
    record.contentType.flatMap { value in Array(value.utf8).withUnsafeBytes { ContentType($0)?.mediaType } }
  }
}
