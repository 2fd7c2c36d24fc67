/// A 64-bit hash of a word's bytes for tables in memory: fast on short words, never written to a file.
///
/// Two 64-bit words are multiplied to 128 bits and folded, 16 bytes a step (the scheme of Wang Yi's wyhash).
@inline(__always)
func wordHash(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let raw = UnsafeRawPointer(bytes)
  var seed = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count)
  var low: UInt64
  var high: UInt64
  if count <= 16 {
    (low, high) = shortWord(raw, count)
  } else {
    var offset = 0
    while offset &+ 16 < count {
      seed = fold(
        raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0xA076_1D64_78BD_642F,
        raw.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self) ^ seed)
      offset &+= 16
    }
    low = raw.loadUnaligned(fromByteOffset: count &- 16, as: UInt64.self)
    high = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
  }
  return fold(low ^ 0xE703_7ED1_A0B4_28DB, high ^ seed)
}

/// All bytes of a word of at most 16 bytes in two numbers; words of different lengths may give the same pair.
@inline(__always)
private func shortWord(_ raw: UnsafeRawPointer, _ count: Int) -> (UInt64, UInt64) {
  if count >= 8 {
    return (
      raw.loadUnaligned(as: UInt64.self), raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    )
  }
  if count >= 4 {
    return (
      UInt64(raw.loadUnaligned(as: UInt32.self)),
      UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
    )
  }
  guard count > 0 else { return (0, 0) }
  let first = UInt64(raw.load(as: UInt8.self))
  let middle = UInt64(raw.load(fromByteOffset: count >> 1, as: UInt8.self))
  let last = UInt64(raw.load(fromByteOffset: count &- 1, as: UInt8.self))
  return (first << 16 | middle << 8 | last, 0)
}

@inline(__always)
func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let (high, low) = a.multipliedFullWidth(by: b)
  return high ^ low
}
