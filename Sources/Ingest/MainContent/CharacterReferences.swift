/// Decodes character references as the HTML standard does (WHATWG HTML, §13.2.5.72 to 80).
struct CharacterReferences: Sendable {
  /// Up to two scalars; `second` is 0 for all but 93 of the names.
  struct Value: Sendable, Equatable {
    var first: UInt32
    var second: UInt32 = 0
  }

  struct Decoded: Sendable, Equatable {
    var value: Value
    /// Bytes of the reference, from `&`.
    var length: Int
  }

  private struct Entry: Sendable {
    var value: Value
    var countsWithoutSemicolon: Bool
  }

  private let entries: [UInt64: Entry]
  private static let longestName = 32
  private static let longestLegacyName = 6

  static let shared = CharacterReferences()

  private init() {
    var entries: [UInt64: Entry] = [:]
    entries.reserveCapacity(2200)
    let table = UnsafeBufferPointer(start: characterReferenceNames.utf8Start, count: characterReferenceNames.utf8CodeUnitCount)
    for item in table.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
      guard let equals = item.firstIndex(of: UInt8(ascii: "=")) else { continue }
      var name = item[item.startIndex..<equals]
      let legacy = name.last == UInt8(ascii: "!")
      if legacy { name = name.dropLast() }
      let scalars = item[(equals + 1)...].split(separator: UInt8(ascii: "+")).map { hexadecimal($0) }
      entries[name.reduce(Self.seed, Self.extend)] = Entry(
        value: Value(first: scalars[0], second: scalars.count > 1 ? scalars[1] : 0), countsWithoutSemicolon: legacy)
    }
    self.entries = entries
  }

  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  @inline(__always) private static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// The reference that starts at `start` (an ampersand), or nil when the ampersand stands for itself.
  func decode(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, inAttribute: Bool = false) -> Decoded? {
    let next = start + 1
    guard next < bytes.count else { return nil }
    if bytes[next] == UInt8(ascii: "#") { return numeric(bytes, at: start) }
    guard isASCIIAlphanumeric(bytes[next]) else { return nil }
    var end = next
    var hash = Self.seed
    let limit = min(bytes.count, next + Self.longestName)
    while end < limit, isASCIIAlphanumeric(bytes[end]) {
      hash = Self.extend(hash, bytes[end])
      end += 1
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: ";"), let entry = entries[hash] {
      return Decoded(value: entry.value, length: end + 1 - start)
    }
    return withoutSemicolon(bytes, from: next, to: end, inAttribute: inAttribute)
  }

  private func withoutSemicolon(
    _ bytes: UnsafeBufferPointer<UInt8>, from next: Int, to end: Int, inAttribute: Bool
  ) -> Decoded? {
    var best: Decoded?
    var hash = Self.seed
    var i = next
    while i < min(end, next + Self.longestLegacyName) {
      hash = Self.extend(hash, bytes[i])
      i += 1
      if let entry = entries[hash], entry.countsWithoutSemicolon {
        best = Decoded(value: entry.value, length: i + 1 - next)
      }
    }
    if inAttribute, let found = best {
      let after = next - 1 + found.length
      if after < bytes.count, bytes[after] == UInt8(ascii: "=") || isASCIIAlphanumeric(bytes[after]) { return nil }
    }
    return best
  }

  private func numeric(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Decoded? {
    var i = start + 2
    guard i < bytes.count else { return nil }
    let isHexadecimal = bytes[i] | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { i += 1 }
    let digitsStart = i
    var value: UInt32 = 0
    while i < bytes.count, let digit = digitValue(bytes[i], hexadecimal: isHexadecimal) {
      if value < 0x20_0000 { value = value &* (isHexadecimal ? 16 : 10) &+ digit }
      i += 1
    }
    guard i > digitsStart else { return nil }
    if i < bytes.count, bytes[i] == UInt8(ascii: ";") { i += 1 }
    return Decoded(value: Value(first: Self.repaired(value)), length: i - start)
  }

  /// The scalar that a numeric reference means: windows-1252 for C1, U+FFFD for what is no scalar.
  private static func repaired(_ value: UInt32) -> UInt32 {
    switch value {
    case 0, 0xD800...0xDFFF, 0x11_0000...: 0xFFFD
    case 0x80...0x9F: c1AsWindows1252[Int(value) - 0x80]
    default: value
    }
  }

  private static let c1AsWindows1252: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]
}

private func hexadecimal(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
  digits.reduce(0) { $0 << 4 | (digitValue($1, hexadecimal: true) ?? 0) }
}

@inline(__always) private func digitValue(_ byte: UInt8, hexadecimal: Bool) -> UInt32? {
  switch byte {
  case 0x30...0x39: UInt32(byte - 0x30)
  case 0x41...0x46 where hexadecimal: UInt32(byte - 0x41 + 10)
  case 0x61...0x66 where hexadecimal: UInt32(byte - 0x61 + 10)
  default: nil
  }
}
