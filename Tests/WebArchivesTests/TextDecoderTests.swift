import Documents
import Testing
import WebArchives

@Suite struct TextDecoderTests {
  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var http: String?
    var expected: String
    var charset: String
    var source: DecodedText.Source
    var replaced = 0
  }

  static func meta(_ label: String, _ rest: [UInt8]) -> [UInt8] {
    Array("<html><head><meta charset=\"\(label)\"></head><p>".utf8) + rest
  }

  static let table: [Row] = [
    Row(
      testDescription: "ASCII", bytes: Array("plain".utf8), http: "iso-8859-1", expected: "plain", charset: "UTF-8",
      source: .validUTF8),
    Row(testDescription: "UTF-8", bytes: Array("Grüße 日本".utf8), expected: "Grüße 日本", charset: "UTF-8", source: .validUTF8),
    Row(
      testDescription: "UTF-8 against a wrong header", bytes: Array("© Grüße".utf8), http: "iso-8859-1", expected: "© Grüße",
      charset: "UTF-8", source: .validUTF8),
    Row(
      testDescription: "UTF-8 with its mark", bytes: [0xEF, 0xBB, 0xBF] + Array("é".utf8), http: "latin1", expected: "é",
      charset: "UTF-8", source: .byteOrderMark),
    Row(
      testDescription: "UTF-16LE with its mark", bytes: [0xFF, 0xFE, 0x68, 0, 0xE9, 0], expected: "hé", charset: "UTF-16LE",
      source: .byteOrderMark),
    Row(
      testDescription: "UTF-16BE with its mark", bytes: [0xFE, 0xFF, 0, 0x68, 0, 0xE9], expected: "hé", charset: "UTF-16BE",
      source: .byteOrderMark),
    Row(
      testDescription: "UTF-16LE without a mark", bytes: Array("<p>sixteen bits</p>".utf8).flatMap { [$0, 0] },
      expected: "<p>sixteen bits</p>", charset: "UTF-16LE", source: .statistics),
    Row(
      testDescription: "Latin-1 is windows-1252", bytes: [0x93, 0x68, 0xE9, 0x94], http: "ISO-8859-1", expected: "“hé”",
      charset: "windows-1252", source: .httpHeader),
    Row(
      testDescription: "the header before the page", bytes: meta("windows-1251", [0xE9]), http: "windows-1252",
      expected: "<html><head><meta charset=\"windows-1251\"></head><p>é", charset: "windows-1252", source: .httpHeader),
    Row(
      testDescription: "windows-1251 by declaration", bytes: meta("windows-1251", [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2]),
      expected: "<html><head><meta charset=\"windows-1251\"></head><p>Привет", charset: "windows-1251", source: .declaration),
    Row(
      testDescription: "http-equiv",
      bytes: Array("<META http-equiv='Content-Type' content='text/html; charset=koi8-r'>".utf8) + [0xF0, 0xD2],
      expected: "<META http-equiv='Content-Type' content='text/html; charset=koi8-r'>Пр", charset: "KOI8-R",
      source: .declaration),
    Row(
      testDescription: "XML declaration", bytes: Array("<?xml version='1.0' encoding='iso-8859-2'?>".utf8) + [0xB9],
      expected: "<?xml version='1.0' encoding='iso-8859-2'?>š", charset: "ISO-8859-2", source: .declaration),
    Row(
      testDescription: "Shift_JIS", bytes: [0x93, 0xFA, 0x96, 0x7B, 0x8C, 0xEA], http: "x-sjis", expected: "日本語",
      charset: "Shift_JIS", source: .httpHeader),
    Row(
      testDescription: "gb2312 is GBK", bytes: [0xD6, 0xD0, 0xCE, 0xC4, 0xE9, 0x46], http: "gb2312", expected: "中文镕",
      charset: "GBK", source: .httpHeader),
    Row(
      testDescription: "two-byte text that is UTF-8 by chance", bytes: [0xC4, 0xA3], http: "gbk", expected: "模", charset: "GBK",
      source: .httpHeader),
    Row(
      testDescription: "seven-bit Japanese", bytes: [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42],
      http: "iso-2022-jp", expected: "日本", charset: "ISO-2022-JP", source: .httpHeader),
    Row(
      testDescription: "UTF-8 cut off inside a character", bytes: Array("Grüße aus Köln, äöü".utf8) + [0xE6, 0x97],
      expected: "Grüße aus Köln, äöü\u{FFFD}", charset: "UTF-8", source: .mostlyUTF8, replaced: 2),
    Row(
      testDescription: "one bad byte in much UTF-8",
      bytes: Array(String(repeating: "ä", count: 40).utf8) + [0xFF] + Array("ende".utf8),
      expected: String(repeating: "ä", count: 40) + "\u{FFFD}ende", charset: "UTF-8", source: .mostlyUTF8, replaced: 1),
    Row(
      testDescription: "undeclared Latin text", bytes: Array("caf".utf8) + [0xE9], expected: "café", charset: "windows-1252",
      source: .fallback),
    Row(
      testDescription: "an unknown label", bytes: Array("caf".utf8) + [0xE9], http: "klingon", expected: "café",
      charset: "windows-1252", source: .fallback),
    Row(testDescription: "nothing", bytes: [], expected: "", charset: "UTF-8", source: .validUTF8),
  ]

  @Test("text is decoded by the source that knows best", arguments: table)
  func decodes(_ row: Row) {
    let text = TextDecoder().decode(row.bytes, httpCharset: row.http)
    #expect(String(decoding: text.utf8, as: UTF8.self) == row.expected)
    #expect(text.charset.name == row.charset)
    #expect(text.source == row.source)
    #expect(text.replacedBytes == row.replaced)
  }

  @Test("undeclared Cyrillic is recognized by statistics")
  func guessesCyrillic() {
    let words: [UInt8] = [
      0xF1, 0xEB, 0xEE, 0xE2, 0xE0, 0x20, 0xED, 0xE0, 0x20, 0xF0, 0xF3, 0xF1, 0xF1, 0xEA, 0xEE, 0xEC, 0x20, 0xFF, 0xE7, 0xFB,
      0xEA, 0xE5, 0x20,
    ]
    let text = TextDecoder().decode(Array(repeating: words, count: 12).flatMap { $0 })
    #expect(text.charset.name == "windows-1251")
    #expect(text.source == .statistics)
    #expect(String(decoding: text.utf8.prefix(11), as: UTF8.self) == "слова ")
  }

  @Test("control characters become spaces and are counted")
  func replacesControls() {
    let text = TextDecoder().decode(Array("a\u{0}b\u{1}\tc\n\r\u{C}d\u{1B}".utf8))
    #expect(String(decoding: text.utf8, as: UTF8.self) == "a b \tc\n\r\u{C}d ")
    #expect(text.replacedControls == 3)
  }

  @Test("the fast count of control characters and the plain one agree", arguments: [0, 1, 127, 128, 129, 10_000])
  func countsControls(length: Int) {
    var random = SeededRandom(seed: UInt64(length))
    let bytes = (0..<length).map { _ in UInt8(random.next(below: 48)) }
    #expect(bytes.withUnsafeBytes { ControlCharacters.count($0) } == bytes.filter(ControlCharacters.isForbidden).count)
    #expect([UInt8](repeating: 0, count: length).withUnsafeBytes { ControlCharacters.count($0) } == length)
  }

  @Test("every encoding of the table has a converter, and every label leads back to one name")
  func opensAllConverters() {
    #expect(Charset.all.count == 41)
    for charset in Charset.all {
      #expect(Charset(label: charset.name.lowercased()) == charset, "\(charset.name)")
      let text = TextDecoder().decode([0x41, 0x80, 0xFF], as: charset)
      #expect(text.source != .fallback, "\(charset.name)")
    }
  }

  @Test("labels are trimmed and their case does not matter")
  func readsLabels() {
    #expect(Charset(label: " \tUTF8\n") == .utf8)
    #expect(Charset(label: "Latin1") == .windows1252)
    #expect(Charset(label: "nonsense") == nil)
  }
}

extension TextDecoder {
  func decode(_ bytes: [UInt8], httpCharset: String? = nil) -> DecodedText {
    bytes.withUnsafeBytes { decode($0, httpCharset: httpCharset) }
  }

  func decode(_ bytes: [UInt8], as charset: Charset) -> DecodedText {
    bytes.withUnsafeBytes { decode($0, as: charset, .declaration) }
  }
}
