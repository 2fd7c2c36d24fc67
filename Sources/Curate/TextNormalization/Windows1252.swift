/// Windows-1252, with the five undefined bytes as in Latin-1 ("sloppy", as web browsers read it).
enum Windows1252 {
  private static let high: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
  ]

  /// The code point of a byte.
  static func codePoint(_ byte: UInt8) -> UInt32 { byte >= 0x80 && byte < 0xA0 ? high[Int(byte) - 0x80] : UInt32(byte) }

  /// The byte of a code point, in Windows-1252 or, for C1 controls, Latin-1; nil when there is none.
  static func byte(_ codePoint: UInt32) -> UInt8? {
    if codePoint < 0x100 { return UInt8(codePoint) }
    guard codePoint == 0x192 || codePoint >= 0x152, codePoint <= 0x2122 else { return nil }
    return high.firstIndex(of: codePoint).map { UInt8(0x80 + $0) }
  }
}
