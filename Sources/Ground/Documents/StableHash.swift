/// XXH64 (xxHash specification 0.1.1), one shot or in pieces. The checksum of every file and the source of every stable choice.
public struct XXH64: Sendable {
  private static let p1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let p2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let p3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let p4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let p5: UInt64 = 0x27D4_EB2F_1656_67C5

  private let seed: UInt64
  private var v1, v2, v3, v4: UInt64
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  public init(seed: UInt64 = 0) {
    self.seed = seed
    v1 = seed &+ Self.p1 &+ Self.p2
    v2 = seed &+ Self.p2
    v3 = seed
    v4 = seed &- Self.p1
    pending.reserveCapacity(32)
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let take = min(32 - pending.count, rest.count)
      pending.append(contentsOf: rest.prefix(take))
      rest = rest.dropFirst(take)
      guard pending.count == 32 else { return }
      pending.withUnsafeBytes { consume($0) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count & ~31
    consume(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)))
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  public func finalize() -> UInt64 {
    pending.withUnsafeBytes { tail in
      var hash: UInt64
      if length >= 32 {
        hash = Self.rotate(v1, 1) &+ Self.rotate(v2, 7) &+ Self.rotate(v3, 12) &+ Self.rotate(v4, 18)
        hash = Self.merge(hash, v1)
        hash = Self.merge(hash, v2)
        hash = Self.merge(hash, v3)
        hash = Self.merge(hash, v4)
      } else {
        hash = seed &+ Self.p5
      }
      return Self.finish(hash &+ length, tail)
    }
  }

  /// The hash of `bytes` in one call.
  public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    if bytes.count < 32 { return finish(seed &+ p5 &+ UInt64(bytes.count), bytes) }
    var state = XXH64(seedOnly: seed)
    let whole = bytes.count & ~31
    state.consume(UnsafeRawBufferPointer(rebasing: bytes[..<whole]))
    var hash = rotate(state.v1, 1) &+ rotate(state.v2, 7) &+ rotate(state.v3, 12) &+ rotate(state.v4, 18)
    hash = merge(hash, state.v1)
    hash = merge(hash, state.v2)
    hash = merge(hash, state.v3)
    hash = merge(hash, state.v4)
    return finish(hash &+ UInt64(bytes.count), UnsafeRawBufferPointer(rebasing: bytes[whole...]))
  }

  public static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 { bytes.withUnsafeBytes { hash($0, seed: seed) } }

  public static func hash(_ string: String, seed: UInt64 = 0) -> UInt64 {
    var string = string
    return string.withUTF8 { hash(UnsafeRawBufferPointer($0), seed: seed) }
  }

  /// Without the buffer for pending bytes, so that a one-shot hash allocates nothing.
  private init(seedOnly seed: UInt64) {
    self.seed = seed
    v1 = seed &+ Self.p1 &+ Self.p2
    v2 = seed &+ Self.p2
    v3 = seed
    v4 = seed &- Self.p1
  }

  @inline(__always) private static func rotate(_ x: UInt64, _ by: UInt64) -> UInt64 { (x << by) | (x >> (64 - by)) }

  @inline(__always) private static func round(_ acc: UInt64, _ input: UInt64) -> UInt64 {
    rotate(acc &+ input &* p2, 31) &* p1
  }

  @inline(__always) private static func merge(_ hash: UInt64, _ v: UInt64) -> UInt64 {
    (hash ^ round(0, v)) &* p1 &+ p4
  }

  /// `bytes.count` is a multiple of 32.
  private mutating func consume(_ bytes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = (v1, v2, v3, v4)
    var i = 0
    while i < bytes.count {
      a = Self.round(a, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)))
      b = Self.round(b, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i + 8, as: UInt64.self)))
      c = Self.round(c, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i + 16, as: UInt64.self)))
      d = Self.round(d, UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i + 24, as: UInt64.self)))
      i += 32
    }
    (v1, v2, v3, v4) = (a, b, c, d)
  }

  private static func finish(_ start: UInt64, _ tail: UnsafeRawBufferPointer) -> UInt64 {
    var hash = start
    var i = 0
    while i + 8 <= tail.count {
      hash ^= round(0, UInt64(littleEndian: tail.loadUnaligned(fromByteOffset: i, as: UInt64.self)))
      hash = rotate(hash, 27) &* p1 &+ p4
      i += 8
    }
    if i + 4 <= tail.count {
      hash ^= UInt64(UInt32(littleEndian: tail.loadUnaligned(fromByteOffset: i, as: UInt32.self))) &* p1
      hash = rotate(hash, 23) &* p2 &+ p3
      i += 4
    }
    while i < tail.count {
      hash ^= UInt64(tail[i]) &* p5
      hash = rotate(hash, 11) &* p1
      i += 1
    }
    hash ^= hash >> 33
    hash = hash &* p2
    hash ^= hash >> 29
    hash = hash &* p3
    return hash ^ (hash >> 32)
  }
}

extension UInt64 {
  /// 16 lower-case hexadecimal digits: how checksums are written in manifests.
  public var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
