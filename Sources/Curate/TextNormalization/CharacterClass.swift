import ICU

/// What the character policy does with a code point.
enum CharacterClass: UInt8 {
  case keep
  case lineEnding
  case control
  case invisible
  case bidirectional
  case space
  case privateUse
  /// ZWNJ and ZWJ: kept inside words of scripts that need them and inside emoji, dropped next to ASCII, space and the edges.
  case joiner
  case mark

  /// The class of a code point other than line feed and tab.
  static func of(_ codePoint: UInt32, _ table: UnicodeTable) -> CharacterClass {
    switch codePoint {
    case 0x20...0x7E: .keep
    case 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: .lineEnding
    case 0...0x1F, 0x7F...0x9F: .control
    case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: .space
    case 0xAD, 0x200B, 0x2060, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC, 0xE0000...0xE007F: .invisible
    case 0x200C, 0x200D: .joiner
    case 0x202A...0x202E, 0x2066...0x2069: .bidirectional
    case 0xE000...0xF8FF, 0xFDD0...0xFDEF, 0xF0000...0x10FFFF: .privateUse
    default:
      if codePoint & 0xFFFE == 0xFFFE { .privateUse } else { codePoint >= 0x300 && table[codePoint].isMark ? .mark : .keep }
    }
  }

  /// Whether nothing of the character is left.
  var isDropped: Bool {
    switch self {
    case .control, .invisible, .bidirectional, .privateUse: true
    case .keep, .lineEnding, .space, .joiner, .mark: false
    }
  }

  var edit: TextEdit? {
    switch self {
    case .lineEnding: .lineEnding
    case .control: .control
    case .invisible, .joiner: .invisible
    case .bidirectional: .bidirectional
    case .space: .space
    case .privateUse: .privateUse
    case .mark: .markFlood
    case .keep: nil
    }
  }
}
