/// Cuts a message into 64-byte blocks and pads it as the Secure Hash Standard says (FIPS 180-4, section 5.1.1).
private struct BlockBuffer {
  var pending: [UInt8] = []
  var length: UInt64 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer, _ compress: (UnsafeRawBufferPointer) -> Void) {
    length &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let take = min(64 - pending.count, rest.count)
      pending.append(contentsOf: rest.prefix(take))
      rest = rest.dropFirst(take)
      guard pending.count == 64 else { return }
      pending.withUnsafeBytes(compress)
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count & ~63
    if whole > 0 { compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole))) }
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  mutating func finish(_ compress: (UnsafeRawBufferPointer) -> Void) {
    let bits = length &* 8
    pending.append(0x80)
    while pending.count % 64 != 56 { pending.append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) { pending.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    pending.withUnsafeBytes(compress)
  }
}

@inline(__always)
private func rotateLeft(_ x: UInt32, _ count: UInt32) -> UInt32 { x << count | x >> (32 &- count) }

@inline(__always)
private func bigEndianBytes(_ words: some Sequence<UInt32>) -> [UInt8] {
  words.flatMap {
    [
      UInt8(truncatingIfNeeded: $0 >> 24), UInt8(truncatingIfNeeded: $0 >> 16), UInt8(truncatingIfNeeded: $0 >> 8),
      UInt8(truncatingIfNeeded: $0),
    ]
  }
}

/// SHA-1 (FIPS 180-4): for checking the digests that archives carry. Not for anything that an adversary may attack.
public struct SHA1: Sendable {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0
  )
  private var buffer = BlockBuffer()

  public init() {}

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var state = state
    buffer.update(bytes) { Self.compress(&state, $0) }
    self.state = state
  }

  /// The 20 bytes of the digest.
  public consuming func finalize() -> [UInt8] {
    var state = state
    buffer.finish { Self.compress(&state, $0) }
    return bigEndianBytes([state.0, state.1, state.2, state.3, state.4])
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA1()
    hash.update(bytes)
    return hash.finalize()
  }

  private static func compress(_ state: inout (UInt32, UInt32, UInt32, UInt32, UInt32), _ blocks: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { w in
      for start in stride(from: 0, to: blocks.count, by: 64) {
        for t in 0..<16 { w[t] = UInt32(bigEndian: blocks.loadUnaligned(fromByteOffset: start &+ t &* 4, as: UInt32.self)) }
        for t in 16..<80 { w[t] = rotateLeft(w[t &- 3] ^ w[t &- 8] ^ w[t &- 14] ^ w[t &- 16], 1) }
        var (a, b, c, d, e) = state
        @inline(__always) func step(_ t: Int, _ f: UInt32, _ k: UInt32) {
          let next = rotateLeft(a, 5) &+ f &+ e &+ k &+ w[t]
          (e, d, c, b, a) = (d, c, rotateLeft(b, 30), a, next)
        }
        for t in 0..<20 { step(t, (b & c) | (~b & d), 0x5A82_7999) }
        for t in 20..<40 { step(t, b ^ c ^ d, 0x6ED9_EBA1) }
        for t in 40..<60 { step(t, (b & c) | (b & d) | (c & d), 0x8F1B_BCDC) }
        for t in 60..<80 { step(t, b ^ c ^ d, 0xCA62_C1D6) }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
      }
    }
  }
}

/// SHA-256 (FIPS 180-4).
public struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var buffer = BlockBuffer()

  public init() {}

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var state = state
    buffer.update(bytes) { Self.compress(&state, $0) }
    self.state = state
  }

  /// The 32 bytes of the digest.
  public consuming func finalize() -> [UInt8] {
    var state = state
    buffer.finish { Self.compress(&state, $0) }
    return bigEndianBytes(state)
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  private static func compress(_ state: inout [UInt32], _ blocks: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      for start in stride(from: 0, to: blocks.count, by: 64) {
        for t in 0..<16 { w[t] = UInt32(bigEndian: blocks.loadUnaligned(fromByteOffset: start &+ t &* 4, as: UInt32.self)) }
        for t in 16..<64 {
          let (x, y) = (w[t &- 15], w[t &- 2])
          let s0 = rotateLeft(x, 25) ^ rotateLeft(x, 14) ^ x >> 3
          let s1 = rotateLeft(y, 15) ^ rotateLeft(y, 13) ^ y >> 10
          w[t] = w[t &- 16] &+ s0 &+ w[t &- 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for t in 0..<64 {
          let s1 = rotateLeft(e, 26) ^ rotateLeft(e, 21) ^ rotateLeft(e, 7)
          let first = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ roundConstants[t] &+ w[t]
          let s0 = rotateLeft(a, 30) ^ rotateLeft(a, 19) ^ rotateLeft(a, 10)
          let second = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
          (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= value }
      }
    }
  }

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5, 0xd807_aa98,
    0x1283_5b01,
    0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3, 0x748f_82ee, 0x78a5_636f, 0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

extension [UInt8] {
  /// Two lower-case digits per byte.
  public var hexadecimal: String {
    let digits = [UInt8]("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// RFC 4648 base32, upper case, without padding: how web archives write SHA-1.
  public var base32: String {
    let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in self {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 5 {
        count -= 5
        text.append(alphabet[Int(bits >> count & 31)])
      }
    }
    if count > 0 { text.append(alphabet[Int(bits << (5 - count) & 31)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
