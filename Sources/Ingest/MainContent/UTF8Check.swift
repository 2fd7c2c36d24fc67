/// Validity of UTF-8 (Unicode 15, table 3-7) and its repair.
package enum UTF8Check {
  package static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var i = 0
    let count = bytes.count
    guard let base = bytes.baseAddress else { return true }
    while i < count {
      while i &+ 8 <= count, UnsafeRawPointer(base + i).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { i &+= 8 }
      guard i < count else { break }
      let length = sequenceLength(bytes, at: i)
      guard length > 0 else { return false }
      i &+= length
    }
    return true
  }

  /// Copies with each maximal ill-formed part replaced by one U+FFFD; returns how many bytes were replaced.
  static func repair(_ bytes: UnsafeBufferPointer<UInt8>, into sink: ByteSink) -> Int {
    var replaced = 0
    var i = 0
    while i < bytes.count {
      let length = sequenceLength(bytes, at: i)
      if length > 0 {
        for k in 0..<length { sink.append(bytes[i + k]) }
        i += length
      } else {
        let bad = -length
        sink.append(scalar: 0xFFFD)
        replaced += bad
        i += bad
      }
    }
    return replaced
  }

  /// Bytes of the sequence at `i`, or minus the bytes of the ill-formed part there.
  @inline(__always) private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Int {
    let first = bytes[i]
    if first < 0x80 { return 1 }
    let low: UInt8
    let high: UInt8
    let length: Int
    switch first {
    case 0xC2...0xDF: (length, low, high) = (2, 0x80, 0xBF)
    case 0xE0: (length, low, high) = (3, 0xA0, 0xBF)
    case 0xED: (length, low, high) = (3, 0x80, 0x9F)
    case 0xE1...0xEF: (length, low, high) = (3, 0x80, 0xBF)
    case 0xF0: (length, low, high) = (4, 0x90, 0xBF)
    case 0xF1...0xF3: (length, low, high) = (4, 0x80, 0xBF)
    case 0xF4: (length, low, high) = (4, 0x80, 0x8F)
    default: return -1
    }
    guard i + 1 < bytes.count, bytes[i + 1] >= low, bytes[i + 1] <= high else { return -1 }
    for k in 2..<max(2, length) {
      guard i + k < bytes.count, bytes[i + k] & 0xC0 == 0x80 else { return -k }
    }
    return length
  }
}
