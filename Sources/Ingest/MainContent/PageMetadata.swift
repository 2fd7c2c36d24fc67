/// What a page says about itself: its head, its JSON-LD, its address.
struct PageMetadata {
  let head: HeadPieces
  let page: UnsafeBufferPointer<UInt8>
  let url: String

  /// The first of these `<meta>` names that has content.
  func meta(_ names: StaticString...) -> String? {
    for name in names {
      for item in head.metas where page[item.name].equals(name) {
        if let value = decoded(item.content) { return value }
      }
    }
    return nil
  }

  private func structured(_ key: StaticString, nested: StaticString? = nil) -> [UInt8]? {
    for range in head.structuredData {
      if let value = StructuredData(bytes: page[range]).string(key, nested: nested) { return value }
    }
    return nil
  }

  func hasStructuredType(_ name: StaticString) -> Bool {
    head.structuredData.contains { StructuredData(bytes: page[$0]).hasType(name) }
  }

  /// `articleBody` (or the like) of the JSON-LD, markup and spare white space removed.
  var articleBody: [UInt8] {
    guard let body = structured("articleBody") ?? structured("reviewBody") else { return [] }
    return PlainText.fromFragment(body)
  }

  func fill(_ content: inout ExtractedContent, tree: PageTree) {
    content.title = title(tree)
    content.author = author
    content.date = date
    content.language = decoded(head.language) ?? meta("og:locale", "content-language")
    content.canonicalURL = decoded(head.canonical) ?? meta("og:url")
    content.siteName = meta("og:site_name", "application-name")
    content.licenseURL = decoded(head.license)
    content.description = meta("og:description", "description", "twitter:description")
  }

  /// A range of the page as one line: references decoded, white space collapsed; nil when nothing is left.
  func decoded(_ range: ByteRange) -> String? {
    guard !range.isEmpty else { return nil }
    let text = String(decoding: PlainText.decoded(page[range]), as: UTF8.self)
    return text.isEmpty ? nil : text
  }

  // MARK: Title

  private func title(_ tree: PageTree) -> String? {
    if let stated = meta("og:title", "twitter:title", "dc.title", "citation_title") { return stated }
    let headings = tree.nodes.indices.filter { tree.nodes[$0].tag == .h1 && tree.nodes[$0].measures.characters > 0 }
    if headings.count == 1 { return text(tree, headings[0]) }
    if let full = decoded(head.title) { return withoutSiteName(full) }
    return headings.first.flatMap { text(tree, $0) }
  }

  private func text(_ tree: PageTree, _ node: Int) -> String? {
    let element = tree.nodes[node]
    let parts = tree.blocks[Int(element.firstBlock)..<Int(element.endBlock)].map {
      String(decoding: tree.bytes(of: $0), as: UTF8.self)
    }
    let joined = parts.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return joined.isEmpty ? nil : joined
  }

  /// The longest part of `Title | Site`, when the separator stands alone between spaces.
  private func withoutSiteName(_ full: String) -> String {
    for separator in [" | ", " · ", " » ", " — ", " – ", " - "] {
      guard let cut = full.firstRange(of: separator) else { continue }
      let parts = [String(full[..<cut.lowerBound]), String(full[cut.upperBound...])]
      if let longest = parts.max(by: { $0.utf8.count < $1.utf8.count }), longest.utf8.count * 2 > full.utf8.count { return longest }
    }
    return full
  }

  // MARK: Author, date

  private var author: String? {
    let named = structured("author", nested: "name").map { String(decoding: PlainText.decoded($0), as: UTF8.self) }
    for candidate in [named, meta("author", "article:author", "dc.creator", "citation_author", "parsely-author", "sailthru.author")] {
      guard let candidate, !candidate.isEmpty, candidate.utf8.count <= 120 else { continue }
      if !candidate.hasPrefix("http"), !candidate.hasPrefix("@"), !candidate.contains("<") { return candidate }
    }
    return nil
  }

  private var date: String? {
    let stated = structured("datePublished").map { String(decoding: $0, as: UTF8.self) }
    let candidates = [
      stated,
      meta(
        "article:published_time", "datepublished", "og:published_time", "date", "dc.date", "dc.date.issued", "citation_publication_date",
        "parsely-pub-date", "sailthru.date", "pubdate", "publish-date"),
      decoded(head.time),
      url,
    ]
    for candidate in candidates {
      if let candidate, let day = Self.day(in: candidate) { return day }
    }
    return nil
  }

