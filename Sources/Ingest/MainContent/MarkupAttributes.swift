/// Reading a tag's attributes, and what they say about the element.
extension MarkupSanitizer {
  /// Reads attributes from just after a tag's name into `attributes`; returns the place after `>`, or nil when the page ends first.
  mutating func readAttributes(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    attributes.removeAll(keepingCapacity: true)
    var i = start
    while true {
      while i < page.count, isSpace(page[i]) || page[i] == UInt8(ascii: "/") { i &+= 1 }
      guard i < page.count else { return nil }
      if page[i] == UInt8(ascii: ">") { return i + 1 }
      let nameStart = i
      i &+= 1
      while i < page.count {
        let byte = page[i]
        if isSpace(byte) || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
        i &+= 1
      }
      let name = ByteRange(nameStart, i)
      while i < page.count, isSpace(page[i]) { i &+= 1 }
      var value = ByteRange(i, i)
      if i < page.count, page[i] == UInt8(ascii: "=") {
        i &+= 1
        while i < page.count, isSpace(page[i]) { i &+= 1 }
        guard i < page.count else { return nil }
        (value, i) = attributeValue(page, from: i)
      }
      if attributes.count < limits.attributes {
        if isTelling(page, name) { attributes.append(Attribute(name: name, value: value)) }
      } else {
        counters.cappedAttributes += 1
      }
    }
  }

  /// Finds the end of a tag whose attributes do not matter.
  func skipAttributes(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var i = start
    while i < page.count {
      let byte = page[i]
      if byte == UInt8(ascii: ">") { return i + 1 }
      if byte == UInt8(ascii: "=") {
        i += 1
        while i < page.count, isSpace(page[i]) { i += 1 }
        guard i < page.count else { break }
        i = attributeValue(page, from: i).end
      } else {
        i += 1
      }
    }
    return page.count
  }

  private func attributeValue(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> (value: ByteRange, end: Int) {
    let quote = page[start]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let end = page.offset(of: quote, from: start + 1)
      return (ByteRange(min(start + 1, page.count), end), min(page.count, end + 1))
    }
    var i = start
    while i < page.count, !isSpace(page[i]), page[i] != UInt8(ascii: ">") { i &+= 1 }
    return (ByteRange(start, i), i)
  }

  /// True for the attributes that extraction reads. The first of equal names wins, as in the standard, because look-up goes from the front.
  @inline(__always) private func isTelling(_ page: UnsafeBufferPointer<UInt8>, _ name: ByteRange) -> Bool {
    let start = Int(name.start)
    switch lowercased(page[start]) {
    case UInt8(ascii: "d"), UInt8(ascii: "o"): return page[name].equals("datetime") || page[name].equals("display")
    case UInt8(ascii: "s"): return page[name].equals("style") || page[name].equals("start")
    default: return name.count <= 12
    }
  }

  func attribute(_ name: StaticString, _ page: UnsafeBufferPointer<UInt8>) -> ByteRange? {
    for item in attributes where page[item.name].equals(name) { return item.value }
    return nil
  }

  /// What the attributes last read say about an element.
  func record(for tag: Tag, _ page: UnsafeBufferPointer<UInt8>) -> ElementRecord {
    var record = ElementRecord(tag: tag)
    for item in attributes {
      let name = page[item.name]
      let value = page[item.value]
      switch name.count {
      case 2 where name.equals("id"): record.families.formUnion(names.families(of: value))
      case 3 where name.equals("rel"): if isNavigationRelation(value) { record.flags.insert(.navigationRelation) }
      case 4 where name.equals("href"):
        if record.href.isEmpty { record.href = item.value }
        if value.first == UInt8(ascii: "#") { record.flags.insert(.fragmentLink) }
      case 4 where name.equals("role"): readRole(value, &record)
      case 5 where name.equals("class"): readClass(value, item.value, &record)
      case 5 where name.equals("style"): if isInvisible(style: value) { record.flags.insert(.hidden) }
      case 5 where name.equals("start"), 7 where name.equals("colspan"): record.number = smallNumber(value)
      case 6 where name.equals("hidden"): if !value.equals("until-found") { record.flags.insert(.hidden) }
      case 8 where name.equals("itemprop"): readProperty(value, &record)
      case 8 where name.equals("itemtype"): readType(value, &record)
      case 11 where name.equals("aria-hidden"): if value.equals("true") { record.flags.insert(.hidden) }
      default: break
      }
    }
    return record
  }

