/// Rewrites a page into the small, well-formed-enough dialect that libxml2 reads correctly and fast.
///
/// One linear pass over the bytes, a tokenizer after the HTML standard (WHATWG HTML §13.2.5) as far as text extraction needs it.
/// libxml2 2.9 cuts documents short, takes quadratic time or shows markup as text on input that this pass removes:
/// comments, scripts and other raw text, bogus markup, attribute floods, HTML5 elements and references it does not know.
/// Attributes do not reach the parser: an element carries the number of its ``ElementRecord`` instead.
struct MarkupSanitizer {
  let limits: MainContentExtractor.Limits
  private let tags = TagTable.shared
  private let references = CharacterReferences.shared
  let names = NameFamilyTable.shared

  /// The rewritten page.
  let output = ByteSink()
  var records: [ElementRecord] = []
  var head = HeadPieces()
  var counters = ExtractionCounters()

  /// Bytes inside `noscript`, which is passed over unless asked for.
  private(set) var noscriptBytes = 0
  private var readsNoscript = false

  private var preDepth = 0
  private var afterBreak = true
  /// Open spans: whether each reached the parser.
  private var openSpans: [Bool] = []
  private var anchorIsOpen = false
  /// Where the last end tags of an anchor and of a span ended; 0 before the first.
  private var anchorEnd = 0
  private var spanEnd = 0
  private var codeDepth = 0
  /// Elements whose end tag was looked for once and not found: not looked for again.
  private var unclosed: Set<Tag> = []
  var attributes: [Attribute] = []

  init(limits: MainContentExtractor.Limits) { self.limits = limits }

  struct Attribute {
    var name: ByteRange
    var value: ByteRange
  }

  /// - Parameter readsNoscript: take `noscript` for markup, as a browser without scripts does.
  mutating func sanitize(_ html: UnsafeBufferPointer<UInt8>, readsNoscript: Bool = false) {
    self.readsNoscript = readsNoscript
    noscriptBytes = 0
    output.removeAll()
    records.removeAll(keepingCapacity: true)
    head.removeAll()
    counters = ExtractionCounters()
    preDepth = 0
    afterBreak = true
    openSpans.removeAll(keepingCapacity: true)
    anchorIsOpen = false
    anchorEnd = 0
    spanEnd = 0
    codeDepth = 0
    unclosed.removeAll(keepingCapacity: true)
    output.append("<html><body>")
    let page = UnsafeBufferPointer(rebasing: html.prefix(limits.bytes))
    counters.droppedBytes = html.count - page.count
    var i = 0
    while i < page.count {
      i = page[i] == UInt8(ascii: "<") ? markup(page, at: i) : text(page, from: i)
    }
    output.append("</body></html>")
  }

  // MARK: Text

  /// Copies text up to the next `<`; returns where it stands.
  private mutating func text(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let end = page.offset(of: UInt8(ascii: "<"), from: start)
    copyText(page, start, end)
    return end
  }

  /// Copies the text of `start..<end`: references decoded, white space collapsed outside `pre`, controls dropped.
  mutating func copyText(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
    guard let base = page.baseAddress else { return }
    output.reserve((end - start) &* 5 &+ 8)
    var i = start
    while i < end {
      let runStart = i
      while i < end, textClass[Int(base[i])] == 0 { i &+= 1 }
      if i > runStart {
        output.append(base + runStart, count: i - runStart)
        afterBreak = false
        if i == end { break }
      }
      switch textClass[Int(base[i])] {
      case 1: i = copySpace(base, i, end)
      case 2: i = copyReference(page, i)
      case 3:
        if base[i] == 0xC2, i + 1 < end, base[i + 1] == 0xA0 {
          appendSpace()
          i += 2
        } else {
          output.append(base[i])
          afterBreak = false
          i += 1
        }
      case 4:
        output.append("&lt;")
        afterBreak = false
        i += 1
      default:
        counters.replacedBytes += 1
        i += 1
      }
    }
  }

