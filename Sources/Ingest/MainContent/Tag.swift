/// The elements that extraction tells apart. Everything else is `unknown` and counts as inline.
enum Tag: UInt8, CaseIterable, Sendable {
  case unknown
  // Document
  case html, head, body, title, meta, link, base, basefont, bgsound, style, script, noscript, template, frameset, frame
  // Sections
  case main, article, section, nav, aside, header, footer, hgroup, address, search, div, center
  case h1, h2, h3, h4, h5, h6
  // Text blocks
  case p, pre, listing, xmp, plaintext, blockquote, hr, br, wbr, figure, figcaption, details, summary, dialog
  // Lists
  case ul, ol, menu, dir, li, dl, dt, dd
  // Tables
  case table, caption, thead, tbody, tfoot, tr, td, th, colgroup, col
  // Forms
  case form, fieldset, legend, label, input, button, select, option, optgroup, datalist, textarea, output, progress, meter,
    keygen
  // Embedded
  case svg, math, iframe, object, embed, applet, param, audio, video, source, track, canvas, img, image, picture, map, area
  case noembed, noframes
  // Inline
  case a, span, code, kbd, samp, tt, font, b, i, em, strong, u, s, strike, del, ins, small, big, sub, sup, abbr, acronym
  case cite, dfn, q, mark, time, bdi, bdo, ruby, rb, rt, rtc, rp, data, nobr, blink, marquee, slot, `var`

  /// What the sanitizer does with an element's tags.
  enum Handling: UInt8, Sendable {
    /// A block or inline element of HTML 4, an element of the page tree.
    case native
    /// A block that divides the page.
    case asDivision
    /// Inline, kept because its attributes matter.
    case asSpan
    /// Only the tags go; what they enclose stays.
    case transparent
    /// Goes with its whole content; the content is markup and may nest the same element.
    case droppedTree
    /// Goes with its whole content; the content is not markup and ends at the first matching end tag.
    case droppedText
    /// Read for metadata, never handed on.
    case document
    /// Handled one by one in the sanitizer.
    case special
  }

  var handling: Handling {
    switch self {
    case .p, .div, .h1, .h2, .h3, .h4, .h5, .h6, .ul, .ol, .li, .dl, .dt, .dd, .table, .caption, .thead, .tbody, .tfoot, .tr,
      .td, .th, .blockquote, .hr, .br, .a, .span:
      .native
    case .main, .article, .section, .nav, .aside, .header, .footer, .hgroup, .address, .search, .center, .figure,
      .figcaption, .details, .summary, .dialog, .form, .fieldset, .legend, .menu, .dir:
      .asDivision
    case .code, .kbd, .samp, .tt, .button, .label, .time, .unknown:
      .asSpan
    case .svg, .template, .select, .object, .applet, .audio, .video, .canvas, .datalist, .map:
      .droppedTree
    case .style, .iframe, .noembed, .noframes, .noscript, .textarea:
      .droppedText
    case .html, .head, .body, .meta, .link, .base, .title, .frameset, .frame:
      .document
    case .script, .math, .pre, .listing, .xmp, .plaintext:
      .special
    default:
      .transparent
    }
  }

  /// True when the element starts and ends a line of its own.
  var isBlock: Bool {
    switch self {
    case .a, .span, .code, .kbd, .samp, .tt, .button, .label, .time, .unknown, .br: false
    default: true
    }
  }

  var isHeading: Bool { rawValue >= Tag.h1.rawValue && rawValue <= Tag.h6.rawValue }

  /// 1 to 6, or 0 when this is no heading.
  var headingLevel: Int { isHeading ? Int(rawValue - Tag.h1.rawValue) + 1 : 0 }

  var isTableCell: Bool { self == .td || self == .th }
  var isTableRowGroup: Bool { self == .thead || self == .tbody || self == .tfoot }
  var isListContainer: Bool { self == .ul || self == .ol || self == .menu || self == .dir }
}

/// Finds a `Tag` by name, without allocation: open addressing over names packed into a word.
struct TagTable: Sendable {
  private var keys: [UInt64]
  private var tags: [Tag]
  private static let mask = 511

  static let shared = TagTable()

  private init() {
    keys = [UInt64](repeating: 0, count: Self.mask + 1)
    tags = [Tag](repeating: .unknown, count: Self.mask + 1)
    for tag in Tag.allCases where tag != .unknown {
      var key: UInt64 = 0
      for byte in "\(tag)".utf8 { key = Self.extend(key, byte) }
      var slot = Self.slot(key)
      while keys[slot] != 0 { slot = (slot + 1) & Self.mask }
      keys[slot] = key
      tags[slot] = tag
    }
  }

  /// Adds one lower-case byte of a name to its key. Names up to eight bytes are packed exactly.
  @inline(__always) static func extend(_ key: UInt64, _ byte: UInt8) -> UInt64 {
    key >> 56 == 0 ? key << 8 | UInt64(byte) : (key &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(byte)
  }

  /// Identifies an element without a `Tag`, by the key of its name; differs from all tags.
  static func unknownName(_ key: UInt64) -> UInt64 { key | 1 << 63 }

  /// Identifies an element by its lower-case name.
  static func name(of word: String) -> UInt64 {
    let key = word.utf8.reduce(0, extend)
    let tag = shared.tag(key: key)
    return tag == .unknown ? unknownName(key) : TreeConstruction.name(of: tag)
  }

  @inline(__always) private static func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 52) & mask
  }

  @inline(__always) func tag(key: UInt64) -> Tag {
    var slot = Self.slot(key)
    while true {
      let candidate = keys[slot]
      if candidate == key { return tags[slot] }
      if candidate == 0 { return .unknown }
      slot = (slot + 1) & Self.mask
    }
  }
}
