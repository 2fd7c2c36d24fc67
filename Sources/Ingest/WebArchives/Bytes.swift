import Foundation

/// Bytes that somebody else owns: inside this module, views into an archive file or into a reader's buffer.
typealias Bytes = UnsafeRawBufferPointer

extension UnsafeRawBufferPointer {
  /// The bytes of a range, with indices from zero.
  @inline(__always)
  func part(_ range: Range<Int>) -> Bytes { Bytes(rebasing: self[range]) }

  @inline(__always)
  func from(_ start: Int) -> Bytes { Bytes(rebasing: self[start...]) }

  /// The index of a byte at or after `start`, or nil.
  @inline(__always)
  func index(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count, let base = baseAddress else { return nil }
    guard let hit = memchr(base + start, Int32(byte), count - start) else { return nil }
    return UnsafeRawPointer(hit) - base
  }

  /// The index of the first occurrence of `needle` at or after `start`, or nil.
  func index(of needle: StaticString, from start: Int = 0) -> Int? {
    var position = start
    while let hit = index(of: needle.utf8Start[0], from: position) {
      if hasPrefix(needle, at: hit) { return hit }
      position = hit + 1
    }
    return nil
  }

  @inline(__always)
  func hasPrefix(_ prefix: StaticString, at start: Int = 0) -> Bool {
    let length = prefix.utf8CodeUnitCount
    guard start >= 0, count - start >= length, let base = baseAddress else { return false }
    return memcmp(base + start, prefix.utf8Start, length) == 0
  }

  /// Whether the bytes are `text`, upper and lower case of ASCII letters alike. `text` is written in lower case.
  @inline(__always)
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let other = text.utf8Start
    for i in 0..<count where ASCII.lowercased(self[i]) != other[i] { return false }
    return true
  }

  /// Whether the bytes begin with `text`, case aside. `text` is written in lower case.
  func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return count >= length && part(0..<length).equalsIgnoringCase(text)
  }

  /// Without spaces, tabs and line breaks at both ends.
  var trimmed: Bytes {
    var start = 0
    var end = count
    while start < end, ASCII.isBlank(self[start]) { start += 1 }
    while end > start, ASCII.isBlank(self[end - 1]) { end -= 1 }
    return part(start..<end)
  }

  /// A run of decimal digits as a number; nil for anything else, and for numbers above 2^62.
  var decimal: Int? {
    guard !isEmpty, count <= 18 else { return nil }
    var value = 0
    for byte in self {
      guard byte &- 0x30 < 10 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  /// As text; ill-formed UTF-8 becomes U+FFFD.
  var string: String { String(decoding: self, as: UTF8.self) }
}

enum ASCII {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let tab: UInt8 = 0x09

  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// Space, tab, line feed, carriage return.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab || isLineBreak(byte) }

  @inline(__always)
  static func isLineBreak(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
