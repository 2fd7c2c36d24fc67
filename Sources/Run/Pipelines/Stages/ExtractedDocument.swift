import Documents
import MainContent

extension Document {
  /// The document of a page: its main text, and in its metadata what the page says about itself.
  ///
  /// `title`, `author`, `published`, `declared_language`, `canonical_url`, `site_name` and `license` each have a twin that ends in
  /// `_source` and names where the page says so; `page_type` is a guess, `decided_by` the step of extraction that chose the text,
  /// and `extraction_limits` counts what of the page went beyond a limit, where something did.
  public init(page: Page, content: ExtractedContent) {
    self.init(id: page.id, url: page.url, text: content.text, metadata: page.metadata, origin: page.origin)
    let sources = content.sources
    let found: [(name: String, value: String?, source: ExtractedContent.Source?)] = [
      ("title", content.title, sources.title), ("author", content.author, sources.author),
      ("published", content.date, sources.date), ("declared_language", content.language, sources.language),
      ("canonical_url", content.canonicalURL, sources.canonicalURL), ("site_name", content.siteName, sources.siteName),
      ("license", content.licenseURL, sources.licenseURL),
    ]
    for (name, value, source) in found {
      guard let value else { continue }
      metadata[name] = .string(value)
      metadata[name + "_source"] = source.map { .string($0.rawValue) }
    }
    metadata["page_type"] = content.pageType.map { .string($0.rawValue) }
    metadata["decided_by"] = .string(content.decidedBy.rawValue)
    let counters = content.counters
    let beyond = [
      ("dropped_bytes", counters.droppedBytes), ("capped_attributes", counters.cappedAttributes),
      ("flattened_elements", counters.flattenedElements), ("capped_elements", counters.cappedElements),
      ("unclassified_blocks", counters.unclassifiedBlocks), ("replaced_bytes", counters.replacedBytes),
    ].filter { $0.1 > 0 }
    if !beyond.isEmpty {
      var limits = JSONObject()
      for (name, count) in beyond { limits[name] = .integer(Int64(count)) }
      metadata["extraction_limits"] = .object(limits)
    }
  }
}
