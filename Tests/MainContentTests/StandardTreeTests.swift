import Foundation
@_spi(Conformance) import MainContent
import Testing

/// The tree that pages become, beside the trees of the HTML standard.
///
/// With `WINNOW_HTML5LIB_TESTS` naming a checkout of html5lib-tests, its tree-construction files are run too and the score is printed:
/// a test passes when every text node has the expected text and the expected parent element, in tree order.
@Suite("Trees of the standard") struct StandardTreeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let html: String
    let expected: [String]
    var testDescription: String { name }
    init(_ name: String, _ html: String, _ expected: String...) {
      self.name = name
      self.html = html
      self.expected = expected
    }
  }

  /// Each as `parent: text`.
  static let cases: [Case] = [
    Case("head and body are implied", "<title>t</title>x", "title: t", "body: x"),
    Case("paragraphs end at blocks", "<p>a<div>b</div>c", "p: a", "div: b", "body: c"),
    Case("sections end paragraphs", "<p>a<section>b<p>c</section>d", "p: a", "section: b", "p: c", "body: d"),
    Case("buttons shield paragraphs", "<p>a<button><p>b</button>c", "p: a", "p: b", "p: c"),
    Case("headings end headings", "<h1>a<h2>b</h1>c", "h1: a", "h2: b", "body: c"),
    Case("items end items", "<ul><li>a<li>b<ul><li>c</ul>d</ul>e", "li: a", "li: b", "li: c", "li: d", "body: e"),
    Case("a division keeps items apart", "<ul><li>a<div><li>b</div></ul>", "li: a", "li: b"),
    Case("definitions", "<dl><dt>a<dd>b<dt>c</dl>d", "dt: a", "dd: b", "dt: c", "body: d"),
    Case("formatting goes on in the next paragraph", "<p><b>a<p>c", "b: a", "b: c"),
    Case("adoption: a block in formatting", "<b>a<p>b</b>c", "b: a", "b: b", "p: c"),
    Case("adoption: with formatting between", "<b>1<i>2<p>3</b>4", "b: 1", "i: 2", "b: 3", "p: 4"),
    Case("adoption: anchors around divisions", "<a>1<div>2<div>3</a>4", "a: 1", "a: 2", "a: 3", "div: 4"),
    Case("anchors end anchors", "<a>1<a>2</a>3", "a: 1", "a: 2", "body: 3"),
    Case("four equal elements are reopened as three", "<p><b><b><b><b>a<p>b</b></b></b>c", "b: a", "b: b", "p: c"),
    Case("text in tables stands before them", "<table>a<tr>b<td>c</table>d", "body: ab", "td: c", "body: d"),
    Case("blocks in tables stand before them", "<table><div>a<tr><td>b</table>", "div: a", "td: b"),
    Case("links in tables", "<a>1<table><a>2<tr><td>3</table>4", "a: 1", "a: 2", "td: 3", "a: 4"),
    Case("rows and cells are implied", "<table><td>a<th>b<tr><td>c</table>", "td: a", "th: b", "td: c"),
    Case("captions", "<table><caption>a<tr><td>b</table>", "caption: a", "td: b"),
    Case("tables in cells", "<table><td>a<table><td>b</table>c</table>d", "td: a", "td: b", "td: c", "body: d"),
    Case("tables end at tables", "<table><tr><td>a</td><table><td>b", "td: a", "td: b"),
    Case(
      "lists of choices hold text only", "<select><p>a<option>b<option>c</select>d", "select: a", "option: b", "option: c",
      "body: d"),
    Case("templates", "<template><td>a</td></template><p>b", "td: a", "p: b"),
    Case("SVG ends at HTML", "<svg><g>a<p>b</svg>c", "g: a", "p: bc"),
    Case("HTML in SVG", "<svg><foreignObject><p>a</foreignObject><text>b", "p: a", "text: b"),
    Case("raw text", "<script>a<b></script><style><p></style><xmp><i></xmp>", "script: a<b>", "style: <p>", "xmp: <i>"),
    Case("text areas", "<textarea>\na<b>&amp;</textarea>", "textarea: a<b>&"),
    Case("end tags without a start", "</p>a</div></b>b</table>c", "body: abc"),
    Case("text after the end", "<body>a</body></html>b", "body: ab"),
    Case("forms do not nest", "<form>a<form>b</form>c", "form: ab", "body: c"),
    Case("frames have no text", "<frameset>a<frame></frameset>b"),
    Case("ruby", "<ruby>a<rp>(<rt>b<rp>)</ruby>", "ruby: a", "rp: (", "rt: b", "rp: )"),
  ]

  @Test("gives each text its parent", arguments: cases)
  func givesEachTextItsParent(_ item: Case) throws {
    let nodes = TextNode.all(ofPage: Array("<!DOCTYPE html>\(item.html)".utf8))
    #expect(nodes.map { "\($0.parent): \($0.text)" } == item.expected)
  }

  @Test("html5lib's tree-construction tests", .enabled(if: ProcessInfo.processInfo.environment["WINNOW_HTML5LIB_TESTS"] != nil))
  func agreesWithHTML5Lib() throws {
    let folder = ProcessInfo.processInfo.environment["WINNOW_HTML5LIB_TESTS"] ?? ""
    var (passed, all, sameText) = (0, 0, 0)
    for file in try FileManager.default.contentsOfDirectory(atPath: folder + "/tree-construction").sorted()
    where file.hasSuffix(".dat") {
      let tests = try TreeTest.read(folder + "/tree-construction/" + file)
      var here = 0
      for test in tests {
        let actual = TextNode.all(ofPage: test.page, readsNoscript: !test.runsScripts)
        if actual == test.expected { here += 1 }
        if actual.map(\.text).joined() == test.expected.map(\.text).joined() { sameText += 1 }
        if actual != test.expected, ProcessInfo.processInfo.environment["WINNOW_SHOW_FAILURES"] != nil {
          print(
            "\(file): \(String(decoding: test.page, as: UTF8.self).debugDescription)\n  wanted \(test.expected.map { "\($0.parent): \($0.text)" })\n"
              + "  got    \(actual.map { "\($0.parent): \($0.text)" })")
        }
      }
      print("\(file): \(here) of \(tests.count)")
      passed += here
      all += tests.count
    }
    print(
      "html5lib tree construction: text and parents \(passed) of \(all) (\(passed * 1000 / max(1, all)) per mille), text alone \(sameText)"
    )
    #expect(Double(passed) >= 0.85 * Double(all))
  }
}

