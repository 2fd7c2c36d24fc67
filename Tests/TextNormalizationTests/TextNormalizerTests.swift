import Documents
import Testing
import TextNormalization

@Suite("TextNormalizer")
struct TextNormalizerTests {
  private func normalized(_ text: String) -> (text: String, report: NormalizationReport) {
    var normalizer = TextNormalizer()
    var bytes = Array(text.utf8)
    let report = normalizer.normalize(&bytes)
    return (String(decoding: bytes, as: UTF8.self), report)
  }

  @Test(
    "each kind of edit does its work and is counted",
    arguments: [
      ("a\r\nb\rc\u{2028}d\u{85}e", "a\nb\nc\nd\ne", TextEdit.lineEnding, 4),
      ("a\u{0}b\u{7F}c\u{9B}d", "abcd", .control, 3),
      ("co\u{AD}op\u{200B}er\u{FEFF}ate\u{E0041}", "cooperate", .invisible, 4),
      ("a\u{200D}b \u{200C}c", "ab c", .invisible, 2),
      ("\u{202B}abc\u{202C}", "abc", .bidirectional, 2),
      ("a\u{A0}b\u{3000}c\u{2009}d", "a b c d", .space, 3),
      ("x\u{F0C1}y\u{FFFE}z", "xyz", .privateUse, 2),
      ("a  \nb\t\nc", "a\nb\nc", .trailingSpace, 2),
      ("\n\na\n\n\n\nb\n", "a\n\nb", .blankLine, 5),
      ("e\u{301}", "\u{E9}", .composition, 1),
      ("Tom &amp; Jerry&nbsp;&#8217;s &#x2014; &hellip;", "Tom & Jerry \u{2019}s \u{2014} \u{2026}", .entity, 5),
      ("5 &amp;amp;lt; 6", "5 < 6", .entity, 3),
      ("caf\u{C3}\u{A9} it\u{E2}\u{20AC}\u{2122}s \u{C2}\u{A9}", "caf\u{E9} it\u{2019}s \u{A9}", .mojibake, 3),
    ])
  func edits(_ source: String, _ expected: String, _ edit: TextEdit, _ count: Int) {
    let (text, report) = normalized(source)
    #expect(Array(text.utf8) == Array(expected.utf8))
    #expect(report[edit] == count)
    #expect(!report.isUnchanged)
  }

  @Test(
    "text that is right stays as it is",
    arguments: [
      "Plain ASCII, with (punctuation) & more;\n\n\tindented code  here\nR&D &c. AT&T; &nosuch;",
      "\u{C0} bient\u{F4}t, \u{AB}voil\u{E0}\u{BB} na\u{EF}ve \u{152}uvre CAF\u{C9}\u{BB} AMANH\u{C3}\u{BB} \u{C5}ngstr\u{F6}m",
      "\u{645}\u{6CC}\u{200C}\u{62E}\u{648}\u{627}\u{647}\u{645}",  // Persian with ZWNJ
      "\u{915}\u{94D}\u{200D}\u{937}",  // Devanagari with ZWJ
      "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{2764}\u{FE0F}\u{1F600}",
      "\u{4E2D}\u{6587}\u{FF0C}\u{65E5}\u{672C}\u{8A9E}\u{3002}\u{D55C}\u{AD6D}\u{C5B4}",
      "x\u{B2} \u{BD} \u{FB01}ne \u{3A9}",
      "if a &lt; b then <b>bold</b> &amp; so on",
      "",
    ])
  func leavesAlone(_ source: String) {
    let (text, report) = normalized(source)
    #expect(Array(text.utf8) == Array(source.utf8))
    #expect(report.isUnchanged, "\(report.edits)")
  }

  @Test(
    "French typography before a guillemet is no mojibake, whatever space is used",
    arguments: ["voil\u{E0}\u{A0}\u{BB} dit-il", "\u{C9}\u{A0}\u{BB}", "D\u{C9}J\u{C0}\u{A0}\u{BB}"])
  func keepsFrenchSpacing(_ source: String) {
    #expect(normalized(source).report[.mojibake] == 0)
  }

  @Test(
    "UTF-8 read as Windows-1252 is repaired in any script, also when it happened twice",
    arguments: [
      "\u{43F}\u{440}\u{438}\u{432}\u{435}\u{442}", "\u{4E2D}\u{6587}\u{5B57}", "\u{3BA}\u{3B1}\u{3BB}\u{3AE}", "gro\u{DF}e \u{C4}pfel",
      "na\u{EF}ve \u{201C}quotes\u{201D} \u{2014} \u{20AC}5", "zaj\u{105}czek \u{142}\u{F3}d\u{17A}", "\u{1F600}!",
    ])
  func repairsDoubleEncoding(_ source: String) {
    let once = misread(source)
    #expect(normalized(once).text == source)
    #expect(normalized(misread(once)).text == source)
  }