  /// The first `YYYY-MM-DD` (or with `/`, `.`, or without separators at the start) from 1995 on.
  static func day(in text: String) -> String? {
    let bytes = Array(text.utf8.prefix(2048))
    var i = 0
    while i + 8 <= bytes.count {
      defer { i += 1 }
      guard bytes[i] == 0x31 || bytes[i] == 0x32, i == 0 || !isASCIIDigit(bytes[i - 1]) else { continue }
      guard let year = number(bytes, i, 4), year >= 1995, year <= 2100, i + 8 <= bytes.count else { continue }
      let separator = bytes[i + 4]
      if separator == 0x2D || separator == 0x2F || separator == 0x2E, i + 10 <= bytes.count, bytes[i + 7] == separator {
        if let day = valid(year, number(bytes, i + 5, 2), number(bytes, i + 8, 2)) { return day }
      } else if i == 0, let day = valid(year, number(bytes, i + 4, 2), number(bytes, i + 6, 2)) {
        return day
      }
    }
    return nil
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ length: Int) -> Int? {
    guard start + length <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[start..<start + length] {
      guard isASCIIDigit(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  private static func valid(_ year: Int, _ month: Int?, _ day: Int?) -> String? {
    guard let month, let day, (1...12).contains(month), (1...31).contains(day) else { return nil }
    return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }
}

/// Text out of short pieces of markup, by the plain way: for metadata, where speed does not matter.
enum PlainText {
  /// References decoded, white space collapsed and trimmed; always valid UTF-8.
  static func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let sink = ByteSink(capacity: bytes.count + 16)
    var i = 0
    var isPending = false
    func append(_ scalar: UInt32) {
      if scalar <= 0x20 || scalar == 0xA0 || scalar == 0x7F {
        isPending = sink.count > 0
        return
      }
      if isPending { sink.append(0x20) }
      isPending = false
      sink.append(scalar: scalar)
    }
    while i < bytes.count {
      if bytes[i] == UInt8(ascii: "&"), let reference = CharacterReferences.shared.decode(bytes, at: i) {
        append(reference.value.first)
        if reference.value.second != 0 { append(reference.value.second) }
        i += reference.length
      } else if bytes[i] <= 0x20 {
        append(0x20)
        i += 1
      } else {
        if isPending { sink.append(0x20) }
        isPending = false
        sink.append(bytes[i])
        i += 1
      }
    }
    guard !UTF8Check.isValid(sink.bytes) else { return Array(sink.bytes) }
    let repaired = ByteSink(capacity: sink.count + 16)
    _ = UTF8Check.repair(sink.bytes, into: repaired)
    return Array(repaired.bytes)
  }

  static func decoded(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBufferPointer { decoded($0) } }

  /// The lines of a fragment that may hold tags: tags dropped (block tags end a line), references decoded.
  static func fromFragment(_ fragment: [UInt8]) -> [UInt8] {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    func endLine() {
      let text = decoded(line)
      if !text.isEmpty { lines.append(text) }
      line.removeAll(keepingCapacity: true)
    }
    var i = 0
    while i < fragment.count {
      let byte = fragment[i]
      if byte == 0x0A {
        endLine()
        i += 1
      } else if byte == UInt8(ascii: "<"), i + 1 < fragment.count, isASCIILetter(fragment[i + 1]) || fragment[i + 1] == 0x2F,
        let close = fragment[i...].firstIndex(of: UInt8(ascii: ">"))
      {
        let name = fragment[(i + 1)..<close].prefix(3)
        if !name.starts(with: "a".utf8) && !name.starts(with: "/a".utf8) && !name.starts(with: "sp".utf8) && !name.starts(with: "/sp".utf8) && !name.starts(with: "st".utf8)
          && !name.starts(with: "/st".utf8) && !name.starts(with: "em".utf8) && !name.starts(with: "/em".utf8)
        {
          endLine()
        }
        i = close + 1
      } else {
        line.append(byte)
        i += 1
      }
    }
    endLine()
    return Array(lines.joined(separator: [0x0A]))
  }
}
