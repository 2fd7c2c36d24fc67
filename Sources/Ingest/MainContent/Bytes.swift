import Glibc

@inline(__always) func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
@inline(__always) func isASCIIDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
@inline(__always) func isASCIIAlphanumeric(_ byte: UInt8) -> Bool { isASCIILetter(byte) || isASCIIDigit(byte) }
@inline(__always) func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
/// HTML's white space: tab, line feed, form feed, carriage return, space.
@inline(__always) func isSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x0C
}

/// A piece of the input page, by byte offsets.
struct ByteRange: Sendable, Equatable {
  var start: UInt32 = 0
  var end: UInt32 = 0
  var isEmpty: Bool { start >= end }
  var count: Int { Int(end) - Int(start) }
  init() {}
  init(_ start: Int, _ end: Int) {
    self.start = UInt32(start)
    self.end = UInt32(end)
  }
}

extension UnsafeBufferPointer<UInt8> {
  subscript(range: ByteRange) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: self[Int(range.start)..<Int(range.end)])
  }

  /// The first place of `byte` at or after `start`, or `count`.
  @inline(__always) func offset(of byte: UInt8, from start: Int) -> Int {
    guard start < count, let base = baseAddress, let found = memchr(base + start, Int32(byte), count - start) else {
      return count
    }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
  }

  /// The first place of `byte` in `start..<end`, or `end`.
  @inline(__always) func offset(of byte: UInt8, from start: Int, to end: Int) -> Int {
    guard start < end, let base = baseAddress, let found = memchr(base + start, Int32(byte), end - start) else { return end }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
  }

  /// True when the bytes at `start` are `word`, in any case. `word` is lower-case ASCII.
  @inline(__always) func matches(_ word: StaticString, at start: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard start >= 0, start + length <= count else { return false }
    let expected = word.utf8Start
    for i in 0..<length where lowercased(self[start + i]) != expected[i] { return false }
    return true
  }

  func equals(_ word: StaticString) -> Bool { count == word.utf8CodeUnitCount && matches(word, at: 0) }

  /// True when `word` (lower-case ASCII) occurs anywhere, in any case.
  func contains(_ word: StaticString) -> Bool { offset(of: word) != nil }

  /// The first place of `word` (lower-case ASCII matches any case; other bytes themselves), or nil.
  func offset(of word: StaticString) -> Int? {
    let length = word.utf8CodeUnitCount
    guard count >= length else { return nil }
    let first = word.utf8Start[0]
    for start in 0...(count - length) where lowercased(self[start]) == first && matches(word, at: start) { return start }
    return nil
  }

  /// Without white space at both ends.
  func trimmed() -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = count
    while start < end, isSpace(self[start]) { start += 1 }
    while end > start, isSpace(self[end - 1]) { end -= 1 }
    return UnsafeBufferPointer(rebasing: self[start..<end])
  }
}

/// A growing byte buffer with an owner; `removeAll` keeps the memory.
final class ByteSink {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int = 1 << 16) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  func removeAll() { count = 0 }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  @inline(never) private func grow(toHold needed: Int) {
    let larger = max(needed, capacity * 2)
    let replacement = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    replacement.update(from: base, count: count)
    base.deallocate()
    base = replacement
    capacity = larger
  }

  @inline(__always) func reserve(_ more: Int) { if count + more > capacity { grow(toHold: count + more) } }

  @inline(__always) func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  @inline(__always) func append(_ source: UnsafePointer<UInt8>, count length: Int) {
    reserve(length)
    memcpy(base + count, source, length)
    count += length
  }

  @inline(__always) func append(_ text: StaticString) { append(text.utf8Start, count: text.utf8CodeUnitCount) }
  @inline(__always) func append(_ buffer: UnsafeBufferPointer<UInt8>) {
    if let start = buffer.baseAddress { append(start, count: buffer.count) }
  }

  func append(scalar: UInt32) {
    switch scalar {
    case 0..<0x80: append(UInt8(scalar))
    case 0x80..<0x800:
      append(UInt8(0xC0 | scalar >> 6))
      append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x1_0000:
      append(UInt8(0xE0 | scalar >> 12))
      append(UInt8(0x80 | scalar >> 6 & 0x3F))
      append(UInt8(0x80 | scalar & 0x3F))
    default:
      append(UInt8(0xF0 | scalar >> 18 & 0x07))
      append(UInt8(0x80 | scalar >> 12 & 0x3F))
      append(UInt8(0x80 | scalar >> 6 & 0x3F))
      append(UInt8(0x80 | scalar & 0x3F))
    }
  }

  func append(repeating byte: UInt8, count length: Int) {
    guard length > 0 else { return }
    reserve(length)
    (base + count).update(repeating: byte, count: length)
    count += length
  }

  /// A decimal number.
  func append(decimal: Int) {
    if decimal >= 10 { append(decimal: decimal / 10) }
    append(UInt8(48 + decimal % 10))
  }
}
