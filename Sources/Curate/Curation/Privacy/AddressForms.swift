/// Internet addresses. Only public ones are personal data.
enum AddressForms {
  static let all = [
    PersonalDataForm(
      type: .ipv6,
      pattern:
        #"(?:[0-9A-Fa-f]{1,4}:){2,7}(?:[0-9A-Fa-f]{1,4})?(?::[0-9A-Fa-f]{1,4}){0,6}|[0-9A-Fa-f]{1,4}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?"#,
      check: checkIPv6),
    PersonalDataForm(
      type: .ipv4, pattern: #"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"#, check: checkIPv4),
  ]

  @Sendable static func checkIPv4(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    guard Surroundings.standsAlone(text, match) else { return nil }
    let left = Surroundings.before(text, match)
    // `-1.2.3.4` and `foo-1.2.3.4` are names of files and packages.
    if left == 0x2D || left == 0x2F && match.lowerBound > 1 && Surroundings.isAlphanumeric(text[match.lowerBound - 2]) {
      return nil
    }
    guard let octets = octets(text, match), isPublic(octets) else { return nil }
    if Surroundings.has(versionWords, before: match, in: text, reach: 24) { return nil }
    return match
  }

  /// The four numbers, each 0...255 without leading zeros.
  static func octets(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Int]? {
    let parts = text[range].split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var octets: [Int] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy(Surroundings.isDigit) else { return nil }
      if part.count > 1, part.first == 0x30 { return nil }
      let value = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      guard value <= 255 else { return nil }
      octets.append(value)
    }
    return octets
  }

  /// Not in a special-purpose block of RFC 6890 (private, shared, loopback, link-local, documentation, benchmark, multicast, reserved).
  static func isPublic(_ octets: [Int]) -> Bool {
    switch (octets[0], octets[1], octets[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
    case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
    default: true
    }
  }

  private static let versionWords = [
    "version", "versions", "ver.", "ver", "v.", "release", "rel.", "build", "revision", "firmware", "kernel", "driver",
    "update",
    "section", "chapter", "clause", "§", "oid", "версия", "версии", "バージョン", "版本",
  ].map { Array($0.utf8) }

  @Sendable static func checkIPv6(_ text: UnsafeBufferPointer<UInt8>, _ match: Range<Int>) -> Range<Int>? {
    var range = match
    // A single colon at the end is punctuation.
    if range.count > 2, text[range.upperBound - 1] == 0x3A, text[range.upperBound - 2] != 0x3A {
      range = range.lowerBound..<range.upperBound - 1
    }
    let (left, right) = (Surroundings.before(text, range), Surroundings.behind(text, range))
    if Surroundings.isAlphanumeric(left) || left == 0x3A || left == 0x5F || left == 0x2E { return nil }
    if Surroundings.isAlphanumeric(right) || right == 0x5F { return nil }
    if right == 0x3A, !(range.upperBound < match.upperBound) { return nil }
    guard let groups = groups(text, range), isPublicIPv6(groups) else { return nil }
    return range
  }

  /// The eight groups of an IPv6 address in text form (RFC 4291, section 2.2, without a dotted tail).
  static func groups(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt16]? {
    var (head, tail): ([UInt16], [UInt16]) = ([], [])
    var isBehindGap = false
    var index = range.lowerBound
    while index < range.upperBound {
      if text[index] == 0x3A {
        let isDouble = index + 1 < range.upperBound && text[index + 1] == 0x3A
        if isDouble {
          guard !isBehindGap else { return nil }
          isBehindGap = true
          index += 2
        } else {
          guard index > range.lowerBound, index + 1 < range.upperBound else { return nil }
          index += 1
        }
        continue
      }
      var (value, count) = (0, 0)
      while index < range.upperBound, text[index] != 0x3A {
        guard let digit = hexadecimal(text[index]), count < 4 else { return nil }
        value = value << 4 | digit
        count += 1
        index += 1
      }
      if isBehindGap { tail.append(UInt16(value)) } else { head.append(UInt16(value)) }
    }
    let missing = 8 - head.count - tail.count
    guard isBehindGap ? missing >= 1 : missing == 0 else { return nil }
    return head + [UInt16](repeating: 0, count: missing) + tail
  }

  private static func hexadecimal(_ byte: UInt8) -> Int? {
    if Surroundings.isDigit(byte) { return Int(byte - 0x30) }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? Int(letter) + 10 : nil
  }

  /// Global unicast (2000::/3) without documentation (2001:db8::/32, 3fff::/20), protocol assignments (2001::/23) and 6to4 of
  /// private addresses (2002::/16 taken whole).
  static func isPublicIPv6(_ groups: [UInt16]) -> Bool {
    let (first, second) = (groups[0], groups[1])
    guard first & 0xE000 == 0x2000 else { return false }
    if first == 0x2001, second == 0x0DB8 || second < 0x0200 { return false }
    return first != 0x2002 && !(first == 0x3FFF && second < 0x1000)
  }
}
