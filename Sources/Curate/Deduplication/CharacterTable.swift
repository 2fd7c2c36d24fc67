/// What a Unicode scalar is to shingling and exact hashing, by table for the basic plane.
///
/// Built once from the standard library's Unicode data (letter case, general category).
struct CharacterTable: Sendable {
  enum Class: UInt8 {
    /// White space, control, punctuation, symbol: ends a word.
    case separator
    /// Letter, mark or digit of a script that puts spaces between words.
    case word
    /// Scalar of a script written without spaces: a token by itself.
    case unspaced
    /// Format character (zero-width joiner, soft hyphen, …): as if it were not there.
    case ignored
  }

  static let shared = CharacterTable()

  private let classes: [UInt8]
  private let lowercase: [UInt16]

  private init() {
    var classes = [UInt8](repeating: Class.separator.rawValue, count: 1 << 16)
    var lowercase = (0..<(1 << 16)).map { UInt16($0) }
    for value in 0..<UInt32(1 << 16) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      classes[Int(value)] = Self.classify(scalar).rawValue
      guard scalar.properties.changesWhenLowercased else { continue }
      let lower = scalar.properties.lowercaseMapping.unicodeScalars
      if lower.count == 1, let first = lower.first, first.value < 1 << 16 { lowercase[Int(value)] = UInt16(first.value) }
    }
    self.classes = classes
    self.lowercase = lowercase
  }

  @inline(__always) func classOf(_ scalar: UInt32) -> Class {
    scalar < 1 << 16
      ? classes.withUnsafeBufferPointer { unsafeBitCast($0[Int(scalar)], to: Class.self) } : Self.classBeyondBasicPlane(scalar)
  }

  @inline(__always) func lowercased(_ scalar: UInt32) -> UInt32 {
    scalar < 1 << 16 ? UInt32(lowercase.withUnsafeBufferPointer { $0[Int(scalar)] }) : scalar
  }

  private static func classBeyondBasicPlane(_ value: UInt32) -> Class {
    if (0x20000...0x3FFFF).contains(value) { return .unspaced }
    guard let scalar = Unicode.Scalar(value) else { return .separator }
    return classify(scalar)
  }

  private static func classify(_ scalar: Unicode.Scalar) -> Class {
    switch scalar.properties.generalCategory {
    case .format: return .ignored
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
      .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .privateUse:
      return isUnspaced(scalar.value) ? .unspaced : .word
    default: return .separator
    }
  }

  /// Han, kana, Thai, Lao, Myanmar, Khmer, Yi: scripts that do not put spaces between words.
  private static func isUnspaced(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x19E0...0x19FF, 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029,
      0x3031...0x3035, 0x3040...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA9E0...0xA9FF,
      0xAA60...0xAA7F, 0xF900...0xFAFF, 0xFF66...0xFF9F, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}

/// The scalar that starts at `index` of valid UTF-8, and its length in bytes.
@inline(__always)
func decodeScalar(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (value: UInt32, length: Int) {
  let first = UInt32(bytes[index])
  if first < 0x80 { return (first, 1) }
  let left = bytes.count - index
  if first < 0xE0, left > 1 { return ((first & 0x1F) << 6 | UInt32(bytes[index + 1]) & 0x3F, 2) }
  if first < 0xF0, left > 2 {
    return ((first & 0x0F) << 12 | (UInt32(bytes[index + 1]) & 0x3F) << 6 | UInt32(bytes[index + 2]) & 0x3F, 3)
  }
  if left > 3 {
    let high = (first & 0x07) << 18 | (UInt32(bytes[index + 1]) & 0x3F) << 12
    return (high | (UInt32(bytes[index + 2]) & 0x3F) << 6 | UInt32(bytes[index + 3]) & 0x3F, 4)
  }
  return (0xFFFD, 1)
}
