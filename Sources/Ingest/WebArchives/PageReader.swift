import Documents

/// What became of one item of an archive. Each item of the file has exactly one outcome.
public enum PageOutcome: Sendable {
  /// A web page, decoded to UTF-8.
  case page(Page)
  /// The text of a WET record.
  case text(Document)
  /// A record that is not wanted; the reason's rule is one of `PageReader.rules`.
  case skipped(ArchiveEntry, Reason)
  /// A record or a stretch of the file that could not be read; the diagnostic's code says why.
  case failed(ArchiveEntry, Diagnostic)
}

/// An item of an archive, by what is known of it without its payload.
public struct ArchiveEntry: Sendable, Hashable {
  /// As a `Page` of it would have.
  public var id: String
  /// Empty when there is none.
  public var url: String
  /// Nil for stretches of the file that hold no record.
  public var type: RecordType?
  public var origin: Origin
  public var location: RecordLocation
}

/// Gives one outcome for every item of a share of an archive file: the entrance to a pipeline.
///
/// ```swift
/// var pages = PageReader(try ArchiveFile(path: path))
/// while let outcome = pages.next() {
///   if case .page(let page) = outcome { … }
/// }
/// ```
public struct PageReader: ~Copyable {
  public struct Options: Sendable, Hashable {
    public var selection = PageSelection()
    public var reader = ArchiveReader.Limits()
    public var body = BodyDecoder.Limits()

    public init() {}
  }

  /// The rules that `skipped` reasons name, with what each means.
  public static let rules: [(id: String, meaning: String)] = [
    ("archive.record-type", "the record is no response, resource or conversion"),
    ("archive.revisit", "the record says that the page had not changed since an earlier visit"),
    ("archive.address", "the address matches none of the patterns"),
    ("archive.language", "the crawler's language annotation names none of the languages"),
    ("archive.http-status", "the HTTP status is not wanted"),
    ("archive.media-type", "the payload is not HTML"),
    ("archive.empty", "the payload is empty"),
    ("archive.padding", "blank space between records"),
  ]

  private var reader: ArchiveReader
  private var interpreter: RecordInterpreter

  /// - Parameter share: the stretch of the file whose records are read, as in `ArchiveReader.init(_:share:limits:)`; nil for all.
  public init(_ file: ArchiveFile, share: Range<Int>? = nil, options: Options = Options()) {
    interpreter = RecordInterpreter(options)
    reader =
      if let share { ArchiveReader(file, share: share, limits: options.reader) } else {
        ArchiveReader(file, limits: options.reader)
      }
  }

  /// Reads on from a known place: `Origin.offset` of an earlier outcome.
  public init(_ file: ArchiveFile, startingAt offset: UInt64, options: Options = Options()) {
    interpreter = RecordInterpreter(options)
    reader = ArchiveReader(file, startingAt: Int(clamping: offset), limits: options.reader)
  }

  /// The stretch of the file that is read, and how far it is accounted for: progress in stored bytes.
  public var range: Range<Int> { reader.range }
  public var accounted: Int { reader.accounted }

  /// The next outcome, or nil at the end.
  public mutating func next() -> PageOutcome? {
    let file = reader.file
    guard let item = reader.next() else { return nil }
    switch item {
    case .damage(let damage): return PageOutcome(damage, in: file.name)
    case .record(let record): return interpreter.outcome(of: record, in: file)
    }
  }

  /// Reads one record again.
  /// - Parameters:
  ///   - offset: `Origin.offset` of its earlier outcome.
  ///   - id: its id, for members that hold several records; nil for the first.
  public static func read(
    from file: ArchiveFile, at offset: UInt64, id: String? = nil, options: Options = Options()
  ) -> PageOutcome? {
    var reader = PageReader(file, startingAt: offset, options: options)
    while let outcome = reader.next() {
      if outcome.entry.origin.offset != offset { return nil }
      if id == nil || outcome.entry.id == id { return outcome }
    }
    return nil
  }
}

extension PageOutcome {
  /// The item by what is known of it without its payload.
  public var entry: ArchiveEntry {
    switch self {
    case .page(let page):
      ArchiveEntry(
        id: page.id, url: page.url, type: .response, origin: page.origin,
        location: RecordLocation(offset: Int(page.origin.offset), length: 0, innerOffset: 0))
    case .text(let document):
      ArchiveEntry(
        id: document.id, url: document.url, type: .conversion, origin: document.origin,
        location: RecordLocation(offset: Int(document.origin.offset), length: 0, innerOffset: 0))
    case .skipped(let entry, _), .failed(let entry, _): entry
    }
  }
}
