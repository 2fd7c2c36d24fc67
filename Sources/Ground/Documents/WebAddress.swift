/// An absolute web address taken apart and normalized (RFC 3986 section 6.2.2 and 6.2.3).
///
/// Two addresses that differ only in letter case of scheme and host, default port, dot segments, needless percent-encoding,
/// credentials or fragment have the same `normalized` form. `surt` goes further and is the key of deduplication.
/// Works on bytes and reads nothing from anywhere.
public struct WebAddress: Sendable, Hashable {
  /// Lower case: `http`, `https`, `ftp`, …
  public let scheme: String
  /// Lower case, without credentials, port and final dot; internationalized names in their ASCII form (`xn--…`); an IPv6
  /// address keeps its brackets.
  public let host: String
  /// Nil when absent or the scheme's own (80, 443, 21).
  public let port: Int?
  /// Starts with `/`; dot segments removed.
  public let path: String
  /// Without the question mark; nil when there is none, empty when only the mark is there.
  public let query: String?

  /// Nil when `text` is not an absolute address with a host. Spaces around it are ignored.
  ///
  /// - Complexity: O(length).
  public init?(_ text: some StringProtocol) { self.init(utf8: Array(text.utf8)) }

  public init?(utf8 input: [UInt8]) {
    var bytes = input[...]
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex else { return nil }
    let schemeBytes = bytes[..<colon]
    guard schemeBytes.first.map(isASCIILetter) == true, schemeBytes.allSatisfy(isSchemeByte) else { return nil }
    bytes = bytes[(colon + 1)...]
    guard bytes.starts(with: "//".utf8) else { return nil }
    bytes = bytes.dropFirst(2)
    if let hash = bytes.firstIndex(of: UInt8(ascii: "#")) { bytes = bytes[..<hash] }
    let authorityEnd = bytes.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "\\") }
    var authority = bytes[..<(authorityEnd ?? bytes.endIndex)]
    let rest = bytes[authority.endIndex...]
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }

    let scheme = String(decoding: schemeBytes.map(lowercasedASCII), as: UTF8.self)
    guard let (host, port) = Self.hostAndPort(authority) else { return nil }
    let queryStart = rest.firstIndex(of: UInt8(ascii: "?"))
    self.scheme = scheme
    self.host = host
    self.port = port == Self.defaultPort(of: scheme) ? nil : port
    path = Self.normalizedPath(rest[..<(queryStart ?? rest.endIndex)])
    query = queryStart.map { String(decoding: normalizedEscapes(rest[($0 + 1)...]), as: UTF8.self) }
  }

  /// The address in its normal form, without fragment and credentials.
  public var normalized: String {
    scheme + "://" + host + (port.map { ":\($0)" } ?? "") + path + (query.map { "?" + $0 } ?? "")
  }

  private static func defaultPort(of scheme: String) -> Int? {
    switch scheme {
    case "http": 80
    case "https": 443
    case "ftp": 21
    default: nil
    }
  }

  private static func hostAndPort(_ authority: ArraySlice<UInt8>) -> (String, Int?)? {
    var hostBytes = authority
    var portBytes = authority[authority.endIndex...]
    if authority.first == UInt8(ascii: "[") {
      guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      hostBytes = authority[...close]
      guard close + 1 == authority.endIndex || authority[close + 1] == UInt8(ascii: ":") else { return nil }
      portBytes = authority[(close + 1)...].dropFirst()
    } else if let colon = authority.firstIndex(of: UInt8(ascii: ":")) {
      hostBytes = authority[..<colon]
      portBytes = authority[(colon + 1)...]
    }
    guard let host = asciiHost(hostBytes) else { return nil }
    if portBytes.isEmpty { return (host, nil) }
    guard portBytes.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(String(decoding: portBytes, as: UTF8.self)),
      port <= 65535
    else { return nil }
    return (host, port)
  }

  /// Lower case, escapes decoded, internationalized labels as punycode; nil for an empty host or one with impossible bytes.
  private static func asciiHost(_ bytes: ArraySlice<UInt8>) -> String? {
    var host = decodedEscapes(bytes).map(lowercasedASCII)
    while host.last == UInt8(ascii: ".") { host.removeLast() }
    if host.first == UInt8(ascii: "[") {
      let isAddress = host.dropFirst().dropLast().allSatisfy {
        hexValue($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
      }
      return isAddress ? String(decoding: host, as: UTF8.self) : nil
    }
    guard !host.isEmpty, host.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !"/\\[]:@?#".utf8.contains($0) }) else { return nil }
    let text = String(decoding: host, as: UTF8.self)
    if host.allSatisfy({ $0 < 0x80 }) { return text }
    var labels: [String] = []
    for label in text.lowercased().split(separator: ".", omittingEmptySubsequences: false) {
      guard let ascii = Punycode.asciiLabel(label) else { return nil }
      labels.append(ascii)
    }
    return labels.joined(separator: ".")
  }

  /// RFC 3986 section 5.2.4, on whole segments; back slashes count as slashes, as browsers read them.
  private static func normalizedPath(_ bytes: ArraySlice<UInt8>) -> String {
    let clean = normalizedEscapes(bytes).map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
    var segments: [ArraySlice<UInt8>] = []
    let pieces = clean.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst(clean.isEmpty ? 0 : 1)
    for (index, piece) in pieces.enumerated() {
      let isLast = index == pieces.count - 1
      if piece.elementsEqual(".".utf8) {
        if isLast { segments.append([]) }
      } else if piece.elementsEqual("..".utf8) {
        if !segments.isEmpty { segments.removeLast() }
        if isLast { segments.append([]) }
      } else {
        segments.append(piece)
      }
    }
    return "/" + String(decoding: Array(segments.joined(separator: "/".utf8)), as: UTF8.self)
  }
}

/// Upper-case hex digits, unreserved characters decoded, everything below `!` and above `~` encoded, lone `%` encoded.
private func normalizedEscapes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  var output: [UInt8] = []
  output.reserveCapacity(bytes.count)
  var i = bytes.startIndex
  while i < bytes.endIndex {
    let byte = bytes[i]
    if byte == UInt8(ascii: "%"), i + 2 < bytes.endIndex, let high = hexValue(bytes[i + 1]), let low = hexValue(bytes[i + 2]) {
      let value = high << 4 | low
      if isUnreserved(value) { output.append(value) } else { appendEscape(value, to: &output) }
      i += 3
      continue
    }
    if byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "%") {
      appendEscape(byte, to: &output)
    } else {
      output.append(byte)
    }
    i += 1
  }
  return output
}

/// Every `%XX` as the byte it stands for.
private func decodedEscapes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  var output: [UInt8] = []
  var i = bytes.startIndex
  while i < bytes.endIndex {
    if bytes[i] == UInt8(ascii: "%"), i + 2 < bytes.endIndex, let high = hexValue(bytes[i + 1]),
      let low = hexValue(bytes[i + 2])
    {
      output.append(high << 4 | low)
      i += 3
    } else {
      output.append(bytes[i])
      i += 1
    }
  }
  return output
}

private func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
  let digits = Array("0123456789ABCDEF".utf8)
  output.append(UInt8(ascii: "%"))
  output.append(digits[Int(byte >> 4)])
  output.append(digits[Int(byte & 15)])
}

private func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

private func lowercasedASCII(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

private func isASCIILetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

private func isSchemeByte(_ byte: UInt8) -> Bool {
  isASCIILetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    || byte == UInt8(ascii: ".")
}

private func isUnreserved(_ byte: UInt8) -> Bool {
  isASCIILetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
}
