import Documents
import MainContent

extension StageKind {
  static let mainContent = StageKind(
    "main-content", "a page's main text as Markdown or plain text, without navigation and boilerplate",
    inputs: [InputPort("from", .pages, several: true)], output: .documents,
    parameters: [
      Parameter(
        "format", .choice(MainContentExtractor.Format.allCases.map(\.rawValue)), default: .text("markdown"), "form of the text"),
      Parameter("tables", .boolean, default: .boolean(true), "keep data tables"),
      Parameter("links", .boolean, default: .boolean(false), "keep the addresses of links"),
      Parameter(
        "comments", .choice(MainContentExtractor.Comments.allCases.map(\.rawValue)),
        default: .text(MainContentExtractor.Comments.automatic.rawValue), "keep readers' comments"),
      Parameter("minimum-bytes", .bytes(0...(1 << 30)), default: .integer(1), "drop texts shorter than this"),
    ],
    body: .page { parameters throws(Diagnostic) in MainContentStage(parameters) })
}

private final class MainContentStage: PageStage {
  private let extractor: MainContentExtractor
  private let minimumBytes: Int

  init(_ parameters: Parameters) {
    var options = MainContentExtractor.Options()
    options.format = parameters.text("format").flatMap(MainContentExtractor.Format.init) ?? options.format
    options.keepsTables = parameters.boolean("tables") ?? options.keepsTables
    options.keepsLinks = parameters.boolean("links") ?? options.keepsLinks
    options.comments = parameters.text("comments").flatMap(MainContentExtractor.Comments.init) ?? options.comments
    extractor = MainContentExtractor(options: options)
    minimumBytes = parameters.integer("minimum-bytes") ?? 1
  }

  func document(from page: Page) throws(Diagnostic) -> ExtractionOutcome {
    let content = extractor.extract(html: page.html, url: page.url)
    guard content.text.count >= minimumBytes else {
      return .drop(
        Reason(rule: "main-content.minimum-bytes", value: Double(content.text.count), threshold: Double(minimumBytes)))
    }
    return .document(Document(page: page, content: content))
  }
}