  private func readClass(_ value: UnsafeBufferPointer<UInt8>, _ range: ByteRange, _ record: inout ElementRecord) {
    record.families.formUnion(names.families(of: value))
    var hash: UInt32 = 0x811C_9DC5
    for i in 0..<min(value.count, 256) { hash = (hash ^ UInt32(value[i])) &* 0x0100_0193 }
    record.classHash = hash | 1
    if record.tag == .pre || record.tag == .code { record.codeLanguage = codeLanguage(value, at: Int(range.start)) }
  }

  /// The word after `language-` or `lang-` in a class.
  private func codeLanguage(_ value: UnsafeBufferPointer<UInt8>, at offset: Int) -> ByteRange {
    var start = 0
    while start < value.count {
      while start < value.count, isSpace(value[start]) { start += 1 }
      var end = start
      while end < value.count, !isSpace(value[end]) { end += 1 }
      for prefix: StaticString in ["language-", "lang-", "highlight-", "brush:"] where value.matches(prefix, at: start) {
        let from = start + prefix.utf8CodeUnitCount
        if end > from, end - from <= 20 { return ByteRange(offset + from, offset + end) }
      }
      start = end
    }
    return ByteRange()
  }

  private func readRole(_ value: UnsafeBufferPointer<UInt8>, _ record: inout ElementRecord) {
    let roles: [StaticString] = [
      "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "menuitem", "toolbar", "tablist",
      "dialog", "alertdialog", "alert", "button", "form", "listbox", "tooltip", "status", "note", "doc-toc",
    ]
    if value.equals("main") {
      record.flags.insert(.mainRole)
    } else if value.equals("article") {
      record.flags.insert(.articleRole)
    } else if value.equals("presentation") || value.equals("none") {
      record.flags.insert(.layout)
    } else if roles.contains(where: { value.equals($0) }) {
      record.flags.insert(.boilerplateRole)
    }
  }

  private func readProperty(_ value: UnsafeBufferPointer<UInt8>, _ record: inout ElementRecord) {
    if value.equals("articlebody") || value.equals("text") || value.equals("reviewbody") { record.flags.insert(.articleRole) }
    if value.equals("comment") { record.flags.insert(.messageType) }
    record.families.formUnion(names.families(of: value))
  }

  private func readType(_ value: UnsafeBufferPointer<UInt8>, _ record: inout ElementRecord) {
    let messages: [StaticString] = ["comment", "question", "answer", "discussionforumposting"]
    if messages.contains(where: { value.contains($0) }) { record.flags.insert(.messageType) }
    if value.contains("article") || value.contains("blogposting") { record.flags.insert(.articleRole) }
    if value.contains("product") { record.flags.insert(.productType) }
    if value.contains("sitenavigationelement") || value.contains("wpheader") || value.contains("wpfooter") {
      record.flags.insert(.boilerplateRole)
    }
  }

  private func isNavigationRelation(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    let relations: [StaticString] = ["tag", "author", "prev", "next", "category", "sponsored", "bookmark"]
    return relations.contains { value.contains($0) }
  }

  /// True for `display:none` and `visibility:hidden`.
  private func isInvisible(style value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard value.count <= 4096 else { return false }
    for (property, setting) in [("display", "none"), ("visibility", "hidden")] as [(StaticString, StaticString)] {
      var i = 0
      let length = property.utf8CodeUnitCount
      while i + length < value.count {
        if value.matches(property, at: i) {
          var j = i + length
          while j < value.count, isSpace(value[j]) { j += 1 }
          if j < value.count, value[j] == UInt8(ascii: ":") {
            j += 1
            while j < value.count, isSpace(value[j]) { j += 1 }
            if value.matches(setting, at: j) { return true }
          }
        }
        i += 1
      }
    }
    return false
  }

  private func smallNumber(_ value: UnsafeBufferPointer<UInt8>) -> UInt16 {
    var number = 0
    for byte in value.trimmed().prefix(5) {
      guard isASCIIDigit(byte) else { break }
      number = number * 10 + Int(byte - 0x30)
    }
    return UInt16(min(number, 9999))
  }
}
