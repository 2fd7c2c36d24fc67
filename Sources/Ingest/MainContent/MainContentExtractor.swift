/// Finds the main text of web pages: the part a reader came for, without navigation, advertising and other boilerplate.
///
/// Holds buffers that are reused from page to page, so make one for each worker thread; it is not `Sendable`.
/// The result depends on the page and the options alone. Time and memory are bounded by ``Limits``, counted in bytes, elements
/// and depth, never in seconds: linear in the page's size on every input.
///
/// ```swift
/// let extractor = MainContentExtractor()
/// let content = extractor.extract(html: page.html, url: page.url)
/// print(content.title ?? "", content.string)
/// ```
public final class MainContentExtractor {
  /// How the text is written.
  public enum Format: String, Sendable, CaseIterable, Codable {
    /// `#` headings, nested lists, fenced code, pipe tables, quotes.
    case markdown
    /// One line for each block, nothing added but line feeds.
    case text
  }

  public enum Comments: String, Sendable, CaseIterable, Codable {
    /// Kept on forum and question pages, where they are the content.
    case automatic
    case keep
    case drop
  }

  /// Bounds on the work for one page. What lies beyond is counted in ``ExtractedContent/counters``.
  public struct Limits: Sendable, Equatable {
    /// Bytes of the page that are read.
    public var bytes = 8 << 20
    /// Nesting depth of elements; deeper ones are flattened, their text stays.
    public var depth = 512
    /// Attributes read of one tag.
    public var attributes = 256
    /// Elements that are kept; the text of further ones goes to the element around them.
    public var elements = 1 << 17
    /// Text blocks that are judged one by one; a page with more keeps all that is not navigation or the like.
    public var blocks = 1 << 15
    public init() {}
  }

  public struct Options: Sendable, Equatable {
    public var format = Format.markdown
    public var keepsTables = true
    /// Writes links as `[text](target)`, in Markdown only.
    public var keepsLinks = false
    public var comments = Comments.automatic
    public var limits = Limits()
    public init() {}
  }

  public let options: Options
  private var sanitizer: MarkupSanitizer
  private var builder: TreeBuilder
  private var selector: ContentSelector
  private var writer: ContentWriter

  /// - Parameter classifier: decides which blocks are content; another than the one in the package for experiments and cross-validation.
  public init(options: Options = Options(), classifier: BlockClassifier = .trained) {
    self.options = options
    sanitizer = MarkupSanitizer(limits: options.limits)
    builder = TreeBuilder(limits: options.limits, keepsMarks: options.format == .markdown)
    selector = ContentSelector(options: options, classifier: classifier)
    writer = ContentWriter(options: options)
  }

  /// The main content of a page.
  ///
  /// - Parameters:
  ///   - html: the page in UTF-8. Bytes that are not valid UTF-8 are replaced by U+FFFD and counted.
  ///   - url: the page's address; used as a hint of its date and kind only.
  /// - Returns: the content; its text is empty when the page has none, which is not an error.
  /// - Complexity: O(`html.count`).
  public func extract(html: UnsafeBufferPointer<UInt8>, url: String = "") -> ExtractedContent {
    var counters = readTree(html, readsNoscript: false)
    // A page whose text only scripts would build, with a copy for those who have none.
    if builder.tree.nodes[0].measures.characters < Self.fewestCharacters, sanitizer.noscriptBytes > Self.fewestNoscriptBytes {
      counters = readTree(html, readsNoscript: true)
    }

    let page = UnsafeBufferPointer(rebasing: html.prefix(options.limits.bytes))
    let metadata = PageMetadata(head: sanitizer.head, page: page, url: url)
    let selection = selector.select(from: builder.tree, metadata: metadata, head: sanitizer.head, url: url)
    var content = ExtractedContent()
    if builder.tree.blocks.count > options.limits.blocks { counters.unclassifiedBlocks = builder.tree.blocks.count }
    content.counters = counters
    content.decidedBy = selection.step
    content.pageType = selection.pageType
    content.text =
      selection.step == .structuredData
      ? metadata.articleBody
      : writer.write(builder.tree, chosen: selector.chosen, records: sanitizer.tree.records, page: page)
    if content.text.isEmpty { content.decidedBy = .nothing }
    metadata.fill(&content, tree: builder.tree)
    return content
  }

  private static let fewestCharacters: Int32 = 400
  private static let fewestNoscriptBytes = 600

  /// Reads a page into the builder's tree.
  private func readTree(_ html: UnsafeBufferPointer<UInt8>, readsNoscript: Bool) -> ExtractionCounters {
    sanitizer.sanitize(html, readsNoscript: readsNoscript)
    var counters = sanitizer.counters
    counters.replacedBytes += builder.build(from: sanitizer.tree.events, records: sanitizer.tree.records)
    return counters
  }

  /// The main content of a page held in an array. See ``extract(html:url:)-(UnsafeBufferPointer<UInt8>,_)``.
  public func extract(html: [UInt8], url: String = "") -> ExtractedContent {
    html.withUnsafeBufferPointer { extract(html: $0, url: url) }
  }

  /// A block as the classifier sees it, for training and for looking into its decisions.
  public struct BlockSample: Sendable {
    /// The block's text.
    public var text: [UInt8]
    /// One number for each of ``featureNames``.
    public var features: [Float]
    public var isChosen: Bool
  }

  /// What the numbers of ``BlockSample/features`` are.
  public static var featureNames: [String] { BlockFeatures.names }

  /// The blocks of a page in document order, chosen or not.
  public func blocks(html: [UInt8], url: String = "") -> [BlockSample] {
    _ = extract(html: html, url: url)
    let features = selector.features
    return builder.tree.blocks.indices.map { i in
      BlockSample(
        text: Array(builder.tree.bytes(of: builder.tree.blocks[i])),
        features: (0..<BlockFeatures.count).map { features.values[$0 * features.blocks + i] }, isChosen: selector.chosen[i])
    }
  }
}