  @inline(__always) private mutating func appendSpace() {
    if preDepth > 0 || !afterBreak {
      output.append(0x20)
      afterBreak = preDepth == 0
    }
  }

  private mutating func copySpace(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    if preDepth == 0 {
      while i < end, isSpace(base[i]) { i &+= 1 }
      appendSpace()
      return i
    }
    if base[i] == 0x0D {
      if i + 1 >= end || base[i + 1] != 0x0A { output.append(0x0A) }
    } else {
      output.append(base[i])
    }
    return i + 1
  }

  private mutating func copyReference(_ page: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    guard let reference = references.decode(page, at: start) else {
      output.append("&amp;")
      afterBreak = false
      return start + 1
    }
    appendText(scalar: reference.value.first)
    if reference.value.second != 0 { appendText(scalar: reference.value.second) }
    return start + reference.length
  }

  private mutating func appendText(scalar: UInt32) {
    switch scalar {
    case 0x26: output.append("&amp;")
    case 0x3C: output.append("&lt;")
    case 0x20, 0x09, 0x0A, 0x0C, 0x0D, 0xA0:
      if preDepth > 0, scalar == 0x0A || scalar == 0x09 { output.append(UInt8(scalar)) } else { appendSpace() }
      return
    case 0..<0x20, 0x7F...0x9F:
      counters.replacedBytes += 1
      return
    default: output.append(scalar: scalar)
    }
    afterBreak = false
  }

  // MARK: Markup

  /// Handles the markup at `start` (a `<`); returns where to go on.
  private mutating func markup(_ page: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    let next = start + 1
    guard next < page.count else {
      copyText(page, start, page.count)
      return page.count
    }
    let byte = page[next]
    if isASCIILetter(byte) { return startTag(page, at: start) }
    switch byte {
    case UInt8(ascii: "/"):
      guard next + 1 < page.count else {
        copyText(page, start, page.count)
        return page.count
      }
      if isASCIILetter(page[next + 1]) { return endTag(page, at: start) }
      return page.offset(of: UInt8(ascii: ">"), from: next) + 1
    case UInt8(ascii: "!"):
      return page.matches("--", at: next + 1) ? commentEnd(page, from: next + 3) : page.offset(of: UInt8(ascii: ">"), from: next) + 1
    case UInt8(ascii: "?"):
      return page.offset(of: UInt8(ascii: ">"), from: next) + 1
    default:
      copyText(page, start, next)
      return next
    }
  }

  /// Where a comment whose text starts at `start` ends. `<!-->` and `<!--->` are whole comments.
  private func commentEnd(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    if start < page.count, page[start] == UInt8(ascii: ">") { return start + 1 }
    if page.matches("->", at: start) { return start + 2 }
    var i = start
    while true {
      i = page.offset(of: UInt8(ascii: ">"), from: i)
      guard i < page.count else { return page.count }
      if i >= start + 2, page[i - 1] == UInt8(ascii: "-"), page[i - 2] == UInt8(ascii: "-") { return i + 1 }
      if i >= start + 3, page[i - 1] == UInt8(ascii: "!"), page[i - 2] == UInt8(ascii: "-"), page[i - 3] == UInt8(ascii: "-") {
        return i + 1
      }
      i += 1
    }
  }

  /// Reads a tag's name; returns its tag and where the name ends.
  /// At most `limit` bytes are read: searches that may come back to the same bytes set one, to stay linear.
  @inline(__always) private func tagName(
    _ page: UnsafeBufferPointer<UInt8>, from start: Int, limit: Int = .max
  ) -> (tag: Tag, end: Int) {
    var key: UInt64 = 0
    var i = start
    let stop = limit < page.count - start ? start + limit : page.count
    while i < stop {
      let byte = page[i]
      if isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
      key = TagTable.extend(key, lowercased(byte))
      i &+= 1
    }
    return (tags.tag(key: key), i)
  }

