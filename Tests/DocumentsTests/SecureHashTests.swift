import Documents
import Testing

@Suite struct SecureHashTests {
  /// The examples of FIPS 180-4 and the empty message.
  static let vectors: [(message: String, sha1: String, sha256: String)] = [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  @Test("published vectors, in one piece and in many", arguments: vectors)
  func matchesVectors(message: String, sha1: String, sha256: String) {
    let bytes = Array(message.utf8)
    #expect(bytes.withUnsafeBytes { SHA1.hash($0) }.hexadecimal == sha1)
    #expect(bytes.withUnsafeBytes { SHA256.hash($0) }.hexadecimal == sha256)
    var (first, second) = (SHA1(), SHA256())
    var random = SeededRandom(seed: 1)
    bytes.withUnsafeBytes { raw in
      var start = 0
      while start < raw.count {
        let end = min(raw.count, start + 1 + Int(random.next(below: 5000)))
        first.update(UnsafeRawBufferPointer(rebasing: raw[start..<end]))
        second.update(UnsafeRawBufferPointer(rebasing: raw[start..<end]))
        start = end
      }
    }
    #expect(first.finalize().hexadecimal == sha1)
    #expect(second.finalize().hexadecimal == sha256)
  }

  @Test(
    "base32 of RFC 4648, section 10, without padding",
    arguments: [
      ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
      ("foobar", "MZXW6YTBOI"),
    ])
  func encodesBase32(text: String, expected: String) { #expect(Array(text.utf8).base32 == expected) }
}
