/// E-mail addresses (RFC 5321 with the characters that real addresses use).
enum EmailForm {
  static let all = [
    PersonalDataForm(
      type: .email,
      pattern:
        #"[A-Za-z0-9\p{Latin}._%+&'~-]+@(?:[A-Za-z0-9\p{Latin}](?:[A-Za-z0-9\p{Latin}-]*[A-Za-z0-9\p{Latin}])?\.)+(?:xn--[A-Za-z0-9-]+|[A-Za-z]{2,24})"#,
      check: check)
  ]

  @Sendable private static func check(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    var start = match.lowerBound
    while start < match.upperBound, [0x27, 0x26, 0x2E, 0x2D, 0x7E, 0x25].contains(text[start]) { start += 1 }
    guard let at = text[start..<match.upperBound].firstIndex(of: 0x40) else { return nil }
    let local = start..<at
    let domain = (at + 1)..<match.upperBound
    guard !local.isEmpty, local.count <= 64, match.upperBound - start <= 254, text[at - 1] != 0x2E else { return nil }
    guard !ByteSearch.contains([0x2E, 0x2E], in: text, local) else { return nil }
    // The password of a URL (`ftp://user:word@host`), the user of a remote repository (`git@host:path`), or more of a word.
    if Surroundings.before(text, match) == 0x3A, isInsideURL(text, match.lowerBound) { return nil }
    if Surroundings.behind(text, match) == 0x3A, !isSpace(Surroundings.behind(text, match, by: 1)) { return nil }
    if Surroundings.behind(text, match) == 0x40 { return nil }
    let labels = text[domain].split(separator: 0x2E)
    guard let last = labels.last, labels.allSatisfy({ $0.count <= 63 }) else { return nil }
    let top = String(decoding: last, as: UTF8.self).lowercased()
    if fileExtensions.contains(top) || reservedDomains.contains(top) { return nil }
    if labels.count >= 2, ["com", "net", "org"].contains(top) {
      let name = String(decoding: labels[labels.count - 2], as: UTF8.self).lowercased()
      if name == "example" { return nil }
    }
    return start..<match.upperBound
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }

  private static func isInsideURL(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    var start = index
    while start > 0, index - start < 128, text[start - 1] > 0x20 { start -= 1 }
    return ByteSearch.contains(Array("://".utf8), in: text, start..<index)
  }

  /// `image@2x.png` is no address.
  private static let fileExtensions: Set<String> = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "ico", "css", "js", "mjs", "ts", "html", "htm", "php", "json", "xml",
    "yaml", "yml", "txt", "md", "pdf", "gz", "tar", "jar", "py", "rb", "go", "rs", "service", "socket", "timer", "target",
    "mount",
    "conf", "log", "local", "localhost", "localdomain", "lan", "internal", "home", "corp",
  ]

  /// RFC 2606 and 6761: names that belong to nobody.
  private static let reservedDomains: Set<String> = ["example", "test", "invalid", "localhost"]
}
