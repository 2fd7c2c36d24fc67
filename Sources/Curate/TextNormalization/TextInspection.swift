/// One look over a text that says which passes may have work: what makes clean text cheap.
///
/// It may suspect too much, never too little.
struct TextInspection {
  /// Characters or white space that the character policy would change.
  private(set) var suspectsPolicy = false
  /// Characters that may not be in NFC.
  private(set) var suspectsComposition = false
  private(set) var suspectsMojibake = false
  /// Pairs of characters that single-byte encodings make of UTF-8, and all characters beyond ASCII.
  private var oddPairs = 0
  private var charactersBeyondASCII = 0
  /// Whether so many pairs are odd that `LegacyMojibake` is to look closer: languages have some, one in a hundred at most.
  var suspectsLegacyMojibake: Bool { oddPairs > 0 && oddPairs &* 32 >= charactersBeyondASCII }
  private(set) var suspectsEntities = false
  private(set) var replacementCharacters = 0

  /// The last character may be a combining mark; where the row of such characters ends, and how many they are.
  private var mayBeMark = false
  private var rowEnd = -1
  private var row = 0

  var isClean: Bool {
    !suspectsPolicy && !suspectsComposition && !suspectsMojibake && !suspectsLegacyMojibake && !suspectsEntities
  }

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
    charactersBeyondASCII &+= 1
    if lead < 0xE0 {
      switch lead {
      case 0xC2:
        if second <= 0xA0 || second == 0xAD { suspectsPolicy = true }
        // A control, as bytes that an encoding leaves undefined become.
        if second < 0xA0 { oddPairs &+= 1 }
      case 0xC3:
        // A letter that can be the image of a UTF-8 lead byte before one that can be the image of a continuation byte.
        if second >= 0x82, second <= 0xB4, index &+ 2 < text.count {
          switch text[index &+ 2] {
          case 0xC2, 0xC5, 0xC6, 0xCB, 0xE2: suspectsMojibake = true
          default: break
          }
          if text[index &+ 2] >= 0xC2 { oddPairs &+= 1 }
        }
      case 0xC4, 0xC5: inspectLatin(text, index, lead, second)
      case 0xC6...0xCB: break
      case 0xD0: if second >= 0x90 { inspectCyrillic(text, index, isCapital: second < 0xB0) }
      case 0xD1: if second < 0x90 { inspectCyrillic(text, index, isCapital: false) }
      case 0xCE, 0xCF:
        suspectComposition()
        inspectGreek(text, index)
      case 0xD2...0xD5 where second > 0x89 || lead != 0xD2: break  // Cyrillic and Armenian letters
      default: suspectComposition()
      }
      return index &+ 2
    }
    if lead < 0xF0 {
      let third = index &+ 2 < text.count ? text[index &+ 2] : 0
      switch lead {
      case 0xE2:
        inspectE2(second, third)
        if second == 0x80, third == 0x93 || third == 0x94 { inspectDash(text, index) }
        // Box drawing, √ and the like before a character beyond ASCII that is none of them.
        if second == 0x94 || second == 0x95 || second == 0x88 || second == 0x89, index &+ 4 < text.count,
          text[index &+ 3] >= 0xC2
        {
          let isRow = text[index &+ 3] == 0xE2 && text[index &+ 4] == second
          // `├│` is a row of boxes, but not in a word.
          oddPairs &+= isRow && !(third == 0x9C && index > 0 && (text[index &- 1] | 0x20) &- 0x61 < 26) ? 0 : 1
        }
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

  /// Letters before the euro sign, and images of lead bytes (`Ă`, `Ĺ`, `Ć`, `Đ`, `Ń`, `Ş`, `Ğ`, `Œ`, `Ř`, `Ů`, `ŕ`) before another character beyond ASCII.
  @inline(__always)
  private mutating func inspectLatin(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ lead: UInt8, _ second: UInt8) {
    guard index &+ 2 < text.count, text[index &+ 2] >= 0xC2 else { return }
    let isBeforeEuro =
      text[index &+ 2] == 0xE2 && index &+ 4 < text.count && text[index &+ 3] == 0x82 && text[index &+ 4] == 0xAC
    if isBeforeEuro { oddPairs &+= 1 }
    switch (lead, second) {
    case (0xC4, 0x80), (0xC4, 0x82), (0xC4, 0x84), (0xC4, 0x86), (0xC4, 0x8C), (0xC4, 0x8E), (0xC4, 0x90), (0xC4, 0x92),
      (0xC4, 0x96), (0xC4, 0x98),
      (0xC4, 0x9E), (0xC4, 0xAE), (0xC4, 0xB9), (0xC5, 0x83), (0xC5, 0x92), (0xC5, 0x93), (0xC5, 0xA0), (0xC5, 0x9E),
      (0xC5, 0x81), (0xC5, 0x98), (0xC5, 0xAE), (0xC5, 0x95):
      oddPairs &+= 1
    default: break
    }
  }

  /// Cyrillic letters before what hardly follows one: signs, and, behind capitals, letters of a few alphabets only.
  @inline(__always)
  private mutating func inspectCyrillic(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, isCapital: Bool) {
    guard index &+ 3 < text.count else { return }
    let (next, behind) = (text[index &+ 2], text[index &+ 3])
    switch next {
    case 0xC2: oddPairs &+= Self.isUsualBehindWords(behind) ? 0 : 1
    case 0xD0: oddPairs &+= behind < 0x90 ? 1 : 0
    case 0xD1: oddPairs &+= isCapital && behind >= 0x90 ? 1 : 0
    case 0xD2: oddPairs &+= isCapital ? 1 : 0
    case 0xE2: oddPairs &+= isCapital || behind == 0x84 ? 1 : 0
    default: break
    }
  }

  /// Greek letters before what hardly follows one.
  @inline(__always)
  private mutating func inspectGreek(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) {
    guard index &+ 3 < text.count else { return }
    let (next, behind) = (text[index &+ 2], text[index &+ 3])
    switch next {
    case 0xC2: oddPairs &+= Self.isUsualBehindWords(behind) ? 0 : 1
    case 0xC3, 0xC6, 0xC9: oddPairs &+= 1
    case 0xCE: oddPairs &+= behind < 0x91 ? 1 : 0
    case 0xE2: oddPairs &+= behind != 0x80 || text[index &+ 1] <= 0xA9 ? 1 : 0
    default: break
    }
  }

  /// Dashes (`–`, `—`) before letters beyond ASCII or signs, as Mac Roman makes of Cyrillic.
  @inline(__always)
  private mutating func inspectDash(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) {
    guard index &+ 4 < text.count else { return }
    switch text[index &+ 3] {
    case 0xC2: oddPairs &+= Self.isUsualBehindWords(text[index &+ 4]) ? 0 : 1
    case 0xC3: oddPairs &+= 1
    default: break
    }
  }

  /// The second byte of no-break spaces, soft hyphens, guillemets and middle dots.
  @inline(__always) private static func isUsualBehindWords(_ byte: UInt8) -> Bool {
    byte == 0xA0 || byte == 0xAB || byte == 0xAD || byte == 0xB7 || byte == 0xBB
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
