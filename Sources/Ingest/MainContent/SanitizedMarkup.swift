/// What the sanitizer knows about one element beyond its name. The page tree carries this record's number.
struct ElementRecord: Sendable {
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt16
    /// `hidden`, `display:none` or `aria-hidden=true`.
    static let hidden = Flags(rawValue: 1 << 0)
    /// `role` is navigation, banner, contentinfo, complementary, search, menu, …
    static let boilerplateRole = Flags(rawValue: 1 << 1)
    /// `role=main` or `itemprop=articleBody` or the like.
    static let mainRole = Flags(rawValue: 1 << 2)
    static let articleRole = Flags(rawValue: 1 << 3)
    /// `role=presentation` on a table, or sizes that only layout tables carry.
    static let layout = Flags(rawValue: 1 << 4)
    /// `itemtype` of a forum post, question, answer or comment.
    static let messageType = Flags(rawValue: 1 << 5)
    /// `rel` in tag, author, prev, next, nofollow-sponsored.
    static let navigationRelation = Flags(rawValue: 1 << 6)
    /// The link stays on its page (`#…`).
    static let fragmentLink = Flags(rawValue: 1 << 7)
    /// `itemtype` of a product.
    static let productType = Flags(rawValue: 1 << 8)
    /// `color`, `face` or `size`, with which a `font` ends SVG and MathML.
    static let fontStyle = Flags(rawValue: 1 << 9)
    /// MathML annotation that holds HTML.
    static let htmlAnnotation = Flags(rawValue: 1 << 10)
  }

  var tag: Tag
  var flags: Flags = []
  var families: NameFamilies = []
  /// Of the class attribute's bytes; 0 without one. Equal for equal classes.
  var classHash: UInt32 = 0
  var href = ByteRange()
  /// As the page spells it; in verbatim mode only.
  var name = ByteRange()
  /// `language-swift` and the like, for fenced code.
  var codeLanguage = ByteRange()
  /// `colspan` of a cell, `start` of an ordered list; 0 when absent.
  var number: UInt16 = 0
}

/// The pieces of a page's head (wherever they stand), as ranges of the input.
struct HeadPieces: Sendable {
  struct Meta: Sendable {
    var name: ByteRange
    var content: ByteRange
  }
  var title = ByteRange()
  var metas: [Meta] = []
  var language = ByteRange()
  var canonical = ByteRange()
  var license = ByteRange()
  var structuredData: [ByteRange] = []
  /// The first `<time datetime>`.
  var time = ByteRange()
  var bodyFamilies: NameFamilies = []

  mutating func removeAll() {
    let (keptMetas, keptData) = (metas, structuredData)
    self = HeadPieces()
    metas = keptMetas
    structuredData = keptData
    metas.removeAll(keepingCapacity: true)
    structuredData.removeAll(keepingCapacity: true)
  }
}

/// How much of a page could not be taken as it stood. All zero on a clean page.
public struct ExtractionCounters: Sendable, Equatable {
  /// Input bytes beyond the limit, never looked at.
  public var droppedBytes = 0
  /// Attributes beyond the limit of their tag, skipped.
  public var cappedAttributes = 0
  /// Elements nested beyond the depth limit; their text was kept in the deepest element allowed.
  public var flattenedElements = 0
  /// Elements beyond the element limit; their text was kept in the element around them.
  public var cappedElements = 0
  /// Text blocks of a page with more of them than the limit: taken by their place in the page, not one by one by the classifier.
  public var unclassifiedBlocks = 0
  /// Bytes that were not valid UTF-8 or not allowed in HTML, replaced by U+FFFD or dropped.
  public var replacedBytes = 0
  public init() {}
}
