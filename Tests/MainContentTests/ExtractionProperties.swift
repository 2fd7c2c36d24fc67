@_spi(Conformance) import MainContent

/// What holds for any bytes that are read as a page. `Fuzzing/` checks it on generated inputs, the tests on seeds and findings.
struct ExtractionProperties {
  /// Pages of every construct that is read in a way of its own, each after a byte of options.
  static let seeds: [[UInt8]] = {
    let pages = [
      "<p>a<b>b<i>c<p>d</b>e</i><a href=x>f<div>g</a>h<nobr>i<nobr>j",
      "<table>a<tr><td>b<table><caption>c<col><td>d</table><b>e<tr>f",
      "<select><option>a<optgroup>b<select><template><td>c</template><frameset><frame>",
      "<form><button><p>a<button>b<form></form><h1>c<h2>d",
      "<svg><foreignObject><p>a</foreignObject><title>b</title><![CDATA[c]]><p>d<math><mi>e<annotation-xml encoding=text/html><p>f",
      "<script><!--<script>a</script>--></script><style>b</style><!--c--!>d<!-->e<?f><!g></ h>",
      "<textarea>\na</textarea><title>b</title><xmp>c",
      "<object><p>a</object><ruby>b<rp>(<rt>c</ruby><dl><dt>d<dd>e<dt>f</dl><pre>\n g\r\n</pre>",
      "&amp;&ampx&notit;&#150;&#xD800;&#1;&nbsp;&#x;a",
      "<math alttext='a'><annotation encoding='application/x-tex'>b^2</annotation></math><script type='math/tex; mode=display'>c</script>",
      "<ul><li>a<ol start=3><li>b<p>c</ol></ul><blockquote><p>d<blockquote>e</blockquote></blockquote>",
      "<table><tr><th>a<th>b<tr><td>c|d<td colspan=2>e</table><pre class='language-swift'>let a = `1`\n```\n</pre>",
      "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"a \\u00e9 \\ud83d\\ude00\",\"author\":{\"name\":\"b\"}}</script>",
      "<html lang=en><head><title>a | b</title><meta property='og:title' content='c &amp; d'><link rel=canonical href=/x><body class=post>",
      "<h2><a href='#x'>#</a> a</h2><p>b <code>c</code> <a href='/d e'>f</a></p><div hidden>g</div><time datetime=2020-01-02>h</time>",
    ]
    return pages.enumerated().map { index, page in [UInt8(truncatingIfNeeded: index &* 37)] + Array(page.utf8) }
  }()

  /// Kept from input to input, as a worker keeps it from page to page; one for each combination of options.
  private let kept = (0..<16).map { Self.extractor(UInt8($0)) }

  private static func extractor(_ choice: UInt8) -> MainContentExtractor {
    var options = MainContentExtractor.Options()
    options.format = choice & 1 == 0 ? .markdown : .text
    options.keepsLinks = choice & 2 != 0
    options.comments = choice & 4 == 0 ? .automatic : .keep
    if choice & 8 != 0 {
      options.limits.bytes = 400
      options.limits.depth = 6
      options.limits.attributes = 3
      options.limits.elements = 20
      options.limits.blocks = 8
    }
    return MainContentExtractor(options: options)
  }

  /// What is wrong, or nil. The first byte chooses the options.
  func violation(_ input: UnsafeRawBufferPointer) -> String? {
    guard let first = input.first else { return nil }
    let page = Array(input.dropFirst())
    if first & 0x30 == 0x10 {
      for node in TextNode.all(ofPage: page) where node.text.isEmpty { return "an empty text node" }
      return nil
    }
    let extractor = kept[Int(first & 15)]
    let content = extractor.extract(html: page, url: "https://a.example/2020/01/02/b")
    guard String(validating: content.text, as: UTF8.self) != nil else { return "the text is not UTF-8" }
    if let last = content.text.last, last == 0x0A || last == 0x20 { return "the text ends in white space" }
    if content.text.isEmpty != (content.decidedBy == .nothing) { return "an empty text is decided by \(content.decidedBy)" }
    if content.counters.droppedBytes != max(0, page.count - extractor.options.limits.bytes) {
      return "bytes are not accounted for"
    }
    // What is kept from page to page must not show.
    guard first & 0xC0 == 0xC0 else { return nil }
    return Self.extractor(first & 15).extract(html: page, url: "https://a.example/2020/01/02/b") == content
      ? nil : "an extractor used before gives another result"
  }
}
