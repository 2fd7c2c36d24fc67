import Documents
import MainContent
import Pipelines
import Testing

@Suite("Documents of pages") struct ExtractedDocumentTests {
  @Test("metadata says where each piece was found, and what went beyond a limit")
  func carriesSources() {
    let html = """
      <html lang=en><head><title>A title</title><meta name=author content="A. Writer"><link rel=license href=/licence></head>
      <body><p>Text of a page that goes on for a while, so that it counts as such.\u{1}</p></body></html>
      """
    let page = Page(id: "a", url: "http://example.org/x", html: Array(html.utf8))
    let document = Document(page: page, content: MainContentExtractor().extract(html: page.html, url: page.url))
    let metadata = document.metadata
    #expect(metadata["title"]?.string == "A title")
    #expect(metadata["title_source"]?.string == "title")
    #expect(metadata["author_source"]?.string == "meta")
    #expect(metadata["declared_language"]?.string == "en")
    #expect(metadata["declared_language_source"]?.string == "html")
    #expect(metadata["license"] != nil)
    #expect(metadata["license_source"]?.string == "link")
    #expect(metadata["published"] == nil)
    #expect(metadata["published_source"] == nil)
    #expect(metadata["decided_by"]?.string == "blocks" || metadata["decided_by"]?.string == "all-text")
    #expect(metadata["extraction_limits"]?.object?["replaced_bytes"]?.integer == 1)
  }
}
