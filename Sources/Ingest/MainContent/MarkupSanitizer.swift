/// Reads a page's bytes as the HTML standard's tokenizer does (WHATWG HTML §13.2.5) and hands its tags and text to ``TreeConstruction``.
///
/// One linear pass. Comments, scripts and other raw text are passed over, references decoded, white space collapsed; of the attributes only
/// what they say about an element goes on, as its ``ElementRecord``. Which element ends where is decided by ``TreeConstruction``.
struct MarkupSanitizer {
  let limits: MainContentExtractor.Limits
  /// Keep everything, for comparison with the standard's own tests: formatting, the head, raw text, white space.
  let isVerbatim: Bool
  private let tags = TagTable.shared
  let references = CharacterReferences.shared
  let textClasses = TextClass.table
  let names = NameFamilyTable.shared

  /// The page as read so far.
  var tree: TreeConstruction
  var head = HeadPieces()
  var counters = ExtractionCounters()

  /// Bytes inside `noscript`, which is passed over unless asked for.
  private(set) var noscriptBytes = 0
  private(set) var readsNoscript = false

  /// Where the last end tags of an anchor and of a span ended; 0 before the first.
  private var anchorEnd = 0
  private var spanEnd = 0
  /// Elements whose end tag was looked for once and not found: not looked for again.
  var unclosed: Set<Tag> = []
  var failedScriptSearches = 0
  var attributes: [Attribute] = []

  init(limits: MainContentExtractor.Limits, isVerbatim: Bool = false) {
    self.limits = limits
    self.isVerbatim = isVerbatim
    tree = TreeConstruction(limits: limits, isVerbatim: isVerbatim)
  }

  struct Attribute {
    var name: ByteRange
    var value: ByteRange
  }

