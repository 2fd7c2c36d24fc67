/// A fast 64-bit hash of short byte ranges: eight bytes a step, multiply and fold (after wyhash). A pure function of the bytes,
/// the same on every machine.
package enum ByteHash {
  @inline(__always)
  package static func hash(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64 { hashAndUnion(text, range).hash }

  /// The hash, and all bytes of the range or-ed together, so that its high bits say whether any byte is beyond ASCII.
  @inline(__always)
  package static func hashAndUnion(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> (hash: UInt64, union: UInt64) {
    let bytes = UnsafeRawBufferPointer(text)
    var state = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: range.count)
    var index = range.lowerBound
    var union: UInt64 = 0
    while index &+ 8 <= range.upperBound {
      let word = load(bytes, index)
      union |= word
      state = fold(state ^ word, 0xA076_1D64_78BD_642F)
      index &+= 8
    }
    var tail: UInt64 = 0
    if index &+ 8 <= text.count {
      // These eight bytes reach past the range but not past the text: mask off what does not belong to it.
      let rest = UInt64(truncatingIfNeeded: range.upperBound &- index)
      tail = load(bytes, index) & ((1 << (rest &* 8)) &- 1)
    } else {
      var shift: UInt64 = 0
      while index < range.upperBound {
        tail |= UInt64(text[index]) << shift
        shift &+= 8
        index &+= 1
      }
    }
    return (fold(state ^ tail, 0xE703_7ED1_A0B4_28DB), union | tail)
  }

  package static func hash(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBufferPointer { hash($0, 0..<$0.count) } }

  /// One hash from two; their order matters.
  @inline(__always)
  package static func combine(_ a: UInt64, _ b: UInt64) -> UInt64 {
    fold(a &+ 0x8EBC_6AF0_9C88_C6E3, b ^ 0x5899_65CC_7537_4CC3)
  }

  @inline(__always)
  private static func load(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }
}
