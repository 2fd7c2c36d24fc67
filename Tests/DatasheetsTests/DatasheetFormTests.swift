import Datasheets
import Documents
import Foundation
import TestSupport
import Testing

@Suite("The forms of a datasheet")
struct DatasheetFormTests {
  static let forms: [(name: String, text: @Sendable (Datasheet) -> String)] = [
    ("example.html", { $0.html }), ("example.md", { $0.markdown }),
  ]

  @Test("HTML and Markdown are byte for byte the recorded ones; WINNOW_RECORD_GOLDENS=1 records them anew", arguments: 0..<forms.count)
  func matchesGolden(_ index: Int) throws {
    let form = Self.forms[index]
    let file = repositoryFile("Tests/DatasheetsTests/Goldens/\(form.name)")
    let text = form.text(Example.datasheet)
    if ProcessInfo.processInfo.environment["WINNOW_RECORD_GOLDENS"] != nil {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try #require(try? String(contentsOf: file, encoding: .utf8), "no golden \(form.name)")
    let lines = (text.split(separator: "\n", omittingEmptySubsequences: false), golden.split(separator: "\n", omittingEmptySubsequences: false))
    let difference = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(difference == nil, "\(form.name), the first line that differs")
    #expect(lines.0.count == lines.1.count)
  }

  @Test("nothing that a page brought along becomes markup in the HTML")
  func escapesHostileTextInHTML() {
    let html = Example.datasheet.html
    #expect(!html.contains("<script"))
    #expect(!html.contains("<!--"))
    #expect(html.contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!html.contains("\0"))
  }

  @Test("the page asks for nothing from outside and runs nothing")
  func pageIsSelfContained() {
    let html = Example.datasheet.html
    for tag in ["<link", "<img", "<iframe", "<object", "@import", "url(", " src=", "onload="] { #expect(!html.contains(tag)) }
    #expect(html.contains("default-src 'none'"))
  }

  @Test("every opened element is closed in its order")
  func pageIsWellFormed() {
    var open: [Substring] = []
    var rest = Example.datasheet.html[...]
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
      let name = tag.prefix { $0 != " " && $0 != "\n" }
      if name.hasPrefix("/") {
        let last = open.popLast()
        #expect(name.dropFirst() == last)
      } else if name != "meta" {
        open.append(name)
      }
    }
    #expect(open.isEmpty)
  }

  @Test("each section of the contents is on the page, and ids are unique")
  func contentsMatchSections() {
    let html = Example.datasheet.html
    let ids = html.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(Set(ids).count == ids.count)
    let targets = html.components(separatedBy: "href=\"#").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(targets.count == 13)
    for target in targets { #expect(ids.contains(target)) }
  }

  @Test("an empty datasheet is still a page, with no sections and no empty tables")
  func emptyDatasheetIsAPage() {
    let sheet = Datasheet(title: "Nothing", pipeline: PipelineIdentity(name: "none", configurationHash: "0", version: "0"))
    #expect(sheet.html.contains("<h1><bdi>Nothing</bdi></h1>"))
    #expect(!sheet.html.contains("<section"))
    #expect(!sheet.html.contains("<table"))
    #expect(!sheet.markdown.contains("##"))
  }

  @Test("an unbalanced stage is called out in both forms")
  func reportsBrokenBooks() {
    var sheet = Example.datasheet
    #expect(sheet.html.contains("The books balance"))
    sheet.stages[2].dropped.documents -= 1
    #expect(sheet.html.contains("do not balance at quality"))
    #expect(sheet.markdown.contains("do not balance at quality"))
  }

  @Test("Markdown keeps hostile text inside its table cell")
  func escapesHostileTextInMarkdown() throws {
    let markdown = Example.datasheet.markdown
    #expect(!markdown.contains("<script>alert(1)</script><!--") || markdown.contains("`"))
    // Every table line has as many unescaped bars as the header of its table.
    var bars: Int?
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("| ") else {
        bars = nil
        continue
      }
      let count = line.replacingOccurrences(of: "\\|", with: "").count(where: { $0 == "|" })
      #expect(count == bars ?? count, "\(line)")
      bars = count
    }
  }

  @Test("a sample with backticks stands in a longer fence")
  func fencesSamples() {
    #expect(Example.datasheet.markdown.contains("````text\nThe package manager is installed"))
  }

  @Test("unanswered questions are visible in both forms, and counted")
  func showsUnansweredQuestions() {
    let sheet = Example.datasheet
    #expect(sheet.html.contains("48 of 50 are not answered."))
    #expect(sheet.html.components(separatedBy: ">not answered<").count - 1 == 48)
    #expect(sheet.markdown.components(separatedBy: "*Not answered.*").count - 1 == 48)
  }

  @Test("values that are not numbers draw no plot and stop nothing")
  func survivesOddNumbers() {
    var sheet = Example.datasheet
    sheet.metrics = [
      MetricHistogram(metric: "odd", edges: [.nan, .infinity], kept: [1]),
      MetricHistogram(metric: "empty", edges: [], kept: []),
      MetricHistogram(
        metric: "short", edges: [0, 1, 2], kept: [1], thresholds: [.init(rule: "r", minimum: -.infinity, maximum: .nan)]),
      MetricHistogram(metric: "zero", edges: [0, 0], kept: [0]),
    ]
    sheet.training?.curve = [.init(step: 0, trainLoss: .nan), .init(step: .max, trainLoss: .infinity, validationLoss: 3)]
    sheet.training?.unigramLoss = .infinity
    sheet.evaluation = EvaluationAccount(rows: [
      .init(name: "x", tokens: 0, loss: .nan, perplexity: .infinity, bitsPerByte: -1e300, unigramBitsPerByte: 1e-12)
    ])
    #expect(sheet.html.contains("not a number"))
    #expect(sheet.markdown.contains("∞"))
  }

  @Test("a histogram that does not know who was dropped does not claim that all were kept")
  func namesHistogramBarsHonestly() {
    var sheet = Example.datasheet
    #expect(sheet.html.contains("kept in the end"))
    for index in sheet.metrics.indices { sheet.metrics[index].dropped = [] }
    #expect(!sheet.html.contains("kept in the end"))
    #expect(sheet.html.contains("documents measured"))
    #expect(sheet.html.contains("Histogram of words. 455 documents, from 0 to 30,000"))
  }
}
