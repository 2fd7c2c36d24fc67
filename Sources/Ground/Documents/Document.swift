/// One text on its way through the pipeline.
///
/// A value that moves from stage to stage; `text` is shared until someone writes to it, never copied per stage.
public struct Document: Sendable, Equatable {
  /// Unique in its corpus: the WARC record id, or what the input said, or `file#offset`.
  public var id: String
  /// The address it came from; empty when unknown.
  public var url: String
  /// Valid UTF-8. Whoever writes here keeps it so.
  public var text: [UInt8]
  public var metadata: Metadata
  public var origin: Origin

  public init(id: String, url: String = "", text: [UInt8], metadata: Metadata = Metadata(), origin: Origin = Origin()) {
    self.id = id
    self.url = url
    self.text = text
    self.metadata = metadata
    self.origin = origin
  }

  /// The text as a `String`: for the edges (reports, tests), not for hot code.
  public var string: String { String(decoding: text, as: UTF8.self) }
}

/// What is known about a document besides its text: ordered, typed, written as a JSON object.
public typealias Metadata = JSONObject

/// Where an input record stands: enough to read it again.
public struct Origin: Sendable, Hashable {
  /// The path as the pipeline file (or the command line) named it.
  public var file: String
  /// Byte offset of the record in the file as stored (compressed); for line files, of the line in the decoded stream.
  public var offset: UInt64

  public init(file: String = "", offset: UInt64 = 0) {
    self.file = file
    self.offset = offset
  }
}

/// A web page before extraction: markup that was decoded to UTF-8 and nothing else.
public struct Page: Sendable {
  public var id: String
  public var url: String
  /// Valid UTF-8 markup.
  public var html: [UInt8]
  public var metadata: Metadata
  public var origin: Origin

  public init(id: String, url: String, html: [UInt8], metadata: Metadata = Metadata(), origin: Origin = Origin()) {
    self.id = id
    self.url = url
    self.html = html
    self.metadata = metadata
    self.origin = origin
  }
}
