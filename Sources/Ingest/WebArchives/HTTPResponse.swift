/// An HTTP response message (RFC 9112) as a crawler stored it, read leniently. A view into the record's block.
public struct HTTPResponse: ~Escapable {
  /// From the status line; nil when it cannot be read.
  public let status: Int?
  let headerBytes: Bytes
  let fields: [HeaderFields.Field]
  let malformedLines: Int
  let bodyBytes: Bytes

  /// Nil when the block does not begin with `HTTP/`.
  @_lifetime(copy record)
  public init?(_ record: borrowing ArchiveRecord) {
    var parser = HeaderParser()
    self.init(record.blockBytes, parser: &parser)
    self = _overrideLifetime(self, copying: record)
  }

  /// As the public one, with a parser whose storage is used again.
  @_lifetime(immortal)
  init?(_ block: Bytes, parser: inout HeaderParser) {
    guard block.hasPrefixIgnoringCase("http/") else { return nil }
    let lineEnd = block.index(of: ASCII.lineFeed) ?? block.count
    status = Self.status(in: block.part(0..<lineEnd))
    _ = parser.parse(block, from: min(lineEnd + 1, block.count))
    headerBytes = block.part(0..<parser.end)
    fields = parser.fields
    malformedLines = parser.malformedLines
    bodyBytes = block.from(parser.end)
  }

  /// The first three digits behind the first space.
  private static func status(in line: Bytes) -> Int? {
    guard let space = line.index(of: ASCII.space) else { return nil }
    let rest = line.from(space).trimmed
    guard rest.count >= 3, rest.count == 3 || !ASCII.isDigit(rest[3]) else { return nil }
    return rest.part(0..<3).decimal
  }

  public var headers: HeaderFields {
    @_lifetime(copy self)
    get { _overrideLifetime(HeaderFields(bytes: headerBytes, fields: fields, malformedLines: malformedLines), copying: self) }
  }

  /// The message body as stored: still in its transfer and content codings. `BodyDecoder` removes them.
  public var body: RawSpan {
    @_lifetime(copy self)
    get { _overrideLifetime(RawSpan(_unsafeBytes: bodyBytes), copying: self) }
  }

  func value(_ name: StaticString) -> Bytes? {
    for field in fields where headerBytes.part(field.name).equalsIgnoringCase(name) { return headerBytes.part(field.value) }
    return nil
  }

  /// The charset parameter of `Content-Type`, as written; nil when there is none.
  public var charset: String? { contentType?.charset }

  /// The media type of `Content-Type` in lower case and its charset parameter, as written.
  var contentType: ContentType? { value("content-type").flatMap(ContentType.init) }
}

/// A `Content-Type` value: the media type and the charset parameter (RFC 9110 section 8.3).
struct ContentType: Equatable {
  /// In lower case.
  var mediaType: String
  /// As written, without quotes.
  var charset: String?

  init?(_ value: Bytes) {
    let end = value.index(of: UInt8(ascii: ";")) ?? value.count
    let type = value.part(0..<end).trimmed
    guard !type.isEmpty else { return nil }
    mediaType = type.string.lowercased()
    charset = Self.charset(in: value.from(end))
  }

  static func charset(in parameters: Bytes) -> String? {
    for parameter in parameters.split(separator: UInt8(ascii: ";")) {
      let text = Bytes(rebasing: parameter).trimmed
      guard text.hasPrefixIgnoringCase("charset"), let equals = text.index(of: UInt8(ascii: "=")) else { continue }
      var value = text.from(equals + 1).trimmed
      while let first = value.first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { value = value.from(1) }
      while let last = value.last, last == UInt8(ascii: "\"") || last == UInt8(ascii: "'") {
        value = value.part(0..<value.count - 1)
      }
      if !value.isEmpty { return value.string }
    }
    return nil
  }
}
