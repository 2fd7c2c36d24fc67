/// GPT-2's printable names of the 256 bytes, in which `tokenizer.json` writes tokens.
///
/// 0x21-0x7E, 0xA1-0xAC and 0xAE-0xFF stand for themselves as code points; the other 68 bytes, ascending, are U+0100, U+0101, …
/// (`bytes_to_unicode` in openai/gpt-2's encoder.py.) So `Ġ` (U+0120) is the space.
enum ByteAlphabet {
  /// The code point of each byte: all below U+0144.
  static let codePoints: [UInt16] = {
    var result = [UInt16](repeating: 0, count: 256)
    var next: UInt16 = 0x100
    for byte in 0..<256 {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: result[byte] = UInt16(byte)
      default:
        result[byte] = next
        next += 1
      }
    }
    return result
  }()

  /// The byte of each code point below 324; -1 where there is none.
  static let bytes: [Int16] = {
    var result = [Int16](repeating: -1, count: 0x144)
    for (byte, codePoint) in codePoints.enumerated() { result[Int(codePoint)] = Int16(byte) }
    return result
  }()

  /// The 256 bytes by ascending code point: the order in which Hugging Face's trainer numbers the alphabet.
  static let bytesInOrder: [UInt8] = (0..<256).sorted { codePoints[$0] < codePoints[$1] }.map { UInt8($0) }

  /// The name of a token: UTF-8.
  static func name(of token: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    for byte in token {
      let codePoint = codePoints[Int(byte)]
      if codePoint < 0x80 {
        result.append(UInt8(codePoint))
      } else {
        result.append(0xC0 | UInt8(codePoint >> 6))
        result.append(0x80 | UInt8(codePoint & 0x3F))
      }
    }
    return result
  }

  /// The token a name stands for, or nil when a character of it names no byte.
  static func token(named name: some Sequence<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in String(decoding: Array(name), as: UTF8.self).unicodeScalars {
      guard scalar.value < 0x144, bytes[Int(scalar.value)] >= 0 else { return nil }
      result.append(UInt8(bytes[Int(scalar.value)]))
    }
    return result
  }
}
