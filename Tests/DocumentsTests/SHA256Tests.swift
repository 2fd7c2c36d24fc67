import Documents
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test(
    "the published vectors of FIPS 180-4 and NIST CAVP",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func matchesPublishedVectors(text: String, digest: String) { #expect(SHA256.hash(Array(text.utf8)) == digest) }

  @Test("a million times the letter a")
  func hashesAMillionLetters() {
    var digest = SHA256()
    for _ in 0..<1000 { digest.update([UInt8](repeating: 0x61, count: 1000)) }
    #expect(digest.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("pieces of any length give the digest of the whole")
  func doesNotDependOnPieces() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    for length in [1, 55, 56, 63, 64, 65, 128, 300] {
      var digest = SHA256()
      for start in stride(from: 0, to: bytes.count, by: length) { digest.update(Array(bytes[start..<min(start + length, 300)])) }
      #expect(digest.hexadecimal == SHA256.hash(bytes), "pieces of \(length)")
    }
  }
}
