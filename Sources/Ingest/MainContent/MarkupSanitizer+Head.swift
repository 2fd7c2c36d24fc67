/// Elements that are read for what they say about the page, and formulas.
extension MarkupSanitizer {
  // MARK: The head

  mutating func document(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
    switch tag {
    case .html:
      if head.language.isEmpty, let value = attribute("lang", page) ?? attribute("xml:lang", page) { head.language = value }
    case .body:
      for item in attributes where page[item.name].equals("class") || page[item.name].equals("id") {
        head.bodyFamilies.formUnion(names.families(of: page[item.value]))
      }
    case .meta: readMeta(page)
    case .link: readLink(page)
    case .title:
      let raw = rawTextEnd(tag, page, from: end)
      if head.title.isEmpty { head.title = ByteRange(end, raw.content) }
      return raw.after
    default: break
    }
    return end
  }

  mutating func readMeta(_ page: UnsafeBufferPointer<UInt8>) {
    guard head.metas.count < 256, let content = attribute("content", page) else { return }
    if let name = attribute("property", page) ?? attribute("name", page) ?? attribute("itemprop", page)
      ?? attribute("http-equiv", page)
    {
      head.metas.append(HeadPieces.Meta(name: name, content: content))
    }
  }

  mutating func readLink(_ page: UnsafeBufferPointer<UInt8>) {
    guard let relation = attribute("rel", page), let href = attribute("href", page) else { return }
    if head.canonical.isEmpty, page[relation].equals("canonical") { head.canonical = href }
    if head.license.isEmpty, page[relation].equals("license") { head.license = href }
  }

  mutating func script(_ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
    let type = attribute("type", page)
    let isDisplay = type.map { page[$0].contains("mode=display") } ?? false
    let content = scriptEnd(page, from: end)
    guard let type else { return content.after }
    if page[type].contains("ld+json") {
      if head.structuredData.count < 32 { head.structuredData.append(ByteRange(end, content.content)) }
    } else if page[type].matches("math/tex", at: 0) {
      emitMath(page, end, content.content, isDisplay: isDisplay, decoding: false)
    }
    return content.after
  }

  // MARK: Formulas

  mutating func math(_ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
    let isDisplay = attribute("display", page).map { page[$0].equals("block") } ?? false
    let alternative = attribute("alttext", page)
    guard let close = matchingEnd(.math, page, from: end) else { return end }
    if let annotation = texAnnotation(page, end, close.content) {
      emitMath(page, Int(annotation.start), Int(annotation.end), isDisplay: isDisplay, decoding: true)
    } else if let alternative, !alternative.isEmpty {
      emitMath(page, Int(alternative.start), Int(alternative.end), isDisplay: isDisplay, decoding: true)
    } else {
      copyMarkupText(page, end, close.content)
    }
    return close.after
  }

  func texAnnotation(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> ByteRange? {
    var i = start
    while true {
      i = page.offset(of: UInt8(ascii: "<"), from: i)
      guard i < end else { return nil }
      if page.matches("<annotation", at: i) {
        let open = page.offset(of: UInt8(ascii: ">"), from: i)
        guard open < end else { return nil }
        if page[ByteRange(i, open)].contains("tex") {
          return ByteRange(open + 1, min(end, page.offset(of: UInt8(ascii: "<"), from: open)))
        }
      }
      i += 1
    }
  }

  mutating func emitMath(
    _ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, isDisplay: Bool, decoding: Bool
  ) {
    var start = start
    var end = end
    while start < end, isSpace(page[start]) { start += 1 }
    while end > start, isSpace(page[end - 1]) { end -= 1 }
    guard end > start, tree.prepareText(isSpace: false) else { return }
    tree.events.text.append(isDisplay ? "$$" : "$")
    if decoding { copyText(page, start, end) } else { copyRaw(page, start, end) }
    tree.events.text.append(isDisplay ? "$$" : "$")
    tree.afterBreak = false
  }

  /// The text between tags, the tags dropped.
  mutating func copyMarkupText(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
    var i = start
    while i < end {
      if page[i] == UInt8(ascii: "<") {
        i = min(end, page.offset(of: UInt8(ascii: ">"), from: i) + 1)
      } else {
        let next = min(end, page.offset(of: UInt8(ascii: "<"), from: i))
        copyText(page, i, next)
        i = next
      }
    }
  }
}
