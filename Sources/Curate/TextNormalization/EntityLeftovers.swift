import ICU

/// Character references that are still in a text after extraction, from markup that was escaped twice.
enum EntityLeftovers {
  /// Decodes all references that end in a semicolon, nested ones (`&amp;nbsp;`) to the bottom. A text that contains `<` is left
  /// alone: it talks about markup (ftfy's rule). Returns how many were decoded.
  static func decode(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Int {
    guard !text.contains(0x3C) else { return 0 }
    output.removeAll(keepingCapacity: true)
    output.reserveCapacity(text.count)
    var count = 0
    var copied = 0
    var index = 0
    while index < text.count {
      guard text[index] == 0x26 else {
        index &+= 1
        continue
      }
      guard var (codePoint, end) = reference(text, behindAmpersand: index &+ 1) else {
        index &+= 1
        continue
      }
      count += 1
      // A decoded ampersand may begin the next reference.
      while codePoint == 0x26, let inner = reference(text, behindAmpersand: end) {
        (codePoint, end) = inner
        count += 1
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied..<index]))
      UTF8Scalars.append(codePoint, to: &output)
      index = end
      copied = end
    }
    if count > 0 { output.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied...])) }
    return count
  }

  /// The reference whose text behind `&` starts at `start`: its code point and the index behind the semicolon.
  private static func reference(
    _ text: UnsafeBufferPointer<UInt8>, behindAmpersand start: Int
  ) -> (codePoint: UInt32, end: Int)? {
    guard start < text.count else { return nil }
    if text[start] == 0x23 { return number(text, from: start &+ 1) }
    var end = start
    while end < text.count, end &- start < 10, isNameByte(text[end]) { end &+= 1 }
    guard end > start, end < text.count, text[end] == 0x3B else { return nil }
    let name = String(decoding: UnsafeBufferPointer(rebasing: text[start..<end]), as: UTF8.self)
    guard let codePoint = names[name] else { return nil }
    return (codePoint, end &+ 1)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
  }

  private static func number(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> (codePoint: UInt32, end: Int)? {
    var index = start
    let isHexadecimal = index < text.count && text[index] | 0x20 == 0x78
    if isHexadecimal { index &+= 1 }
    var value: UInt32 = 0
    let firstDigit = index
    while index < text.count, index &- firstDigit < 8 {
      let byte = text[index]
      var digit: UInt32
      if byte >= 0x30, byte <= 0x39 {
        digit = UInt32(byte) - 0x30
      } else if isHexadecimal, byte | 0x20 >= 0x61, byte | 0x20 <= 0x66 {
        digit = UInt32(byte | 0x20) - 0x57
      } else {
        break
      }
      value = value &* (isHexadecimal ? 16 : 10) &+ digit
      index &+= 1
    }
    guard index > firstDigit, index < text.count, text[index] == 0x3B else { return nil }
    // 128 to 159 mean Windows-1252 (HTML Living Standard, 13.2.5.80).
    if value >= 0x80, value < 0xA0 { value = Windows1252.codePoint(UInt8(value)) }
    let isScalar = value > 0 && value < 0x110000 && !(value >= 0xD800 && value < 0xE000)
    return isScalar ? (value, index &+ 1) : nil
  }

  /// The HTML 4 names of Latin-1, in order from U+00A0, and the common symbols.
  private static let names: [String: UInt32] = {
    let latin = """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para \
      middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute \
      Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute \
      THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde \
      ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
      """
    var names: [String: UInt32] = [
      "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "OElig": 0x152, "oelig": 0x153, "Scaron": 0x160,
      "scaron": 0x161, "Yuml": 0x178, "circ": 0x2C6, "tilde": 0x2DC, "ensp": 0x2002, "emsp": 0x2003, "thinsp": 0x2009,
      "zwnj": 0x200C, "zwj": 0x200D, "lrm": 0x200E, "rlm": 0x200F, "ndash": 0x2013, "mdash": 0x2014, "lsquo": 0x2018,
      "rsquo": 0x2019, "sbquo": 0x201A, "ldquo": 0x201C, "rdquo": 0x201D, "bdquo": 0x201E, "dagger": 0x2020, "Dagger": 0x2021,
      "bull": 0x2022, "hellip": 0x2026, "permil": 0x2030, "prime": 0x2032, "lsaquo": 0x2039, "rsaquo": 0x203A, "euro": 0x20AC,
      "trade": 0x2122, "larr": 0x2190, "uarr": 0x2191, "rarr": 0x2192, "darr": 0x2193, "harr": 0x2194, "minus": 0x2212,
      "infin": 0x221E, "ne": 0x2260, "le": 0x2264, "ge": 0x2265,
    ]
    for (offset, name) in latin.split(separator: " ").enumerated() { names[String(name)] = 0xA0 + UInt32(offset) }
    return names
  }()
}
