/// One look over a text that says which passes may have work: what makes clean text cheap.
///
/// It may suspect too much, never too little.
struct TextInspection {
  /// Characters or white space that the character policy would change.
  private(set) var suspectsPolicy = false
  /// Characters that may not be in NFC.
  private(set) var suspectsComposition = false
  private(set) var suspectsMojibake = false
  private(set) var suspectsEntities = false
  private(set) var replacementCharacters = 0

  /// The last character may be a combining mark; where the row of such characters ends, and how many they are.
  private var mayBeMark = false
  private var rowEnd = -1
  private var row = 0

  var isClean: Bool { !suspectsPolicy && !suspectsComposition && !suspectsMojibake && !suspectsEntities }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  init(_ text: UnsafeBufferPointer<UInt8>) {
    let raw = UnsafeRawBufferPointer(text)
    var index = 0
    while index < text.count {
      if index &+ 8 <= text.count {
        let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let marks = Self.special(word)
        if marks == 0 {
          index &+= 8
          continue
        }
        index &+= marks.trailingZeroBitCount >> 3
      }
      let byte = text[index]
      if byte >= 0x80 {
        let end = inspectScalar(text, at: index)
        if mayBeMark { countMark(from: index, to: end) }
        index = end
      } else {
        if byte < 0x20 || byte == 0x26 || byte == 0x7F { inspectASCII(text, at: index, byte) }
        index &+= 1
      }
    }
    if let last = text.last, last == 0x20 || last == 0x09 || last == 0x0A { suspectsPolicy = true }
  }

  /// The high bit of each byte that is a control character, `&`, DEL or not ASCII. Exact up to and including the lowest one.
  @inline(__always) private static func special(_ word: UInt64) -> UInt64 {
    let below20 = word &- ones &* 0x20
    let ampersand = (word ^ (ones &* 0x26)) &- ones
    let delete = (word ^ (ones &* 0x7F)) &- ones
    return (below20 | ampersand | delete | word) & highs
  }

  @inline(__always)
  private mutating func inspectASCII(_ text: UnsafeBufferPointer<UInt8>, at index: Int, _ byte: UInt8) {
    switch byte {
    case 0x0A:
      guard index > 0 else {
        suspectsPolicy = true
        return
      }
      let before = text[index &- 1]
      if before == 0x20 || before == 0x09 { suspectsPolicy = true }
      if before == 0x0A, index == 1 || text[index &- 2] == 0x0A { suspectsPolicy = true }
    case 0x09: break
    case 0x26:
      if index &+ 1 < text.count {
        let next = text[index &+ 1]
        if next == 0x23 || (next | 0x20 >= 0x61 && next | 0x20 <= 0x7A) { suspectsEntities = true }
      }
    default: suspectsPolicy = true
    }
  }

  /// Looks at a character outside ASCII by its bytes; returns the index behind it.
  @inline(__always)
  private mutating func inspectScalar(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let lead = text[index]
    let second = index &+ 1 < text.count ? text[index &+ 1] : 0
    if lead < 0xE0 {
      switch lead {
      case 0xC2: if second <= 0xA0 || second == 0xAD { suspectsPolicy = true }
      case 0xC3:
        // A letter that can be the image of a UTF-8 lead byte before one that can be the image of a continuation byte.
        if second >= 0x82, second <= 0xB4, index &+ 2 < text.count {
          switch text[index &+ 2] {
          case 0xC2, 0xC5, 0xC6, 0xCB, 0xE2: suspectsMojibake = true
          default: break
          }
        }
      case 0xC4...0xCB, 0xD0, 0xD1: break
      case 0xD2...0xD5 where second > 0x89 || lead != 0xD2: break  // Cyrillic and Armenian letters
      default: suspectComposition()
      }
      return index &+ 2
    }
    if lead < 0xF0 {
      let third = index &+ 2 < text.count ? text[index &+ 2] : 0
      switch lead {
      case 0xE2: inspectE2(second, third)
      case 0xE3:
        if second == 0x80, third == 0x80 { suspectsPolicy = true }
        if (second == 0x80 && third >= 0xAA && third <= 0xAF) || (second == 0x82 && (third == 0x99 || third == 0x9A)) {
          suspectComposition()
        }
      case 0xE4...0xE9, 0xEB, 0xEC: break
      case 0xE1:
        if second == 0x9A, third == 0x80 { suspectsPolicy = true }
        if second < 0xB8 || second > 0xBB { suspectComposition() }
      case 0xEE: suspectsPolicy = true
      case 0xEF: inspectEF(second, third)
      default: suspectComposition()
      }
      return index &+ 3
    }
    let third = index &+ 2 < text.count ? text[index &+ 2] : 0
    if lead != 0xF0 || third == 0xBF || third == 0x9F || third == 0xAF { suspectsPolicy = true }
    if second != 0x9F { suspectComposition() }
    return index &+ 4
  }

  /// A long row of possible marks is a matter for the policy, which counts the true ones.
  @inline(__always) private mutating func countMark(from index: Int, to end: Int) {
    row = index == rowEnd ? row &+ 1 : 1
    rowEnd = end
    if row > CharacterPolicy.mostMarksInRow { suspectsPolicy = true }
    mayBeMark = false
  }

  @inline(__always) private mutating func suspectComposition() {
    suspectsComposition = true
    mayBeMark = true
  }

  @inline(__always) private mutating func inspectE2(_ second: UInt8, _ third: UInt8) {
    switch second {
    case 0x80:
      if third <= 0x8D || (third >= 0xA8 && third <= 0xAF) { suspectsPolicy = true }
      if third == 0x80 || third == 0x81 { suspectComposition() }
    case 0x81: if third >= 0x9F { suspectsPolicy = true }
    case 0x82, 0x86, 0x94...0x98: break
    default: suspectComposition()
    }
  }

  @inline(__always) private mutating func inspectEF(_ second: UInt8, _ third: UInt8) {
    switch second {
    case 0xBF:
      if third == 0xBD { replacementCharacters &+= 1 } else if third >= 0xB9 { suspectsPolicy = true }
    case 0xBC, 0xBD, 0xBE: break
    case 0xBB: if third == 0xBF { suspectsPolicy = true }
    case 0x80...0xA3, 0xB7: suspectsPolicy = true
    default: suspectComposition()
    }
  }
}
