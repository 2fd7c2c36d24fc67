import Documents
import MainContent
import Testing

/// What parsers cut short, show as text, or take quadratic time for.
@Suite("Hazards of markup") struct HazardTests {
  static let filler = "This sentence is long enough, and plain enough, to count as running text wherever it stands on the page."

  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let html: String
    let expected: String
    var testDescription: String { name }
    init(_ name: String, _ html: String, _ expected: String) {
      self.name = name
      self.html = html
      self.expected = expected
    }
  }

  static let cases: [Case] = [
    Case("legacy reference without semicolon", "<p>&copy 2020 &amp &notit; &lt</p>", "© 2020 & ¬it; <"),
    Case("HTML5 reference", "<p>&lbrace;&check;&NotEqualTilde;&rbrace;</p>", "{✓≂̸}"),
    Case("C1 reference means windows-1252", "<p>a &#150; b &#x80; c</p>", "a – b € c"),
    Case("numeric references that are no scalar", "<p>[&#0;] [&#xD800;] [&#x110000;]</p>", "[\u{FFFD}] [\u{FFFD}] [\u{FFFD}]"),
    Case("unknown reference stays as it is", "<p>AT&T &nosuch; R&D</p>", "AT&T &nosuch; R&D"),
    Case("reference is decoded once", "<p>&amp;lt;b&amp;gt;</p>", "&lt;b&gt;"),
    Case("comment with markup inside", "<p>a<!-- <p>hidden</p> -->b</p>", "ab"),
    Case("empty comments end at once", "<p>a<!-->b<!--->c</p>", "abc"),
    Case("comment ended by a bang", "<p>a<!-- x --!>b</p>", "ab"),
    Case("CDATA outside foreign content is a bogus comment", "<p>a<![CDATA[ x ]]>b</p>", "ab"),
    Case("bogus declaration", "<p>a<!x y>b</p>", "ab"),
    Case("processing instruction ends at the first angle bracket", "<p>a<?php echo 1 ?>b</p>", "ab"),
    Case("angle bracket that opens nothing", "<p>1 < 2 and <3 and a<</p>", "1 < 2 and <3 and a<"),
    Case("script with markup in a string", "<p>a</p><script>var s = '</p><p>no';</script><p>b</p>", "a\nb"),
    Case("double escaped script", "<p>a</p><script><!-- <script> </script> x --></script><p>b</p>", "a\nb"),
    Case("style", "<style>p > a { color: red }</style><p>b</p>", "b"),
    Case(
      "raw text elements", "<iframe><p>no</p></iframe><noembed><p>no</p></noembed><textarea><p>no</p></textarea><p>b</p>", "b"),
    Case("xmp shows its markup", "<xmp><b>bold</b></xmp>", "<b>bold</b>"),
    Case("plaintext ends markup", "<p>a</p><plaintext><b>&amp;", "a\n<b>&amp;"),
    Case(
      "template and noscript", "<template><p>no</p><template></template></template><noscript><p>no</p></noscript><p>b</p>", "b"),
    Case("unclosed template hides nothing", "<template><p>a</p><p>b</p>", "a\nb"),
    Case("svg with text", "<p>a<svg><title>no</title><svg></svg><text>no</text></svg>b</p>", "ab"),
    Case("section closes a paragraph", "<p>a<section>b<figure>c</figure></section><p>d", "a\nb\nc\nd"),
    Case("content after the end of html", "<html><body><p>a</p></body></html><p>b</p>", "a\nb"),
    Case("second html and body", "<html><body><p>a</p><html><body class=x><p>b</p></body></html>", "a\nb"),
    Case("end tag of br is a break", "<p>a</br>b</p>", "a\nb"),
    Case("two breaks end a paragraph", "<p>a<br><br>b<br>c</p>", "a\nb\nc"),
    Case("duplicate attribute keeps the first", "<p>a<span style='display:none' style='color:red'>no</span>b</p>", "ab"),
    Case("attribute values with angle brackets", "<p title='a > b' data-x=\"</p>\">a</p>", "a"),
    Case("hidden inline text", "<p>a<span style='display: none'>no</span><span aria-hidden=\"true\">no</span>b</p>", "ab"),
    Case("no-break spaces are spaces", "<p>a&nbsp;&#160;\u{A0} b</p>", "a b"),
    Case("control characters go", "<p>a\u{1}b\u{0}c&#1;d</p>", "abcd"),
    Case("carriage returns", "<pre>a\r\nb\rc</pre>", "a\nb\nc"),
    Case("omitted end tags of items", "<ul><li>a<li>b</ul><dl><dt>c<dd>d</dl>", "a\nb\nc\nd"),
    Case("text beside table rows is kept", "<table>a<tr><td>b</table>", "a\nb"),
    Case("custom elements", "<my-page><my-part><p>a</p></my-part></my-page>", "a"),
    Case("page that ends inside a tag", "<p>a</p><p class='", "a"),
    Case("page that ends inside a comment", "<p>a</p><!-- b", "a"),
    Case("upper case", "<P>a</P><SCRIPT>no</SCRIPT><DIV>b</DIV>", "a\nb"),
    Case(
      "TeX of a formula", "<p>so <math><mi>x</mi><annotation encoding='application/x-tex'>x^2 &lt; y</annotation></math>.</p>",
      "so $x^2 < y$."),
    Case("formula without TeX", "<p><math><mi>x</mi><mo>=</mo><mn>1</mn></math></p>", "x=1"),
    Case("MathJax script", "<p>so <script type='math/tex; mode=display'>a<b</script></p>", "so $$a<b$$"),
  ]

  @Test("is read as the HTML standard reads it", arguments: cases)
  func readsAsStandard(_ item: Case) throws {
    var options = MainContentExtractor.Options()
    options.format = .text
    let page = "<main><p>\(Self.filler)</p>\(item.html)"
    let text = MainContentExtractor(options: options).extract(html: Array(page.utf8)).string
    #expect(text == Self.filler + "\n" + item.expected)
  }

  @Test("invalid UTF-8 is replaced and counted, nothing after it is lost")
  func replacesInvalidUTF8() throws {
    var page = Array("<p>\(Self.filler) caf".utf8)
    page += [0xE9, 0x20, 0xC0, 0xAF, 0xF0, 0x9F]
    page += Array("</p><p>\(Self.filler)</p>".utf8)
    let content = MainContentExtractor().extract(html: page)
    #expect(content.string.hasSuffix(Self.filler))
    #expect(content.string.contains("caf\u{FFFD} \u{FFFD}\u{FFFD}\u{FFFD}"))
    #expect(content.counters.replacedBytes == 5)
  }

  @Test(
    "nesting of 100,000 is flattened, its text kept",
    arguments: ["div", "b", "font", "span class=hidden", "ul><li", "table><tr><td", "blockquote", "section"])
  func flattensDepth(_ tag: String) throws {
    let page = String(repeating: "<\(tag)>", count: 100_000) + "<p>\(Self.filler)</p>" + "<p>\(Self.filler)</p>"
    let content = MainContentExtractor().extract(html: Array(page.utf8))
    if !tag.contains("hidden") { #expect(content.string.contains(Self.filler)) }
    if tag == "div" { #expect(content.counters.flattenedElements > 99_000) }
  }

  @Test("20,000 attributes on one tag are counted, the page goes on")
  func capsAttributes() throws {
    let flood = (0..<20_000).map { "class\($0)=x" }.joined(separator: " ")
    let content = MainContentExtractor().extract(html: Array("<p \(flood)>\(Self.filler)</p>".utf8))
    #expect(content.string == Self.filler)
    #expect(content.counters.cappedAttributes > 0)
  }

  @Test("a text node larger than the limit is cut at the limit and counted")
  func limitsBytes() throws {
    var options = MainContentExtractor.Options()
    options.limits.bytes = 1_000_000
    let page = Array(("<p>" + String(repeating: "wörds ", count: 300_000)).utf8)
    let content = MainContentExtractor(options: options).extract(html: page)
    #expect(content.counters.droppedBytes == page.count - 1_000_000)
    #expect(content.text.count > 990_000)
  }

  @Test("200,000 table rows keep their text")
  func keepsLongTables() throws {
    let page = "<table>" + String(repeating: "<tr><td>a cell<td>another cell", count: 200_000)
    let content = MainContentExtractor().extract(html: Array(page.utf8))
    #expect(content.text.count > 200_000 * 20)
  }

  @Test("elements beyond the limit are counted, their text kept")
  func capsElements() throws {
    var options = MainContentExtractor.Options()
    options.limits.elements = 100
    let page = (0..<500).map { "<p>\(Self.filler) \($0)</p>" }.joined()
    let content = MainContentExtractor(options: options).extract(html: Array(page.utf8))
    #expect(content.counters.cappedElements == 401)
    #expect(content.string.contains("\(Self.filler) 499"))
  }

  @Test(
    "of a flood of elements each text is kept, and elements beyond the limits are counted",
    arguments: [
      ("columns", "<table><tr>", "<td>word"), ("rows", "<table>", "<tr><td>word<td>word</tr>"),
      ("headings", "", "<h2>word</h2>"),
      ("items with links", "<ul>", "<li><a href=/x>word</a>"), ("tables in tables", "", "<table><tr><td>word"),
      ("lists in tables in quotes", "", "<blockquote><table><tr><td><ul><li>word"),
      ("text between cells", "<table>", "<tr>word"),
      ("formatting across blocks", "", "<b><i><div>word</b>"), ("options", "<p>word", "<span><button>word"),
    ])
  func keepsTextOfFloods(_ flood: (name: String, opening: String, piece: String)) {
    var options = MainContentExtractor.Options()
    options.limits.elements = 1000
    options.limits.blocks = 1  // beyond it nothing is judged, so that only the limits decide
    let page = flood.opening + String(repeating: flood.piece + " ", count: 5000)
    let content = MainContentExtractor(options: options).extract(html: Array(page.utf8))
    let expected = page.split(separator: "word", omittingEmptySubsequences: false).count - 1
    #expect(content.string.split(separator: "word", omittingEmptySubsequences: false).count - 1 == expected)
    #expect(content.counters.cappedElements + content.counters.flattenedElements > 3000)
  }

  static let quadratic: [(String, String)] = [
    ("unclosed svg", "<svg><svg "), ("unclosed noscript", "<noscript>"), ("half an end tag", "</a"), ("comment start", "<!--"),
    ("escaped script", "<script><!--<"), ("angle brackets", "<"), ("ampersands", "&"), ("unclosed template", "<template>"),
    ("unclosed math", "<math><annotation "), ("end tags without start", "</div></b></table>"), ("anchors", "<a href=x>"),
    ("paragraph ends", "</p>"), ("bold across blocks", "<b><div></b>"), ("forms and buttons", "<form><button><select>"),
    ("annotations", "<math><annotation></math>"), ("quoted attribute", "<a title=\""), ("script starts", "<script"),
  ]

  @Test("repetition stays linear", arguments: quadratic)
  func staysLinear(_ item: (name: String, piece: String)) throws {
    // A megabyte: quadratic work on it would take minutes, which a test run would show.
    let page = "<p>\(Self.filler)</p>" + String(repeating: item.piece, count: 1_000_000 / item.piece.utf8.count)
    _ = MainContentExtractor().extract(html: Array(page.utf8))
  }

  @Test("damaged pages never fail and give valid UTF-8")
  func survivesDamage() throws {
    var random = SeededRandom(seed: 20)
    let extractor = MainContentExtractor()
    let alphabet = Array("<>/!-=\"'& apdivulscriptbrtx;#\u{E9}[]?\n".utf8) + [0xC3, 0xFF, 0x00]
    let seeds = Self.cases.map { Array($0.html.utf8) }
    for round in 0..<3000 {
      var page = seeds[round % seeds.count] + seeds[Int(random.next(below: UInt64(seeds.count)))]
      for _ in 0..<1 + random.next(below: 8) {
        let at = Int(random.next(below: UInt64(page.count)))
        switch random.next(below: 3) {
        case 0: page[at] = alphabet[Int(random.next(below: UInt64(alphabet.count)))]
        case 1: page.insert(alphabet[Int(random.next(below: UInt64(alphabet.count)))], at: at)
        default: page.removeSubrange(at..<min(page.count, at + 1 + Int(random.next(below: 4))))
        }
        if page.isEmpty { page = [0x3C] }
      }
      let content = extractor.extract(html: page)
      #expect(String(validating: content.text, as: UTF8.self) != nil)
    }
  }
}