  /// The bytes of a text read as Windows-1252 (undefined bytes as Latin-1).
  private func misread(_ text: String) -> String {
    let high: [UInt32] = [
      0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90,
      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
    ]
    var result = ""
    for byte in text.utf8 {
      let value = byte >= 0x80 && byte < 0xA0 ? high[Int(byte) - 0x80] : UInt32(byte)
      if let scalar = Unicode.Scalar(value) { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  @Test("replacement characters are measured over code points, and too many of them drop the text")
  func measuresReplacements() {
    let (_, report) = normalized("\u{E4}\u{FFFD}b\u{FFFD}")
    #expect(report.replacementCharacters == 2)
    #expect(report.replacementFraction == 0.5)
    let rule = "normalize.maximum-replacement-fraction"
    #expect(TextNormalizer().verdict(report) == .drop(Reason(rule: rule, value: 0.5, threshold: 0.005)))
    #expect(TextNormalizer().verdict(normalized("fine").report) == .keep)
  }

  @Test("a flood of combining marks is cut to thirty-two")
  func cutsMarkFloods() {
    let (text, report) = normalized("a" + String(repeating: "\u{489}", count: 1000) + "b")
    #expect(text.unicodeScalars.count == 34)
    #expect(report[.markFlood] == 968)
  }

  @Test("options switch repairs off")
  func obeysOptions() {
    var options = TextNormalizer.Options()
    options.repairsMojibake = false
    options.decodesEntities = false
    options.composes = false
    options.dropsPrivateUse = false
    var normalizer = TextNormalizer(options: options)
    let source = Array("caf\u{C3}\u{A9} &nbsp; e\u{301} \u{F0C1}".utf8)
    var text = source
    #expect(normalizer.normalize(&text).isUnchanged)
    #expect(text == source)
  }

  @Test("random and adversarial text: the fast path agrees with the plain one, and a second pass changes nothing")
  func agreesWithPlainTwin() {
    var random = SeededRandom(seed: 5)
    var normalizer = TextNormalizer()
    for round in 0..<6000 {
      let source = adversarialText(&random, pieces: 1 + round % 14)
      var text = source
      normalizer.normalize(&text)
      let expected = PlainTextNormalizer.normalize(source)
      if text != expected {
        Issue.record("\(source)\n\(text)\n\(expected)")
        return
      }
      let again = normalizer.normalize(&text)
      if text != expected || !again.isUnchanged {
        Issue.record("not idempotent: \(source)")
        return
      }
    }
  }

  private func adversarialText(_ random: inout SeededRandom, pieces: Int) -> [UInt8] {
    let parts: [String] = [
      "a", "word ", "\n", "\r", "\r\n", " ", "\t", "&", "&amp;", "amp;", "&#8203;", "&#xC3;", "#", "&nbsp;", "&lt;", "\u{C3}", "\u{C2}",
      "\u{A9}", "\u{A0}", "\u{E2}\u{20AC}\u{2122}", "\u{AD}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{FEFF}", "e", "\u{301}", "\u{323}",
      "\u{915}", "\u{94D}", "\u{E000}", "\u{FFFD}", "\u{FFFE}", "\u{0}", "\u{85}", "\u{2028}", "\u{3000}", "\u{4E2D}", "\u{1F468}",
      "\u{E0041}", "\u{202A}", "\u{212B}", "\u{2000}", "\u{1161}", "\u{1112}", "\u{C9}", "\u{BB}", "\u{F0}\u{178}\u{2DC}\u{20AC}",
      "\u{D0}\u{BF}\u{D1}\u{20AC}", "<", "plain ASCII that is longer than a word", "\u{F900}", "\u{2F800}", "\u{1D15E}",
      "\u{1FFFE}", "\u{3099}", "\u{304B}", "\u{387}", "\u{1F71}", "\u{10FFFF}", "\u{2ADC}", "\u{A8F0}",
    ]
    var text = ""
    for _ in 0..<pieces { text += parts[Int(random.next(below: UInt64(parts.count)))] }
    return Array(text.utf8)
  }

  @Test("the inspection misses no single code point between letters")
  func inspectsEveryCodePoint() {
    var normalizer = TextNormalizer()
    for value in UInt32(0x7F)..<0x110000 {
      guard let scalar = Unicode.Scalar(value), value < 0x3400 || value > 0xF8FF || value % 97 == 0 else { continue }
      if value > 0x30000, value & 0xFF < 0xFE, value % 101 != 0 { continue }
      let source = Array("x\(String(scalar))\u{4E2D}".utf8)
      var text = source
      normalizer.normalize(&text)
      let expected = PlainTextNormalizer.normalize(source)
      if text != expected {
        Issue.record("U+\(String(value, radix: 16))")
        return
      }
    }
  }

  @Test("references nested a million deep take linear time")
  func boundsNestedReferences() {
    let (text, report) = normalized("&" + String(repeating: "amp;", count: 1_000_000) + "x")
    #expect(text == "&x")
    #expect(report[.entity] == 1_000_000)
  }
}
