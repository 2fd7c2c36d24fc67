/// Validation and repair of UTF-8 (The Unicode Standard, table 3-7) over bytes.
public enum UTF8Validation {
  /// How many bytes at the front are valid UTF-8: `bytes.count` when all are.
  ///
  /// Runs of ASCII are passed over 32 bytes at a time.
  /// - Complexity: O(n), no allocation.
  public static func validPrefix(_ bytes: UnsafeRawBufferPointer) -> Int {
    var i = 0
    let count = bytes.count
    while i < count {
      i = endOfASCII(bytes, from: i)
      // Behind the first other byte more of them are likely: stay in the slow loop until ASCII is back.
      while i < count, bytes[i] >= 0x80 {
        let length = sequenceLength(bytes, at: i)
        guard length > 0 else { return i }
        i &+= length
      }
    }
    return i
  }

  public static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool { validPrefix(bytes) == bytes.count }

  /// The specification of `validPrefix`: one byte after the other through the table.
  package static func validPrefixPlain(_ bytes: UnsafeRawBufferPointer) -> Int {
    var i = 0
    while i < bytes.count {
      let length = bytes[i] < 0x80 ? 1 : sequenceLength(bytes, at: i)
      guard length > 0 else { break }
      i += length
    }
    return i
  }

  /// The index of the first byte at or after `start` that is not ASCII, or the count.
  public static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int {
    var i = start
    let count = bytes.count
    while i &+ 32 <= count {
      let a = bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      let b = bytes.loadUnaligned(fromByteOffset: i &+ 8, as: UInt64.self)
      let c = bytes.loadUnaligned(fromByteOffset: i &+ 16, as: UInt64.self)
      let d = bytes.loadUnaligned(fromByteOffset: i &+ 24, as: UInt64.self)
      guard (a | b | c | d) & 0x8080_8080_8080_8080 == 0 else { break }
      i &+= 32
    }
    while i < count, bytes[i] < 0x80 { i &+= 1 }
    return i
  }

  /// The length of the well-formed sequence of two to four bytes at `i`, or 0.
  @inline(__always)
  private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at i: Int) -> Int {
    let lead = bytes[i]
    let left = bytes.count &- i
    switch lead {
    case 0xC2...0xDF:
      return left >= 2 && isContinuation(bytes[i &+ 1]) ? 2 : 0
    case 0xE0...0xEF:
      guard left >= 3, isContinuation(bytes[i &+ 2]) else { return 0 }
      return secondRange(lead).contains(bytes[i &+ 1]) ? 3 : 0
    case 0xF0...0xF4:
      guard left >= 4, isContinuation(bytes[i &+ 2]), isContinuation(bytes[i &+ 3]) else { return 0 }
      return secondRange(lead).contains(bytes[i &+ 1]) ? 4 : 0
    default:
      return 0
    }
  }

  @inline(__always)
  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  /// What may follow a lead byte: no overlong forms, no surrogates, nothing above U+10FFFF.
  @inline(__always)
  private static func secondRange(_ lead: UInt8) -> ClosedRange<UInt8> {
    switch lead {
    case 0xE0: 0xA0...0xBF
    case 0xED: 0x80...0x9F
    case 0xF0: 0x90...0xBF
    case 0xF4: 0x80...0x8F
    default: 0x80...0xBF
    }
  }

  /// Appends `bytes` to `output` with each maximal subpart of an ill-formed sequence replaced by U+FFFD
  /// (The Unicode Standard, section 3.9; the Encoding Standard's decoder does the same).
  /// - Returns: how many input bytes were replaced.
  @discardableResult
  public static func appendRepaired(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Int {
    var replaced = 0
    var rest = bytes
    while !rest.isEmpty {
      let valid = validPrefix(rest)
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<valid]))
      guard valid < rest.count else { break }
      let bad = illFormedLength(rest, at: valid)
      output.append(0xEF)
      output.append(0xBF)
      output.append(0xBD)
      replaced += bad
      rest = UnsafeRawBufferPointer(rebasing: rest[(valid + bad)...])
    }
    return replaced
  }

  /// The length of the maximal subpart at `i`: a lead byte with those of its followers that fit, or a single byte.
  private static func illFormedLength(_ bytes: UnsafeRawBufferPointer, at i: Int) -> Int {
    let lead = bytes[i]
    let wanted =
      switch lead {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    var length = 1
    while length < wanted, i + length < bytes.count {
      let byte = bytes[i + length]
      guard length == 1 ? secondRange(lead).contains(byte) : isContinuation(byte) else { break }
      length += 1
    }
    return length
  }
}
