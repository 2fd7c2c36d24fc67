import Documents
import ICU

/// Text in UTF-8, and how it became that.
public struct DecodedText: Sendable, Equatable {
  /// What decided on the encoding.
  public enum Source: String, Sendable, CaseIterable {
    case byteOrderMark = "byte-order-mark"
    /// All of it is valid UTF-8 (or ASCII).
    case validUTF8 = "valid-utf-8"
    /// Almost all of it is: a few damaged or cut-off characters were replaced.
    case mostlyUTF8 = "mostly-utf-8"
    case httpHeader = "http-header"
    /// `<meta>` or the XML declaration.
    case declaration
    case statistics
    /// Nothing else gave an answer: windows-1252.
    case fallback
  }

  /// Valid UTF-8 without control characters other than tab, line feed, form feed and carriage return.
  public var utf8: [UInt8]
  public var charset: Charset
  public var source: Source
  /// Input bytes that were not valid in the encoding and became U+FFFD.
  public var replacedBytes: Int
  /// Control characters, NUL among them, that became spaces.
  public var replacedControls: Int
}

/// Decides on the encoding of web text and decodes it.
///
/// The order is: byte order mark, validity as UTF-8, HTTP header, declaration in the page, statistics, windows-1252. Validity comes
/// before what is declared because text in another encoding is hardly ever valid UTF-8 by chance, whereas declarations are often
/// wrong; it is also the fastest test. The exceptions are declared encodings for which the argument fails: those that write
/// everything in seven bits, and double-byte sets with fewer than four characters to judge by.
///
/// One instance per thread: it keeps converters open.
public final class TextDecoder {
  private var converters: [String: CharacterConverter] = [:]
  private lazy var detector = CharacterSetDetector()

  /// Below this confidence (0 to 100) a statistical answer is not used.
  private static let minimumConfidence = 30
  private static let sampleBytes = 8 << 10

  public init() {}

  /// - Parameters:
  ///   - httpCharset: the charset parameter of the response's `Content-Type`, as written.
  ///   - isMarkup: whether to look for a declaration in the text.
  public func decode(_ bytes: UnsafeRawBufferPointer, httpCharset: String? = nil, isMarkup: Bool = true) -> DecodedText {
    if let (charset, length) = Self.byteOrderMark(bytes) {
      return decode(bytes.from(length), as: charset, .byteOrderMark)
    }
    let valid = UTF8Validation.validPrefix(bytes)
    if valid == bytes.count {
      if let exception = exceptionToValidity(bytes, httpCharset, isMarkup) { return exception }
      return finish(Array(bytes), .utf8, .validUTF8, replaced: 0)
    }
    if let repaired = mostlyUTF8(bytes) { return repaired }
    for (charset, source) in declared(bytes, httpCharset, isMarkup) where charset != .utf8 {
      let text = decode(bytes, as: charset, source)
      // A declaration under which a tenth of the text is invalid is wrong.
      if text.replacedBytes * 10 <= bytes.count { return text }
    }
    if let guess = statisticalGuess(bytes) { return decode(bytes, as: guess, .statistics) }
    return decode(bytes, as: .windows1252, .fallback)
  }

