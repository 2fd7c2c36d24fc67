import Glibc

/// Exact search for short byte strings.
package enum ByteSearch {
  /// The offset of the first `needle` (not empty) that lies within `range`.
  package static func first(_ needle: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    guard let base = text.baseAddress, let head = needle.first else { return nil }
    var from = range.lowerBound
    let last = range.upperBound - needle.count
    while from <= last, let hit = memchr(base + from, Int32(head), last - from + 1) {
      let offset = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
      if memcmp(base + offset, needle, needle.count) == 0 { return offset }
      from = offset + 1
    }
    return nil
  }

  /// The offset of the first such byte within `range`.
  @inline(__always)
  package static func first(_ byte: UInt8, in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    guard let base = text.baseAddress, let hit = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
    return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
  }

  package static func contains(_ needle: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    first(needle, in: text, range) != nil
  }

  /// How often `needle` occurs within `range`, copies that overlap counted once.
  package static func count(of needle: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
    guard !needle.isEmpty else { return 0 }
    var (count, from) = (0, range.lowerBound)
    while let found = first(needle, in: text, from..<range.upperBound) {
      count += 1
      from = found + needle.count
    }
    return count
  }

  package static func contains(_ byte: UInt8, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = text.baseAddress else { return false }
    return memchr(base, Int32(byte), text.count) != nil
  }
}
