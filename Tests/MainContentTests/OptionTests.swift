import MainContent
import Testing

@Suite("Options") struct OptionTests {
  static let sentence =
    "This sentence is long enough, and plain enough, to count as running text wherever it stands on the page."

  private func extract(_ html: String, _ change: (inout MainContentExtractor.Options) -> Void = { _ in }) throws -> String {
    var options = MainContentExtractor.Options()
    change(&options)
    return MainContentExtractor(options: options).extract(html: Array(html.utf8)).string
  }

  @Test("links are written with their targets when asked for")
  func keepsLinks() throws {
    let html = "<main><p>\(Self.sentence) See <a href='/a b(c)'>the other page</a>, too.</p></main>"
    #expect(try extract(html) == "\(Self.sentence) See the other page, too.")
    #expect(try extract(html) { $0.keepsLinks = true } == "\(Self.sentence) See [the other page](/abc), too.")
  }

  @Test("tables are lines of text when not kept")
  func flattensTables() throws {
    let html = "<main><p>\(Self.sentence)</p><table><tr><th>A<th>B<tr><td>1<td>2</table></main>"
    #expect(try extract(html).hasSuffix("| A | B |\n| --- | --- |\n| 1 | 2 |"))
    #expect(try extract(html) { $0.keepsTables = false }.hasSuffix("A\n\nB\n\n1\n\n2"))
  }

  @Test("a table's caption stands above it, text outside of its cells makes it no table")
  func keepsAllOfTables() {
    let start = "<main><p>\(Self.sentence)</p><table>"
    let rows = "<tr><th>A<th>B<tr><td>1<td>2"
    func text(_ inside: String) -> String {
      MainContentExtractor().extract(html: Array((start + inside + "</table></main>").utf8)).string
    }
    #expect(
      text("<caption>Letters and numbers</caption>" + rows).hasSuffix(
        "\n\nLetters and numbers\n\n| A | B |\n| --- | --- |\n| 1 | 2 |"))
    #expect(text(rows + "<caption>Letters and numbers").hasSuffix("A\n\nB\n\n1\n\n2\n\nLetters and numbers"))
  }

  @Test("a fence is longer than any run of backticks inside", arguments: [0, 2, 3, 16, 40])
  func fencesBackticks(_ longest: Int) throws {
    let inside = String(repeating: "`", count: longest)
    let html = "<main><p>\(Self.sentence)</p><pre>first\nsecond \(inside)\nthird</pre><p>\(Self.sentence)</p></main>"
    let fence = String(repeating: "`", count: max(3, longest + 1))
    #expect(try extract(html).contains("\n\n\(fence)\nfirst\nsecond \(inside)\nthird\n\(fence)\n\n"))
  }

  @Test(
    "a page without text gives nothing and no error",
    arguments: ["", "<html><body></body></html>", "<script>x</script>", "   ", "<!-- -->"])
  func givesNothing(_ html: String) throws {
    let content = MainContentExtractor().extract(html: Array(html.utf8))
    #expect(content.text.isEmpty)
    #expect(content.decidedBy == .nothing)
  }

  @Test("JSON-LD stands in for a body that scripts would build")
  func fallsBackToStructuredData() throws {
    let body = String(repeating: "A sentence of the article\\u2019s body, \\\"quoted\\\". ", count: 10)
    let html =
      "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"\(body)\"}</script><p>Loading</p>"
    let content = MainContentExtractor().extract(html: Array(html.utf8))
    #expect(content.decidedBy == .structuredData)
    #expect(content.string.hasPrefix("A sentence of the article’s body, \"quoted\"."))
  }

  @Test(
    "dates are found in addresses and metadata",
    arguments: [
      ("https://a.example/2021/03/04/story", "", "2021-03-04"),
      ("", "<meta property='article:published_time' content='2019-12-31T23:00:00Z'>", "2019-12-31"),
      ("", "<time datetime='2020-02-30x'>", "2020-02-30"),
      ("https://a.example/id/20219999", "<meta name=date content='20180102'>", "2018-01-02"),
    ])
  func findsDates(_ url: String, _ head: String, _ expected: String) throws {
    let content = MainContentExtractor().extract(html: Array("\(head)<p>\(Self.sentence)</p>".utf8), url: url)
    #expect(content.date == expected)
  }

  @Test("noscript stands in for a page that scripts would build")
  func readsNoscriptOfEmptyPages() throws {
    let posts = (1...6).map { "<div class=post><p>Post \($0). \(Self.sentence)</p></div>" }.joined()
    let text = try extract("<div id=app></div><noscript>\(posts)</noscript>")
    #expect(text.contains("Post 1.") && text.contains("Post 6."))
    let full = try extract("<main>\(posts)</main><noscript>\(posts.replacing("Post", with: "Copy"))</noscript>")
    #expect(!full.contains("Copy"))
  }
}
