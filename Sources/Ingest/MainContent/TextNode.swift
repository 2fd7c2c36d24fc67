/// The text nodes that a page's tree holds, in tree order, each with its parent's name: what the standard's own tests are compared
/// with. Elements that extraction leaves out are in it.
@_spi(Conformance) public struct TextNode: Equatable, Sendable {
  public var text: String
  public var parent: String

  public init(text: String, parent: String) {
    self.text = text
    self.parent = parent
  }

  /// - Parameter readsNoscript: true for a browser without scripts.
  public static func all(ofPage html: [UInt8], readsNoscript: Bool = true) -> [TextNode] {
    var sanitizer = MarkupSanitizer(limits: MainContentExtractor.Limits(), isVerbatim: true)
    html.withUnsafeBufferPointer { sanitizer.sanitize($0, readsNoscript: readsNoscript) }
    var open: [String] = []
    // False once a tag has come since the last node.
    var isInText = false
    var nodes: [TextNode] = []
    for event in sanitizer.tree.events.list {
      switch event.kind {
      case .start: open.append(name(of: event, sanitizer.tree.records, page: html))
      case .end: _ = open.popLast()
      case .lineBreak: break
      case .text:
        let text = String(decoding: sanitizer.tree.events.bytes(of: event), as: UTF8.self)
        if isInText, !nodes.isEmpty {
          nodes[nodes.count - 1].text += text
        } else {
          nodes.append(TextNode(text: text, parent: open.last ?? "body"))
        }
      }
      isInText = event.kind == .text
    }
    return nodes
  }

  private static func name(of event: MarkupEvent, _ records: [ElementRecord], page: [UInt8]) -> String {
    guard event.tag == .unknown, event.record >= 0 else { return "\(event.tag)" }
    let name = records[event.record].name
    return String(decoding: page[Int(name.start)..<Int(name.end)], as: UTF8.self).lowercased()
  }
}
