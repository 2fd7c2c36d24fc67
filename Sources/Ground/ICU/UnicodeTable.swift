import CICU

/// What the pipeline asks of a code point, packed into 32 bits.
///
/// Bits: 0-4 general category, 5 NFC quick check not "yes", 6 NFC boundary before, 7-11 Word_Break, 12 complex context,
/// 13 extended pictographic, 14-21 script, 22-29 canonical combining class.
public struct UnicodeProperties: Sendable, Hashable {
  @usableFromInline let bits: UInt32

  @inlinable init(bits: UInt32) { self.bits = bits }

  /// The general category, numbered as in `Category`.
  @inlinable public var category: Category { Category(rawValue: UInt8(truncatingIfNeeded: bits & 31)) }
  @inlinable public var script: Script { Script(rawValue: UInt8(truncatingIfNeeded: bits >> 14)) }

  @inlinable public var isLetter: Bool { Category.letters.contains(bits & 31) }
  /// Nd, Nl or No.
  @inlinable public var isNumber: Bool { Category.numbers.contains(bits & 31) }
  /// Nd: a decimal digit of any script.
  @inlinable public var isDigit: Bool { category == .decimalNumber }
  @inlinable public var isMark: Bool { Category.marks.contains(bits & 31) }
  @inlinable public var isPunctuation: Bool { Category.punctuation.contains(bits & 31) }
  @inlinable public var isSymbol: Bool { Category.symbols.contains(bits & 31) }
  /// Zs, Zl or Zp (not the control characters tab and line feed).
  @inlinable public var isSeparator: Bool { Category.separators.contains(bits & 31) }
  @inlinable public var isUppercase: Bool { category == .uppercaseLetter }
  @inlinable public var isLowercase: Bool { category == .lowercaseLetter }
  @inlinable public var isAssigned: Bool { category != .unassigned }
  /// Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar and their like: words are found with a dictionary, not by spaces.
  @inlinable public var needsDictionary: Bool { isComplexContext || isIdeographicOrKana }

  @inlinable var isComplexContext: Bool { bits & (1 << 12) != 0 }
  @inlinable var isExtendedPictographic: Bool { bits & (1 << 13) != 0 }
  @inlinable var isIdeographicOrKana: Bool {
    wordBreak == .katakana || ((script == .han || script == .hiragana || script == .katakana) && wordBreak == .other)
  }
  @inlinable var wordBreak: WordBreak { WordBreak(rawValue: UInt8(truncatingIfNeeded: (bits >> 7) & 31)) }
  @inlinable var needsNFCCheck: Bool { bits & (1 << 5) != 0 }
  @inlinable var hasNFCBoundaryBefore: Bool { bits & (1 << 6) != 0 }
  @inlinable var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits >> 22) }
}

/// A general category by ICU's (stable) number.
public struct Category: RawRepresentable, Sendable, Hashable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let unassigned = Category(rawValue: 0)
  public static let uppercaseLetter = Category(rawValue: 1)
  public static let lowercaseLetter = Category(rawValue: 2)
  public static let decimalNumber = Category(rawValue: 9)
  public static let control = Category(rawValue: 15)
  public static let format = Category(rawValue: 16)
  public static let privateUse = Category(rawValue: 17)
  public static let surrogate = Category(rawValue: 18)

  /// A set of categories as a mask.
  @usableFromInline struct Mask: Sendable {
    @usableFromInline let bits: UInt32
    @inlinable init(_ range: ClosedRange<UInt32>, _ more: UInt32...) {
      var bits: UInt32 = 0
      for category in range { bits |= 1 << category }
      for category in more { bits |= 1 << category }
      self.bits = bits
    }
    @inlinable init(bits: UInt32) { self.bits = bits }
    @inlinable func contains(_ category: UInt32) -> Bool { bits & (1 << category) != 0 }
  }

  // Lu Ll Lt Lm Lo = 1...5, Mn Me Mc = 6...8, Nd Nl No = 9...11, Zs Zl Zp = 12...14,
  // Pd Ps Pe Pc Po = 19...23, Sm Sc Sk So = 24...27, Pi Pf = 28...29.
  @inlinable static var letters: Mask { Mask(bits: 0b11_1110) }
  @inlinable static var marks: Mask { Mask(bits: 0b1_1100_0000) }
  @inlinable static var numbers: Mask { Mask(bits: 0b1110_0000_0000) }
  @inlinable static var separators: Mask { Mask(bits: 0b111 << 12) }
  @inlinable static var punctuation: Mask { Mask(bits: 0b11111 << 19 | 0b11 << 28) }
  @inlinable static var symbols: Mask { Mask(bits: 0b1111 << 24) }
}

