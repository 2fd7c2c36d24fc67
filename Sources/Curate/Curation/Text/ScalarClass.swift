import ICU

/// What a Unicode scalar is for the purposes of counting: one byte of properties per scalar.
package struct ScalarClass: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// General category L*.
  package static let letter = ScalarClass(rawValue: 1)
  /// General category N*.
  package static let number = ScalarClass(rawValue: 2)
  /// White space and control characters.
  package static let space = ScalarClass(rawValue: 4)
  /// General category Lu or Lt.
  package static let upper = ScalarClass(rawValue: 8)
  /// Ends a sentence in some script.
  package static let terminal = ScalarClass(rawValue: 16)
  /// May follow the end of a sentence: closing brackets and quotation marks.
  package static let closer = ScalarClass(rawValue: 32)
  /// Punctuation or symbol, the marks above among them.
  package static let symbol = ScalarClass(rawValue: 64)
  /// Han, kana, Thai, Lao, Khmer, Myanmar: written without spaces between words.
  package static let unspaced = ScalarClass(rawValue: 128)

  @inline(__always)
  package static func of(_ scalar: UInt32, in table: [UInt8]) -> ScalarClass {
    ScalarClass(rawValue: Int(scalar) < table.count ? table[Int(scalar)] : scalar < 0x4_0000 ? ideograph : 0)
  }

  package static func of(_ scalar: UInt32) -> ScalarClass { of(scalar, in: table) }

  /// One byte for each scalar of planes 0 and 1, computed at first use (take a local copy before a loop). Planes 2 and 3 hold
  /// nothing but ideographs, the others nothing that counts.
  package static let table: [UInt8] = {
    var table = (0..<0x2_0000).map { compute(UnicodeTable.shared[$0]).rawValue }
    for scalar in SentenceTerminals.ranges.joined() { table[Int(scalar)] |= terminal.rawValue }
    for scalar in SentenceTerminals.closers { table[Int(scalar)] |= closer.rawValue }
    return table
  }()

  private static let ideograph = ScalarClass([.letter, .unspaced]).rawValue

  private static func compute(_ properties: UnicodeProperties) -> ScalarClass {
    var result: ScalarClass = []
    if properties.isLetter { result.insert(.letter) }
    if properties.isUppercase || properties.category == .titlecaseLetter { result.insert(.upper) }
    if properties.isNumber { result.insert(.number) }
    if properties.isSeparator || properties.category == .control { result.insert(.space) }
    if properties.isPunctuation || properties.isSymbol { result.insert(.symbol) }
    if properties.needsDictionary { result.insert(.unspaced) }
    return result
  }
}

extension ICU.Category {
  fileprivate static let titlecaseLetter = Category(rawValue: 3)
}
