/// The main content of a page and what the page says about itself.
public struct ExtractedContent: Sendable, Equatable {
  /// What kind of page this seems to be: a guess from structured data, address and shape.
  public enum PageType: String, Sendable, CaseIterable, Codable {
    case article, documentation, service, forum, product, listing, collection
  }

  /// The step of the ladder that decided what the main content is.
  public enum Step: String, Sendable, CaseIterable, Codable {
    /// The blocks that scored as content.
    case blocks
    /// `articleBody` of the page's JSON-LD.
    case structuredData = "structured-data"
    /// Everything but what is certainly boilerplate.
    case allText = "all-text"
    /// The page holds no text.
    case nothing
  }

  /// Valid UTF-8 without a final line feed; empty when there is no content.
  public var text: [UInt8] = []
  public var title: String?
  public var author: String?
  /// `YYYY-MM-DD`, as the page states it.
  public var date: String?
  /// What the page declares (`html@lang`), such as `en` or `pt-BR`. Often wrong: a hint for language identification.
  public var language: String?
  public var canonicalURL: String?
  public var siteName: String?
  /// The target of the page's `rel=license` link.
  public var licenseURL: String?
  public var description: String?
  public var pageType: PageType?
  public var decidedBy = Step.nothing
  public var counters = ExtractionCounters()

  public init() {}

  /// The text as a `String`: for the edges, not for hot code.
  public var string: String { String(decoding: text, as: UTF8.self) }
}
