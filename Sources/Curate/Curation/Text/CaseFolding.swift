import ICU

/// Lower-casing that keeps every byte where it is: a scalar whose lower-case form is a single scalar of the same length in UTF-8
/// is replaced by it, every other scalar stays. So a position in the folded text is the same position in the text.
///
/// What stays as it is: `İ`, `ẞ` and about thirty rare letters. Good for finding words, not for comparing names.
package enum CaseFolding {
  package static func fold(_ text: UnsafeBufferPointer<UInt8>, into folded: inout [UInt8]) {
    folded.removeAll(keepingCapacity: true)
    folded.append(contentsOf: text)
    folded.withUnsafeMutableBufferPointer { folded in
      var union: UInt8 = 0
      for index in folded.indices {
        let byte = folded[index]
        union |= byte
        folded[index] = byte | (byte &- 0x41 < 26 ? 0x20 : 0)
      }
      if union >= 0x80 { foldLetters(text, into: folded) }
    }
  }

  /// Whether folding leaves the range as it is, seen without folding: bytes of ASCII with bit 5 set are no capital letters. It may say no
  /// too often, never yes.
  @inline(__always)
  package static func surelyKeeps(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let raw = UnsafeRawBufferPointer(text)
    var index = range.lowerBound
    while index < range.upperBound, index &+ 8 <= text.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      // Bytes behind the range do not matter: shifted out.
      let behind = UInt64(truncatingIfNeeded: max(0, index &+ 8 &- range.upperBound))
      if ((word ^ 0x2020_2020_2020_2020) & 0xA0A0_A0A0_A0A0_A0A0) << (behind &* 8) != 0 { return false }
      index &+= 8
    }
    while index < range.upperBound {
      if text[index] & 0xA0 != 0x20 { return false }
      index &+= 1
    }
    return true
  }

  /// Whether there is a Kelvin sign or a long s, which patterns that ignore letter case take for `k` and `s`, and folding leaves alone.
  package static func hidesLetters(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let all = 0..<text.count
    return ByteSearch.contains([0xE2, 0x84, 0xAA], in: text, all) || ByteSearch.contains([0xC5, 0xBF], in: text, all)
  }

  /// Beyond ASCII; every letter keeps its length.
  private static func foldLetters(_ text: UnsafeBufferPointer<UInt8>, into folded: UnsafeMutableBufferPointer<UInt8>) {
    let table = twoByteLowerCase
    var index = 0
    while true {
      index = ByteSearch.firstBeyondASCII(in: text, from: index)
      guard index < text.count else { return }
      let lead = text[index]
      switch lead {
      case 0xC2..<0xE0: break
      case 0xE1, 0xE2, 0xEA, 0xEF: break
      // No letter of another case: Indic scripts, Thai, Han, Kana, Hangul.
      case 0xE0, 0xE3...0xE9, 0xEB...0xEE:
        index &+= 1
        while index < text.count, text[index] & 0xC0 == 0x80 { index &+= 1 }
        continue
      default: break
      }
      let (value, length) = UTF8Scalars.decode(text, at: index)
      if length == 2, Int(value) < table.count {
        let lower = table[Int(value)]
        folded[index] = UInt8(truncatingIfNeeded: 0xC0 | lower >> 6)
        folded[index + 1] = UInt8(truncatingIfNeeded: 0x80 | lower & 0x3F)
      } else if length == 3, let lower = threeByteLowerCase(value) {
        folded[index] = UInt8(truncatingIfNeeded: 0xE0 | lower >> 12)
        folded[index + 1] = UInt8(truncatingIfNeeded: 0x80 | lower >> 6 & 0x3F)
        folded[index + 2] = UInt8(truncatingIfNeeded: 0x80 | lower & 0x3F)
      }
      index &+= length
    }
  }

  package static func fold(_ string: String) -> [UInt8] {
    var folded: [UInt8] = []
    Array(string.utf8).withUnsafeBufferPointer { fold($0, into: &folded) }
    return folded
  }

  private static let twoByteLowerCase: [UInt32] = (0..<0x800).map { value in
    Unicode.Scalar(value).flatMap { lowered($0, width: 2) } ?? UInt32(value)
  }

  /// Georgian, Cherokee, Latin additional, Greek extended, Glagolitic, full-width letters: rare enough to ask the library.
  private static func threeByteLowerCase(_ value: UInt32) -> UInt32? {
    switch value {
    case 0x10A0...0x10FF, 0x13A0...0x13FF, 0x1C90...0x1CBF, 0x1E00...0x1FFF, 0x2C00...0x2D2F, 0xA640...0xA7FF,
      0xFF21...0xFF3A:
      Unicode.Scalar(value).flatMap { lowered($0, width: 3) }
    default: nil
    }
  }

  private static func lowered(_ scalar: Unicode.Scalar, width: Int) -> UInt32? {
    let mapping = scalar.properties.lowercaseMapping.unicodeScalars
    guard let first = mapping.first, mapping.count == 1, UTF8.width(first) == width else { return nil }
    return first.value
  }
}
