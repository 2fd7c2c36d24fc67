import Documents
import MainContent

/// Pages built to cost more than their size: each must stay near the time that its bytes alone would take.
enum HostilePages {
  /// The bar that each page is held to.
  static let mostMillisecondsPerMegabyte = 50.0

  /// - Parameter word: only the pages in whose name it stands.
  static func measure(named word: String?) {
    var options = MainContentExtractor.Options()
    options.limits.bytes = 64 << 20
    let extractor = MainContentExtractor(options: options)
    print("page                                     MB      ms   ms/MB  text bytes")
    for (name, make) in pages where word.map({ name.contains($0) }) ?? true {
      let page = make()
      let clock = Stopwatch()
      let content = extractor.extract(html: page)
      let milliseconds = clock.read().cpu * 1000
      let megabytes = Double(page.count) / 1e6
      let rate = milliseconds / megabytes
      let over = rate > mostMillisecondsPerMegabyte ? "  over \(mostMillisecondsPerMegabyte)" : ""
      print(
        name.padded(to: 36), decimal(megabytes).padded(left: 7), decimal(milliseconds).padded(left: 7),
        decimal(rate).padded(left: 7), "\(content.text.count)".padded(left: 11) + over)
    }
  }

  private static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static let sentence = "A sentence that is long enough, and plain enough, to count as running text on any page. "

  private static func repeated(_ piece: String, _ count: Int) -> [UInt8] {
    let piece = Array(piece.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(piece.count * count + 4096)
    for _ in 0..<count { bytes += piece }
    return bytes
  }

  private static var pages: [(name: String, make: () -> [UInt8])] {
    let attributes = (0..<20_000).map { " class\($0)=x" }.joined()
    let named = (0..<20_000).map { " data-a\($0)=\"y\"" }.joined()
    return [
      ("depth 100,000, div", { repeated("<div>", 100_000) + Array(sentence.utf8) }),
      ("depth 100,000, b", { repeated("<b>", 100_000) + Array(sentence.utf8) }),
      ("depth 100,000, font and p", { repeated("<font><p>", 100_000) + Array(sentence.utf8) }),
      ("depth 100,000, tables", { repeated("<table><tr><td>", 100_000) + Array(sentence.utf8) }),
      ("depth 100,000, ul li", { repeated("<ul><li>", 100_000) + Array(sentence.utf8) }),
      ("depth 100,000, span class", { repeated("<span class=x>", 100_000) + Array(sentence.utf8) }),
      ("20,000 attributes", { Array("<p\(attributes)>\(sentence)".utf8) }),
      ("20,000 data attributes, 50 tags", { repeated("<p\(named)>\(sentence)", 50) }),
      ("20 MB text node", { Array("<p>".utf8) + repeated(sentence, 20_000_000 / sentence.utf8.count) }),
      ("20 MB word", { Array("<p>".utf8) + repeated("x", 20_000_000) }),
      ("20 MB preformatted", { Array("<pre>".utf8) + repeated(sentence + "\n", 20_000_000 / sentence.utf8.count) }),
      ("1,000,000 table rows", { Array("<table>".utf8) + repeated("<tr><td>a<td>b</td></tr>\n", 1_000_000) }),
      ("1,000,000 paragraphs", { repeated("<p>a few words</p>\n", 1_000_000) }),
      ("1,000,000 list items with links", { Array("<ul>".utf8) + repeated("<li><a href=/x>a link</a>", 1_000_000) }),
      ("1,000,000 breaks", { repeated("a<br>", 1_000_000) }),
      ("1,000,000 headings", { repeated("<h2>a</h2>", 1_000_000) }),
      ("1,000,000 references", { repeated("&amp;&nbsp;", 1_000_000) }),
      ("1,000,000 unclosed formatting", { repeated("<b><i>", 500_000) }),
      ("formatting across blocks", { repeated("<b><i><div>x</b>", 200_000) }),
      ("1,000,000 stray end tags", { repeated("</div></p></b>", 333_333) }),
      ("comments", { repeated("<!-- -- > -->", 500_000) }),
      ("unclosed comment", { Array("<!--".utf8) + repeated("- ", 2_000_000) }),
      ("unclosed svg", { repeated("<svg><g>", 500_000) }),
      ("script starts", { repeated("<script><!--", 300_000) }),
      ("stylesheets", { repeated("<style>p{}</style>", 300_000) }),
      ("one class of 4 MB", { Array("<p class='".utf8) + repeated("post ", 800_000) + Array("'>\(sentence)".utf8) }),
      ("lists in tables in quotes", { repeated("<blockquote><table><tr><td><ul><li>x", 50_000) }),
      ("1,000,000 columns", { Array("<table><tr>".utf8) + repeated("<td>a", 1_000_000) }),
      ("1,000,000 ideographs with breaks", { repeated("漢字。<br>", 1_000_000) }),
    ]
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
  fileprivate func padded(left width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
