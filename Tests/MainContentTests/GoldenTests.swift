import Foundation
import MainContent
import TestSupport
import Testing

/// Small pages of each kind with the extract that a reader would want. `WINNOW_RECORD_GOLDENS=1` rewrites the expected files.
@Suite("Golden pages") struct GoldenTests {
  static let folder = repositoryFile("Tests/MainContentTests/Goldens")
  static let names = [
    "article", "documentation", "forum", "product", "listing", "service", "collection", "tables", "code", "lists", "old-layout",
    "japanese",
  ]

  @Test("gives the recorded Markdown and metadata", arguments: names)
  func givesRecordedMarkdown(_ name: String) throws {
    let html = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).html"))
    let content = MainContentExtractor().extract(html: Array(html), url: "https://\(name).example/2024/page")
    let fields: [(String, String?)] = [
      ("title", content.title), ("author", content.author), ("date", content.date), ("language", content.language),
      ("canonical", content.canonicalURL), ("site", content.siteName), ("license", content.licenseURL),
      ("type", content.pageType?.rawValue), ("decided-by", content.decidedBy.rawValue),
    ]
    let head = fields.compactMap { key, value in value.map { "\(key): \($0)\n" } }.joined()
    let actual = head + "---\n" + content.string + "\n"
    let golden = Self.folder.appendingPathComponent("\(name).md")
    if ProcessInfo.processInfo.environment["WINNOW_RECORD_GOLDENS"] == "1" { try Data(actual.utf8).write(to: golden) }
    let expected = try String(contentsOf: golden, encoding: .utf8)
    #expect(actual == expected)
  }

  @Test("an extractor used again gives what a fresh one gives")
  func reuseChangesNothing() throws {
    let reused = MainContentExtractor()
    for name in Self.names + Self.names.reversed() {
      let html = try Array(Data(contentsOf: Self.folder.appendingPathComponent("\(name).html")))
      #expect(reused.extract(html: html) == MainContentExtractor().extract(html: html), "\(name)")
    }
  }

  @Test("plain text has the same words as Markdown")
  func plainTextHasSameWords() throws {
    var options = MainContentExtractor.Options()
    options.format = .text
    let plain = MainContentExtractor(options: options)
    for name in Self.names where !["code", "tables", "documentation"].contains(name) {
      let html = try Array(Data(contentsOf: Self.folder.appendingPathComponent("\(name).html")))
      let words = { (text: String) in text.split { !$0.isLetter }.map(String.init) }
      #expect(
        words(plain.extract(html: html).string) == words(MainContentExtractor().extract(html: html).string), "\(name)")
    }
  }
}