  private static func byteOrderMark(_ bytes: Bytes) -> (Charset, Int)? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    return nil
  }

  private func declared(_ bytes: Bytes, _ httpCharset: String?, _ isMarkup: Bool) -> [(Charset, DecodedText.Source)] {
    var found: [(Charset, DecodedText.Source)] = []
    if let httpCharset, let charset = Charset(label: httpCharset) { found.append((charset, .httpHeader)) }
    if isMarkup, let label = MetaCharset.label(in: bytes), let charset = Charset(label: label) {
      // Whoever could read the declaration byte by byte is not reading UTF-16 (HTML standard, section 13.2.3.2).
      let isWide = charset == .utf16LittleEndian || charset == .utf16BigEndian
      found.append((isWide ? .utf8 : charset, .declaration))
    }
    return found
  }

  // MARK: Valid UTF-8 that is something else

  private func exceptionToValidity(_ bytes: Bytes, _ httpCharset: String?, _ isMarkup: Bool) -> DecodedText? {
    if let wide = Self.wideWithoutMark(bytes) { return decode(bytes, as: wide, .statistics) }
    for (charset, source) in declared(bytes, httpCharset, isMarkup) {
      if charset.isSevenBit, bytes.index(of: 0x1B) != nil || (charset.name.hasPrefix("HZ") && bytes.index(of: "~{") != nil) {
        return decode(bytes, as: charset, source)
      }
      if charset.isDoubleByte {
        let leads = Self.leadBytes(bytes, upTo: 4)
        guard leads > 0, leads < 4 else { continue }
        let text = decode(bytes, as: charset, source)
        if text.replacedBytes == 0 { return text }
      }
    }
    return nil
  }

  /// UTF-16 of mostly Latin text shows as a zero in every other byte.
  private static func wideWithoutMark(_ bytes: Bytes) -> Charset? {
    guard bytes.count >= 16, bytes.index(of: 0) != nil else { return nil }
    let sample = bytes.prefix(1024)
    var zeros = (even: 0, odd: 0)
    for (i, byte) in sample.enumerated() where byte == 0 {
      if i & 1 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
    }
    let half = sample.count / 2
    if zeros.odd * 10 >= half * 7, zeros.even * 20 <= half { return .utf16LittleEndian }
    if zeros.even * 10 >= half * 7, zeros.odd * 20 <= half { return .utf16BigEndian }
    return nil
  }

  /// Characters outside ASCII in valid UTF-8, counted up to a limit.
  private static func leadBytes(_ bytes: Bytes, upTo limit: Int) -> Int {
    var count = 0
    for byte in bytes where byte >= 0xC0 {
      count += 1
      if count == limit { break }
    }
    return count
  }

  // MARK: Almost UTF-8

  /// When at most one in twenty bytes outside ASCII is invalid, or only a character cut off at the end.
  private func mostlyUTF8(_ bytes: Bytes) -> DecodedText? {
    let plain = bytes.count - bytes.reduce(into: 0) { $0 &+= Int($1 >> 7) }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + 64)
    let replaced = UTF8Validation.appendRepaired(bytes, to: &text)
    let wide = bytes.count - plain
    guard
      replaced * 20 <= wide - replaced
        || UTF8Validation.validPrefix(bytes) + replaced == bytes.count && replaced < 4 && wide > 4
    else { return nil }
    return finish(text, .utf8, .mostlyUTF8, replaced: replaced)
  }

  // MARK: Statistics

  private func statisticalGuess(_ bytes: Bytes) -> Charset? {
    let sample = Self.sample(of: bytes)
    guard let (name, confidence) = sample.withUnsafeBytes(detector.detect), confidence >= Self.minimumConfidence else {
      return nil
    }
    guard let charset = Charset(label: name) else { return nil }
    // Their absence is known by now.
    return charset == .utf8 || charset.name.hasPrefix("UTF-16") ? nil : charset
  }

  /// Text without tags, from shortly before the first byte outside ASCII.
  private static func sample(of bytes: Bytes) -> [UInt8] {
    var sample: [UInt8] = []
    sample.reserveCapacity(sampleBytes)
    var isInTag = false
    for byte in bytes.from(max(0, UTF8Validation.endOfASCII(bytes) - 200)) {
      if byte == UInt8(ascii: "<") {
        isInTag = true
      } else if byte == UInt8(ascii: ">") {
        isInTag = false
      } else if !isInTag {
        sample.append(byte)
        if sample.count == sampleBytes { break }
      }
    }
    return sample
  }

  // MARK: Decoding

  package func decode(_ bytes: UnsafeRawBufferPointer, as charset: Charset, _ source: DecodedText.Source) -> DecodedText {
    if charset == .utf8 {
      var text: [UInt8] = []
      text.reserveCapacity(bytes.count)
      let replaced = UTF8Validation.appendRepaired(bytes, to: &text)
      return finish(text, charset, source, replaced: replaced)
    }
    guard let converter = converter(for: charset) else { return decode(bytes, as: .utf8, .fallback) }
    let (text, replaced) = converter.utf8(from: bytes)
    return finish(text, charset, source, replaced: replaced)
  }

  private func converter(for charset: Charset) -> CharacterConverter? {
    if let open = converters[charset.converter] { return open }
    let converter = CharacterConverter(name: charset.converter)
    converters[charset.converter] = converter
    return converter
  }

  private func finish(_ text: [UInt8], _ charset: Charset, _ source: DecodedText.Source, replaced: Int) -> DecodedText {
    var text = text
    let controls = ControlCharacters.replace(in: &text)
    return DecodedText(utf8: text, charset: charset, source: source, replacedBytes: replaced, replacedControls: controls)
  }
}