/// Word_Break values (UAX 29) by ICU's number.
@usableFromInline struct WordBreak: RawRepresentable, Sendable, Hashable {
  @usableFromInline let rawValue: UInt8
  @inlinable init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable static var other: WordBreak { WordBreak(rawValue: 0) }
  @inlinable static var letter: WordBreak { WordBreak(rawValue: 1) }
  @inlinable static var format: WordBreak { WordBreak(rawValue: 2) }
  @inlinable static var katakana: WordBreak { WordBreak(rawValue: 3) }
  @inlinable static var midLetter: WordBreak { WordBreak(rawValue: 4) }
  @inlinable static var midNumber: WordBreak { WordBreak(rawValue: 5) }
  @inlinable static var numeric: WordBreak { WordBreak(rawValue: 6) }
  @inlinable static var extendNumLet: WordBreak { WordBreak(rawValue: 7) }
  @inlinable static var carriageReturn: WordBreak { WordBreak(rawValue: 8) }
  @inlinable static var extend: WordBreak { WordBreak(rawValue: 9) }
  @inlinable static var lineFeed: WordBreak { WordBreak(rawValue: 10) }
  @inlinable static var midNumLet: WordBreak { WordBreak(rawValue: 11) }
  @inlinable static var newline: WordBreak { WordBreak(rawValue: 12) }
  @inlinable static var regionalIndicator: WordBreak { WordBreak(rawValue: 13) }
  @inlinable static var hebrewLetter: WordBreak { WordBreak(rawValue: 14) }
  @inlinable static var singleQuote: WordBreak { WordBreak(rawValue: 15) }
  @inlinable static var doubleQuote: WordBreak { WordBreak(rawValue: 16) }
  @inlinable static var zeroWidthJoiner: WordBreak { WordBreak(rawValue: 21) }
  @inlinable static var segmentSpace: WordBreak { WordBreak(rawValue: 22) }
}

/// Properties of every code point in two stages (blocks of 128), read from the system's ICU when first used (some
/// milliseconds). Take a local copy before a hot loop.
public struct UnicodeTable: @unchecked Sendable {
  // Invariant behind @unchecked: both buffers are written once, before `shared` is published, and never freed.
  @usableFromInline let blocks: UnsafePointer<UInt16>
  @usableFromInline let entries: UnsafePointer<UInt32>

  public static let shared = UnicodeTable()

  /// The properties of a code point; those of an unassigned one for anything above U+10FFFF.
  @inlinable public subscript(codePoint: UInt32) -> UnicodeProperties {
    guard codePoint < 0x110000 else { return UnicodeProperties(bits: 0) }
    let block = Int(blocks[Int(codePoint >> 7)])
    return UnicodeProperties(bits: entries[block << 7 | Int(codePoint & 127)])
  }

  private init() {
    var flat = [UInt32](repeating: 0, count: 0x110000)
    Self.fill(&flat)
    var blockOf: [UInt16] = []
    var packed: [UInt32] = []
    var known: [[UInt32]: UInt16] = [:]
    for start in stride(from: 0, to: flat.count, by: 128) {
      let block = Array(flat[start..<start + 128])
      if let number = known[block] {
        blockOf.append(number)
      } else {
        let number = UInt16(packed.count >> 7)
        known[block] = number
        blockOf.append(number)
        packed.append(contentsOf: block)
      }
    }
    blocks = Self.immortalCopy(blockOf)
    entries = Self.immortalCopy(packed)
  }

  private static func immortalCopy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafePointer<Element> {
    let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: values.count)
    _ = copy.initialize(from: values)
    return UnsafePointer(copy.baseAddress!)  // `values` is never empty
  }

  private static func fill(_ flat: inout [UInt32]) {
    flat.withUnsafeMutableBufferPointer { table in
      cicu_each_category_range(table.baseAddress) { context, first, last, category in
        guard let table = context?.assumingMemoryBound(to: UInt32.self) else { return }
        // Unassigned, private use and surrogates: a boundary for normalization, no script, nothing else.
        let isPlain = category == 0 || category == 17 || category == 18
        for codePoint in first...last {
          table[Int(codePoint)] = isPlain ? UInt32(category) | 1 << 6 : UnicodeTable.measure(codePoint, category)
        }
      }
    }
  }

  private static func measure(_ codePoint: Int32, _ category: Int32) -> UInt32 {
    var bits = UInt32(category)
    if cicu_needs_nfc_check(codePoint) != 0 { bits |= 1 << 5 }
    if cicu_has_nfc_boundary_before(codePoint) != 0 { bits |= 1 << 6 }
    // CLDR's tailoring: a colon separates words in every language but Finnish and Swedish.
    let isColon = codePoint == 0x3A || codePoint == 0xFE55 || codePoint == 0xFF1A
    if !isColon { bits |= UInt32(cicu_word_break(codePoint)) << 7 }
    if cicu_is_complex_context(codePoint) != 0 { bits |= 1 << 12 }
    if cicu_is_extended_pictographic(codePoint) != 0 { bits |= 1 << 13 }
    bits |= UInt32(cicu_script(codePoint)) << 14
    return bits | UInt32(cicu_combining_class(codePoint)) << 22
  }
}
