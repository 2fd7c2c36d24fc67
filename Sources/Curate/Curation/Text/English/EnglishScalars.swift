import ICU

/// What a scalar is to spaCy's English tokenizer (3.8, `spacy/lang/char_classes.py`): which marks it splits off, and what it takes for
/// letters. Its blocks of scripts without case count as lower and upper case at once, punctuation inside them included.
struct EnglishScalars: OptionSet, Sendable {
  let rawValue: UInt8

  static let alpha = EnglishScalars(rawValue: 1)
  static let lower = EnglishScalars(rawValue: 2)
  static let upper = EnglishScalars(rawValue: 4)
  static let punctuation = EnglishScalars(rawValue: 8)
  static let quote = EnglishScalars(rawValue: 16)
  static let currency = EnglishScalars(rawValue: 32)
  static let icon = EnglishScalars(rawValue: 64)

  @inline(__always)
  static func of(_ scalar: UInt32, in table: [UInt8]) -> EnglishScalars {
    EnglishScalars(rawValue: Int(scalar) < table.count ? table[Int(scalar)] : scalar < 0x3_0000 ? uncased.rawValue : 0)
  }

  static let table: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 0x2_0000)
    for range in casedBlocks {
      for scalar in range where ScalarClass.of(scalar).contains(.letter) || scalar < 0x250 {
        let isUpper = UnicodeTable.shared[scalar].isUppercase
        let isTitle = ScalarClass.of(scalar).contains(.upper) && !isUpper
        table[Int(scalar)] |= (isTitle ? alpha : isUpper ? [.alpha, .upper] : [.alpha, .lower]).rawValue
      }
    }
    for range in uncasedBlocks { for scalar in range { table[Int(scalar)] |= uncased.rawValue } }
    for scalar in 0..<UInt32(table.count) where UnicodeTable.shared[scalar].category == .otherSymbol {
      table[Int(scalar)] |= icon.rawValue
    }
    for scalar in punctuationMarks.unicodeScalars { table[Int(scalar.value)] |= punctuation.rawValue }
    for scalar in quotes.unicodeScalars { table[Int(scalar.value)] |= quote.rawValue }
    for scalar in currencies.unicodeScalars { table[Int(scalar.value)] |= currency.rawValue }
    for scalar in UInt32(0x20A0)...0x20BF { table[Int(scalar)] |= currency.rawValue }
    return table
  }()

  private static let uncased: EnglishScalars = [.alpha, .lower, .upper]

  /// Latin, Greek and Cyrillic, as far as they are listed there.
  private static let casedBlocks: [ClosedRange<UInt32>] = [
    0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x1BF, 0x1C4...0x2AF, 0x386...0x386, 0x388...0x38A,
    0x38C...0x38C,
    0x38E...0x38F, 0x391...0x3A9, 0x3AC...0x3AF, 0x3B1...0x3C9, 0x3CC...0x3CE, 0x400...0x401, 0x403...0x40A, 0x40C...0x40D,
    0x410...0x451, 0x453...0x45A, 0x45C...0x45D, 0x490...0x491, 0x496...0x497, 0x4A2...0x4A3, 0x4AE...0x4AF, 0x4BA...0x4BB,
    0x4D8...0x4D9, 0x4E8...0x4E9, 0x1D00...0x1D25, 0x1D6B...0x1D77, 0x1D79...0x1D9A, 0x1E00...0x1EFF, 0x2C60...0x2C7B,
    0x2C7E...0x2C7F, 0xA722...0xA76F, 0xA771...0xA787, 0xA78B...0xA78E, 0xA790...0xA7B9, 0xA7FA...0xA7FA, 0xAB30...0xAB5A,
    0xAB60...0xAB64, 0xFF21...0xFF3A, 0xFF41...0xFF5A,
  ]

  /// Hebrew, Arabic, Devanagari, Bengali, Tamil, Telugu, Kannada, Sinhala, Hangul, Ethiopic, kana and Han with what lies between.
  private static let uncasedBlocks: [ClosedRange<UInt32>] = [
    0x591...0x5F4, 0x620...0x64A, 0x66E...0x6D5, 0x6E5...0x6FF, 0x750...0x77F, 0x8A0...0x8BD, 0x900...0x9FF, 0xB80...0xCFF,
    0xD80...0xDFF, 0x1100...0x137F, 0x2E80...0x2FDF, 0x2FF0...0x30FF, 0x31C0...0x31EF, 0x3200...0x4DBF, 0x4E00...0x9FFF,
    0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFB1D...0xFBB1, 0xFBD3...0xFD3D, 0xFD50...0xFDC7, 0xFDF0...0xFDFB, 0xFE30...0xFE4F,
    0xFE70...0xFEFC, 0x1EE00...0x1EEBB, 0x1F200...0x1F2FF,
  ]

  private static let punctuationMarks = "…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪"
  private static let quotes =
    "'\"\u{201D}\u{201C}`\u{2018}\u{B4}\u{2019}\u{201A},\u{201E}»«「」『』（）〔〕【】《》\u{3008}\u{3009}\u{2329}\u{232A}⟦⟧"
  private static let currencies = "$£€¥฿₽﷼"

  /// Units that are split off behind a digit, by their scalars.
  static let units: [[UInt32]] = [
    "km", "km²", "km³", "m", "m²", "m³", "dm", "dm²", "dm³", "cm", "cm²", "cm³", "mm", "mm²", "mm³", "ha", "µm", "nm", "yd",
    "in",
    "ft", "kg", "g", "mg", "µg", "t", "lb", "oz", "m/s", "km/h", "kmh", "mph", "hPa", "Pa", "mbar", "mb", "MB", "kb", "KB",
    "gb",
    "GB", "tb", "TB", "T", "G", "M", "K", "%", "км", "км²", "км³", "м", "м²", "м³", "дм", "дм²", "дм³", "см", "см²", "см³",
    "мм",
    "мм²", "мм³", "нм", "кг", "г", "мг", "м/с", "км/ч", "кПа", "Па", "мбар", "Кб", "КБ", "кб", "Мб", "МБ", "мб", "Гб", "ГБ",
    "гб",
    "Тб", "ТБ",
  ].map { $0.unicodeScalars.map(\.value) }
}

extension ICU.Category {
  fileprivate static let otherSymbol = Category(rawValue: 27)
}

/// What datatrove 0.10 takes for punctuation when it counts words (`PUNCTUATION_SET`): not a class of Unicode's, but a list, with all
/// sentence ends and all controls but tab and line feed.
enum DatatrovePunctuation {
  static func contains(_ scalar: UInt32, in table: [UInt8]) -> Bool {
    switch scalar {
    case 0x00...0x08, 0x0B...0x1F, 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x9F: true
    case 0xAB, 0xB4, 0xBB, 0x2013, 0x2014, 0x2019, 0x201C...0x201E, 0x2026, 0x2236, 0x2501, 0x25BA, 0x3001, 0x3008...0x300D,
      0x3010,
      0x3011, 0xFF05, 0xFF08, 0xFF09, 0xFF0C, 0xFF11, 0xFF1A, 0xFF1B, 0xFF5E:
      true
    default: scalar > 0x9F && ScalarClass.of(scalar, in: table).contains(.terminal)
    }
  }
}