/// One test of a `.dat` file: a page and the text nodes of its tree.
private struct TreeTest {
  var page: [UInt8] = []
  var expected: [TextNode] = []
  var runsScripts = false

  /// All tests of a file but those of fragments.
  static func read(_ path: String) throws -> [TreeTest] {
    let lines = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    var tests: [TreeTest] = []
    var section = ""
    var data: [Substring] = []
    var tree: [Substring] = []
    var (isFragment, runsScripts) = (false, false)
    func finish() {
      guard !section.isEmpty, !isFragment else { return }
      while tree.last == "" { tree.removeLast() }
      tests.append(
        TreeTest(page: Array(data.joined(separator: "\n").utf8), expected: textNodes(tree), runsScripts: runsScripts))
    }
    for line in lines {
      if line == "#data" {
        finish()
        (data, tree, isFragment, runsScripts) = ([], [], false, false)
        section = "#data"
      } else if section == "#data", line != "#errors" {
        data.append(line)
      } else if line.hasPrefix("#"), section != "#document" {
        section = String(line)
        if line == "#document-fragment" { isFragment = true }
        if line == "#script-on" { runsScripts = true }
      } else if section == "#document" {
        tree.append(line)
      }
    }
    finish()
    return tests
  }

  private static func textNodes(_ tree: [Substring]) -> [TextNode] {
    var nodes: [TextNode] = []
    var parents: [String] = []
    var isInText = false
    for line in tree {
      guard line.hasPrefix("| ") else {
        if isInText { nodes[nodes.count - 1].text += "\n" + (line.hasSuffix("\"") ? line.dropLast() : line[...]) }
        if isInText, line.hasSuffix("\"") { isInText = false }
        continue
      }
      let body = line.dropFirst(2)
      let depth = body.prefix { $0 == " " }.count / 2
      let item = body.dropFirst(depth * 2)
      parents = Array(parents.prefix(depth))
      isInText = false
      if item.hasPrefix("\"") {
        let isWhole = item.count > 1 && item.hasSuffix("\"")
        nodes.append(
          TextNode(text: String(isWhole ? item.dropFirst().dropLast() : item.dropFirst()), parent: parents.last ?? ""))
        isInText = !isWhole
      } else if item.hasPrefix("<"), !item.hasPrefix("<!") {
        let name = item.dropFirst().dropLast().split(separator: " ").last ?? ""
        parents.append(name.lowercased())
      } else {
        // Attributes stand one level deeper and hold nothing; `content` is a template's.
        parents.append(parents.last ?? "")
      }
    }
    return nodes
  }
}
