/// Verbatim mode: every element is kept under its own name.
extension MarkupSanitizer {
  /// Hands on a start tag and, where the element holds raw text, its content and end; returns where to go on.
  mutating func startVerbatim(
    _ tag: Tag, _ name: UInt64, _ spelling: ByteRange, _ page: UnsafeBufferPointer<UInt8>, _ end: Int
  ) -> Int {
    var record = ElementRecord(tag: tag)
    record.name = spelling
    record.classHash = signature(page)
    if tag == .input, let type = attribute("type", page), page[type].equals("hidden") { record.flags.insert(.hidden) }
    if tag == .font, attribute("color", page) != nil || attribute("face", page) != nil || attribute("size", page) != nil {
      record.flags.insert(.fontStyle)
    }
    if let encoding = attribute("encoding", page),
      page[encoding].equals("text/html") || page[encoding].equals("application/xhtml+xml")
    {
      record.flags.insert(.htmlAnnotation)
    }
    let isSelfClosing = end >= 2 && page[end - 2] == UInt8(ascii: "/")
    tree.start(tag, name: name, record: record, isSelfClosing: isSelfClosing)
    guard let last = tree.stack.last, last.tag == tag, last.space == .html, tree.events.isEmpty(after: last.content) else {
      return end
    }
    switch tag {
    case .pre, .listing: return afterFirstLineFeed(page, end)
    case .title, .textarea:
      let raw = rawTextEnd(tag, page, from: end)
      copyText(page, tag == .title ? end : afterFirstLineFeed(page, end), raw.content)
      tree.pop()
      return raw.after
    case .style, .xmp, .iframe, .noembed, .noframes: return rawVerbatim(rawTextEnd(tag, page, from: end), page, end)
    case .noscript: return readsNoscript ? end : rawVerbatim(rawTextEnd(tag, page, from: end), page, end)
    case .script: return rawVerbatim(scriptEnd(page, from: end), page, end)
    case .plaintext: return rawVerbatim(Ending(content: page.count, after: page.count), page, end)
    default: return end
    }
  }

  private mutating func rawVerbatim(_ raw: Ending, _ page: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    copyRaw(page, start, raw.content)
    tree.pop()
    return raw.after
  }

  /// Of all attributes, in any order: equal for elements that the standard calls equal.
  private func signature(_ page: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var sum: UInt32 = 0
    for item in attributes {
      var hash: UInt32 = 0x811C_9DC5
      for byte in page[item.name] { hash = (hash ^ UInt32(lowercased(byte))) &* 0x0100_0193 }
      for byte in page[item.value] { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
      sum &+= hash
    }
    return sum
  }
}
