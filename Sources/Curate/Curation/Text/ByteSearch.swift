import Glibc

/// Exact search for short byte strings.
package enum ByteSearch {
  /// The offset of the first `needle` (not empty) that lies within `range`.
  package static func first(_ needle: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    guard let base = text.baseAddress, !needle.isEmpty else { return nil }
    let anchor = rarest(needle)
    let end = needle.count - 1
    let (first, last) = (needle[0], needle[end])
    var from = range.lowerBound + anchor
    let limit = range.upperBound - needle.count + anchor
    while from <= limit, let hit = memchr(base + from, Int32(needle[anchor]), limit - from + 1) {
      let offset = UnsafeRawPointer(hit) - UnsafeRawPointer(base) - anchor
      if text[offset] == first, text[offset + end] == last, memcmp(base + offset, needle, needle.count) == 0 { return offset }
      from = offset + anchor + 1
    }
    return nil
  }

  /// The place of the byte that text is likely to hold least often: the fewer of them, the fewer places to look at.
  private static func rarest(_ needle: [UInt8]) -> Int {
    var (place, rank) = (0, UInt8.max)
    for (index, byte) in needle.enumerated() where frequency(byte) < rank { (place, rank) = (index, frequency(byte)) }
    return place
  }

  /// A rank, higher for what is frequent in text in Latin letters; 0 for all other bytes.
  @inline(__always)
  private static func frequency(_ byte: UInt8) -> UInt8 {
    let letter = Int(byte) - 0x61
    return letter >= 0 && letter < 26 ? letterRanks[letter] : byte == 0x20 ? 27 : 0
  }

  /// a to z, by their order in English.
  private static let letterRanks: [UInt8] = [
    24, 7, 15, 17, 26, 11, 10, 19, 22, 4, 5, 16, 13, 21, 23, 8, 2, 18, 20, 25, 14, 6, 12, 3, 9, 1,
  ]

  /// The offset of the first such byte within `range`.
  @inline(__always)
  package static func first(_ byte: UInt8, in text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    guard let base = text.baseAddress, let hit = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
    return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
  }

  /// The offset of the first byte from `start` on that is not ASCII; the end of the text when there is none.
  @inline(__always)
  package static func firstBeyondASCII(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let raw = UnsafeRawBufferPointer(text)
    var index = start
    while index &+ 8 <= text.count {
      let high = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) & 0x8080_8080_8080_8080
      if high != 0 { return index &+ high.trailingZeroBitCount >> 3 }
      index &+= 8
    }
    while index < text.count, text[index] < 0x80 { index &+= 1 }
    return index
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
