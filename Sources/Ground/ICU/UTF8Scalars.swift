/// Reading and writing code points of UTF-8 text held as bytes.
public enum UTF8Scalars {
  /// The code point that starts at `index` and its length in bytes (1 to 4).
  ///
  /// Text is meant to be valid; a byte that starts no well-formed sequence reads as U+FFFD of length 1, so that a loop over any
  /// bytes ends.
  @inlinable @inline(__always)
  public static func decode(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> (codePoint: UInt32, length: Int) {
    let first = text[index]
    return first < 0x80 ? (UInt32(first), 1) : decodeMultibyte(text, at: index)
  }

  @inlinable
  static func decodeMultibyte(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> (codePoint: UInt32, length: Int) {
    let first = UInt32(text[index])
    let left = text.count &- index
    if first >= 0xC2, first < 0xE0, left >= 2, text[index &+ 1] & 0xC0 == 0x80 {
      return ((first & 0x1F) << 6 | UInt32(text[index &+ 1] & 0x3F), 2)
    }
    if first >= 0xE0, first < 0xF0, left >= 3, text[index &+ 1] & 0xC0 == 0x80, text[index &+ 2] & 0xC0 == 0x80 {
      let value = (first & 0x0F) << 12 | UInt32(text[index &+ 1] & 0x3F) << 6 | UInt32(text[index &+ 2] & 0x3F)
      return value >= 0x800 && value & 0xF800 != 0xD800 ? (value, 3) : (0xFFFD, 1)
    }
    if first >= 0xF0, first < 0xF5, left >= 4, text[index &+ 1] & 0xC0 == 0x80, text[index &+ 2] & 0xC0 == 0x80,
      text[index &+ 3] & 0xC0 == 0x80
    {
      let high = (first & 0x07) << 18 | UInt32(text[index &+ 1] & 0x3F) << 12
      let value = high | UInt32(text[index &+ 2] & 0x3F) << 6 | UInt32(text[index &+ 3] & 0x3F)
      return value >= 0x10000 && value < 0x110000 ? (value, 4) : (0xFFFD, 1)
    }
    return (0xFFFD, 1)
  }

  /// The code point that ends just before `index` (which is above 0) and its length in bytes.
  @inlinable
  public static func decodeBackward(
    _ text: UnsafeBufferPointer<UInt8>, before index: Int
  ) -> (codePoint: UInt32, length: Int) {
    var start = index &- 1
    let lowest = max(0, index &- 4)
    while start > lowest, text[start] & 0xC0 == 0x80 { start &-= 1 }
    let decoded = decode(text, at: start)
    return start &+ decoded.length == index ? decoded : (0xFFFD, 1)
  }

  /// Appends a code point as UTF-8; surrogates and values above U+10FFFF become U+FFFD.
  @inlinable
  public static func append(_ codePoint: UInt32, to bytes: inout [UInt8]) {
    switch codePoint {
    case 0..<0x80:
      bytes.append(UInt8(truncatingIfNeeded: codePoint))
    case 0x80..<0x800:
      bytes.append(UInt8(truncatingIfNeeded: 0xC0 | codePoint >> 6))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F))
    case 0x800..<0xD800, 0xE000..<0x10000:
      bytes.append(UInt8(truncatingIfNeeded: 0xE0 | codePoint >> 12))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | (codePoint >> 6) & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F))
    case 0x10000..<0x110000:
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | codePoint >> 18))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | (codePoint >> 12) & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | (codePoint >> 6) & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F))
    default:
      append(0xFFFD, to: &bytes)
    }
  }
}

/// UTF-16 with, for each unit, where its code point starts in the UTF-8 it came from.
struct UTF16Window {
  private(set) var units: [UInt16] = []
  /// Byte offsets, one per unit and one more for the end.
  private(set) var offsets: [Int] = []

  mutating func load(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    units.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    var index = range.lowerBound
    while index < range.upperBound {
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      if codePoint < 0x10000 {
        units.append(UInt16(truncatingIfNeeded: codePoint))
      } else {
        units.append(UInt16(truncatingIfNeeded: 0xD7C0 &+ (codePoint >> 10)))
        units.append(UInt16(truncatingIfNeeded: 0xDC00 | codePoint & 0x3FF))
        offsets.append(index)
      }
      offsets.append(index)
      index += length
    }
    offsets.append(index)
  }
}

/// Appends UTF-16 as UTF-8; an unpaired surrogate becomes U+FFFD.
func appendUTF16(_ units: UnsafeBufferPointer<UInt16>, to bytes: inout [UInt8]) {
  var index = 0
  while index < units.count {
    let unit = UInt32(units[index])
    index += 1
    if unit & 0xFC00 == 0xD800, index < units.count, units[index] & 0xFC00 == 0xDC00 {
      UTF8Scalars.append((unit << 10) &+ UInt32(units[index]) &- 0x35F_DC00, to: &bytes)
      index += 1
    } else {
      UTF8Scalars.append(unit, to: &bytes)
    }
  }
}
