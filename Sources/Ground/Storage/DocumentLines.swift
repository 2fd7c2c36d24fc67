import Documents

/// Documents as JSON lines: `{"id","url","text","metadata"}`, the form that datatrove and dolma read as it is.
public enum DocumentLines {
  /// Appends one line with its line end. The origin, when there is one, is written as `"origin":{"file","offset"}`.
  public static func write(_ document: Document, to output: inout [UInt8]) {
    output.append(contentsOf: #"{"id":"#.utf8)
    output.appendJSONString(document.id)
    output.append(contentsOf: #","url":"#.utf8)
    output.appendJSONString(document.url)
    output.append(contentsOf: #","text":"#.utf8)
    output.appendJSONString(document.text)
    if !document.metadata.isEmpty {
      output.append(contentsOf: #","metadata":"#.utf8)
      document.metadata.write(to: &output)
    }
    if !document.origin.file.isEmpty {
      output.append(contentsOf: #","origin":{"file":"#.utf8)
      output.appendJSONString(document.origin.file)
      output.append(contentsOf: #","offset":"#.utf8)
      output.append(contentsOf: String(document.origin.offset).utf8)
      output.append(UInt8(ascii: "}"))
    }
    output.append(contentsOf: "}\n".utf8)
  }

  /// What a line holds: a document, or a page when it has `html` instead of `text`.
  public enum Item: Sendable {
    case document(Document)
    case page(Page)
  }

  /// Reads one line. A missing id becomes `file#offset`; keys beside the known ones go into the metadata, so nothing is lost.
  ///
  /// - Throws: `invalid-json`, or `missing-text` when there is neither `text` nor `html`.
  public static func parse(_ line: UnsafeRawBufferPointer, origin: Origin) throws(Diagnostic) -> Item {
    var scanner = JSONScanner(line)
    var document = Document(id: "", text: [], origin: origin)
    var text: [UInt8]?
    var html: [UInt8]?
    var others = Metadata()
    try scanner.members { (scanner: inout JSONScanner, key: String) throws(Diagnostic) in
      switch key {
      case "text" where scanner.isAtString: text = try scanner.stringBytes()
      case "html" where scanner.isAtString: html = try scanner.stringBytes()
      case "url" where scanner.isAtString: document.url = try scanner.string()
      case "id":
        let value = try scanner.value()
        document.id = value.string ?? String(decoding: value.serialized, as: UTF8.self)
      case "metadata":
        let value = try scanner.value()
        if let object = value.object { document.metadata = object } else if value != .null { others[key] = value }
      case "origin":
        let value = try scanner.value()
        if let object = value.object, let file = object["file"]?.string, let offset = object["offset"]?.integer, offset >= 0 {
          document.origin = Origin(file: file, offset: UInt64(offset))
        } else {
          others[key] = value
        }
      default: others[key] = try scanner.value()
      }
    }
    try scanner.end()
    for member in others.members where document.metadata[member.key] == nil { document.metadata[member.key] = member.value }
    if document.id.isEmpty { document.id = "\(origin.file)#\(origin.offset)" }
    if let text {
      document.text = text
      return .document(document)
    }
    if let html {
      return .page(
        Page(id: document.id, url: document.url, html: html, metadata: document.metadata, origin: document.origin))
    }
    throw Diagnostic(
      "missing-text", "a line has neither \"text\" nor \"html\"", at: .init(file: origin.file),
      fix: #"write one object a line: {"id": …, "url": …, "text": …, "metadata": {…}}"#)
  }
}
