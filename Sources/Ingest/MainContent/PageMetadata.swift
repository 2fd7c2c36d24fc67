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

  /// A value and where it was found.
  typealias Found = (value: String, source: ExtractedContent.Source)

  func fill(_ content: inout ExtractedContent, tree: PageTree) {
    (content.title, content.sources.title) = split(title(tree))
    (content.author, content.sources.author) = split(author)
    (content.date, content.sources.date) = split(date)
    (content.language, content.sources.language) = split(
      first((decoded(head.language), .html), (meta("og:locale", "content-language"), .meta)))
    (content.canonicalURL, content.sources.canonicalURL) = split(
      first((decoded(head.canonical), .link), (meta("og:url"), .meta)))
    (content.siteName, content.sources.siteName) = split(
      first((meta("og:site_name", "application-name"), .meta), (structuredText("publisher", nested: "name"), .structuredData)))
    (content.licenseURL, content.sources.licenseURL) = split(
      first(
        (decoded(head.license), .link), (structuredText("license"), .structuredData),
        (meta("dc.rights", "dcterms.license"), .meta)))
    content.description = meta("og:description", "description", "twitter:description")
  }

  private func split(_ found: Found?) -> (String?, ExtractedContent.Source?) { (found?.value, found?.source) }

  /// The first candidate that has a value.
  private func first(_ candidates: (String?, ExtractedContent.Source)...) -> Found? {
    for (value, source) in candidates { if let value, !value.isEmpty { return (value, source) } }
    return nil
  }

  private func structuredText(_ key: StaticString, nested: StaticString? = nil) -> String? {
    structured(key, nested: nested).map { String(decoding: PlainText.decoded($0), as: UTF8.self) }
  }

  /// A range of the page as one line: references decoded, white space collapsed; nil when nothing is left.
  func decoded(_ range: ByteRange) -> String? {
    guard !range.isEmpty else { return nil }
    let text = String(decoding: PlainText.decoded(page[range]), as: UTF8.self)
    return text.isEmpty ? nil : text
  }

  // MARK: Title

  private func title(_ tree: PageTree) -> Found? {
    if let stated = meta("og:title", "twitter:title", "dc.title", "citation_title") { return (stated, .meta) }
    let headings = tree.nodes.indices.filter { tree.nodes[$0].tag == .h1 && tree.nodes[$0].measures.characters > 0 }
    if headings.count == 1 { return text(tree, headings[0]).map { ($0, .heading) } }
    if let full = decoded(head.title) { return (withoutSiteName(full), .title) }
    return headings.first.flatMap { text(tree, $0) }.map { ($0, .heading) }
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
    var full = full
    return full.withUTF8 { bytes in
      for separator in [" | ", " · ", " » ", " — ", " – ", " - "] as [StaticString] {
        guard let cut = bytes.offset(of: separator) else { continue }
        let after = cut + separator.utf8CodeUnitCount
        let longest = bytes.count - after > cut ? after..<bytes.count : 0..<cut
        if longest.count * 2 > bytes.count { return String(decoding: bytes[longest], as: UTF8.self) }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  // MARK: Author, date

  private var author: Found? {
    let candidates: [(String?, ExtractedContent.Source)] = [
      (structuredText("author", nested: "name"), .structuredData),
      (meta("author", "article:author", "dc.creator", "citation_author", "parsely-author", "sailthru.author"), .meta),
    ]
    for (candidate, source) in candidates {
      guard let candidate, !candidate.isEmpty, candidate.utf8.count <= 120 else { continue }
      if !candidate.hasPrefix("http"), !candidate.hasPrefix("@"), !candidate.contains("<") { return (candidate, source) }
    }
    return nil
  }

  private var date: Found? {
    let stated = meta(
      "article:published_time", "datepublished", "og:published_time", "date", "dc.date", "dc.date.issued",
      "citation_publication_date",
      "parsely-pub-date", "sailthru.date", "pubdate", "publish-date")
    let candidates: [(String?, ExtractedContent.Source)] = [
      (structured("datePublished").map { String(decoding: $0, as: UTF8.self) }, .structuredData), (stated, .meta),
      (decoded(head.time), .time), (url, .address),
    ]
    for (candidate, source) in candidates {
      if let candidate, let day = Self.day(in: candidate) { return (day, source) }
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