  private mutating func startTag(_ page: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    let (tag, nameEnd) = tagName(page, from: start + 1)
    let end = readAttributes(page, from: nameEnd)
    guard let end else { return page.count }
    // Two inline elements side by side are set apart by style sheets (`<a>Name</a><span>12.00</span>`); text has only spaces.
    if anchorEnd == start && tag == .span || spanEnd == start && tag == .a || anchorEnd == start && tag == .a,
      codeDepth == 0, preDepth == 0
    {
      appendSpace()
    }
    switch tag.handling {
    case .native: emitNative(tag, page)
    case .asDivision: emitBlock(tag, page)
    case .asSpan: emitSpan(tag, page)
    case .transparent: break
    case .droppedTree: return droppedTree(tag, page, from: end)
    case .droppedText:
      if tag == .noscript, readsNoscript { return end }
      let raw = rawTextEnd(tag, page, from: end)
      if tag == .noscript { noscriptBytes += raw.content - end }
      return raw.after
    case .document: return document(tag, page, from: end)
    case .special: return special(tag, page, from: end)
    }
    return end
  }

  private mutating func endTag(_ page: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    let (tag, nameEnd) = tagName(page, from: start + 2)
    let end = skipAttributes(page, from: nameEnd)
    switch tag.handling {
    case .native where tag == .a:
      closeAnchor()
      anchorEnd = end
    case .native where tag == .span:
      closeSpan()
      spanEnd = end
    case .native where tag == .br: emitTag(.br, record: nil)
    case .native where tag == .hr: break
    case .native, .asDivision: emitEnd(tag)
    case .asSpan:
      closeSpan()
      if tag == .code { codeDepth = max(0, codeDepth - 1) }
    case .special where tag == .pre || tag == .listing || tag == .xmp:
      preDepth = max(0, preDepth - 1)
      emitEnd(.pre)
    default: break
    }
    return end
  }

  // MARK: Emitting

  private mutating func emitTag(_ tag: Tag, record: ElementRecord?) {
    output.append(UInt8(ascii: "<"))
    output.append(tag.parserName)
    if let record {
      output.append(" n=")
      output.append(decimal: records.count)
      records.append(record)
    }
    output.append(UInt8(ascii: ">"))
    if tag.isBlock || tag == .br { afterBreak = true }
  }

  private mutating func emitEnd(_ tag: Tag) {
    output.append("</")
    output.append(tag.parserName)
    output.append(UInt8(ascii: ">"))
    afterBreak = true
  }

  private mutating func emitNative(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>) {
    switch tag {
    case .a:
      closeAnchor()
      let record = self.record(for: tag, page)
      guard !record.href.isEmpty else { return }
      emitTag(tag, record: record)
      anchorIsOpen = true
    case .span: emitSpan(tag, page)
    default: emitTag(tag, record: attributes.isEmpty ? nil : informative(self.record(for: tag, page)))
    }
  }

  private mutating func emitBlock(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>) { emitTag(tag, record: record(for: tag, page)) }

  /// A span reaches the parser only when its record says something.
  private mutating func emitSpan(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>) {
    if tag == .time, head.time.isEmpty, let value = attribute("datetime", page) { head.time = value }
    let record = self.record(for: tag, page)
    if tag == .code { codeDepth += 1 }
    let isEmitted =
      openSpans.count < limits.depth
      && (tag != .span && tag != .time || record.flags.contains(.hidden) || record.families.contains(.hidden))
    if isEmitted { emitTag(tag, record: record) }
    openSpans.append(isEmitted)
  }

  private mutating func closeSpan() {
    guard let wasEmitted = openSpans.popLast(), wasEmitted else { return }
    output.append("</span>")
  }

  private mutating func closeAnchor() {
    guard anchorIsOpen else { return }
    anchorIsOpen = false
    output.append("</a>")
  }

  private func informative(_ record: ElementRecord) -> ElementRecord? {
    record.families.isEmpty && record.flags.isEmpty && record.classHash == 0 && record.number == 0 ? nil : record
  }

