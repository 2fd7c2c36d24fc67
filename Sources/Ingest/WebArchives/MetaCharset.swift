/// Finds the encoding that a page declares in its own first bytes.
enum MetaCharset {
  /// How far the HTML standard lets user agents look (section 13.2.3.2). Bytes.
  static let prescanBytes = 1024

  /// The label in `<meta charset>`, `<meta http-equiv content>` or an XML declaration; nil when there is none.
  static func label(in page: Bytes) -> String? {
    let head = page.part(0..<min(page.count, prescanBytes))
    if head.hasPrefixIgnoringCase("<?xml"), let end = head.index(of: UInt8(ascii: ">")),
      let label = value(of: "encoding", in: head.part(0..<end))
    {
      return label
    }
    var position = 0
    while let open = head.index(of: UInt8(ascii: "<"), from: position) {
      let rest = head.from(open)
      if rest.hasPrefix("<!--") {
        guard let close = head.index(of: "-->", from: open + 2) else { return nil }
        position = close + 3
      } else if rest.hasPrefixIgnoringCase("<meta"), rest.count > 5, ASCII.isBlank(rest[5]) || rest[5] == UInt8(ascii: "/") {
        let end = rest.index(of: UInt8(ascii: ">")) ?? rest.count
        if let label = value(of: "charset", in: rest.part(5..<end)) { return label }
        position = open + end
      } else {
        position = open + 1
      }
    }
    return nil
  }

  /// What stands behind `name=`, with or without quotes.
  private static func value(of name: StaticString, in tag: Bytes) -> String? {
    let length = name.utf8CodeUnitCount
    var i = 0
    while i + length < tag.count {
      defer { i += 1 }
      guard tag.from(i).hasPrefixIgnoringCase(name) else { continue }
      var j = i + length
      while j < tag.count, ASCII.isBlank(tag[j]) { j += 1 }
      guard j < tag.count, tag[j] == UInt8(ascii: "=") else { continue }
      j += 1
      while j < tag.count, ASCII.isBlank(tag[j]) || isQuote(tag[j]) { j += 1 }
      var end = j
      while end < tag.count, !ASCII.isBlank(tag[end]), !isQuote(tag[end]), tag[end] != UInt8(ascii: ";"),
        tag[end] != UInt8(ascii: "/"), tag[end] != UInt8(ascii: ">"), tag[end] != UInt8(ascii: "?")
      {
        end += 1
      }
      return end > j ? tag.part(j..<end).string : nil
    }
    return nil
  }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
}
