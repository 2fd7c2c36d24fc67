/// Which records are wanted as pages. Everything else is passed over before its payload is decoded.
public struct PageSelection: Sendable, Hashable {
  /// HTTP status codes that count as a page.
  public var statuses: ClosedRange<Int> = 200...200
  /// Media types in lower case, from `WARC-Identified-Payload-Type` where a record has it, else from the HTTP header.
  public var mediaTypes: Set<String> = ["text/html", "application/xhtml+xml"]
  /// Whether a payload whose type is missing or means nothing (`application/octet-stream`, `unknown/unknown`, …) is looked at for
  /// the beginnings of HTML.
  public var sniffsMissingTypes = true
  /// Whether WET records (`conversion`) give text.
  public var includesConversions = true

  /// Patterns of which the address must match one; empty: all.
  public var addresses: [AddressPattern] = []
  /// ISO 639-3 codes of which the crawler must have noted one, as in `RecordSelection.languages`; empty: all.
  public var languages: Set<String> = []

  public init() {}

  /// The part that the records' own headers decide.
  var ofRecords: RecordSelection {
    var selection = RecordSelection()
    selection.addresses = addresses
    selection.languages = languages
    return selection
  }

  /// Media types that servers send when they do not know.
  static let meaningless: Set<String> = [
    "application/octet-stream", "application/unknown", "binary/octet-stream", "content/unknown", "unknown/unknown", "*/*",
    "unk",
    "no-type", "none",
  ]

  enum MediaTypeCheck {
    case wanted
    /// Look at the payload.
    case undecided
    case unwanted(String)
  }

  func check(identified: String?, declared: String?) -> MediaTypeCheck {
    guard let type = identified ?? declared else { return sniffsMissingTypes ? .undecided : .unwanted("missing") }
    if mediaTypes.contains(type) { return .wanted }
    return sniffsMissingTypes && Self.meaningless.contains(type) ? .undecided : .unwanted(type)
  }

  /// Whether a payload begins as HTML does (MIME Sniffing standard, section 7.1, its HTML patterns).
  static func looksLikeHTML(_ payload: UnsafeRawBufferPointer) -> Bool {
    var rest = payload.part(0..<min(payload.count, 512))
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.from(3) }
    rest = rest.trimmed
    let beginnings: [StaticString] = [
      "<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a", "<style", "<title",
      "<b",
      "<body", "<br", "<p", "<!--",
    ]
    return beginnings.contains { beginning in
      guard rest.hasPrefixIgnoringCase(beginning) else { return false }
      let length = beginning.utf8CodeUnitCount
      guard rest.count > length, !(rest.hasPrefix("<!--")) else { return rest.hasPrefix("<!--") }
      return ASCII.isBlank(rest[length]) || rest[length] == UInt8(ascii: ">")
    }
  }
}
