/// Counts bytes sixteen or more at a time.
package enum ByteCount {
  /// How many bytes the predicate, free of branches, holds for. The counters of a block are bytes, so that the compiler can make vectors of
  /// them.
  @inline(__always)
  package static func count(_ bytes: UnsafeBufferPointer<UInt8>, where holds: (UInt8) -> Bool) -> Int {
    var (total, index) = (0, 0)
    while index < bytes.count {
      let end = min(index &+ 255, bytes.count)
      var part: UInt8 = 0
      while index < end {
        part &+= holds(bytes[index]) ? 1 : 0
        index &+= 1
      }
      total &+= Int(part)
    }
    return total
  }

  /// How often `second` follows `first`.
  package static func pairs(_ first: UInt8, _ second: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard bytes.count > 1 else { return 0 }
    let behind = UnsafeBufferPointer(rebasing: bytes[1...])
    var (total, index) = (0, 0)
    while index < behind.count {
      let end = min(index &+ 255, behind.count)
      var part: UInt8 = 0
      while index < end {
        part &+= (bytes[index] == first ? 1 : 0) & (behind[index] == second ? 1 : 0)
        index &+= 1
      }
      total &+= Int(part)
    }
    return total
  }

  /// Unicode scalars of valid UTF-8: bytes that continue none.
  @inline(__always)
  package static func scalars(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
    count(UnsafeBufferPointer(rebasing: text[range])) { $0 & 0xC0 != 0x80 }
  }

  @inline(__always)
  package static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var union: UInt8 = 0
    for byte in bytes { union |= byte }
    return union < 0x80
  }
}