  /// - Parameter readsNoscript: take `noscript` for markup, as a browser without scripts does.
  mutating func sanitize(_ html: UnsafeBufferPointer<UInt8>, readsNoscript: Bool = false) {
    self.readsNoscript = readsNoscript
    noscriptBytes = 0
    head.removeAll()
    counters = ExtractionCounters()
    anchorEnd = 0
    spanEnd = 0
    unclosed.removeAll(keepingCapacity: true)
    failedScriptSearches = 0
    let page = UnsafeBufferPointer(rebasing: html.prefix(limits.bytes))
    counters.droppedBytes = html.count - page.count
    tree.begin(pageBytes: page.count)
    var i = 0
    while i < page.count {
      i = page[i] == UInt8(ascii: "<") ? markup(page, at: i) : text(page, from: i)
    }
    tree.finish()
    counters.flattenedElements = tree.flattenedElements
    counters.cappedElements = tree.cappedElements
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
    case UInt8(ascii: "!"): return declaration(page, at: start)
    case UInt8(ascii: "?"): return page.offset(of: UInt8(ascii: ">"), from: next) + 1
    default:
      copyText(page, start, next)
      return next
    }
  }

  /// A comment, a document type, CDATA, or a bogus comment.
  private mutating func declaration(_ page: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    if page.matches("--", at: start + 2) { return commentEnd(page, from: start + 4) }
    if tree.isInForeignContent, page.matches("[cdata[", at: start + 2) {
      let end = cdataEnd(page, from: start + 9)
      copyRaw(page, start + 9, end)
      return min(page.count, end + 3)
    }
    let end = page.offset(of: UInt8(ascii: ">"), from: start)
    if page.matches("doctype", at: start + 2) {
      tree.isQuirky = DocumentType.isQuirky(UnsafeBufferPointer(rebasing: page[start + 9..<end]))
    }
    return end + 1
  }

  /// Reads a tag's name; returns its tag, what identifies it, and where the name ends.
  /// At most `limit` bytes are read: searches that may come back to the same bytes set one, to stay linear.
  @inline(__always) func tagName(
    _ page: UnsafeBufferPointer<UInt8>, from start: Int, limit: Int = .max
  ) -> (tag: Tag, name: UInt64, end: Int) {
    var key: UInt64 = 0
    var i = start
    let stop = limit < page.count - start ? start + limit : page.count
    while i < stop {
      let byte = page[i]
      if isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
      key = TagTable.extend(key, lowercased(byte))
      i &+= 1
    }
    let tag = tags.tag(key: key)
    return (tag, tag == .unknown ? TagTable.unknownName(key) : TreeConstruction.name(of: tag), i)
  }

  // MARK: Start tags

  private mutating func startTag(_ page: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    let (tag, name, nameEnd) = tagName(page, from: start + 1)
    let end: Int
    if nameEnd < page.count, page[nameEnd] == UInt8(ascii: ">") {
      attributes.removeAll(keepingCapacity: true)
      end = nameEnd + 1
    } else if let found = readAttributes(page, from: nameEnd) {
      end = found
    } else {
      return page.count
    }
    if isVerbatim { return startVerbatim(tag, name, ByteRange(start + 1, nameEnd), page, end) }
    // Two inline elements side by side are set apart by style sheets (`<a>Name</a><span>12.00</span>`); text has only spaces.
    if anchorEnd == start && tag == .span || spanEnd == start && tag == .a || anchorEnd == start && tag == .a,
      tree.codeDepth == 0, tree.preDepth == 0
    {
      appendSpace()
    }
    switch tag.handling {
    case .native: startNative(tag, page)
    case .asDivision: tree.start(tag, name: name, record: record(for: tag, page))
    case .asSpan: startSpan(tag, name, page)
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

  private mutating func startNative(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>) {
    let name = TreeConstruction.name(of: tag)
    switch tag {
    case .a:
      let record = self.record(for: tag, page)
      if head.license.isEmpty, let relation = attribute("rel", page), page[relation].equals("license") {
        head.license = record.href
      }
      if record.href.isEmpty {
        if !tree.formatting.isEmpty { tree.endFormatting(.a) }
      } else {
        tree.start(tag, name: name, record: record)
      }
    case .span: startSpan(tag, name, page)
    case .br: tree.start(tag, name: name, record: nil)
    default: tree.start(tag, name: name, record: attributes.isEmpty ? nil : informative(self.record(for: tag, page)))
    }
  }

  /// A span is kept only when its record says something.
  private mutating func startSpan(_ tag: Tag, _ name: UInt64, _ page: UnsafeBufferPointer<UInt8>) {
    if tag == .time, head.time.isEmpty, let value = attribute("datetime", page) { head.time = value }
    let record = self.record(for: tag, page)
    let isEmitted = tag != .span && tag != .time || record.flags.contains(.hidden) || record.families.contains(.hidden)
    tree.start(tag, name: name, record: record, isEmitted: isEmitted)
  }

  private func informative(_ record: ElementRecord) -> ElementRecord? {
    record.families.isEmpty && record.flags.isEmpty && record.classHash == 0 && record.number == 0 ? nil : record
  }

  private mutating func special(_ tag: Tag, _ page: UnsafeBufferPointer<UInt8>, from end: Int) -> Int {
    switch tag {
    case .script: return script(page, from: end)
    case .math: return math(page, from: end)
    case .plaintext:
      startPre(page)
      copyRaw(page, end, page.count)
      return page.count
    case .xmp:
      startPre(page)
      let raw = rawTextEnd(tag, page, from: end)
      copyRaw(page, end, raw.content)
      tree.end(.pre, name: TreeConstruction.name(of: .pre))
      return raw.after
    default:
      startPre(page)
      return afterFirstLineFeed(page, end)
    }
  }

  private mutating func startPre(_ page: UnsafeBufferPointer<UInt8>) {
    tree.start(.pre, name: TreeConstruction.name(of: .pre), record: informative(record(for: .pre, page)))
  }

  /// The standard drops one line feed right after the start tags of `pre`, `listing` and `textarea`.
  func afterFirstLineFeed(_ page: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    if page.matches("\r\n", at: start) { return start + 2 }
    return start < page.count && page[start] == 0x0A ? start + 1 : start
  }

  // MARK: End tags

  private mutating func endTag(_ page: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    let (tag, name, nameEnd) = tagName(page, from: start + 2)
    let end = skipAttributes(page, from: nameEnd)
    if isVerbatim {
      if end < page.count || page.last == UInt8(ascii: ">") { tree.end(tag, name: name) }
      return end
    }
    switch tag.handling {
    case .native:
      tree.end(tag, name: name)
      if tag == .a { anchorEnd = end }
      if tag == .span { spanEnd = end }
    case .asDivision, .asSpan: tree.end(tag, name: name)
    case .special where tag == .pre || tag == .listing || tag == .xmp:
      tree.end(.pre, name: TreeConstruction.name(of: .pre))
    default: break
    }
    return end
  }
}

/// What a document type says about how tables treat paragraphs before them.
enum DocumentType {
  /// True for the "quirks mode" of old pages (§13.2.6.4.1), by what follows `<!doctype`.
  static func isQuirky(_ declaration: UnsafeBufferPointer<UInt8>) -> Bool {
    let text = declaration.trimmed()
    if text.equals("html") { return false }
    guard text.matches("html", at: 0) else { return true }
    let old: [StaticString] = [
      "dtd html 3", "dtd html 2", "//dtd html//", "ietf//", "dtd html 4.0 transitional", "dtd html 4.0 frameset",
      "dtd html experimental",
      "ibm_xhtml", "-/w3c/dtd html 4.0", "\"html\"",
    ]
    if old.contains(where: { text.contains($0) }) { return true }
    let loose = text.contains("dtd html 4.01 transitional") || text.contains("dtd html 4.01 frameset")
    return loose && !text.contains("http:")
  }
}
