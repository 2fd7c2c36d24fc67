import ICU

/// A single-byte encoding that UTF-8 is mistaken for. Bytes that it leaves undefined stand for the C1 controls, as in Latin-1.
struct LegacyEncoding: Sendable {
  let name: String
  /// By code point of the first plane the byte that stands for it; 0 where there is none.
  private let bytes: [UInt8]

  private init?(_ name: String) {
    guard let converter = CharacterConverter(name: name) else { return nil }
    self.name = name
    var bytes = [UInt8](repeating: 0, count: 0x1_0000)
    for byte in UInt8(0x80)...0xFF {
      let converted = withUnsafeBytes(of: byte) { converter.utf8(from: $0) }
      let codePoint = converted.text.withUnsafeBufferPointer { UTF8Scalars.decode($0, at: 0).codePoint }
      bytes[converted.replacedBytes > 0 || codePoint >= 0xFFFD ? Int(byte) : Int(codePoint)] = byte
      // The micro sign, which some tables of code page 437 have as the Greek letter.
      if codePoint == 0x3BC, bytes[0xB5] == 0 { bytes[0xB5] = byte }
    }
    self.bytes = bytes
  }

  /// The byte beyond ASCII that stands for a code point; nil when there is none.
  @inline(__always) func byte(_ codePoint: UInt32) -> UInt8? {
    guard codePoint < 0x1_0000, bytes[Int(codePoint)] != 0 else { return nil }
    return bytes[Int(codePoint)]
  }

  /// Those that text on the web has gone through, most frequent first.
  static let all = [
    "windows-1252", "windows-1251", "windows-1250", "ISO-8859-2", "macintosh", "IBM437", "windows-1253", "windows-1254",
    "windows-1257",
  ].compactMap { LegacyEncoding($0) }
}