  // MARK: Elements of their own kind

  private mutating func document(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
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

  private mutating func readMeta(_ page: UnsafeBufferPointer<UInt8>) {
    guard head.metas.count < 256, let content = attribute("content", page) else { return }
    if let name = attribute("property", page) ?? attribute("name", page) ?? attribute("itemprop", page) ?? attribute("http-equiv", page) {
      head.metas.append(HeadPieces.Meta(name: name, content: content))
    }
  }

  private mutating func readLink(_ page: UnsafeBufferPointer<UInt8>) {
    guard let relation = attribute("rel", page), let href = attribute("href", page) else { return }
    if head.canonical.isEmpty, page[relation].equals("canonical") { head.canonical = href }
    if head.license.isEmpty, page[relation].equals("license") { head.license = href }
  }

  private mutating func special(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
    switch tag {
    case .script: return script(page, from: end)
    case .math: return math(page, from: end)
    case .plaintext:
      openPre(page)
      copyEscaped(page, end, page.count)
      return page.count
    case .xmp:
      openPre(page)
      let raw = rawTextEnd(tag, page, from: end)
      copyEscaped(page, end, raw.content)
      preDepth = max(0, preDepth - 1)
      emitEnd(.pre)
      return raw.after
    default:
      openPre(page)
      // The standard drops one line feed right after the tag.
      if end < page.count, page[end] == 0x0A { return end + 1 }
      return end
    }
  }

  private mutating func openPre(_ page: UnsafeBufferPointer<UInt8>) {
    emitTag(.pre, record: informative(record(for: .pre, page)))
    preDepth += 1
  }

  /// Copies raw text, in which `&` and `<` are themselves.
  private mutating func copyEscaped(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
    for i in start..<max(start, end) {
      switch page[i] {
      case UInt8(ascii: "<"): output.append("&lt;")
      case UInt8(ascii: "&"): output.append("&amp;")
      case 0..<0x09, 0x0B..<0x20: counters.replacedBytes += 1
      default: output.append(page[i])
      }
    }
    afterBreak = false
  }

  private mutating func script(_ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
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

  private mutating func math(_ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
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

  private func texAnnotation(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> ByteRange? {
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

  private mutating func emitMath(
    _ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, isDisplay: Bool, decoding: Bool
  ) {
    var start = start
    var end = end
    while start < end, isSpace(page[start]) { start += 1 }
    while end > start, isSpace(page[end - 1]) { end -= 1 }
    guard end > start else { return }
    output.append(isDisplay ? "$$" : "$")
    if decoding { copyText(page, start, end) } else { copyEscaped(page, start, end) }
    output.append(isDisplay ? "$$" : "$")
    afterBreak = false
  }

  /// The text between tags, the tags dropped.
  private mutating func copyMarkupText(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
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

  // MARK: Finding ends

  /// Where an element's content ends and where its end tag does.
  struct Ending {
    var content: Int
    var after: Int
  }

  private mutating func droppedTree(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
    if end >= 2, page[end - 2] == UInt8(ascii: "/"), tag == .svg { return end }
    return matchingEnd(tag, page, from: end)?.after ?? end
  }

  /// The end tag that matches an open element, nested elements of the same name counted; nil when there is none.
  private mutating func matchingEnd(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Ending? {
    guard !unclosed.contains(tag) else { return nil }
    var depth = 1
    var i = start
    while true {
      i = page.offset(of: UInt8(ascii: "<"), from: i)
      guard i + 1 < page.count else {
        unclosed.insert(tag)
        return nil
      }
      let isEnd = page[i + 1] == UInt8(ascii: "/")
      if isEnd || isASCIILetter(page[i + 1]) {
        let name = tagName(page, from: i + (isEnd ? 2 : 1), limit: 16)
        if name.tag == tag {
          let close = page.offset(of: UInt8(ascii: ">"), from: name.end)
          guard close < page.count else {
            unclosed.insert(tag)
            return nil
          }
          if isEnd {
            depth -= 1
            if depth == 0 { return Ending(content: i, after: close + 1) }
          } else if page[close - 1] != UInt8(ascii: "/") {
            depth += 1
          }
        }
      } else if page.matches("!--", at: i + 1) {
        i = commentEnd(page, from: i + 4)
        continue
      }
      i += 1
    }
  }

  /// The end of an element whose content is not markup. Without an end tag, a `noscript` ends at once, others at the page's end.
  private mutating func rawTextEnd(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Ending {
    var i = unclosed.contains(tag) ? page.count : start
    while true {
      i = page.offset(of: UInt8(ascii: "<"), from: i)
      guard i + 1 < page.count else { break }
      if page[i + 1] == UInt8(ascii: "/") {
        let name = tagName(page, from: i + 2, limit: 16)
        if name.tag == tag { return Ending(content: i, after: min(page.count, page.offset(of: UInt8(ascii: ">"), from: name.end) + 1)) }
      }
      i += 1
    }
    unclosed.insert(tag)
    return tag == .noscript ? Ending(content: start, after: start) : Ending(content: page.count, after: page.count)
  }

  /// The end of a script, with the standard's "script data double escaped" states: inside `<!-- <script>` a `</script>` does not end it.
  private func scriptEnd(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Ending {
    var isEscaped = false
    var isDoubleEscaped = false
    var escapeStart = start
    var i = start
    while true {
      let next = page.offset(of: UInt8(ascii: "<"), from: i)
      if isEscaped, let close = escapeEnd(page, from: max(i, escapeStart), to: next) {
        isEscaped = false
        isDoubleEscaped = false
        i = close
        continue
      }
      i = next
      guard i < page.count else { return Ending(content: page.count, after: page.count) }
      if page.matches("!--", at: i + 1) {
        if !isEscaped { escapeStart = i + 2 }
        isEscaped = true
        i += 2
      } else if page.matches("/script", at: i + 1), isTagNameEnd(page, i + 8) {
        if !isDoubleEscaped { return Ending(content: i, after: min(page.count, page.offset(of: UInt8(ascii: ">"), from: i) + 1)) }
        isDoubleEscaped = false
      } else if isEscaped, page.matches("script", at: i + 1), isTagNameEnd(page, i + 7), scriptEndsLater(page, from: i + 7) {
        isDoubleEscaped = true
      }
      i += 1
    }
  }

  /// A double escape only counts when both end tags are there: a page that merely writes `"<!-- <script"` must not swallow the rest.
  private func scriptEndsLater(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    var found = 0
    var i = start
    let limit = min(page.count, start + 4096)
    while found < 2 {
      i = page.offset(of: UInt8(ascii: "<"), from: i)
      guard i < limit else { return false }
      if page.matches("/script", at: i + 1) { found += 1 }
      i += 1
    }
    return true
  }

  private func escapeEnd(_ page: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int? {
    var i = start
    while true {
      i = page.offset(of: UInt8(ascii: ">"), from: i, to: end)
      guard i < end else { return nil }
      if i >= start + 2, page[i - 1] == UInt8(ascii: "-"), page[i - 2] == UInt8(ascii: "-") { return i + 1 }
      i += 1
    }
  }

  private func isTagNameEnd(_ page: UnsafeBufferPointer<UInt8>, _ i: Int) -> Bool {
    i >= page.count || isSpace(page[i]) || page[i] == UInt8(ascii: "/") || page[i] == UInt8(ascii: ">")
  }
}

/// 0 copied as it is, 1 white space, 2 `&`, 3 may start U+00A0, 4 `<`, 5 dropped control.
private let textClass: [UInt8] = (0..<256).map { byte in
  switch byte {
  case 0x09, 0x0A, 0x0C, 0x0D, 0x20: 1
  case 0x26: 2
  case 0xC2: 3
  case 0x3C: 4
  case 0..<0x20, 0x7F: 5
  default: 0
  }
}
