/// An element that is open while a page is read.
struct OpenElement {
  enum Space: UInt8 { case html, svg, mathML }

  /// The insertion mode inside an element: what its tables, templates and selects make of the tags that follow.
  enum Context: UInt8 { case body, table, caption, columnGroup, tableBody, row, cell, select, template, frameset }

  var tag: Tag
  /// Equal for equal names, those that extraction does not tell apart included.
  var name: UInt64
  var space = Space.html
  /// Inside MathML text or SVG HTML elements the rules of HTML hold again.
  var isIntegrationPoint = false
  var context: Context
  /// Where in the stack the paragraph stands that a block would close; -1 for none.
  var paragraph: Int32
  /// False for elements that leave no trace among the events.
  var isEmitted: Bool
  /// Places among the events: before and after the start tag.
  var start: Int
  var content: Int
  /// The entry in the list of formatting elements, 0 for none.
  var formatting: Int32 = 0
}

/// Tree construction after the HTML standard (§13.2.6), written as a list of events: every element is opened and closed, in the
/// place the standard gives it.
///
/// Start and end tags come in as the page has them. What the standard does to a tree already built — the adoption agency's moves,
/// foster parents of text in tables — is done to the events, within ``moveBudget``.
///
/// In verbatim mode all elements are kept; extraction leaves out formatting and the head, which do not change where text stands.
struct TreeConstruction {
  let limits: MainContentExtractor.Limits
  let isVerbatim: Bool
  var events = MarkupEvents()
  var records: [ElementRecord] = []
  var stack: [OpenElement] = []
  /// Elements below the depth limit that are open, counted only.
  var overflow = 0
  var flattenedElements = 0
  /// Elements among the events, and those that the limit kept out; the body is one.
  private var elements = 1
  private(set) var cappedElements = 0

  /// True right after a break: white space that is added now would be lost anyway.
  var afterBreak = true
  var preDepth = 0
  var codeDepth = 0

  // Formatting elements, see TreeConstruction+Formatting.
  var formatting: [FormattingElement] = []
  var formattingSerial: Int32 = 0
  // Content of tables that belongs before them, see TreeConstruction+Tables.
  var fosters: [Foster] = []
  // The document around the body, see TreeConstruction+Document.
  var place = DocumentPlace.body
  var isQuirky = true
  var framesetIsAllowed = true
  var formIsOpen = false

  /// Events that repairs may still move on this page: the work stays linear.
  var moveBudget = 0

  init(limits: MainContentExtractor.Limits, isVerbatim: Bool) {
    self.limits = limits
    self.isVerbatim = isVerbatim
  }

  mutating func begin(pageBytes: Int) {
    events.begin(pageBytes: pageBytes)
    records.removeAll(keepingCapacity: true)
    stack.removeAll(keepingCapacity: true)
    formatting.removeAll(keepingCapacity: true)
    fosters.removeAll(keepingCapacity: true)
    formattingSerial = 0
    overflow = 0
    flattenedElements = 0
    elements = 1
    cappedElements = 0
    afterBreak = true
    preDepth = isVerbatim ? 1 : 0
    codeDepth = 0
    isQuirky = true
    framesetIsAllowed = true
    formIsOpen = false
    moveBudget = pageBytes + 4096
    place = isVerbatim ? .beforeHTML : .body
    if !isVerbatim { push(.body, record: nil, isEmitted: false) }
  }

  mutating func finish() {
    if isVerbatim { finishDocument() }
    // What is fostered is moved without the ends of the elements around it.
    settleText()
    while !stack.isEmpty { pop() }
    events.endText()
  }

  // MARK: The stack

  @inline(__always) var current: Tag { stack.last?.tag ?? .html }
  @inline(__always) var context: OpenElement.Context { stack.last?.context ?? .body }

  static func name(of tag: Tag) -> UInt64 { UInt64(tag.rawValue) }

  mutating func push(
    _ tag: Tag, name: UInt64? = nil, space: OpenElement.Space = .html, record: ElementRecord?, isEmitted: Bool = true
  ) {
    guard stack.count < limits.depth else {
      overflow += 1
      flattenedElements += 1
      if isEmitted { breakLine(at: tag) }
      return
    }
    let start = events.count
    if isEmitted { emitStart(tag, record) }
    let around = stack.last
    var element = OpenElement(
      tag: tag, name: name ?? Self.name(of: tag), space: space, context: around?.context ?? .body,
      paragraph: around?.paragraph ?? -1, isEmitted: isEmitted, start: start, content: isEmitted ? start + 1 : start)
    if space == .html {
      if tag == .p {
        element.paragraph = Int32(stack.count)
      } else if tag.isScopeBoundary || tag == .button {
        element.paragraph = -1
      }
      element.context = Self.context(in: tag) ?? element.context
    } else if element.isIntegrationPoint {
      element.paragraph = -1
    }
    switch tag {
    case .pre, .listing, .xmp, .plaintext: preDepth += 1
    case .code: codeDepth += 1
    default: break
    }
    stack.append(element)
  }

  private static func context(in tag: Tag) -> OpenElement.Context? {
    switch tag {
    case .table: .table
    case .caption: .caption
    case .colgroup: .columnGroup
    case .tbody, .thead, .tfoot: .tableBody
    case .tr: .row
    case .td, .th: .cell
    case .select: .select
    case .template: .template
    case .frameset: .frameset
    case .body, .html: .body
    default: nil
    }
  }

  mutating func pop() {
    guard let element = stack.popLast() else { return }
    switch element.tag {
    case .pre, .listing, .xmp, .plaintext: preDepth -= 1
    case .code: codeDepth -= 1
    case .form: formIsOpen = false
    default: break
    }
    if element.isEmitted { emitEnd(element.tag) }
    if let foster = fosters.last, stack.count <= foster.base { settleFoster() }
  }

  /// Pops until `count` elements are left.
  mutating func pop(to count: Int) { while stack.count > count { pop() } }

  // MARK: Emitting

  mutating func emitStart(_ tag: Tag, _ record: ElementRecord?) {
    elements &+= 1
    var number: Int32 = -1
    if let record {
      number = Int32(records.count)
      records.append(record)
    }
    events.append(.start(tag, record: number))
    if tag.isBlock { afterBreak = true }
  }

  mutating func emitEnd(_ tag: Tag) {
    events.append(.end)
    if tag.isBlock { afterBreak = true }
  }

  /// False once the page has as many elements as are kept. From there on tags only end lines, and all text goes to the element that
  /// is open.
  @inline(__always) var admitsElement: Bool { elements < limits.elements }

  /// Counts a start tag that opens nothing.
  mutating func skipElement(_ tag: Tag) {
    cappedElements += 1
    breakLine(at: tag)
  }

  /// Ends the line where a block begins or ends that is no element of the page tree.
  mutating func breakLine(at tag: Tag) {
    guard tag.isBlock || tag == .br, !afterBreak else { return }
    events.append(.lineBreak)
    afterBreak = true
  }

  /// An element without content.
  mutating func emitVoid(_ tag: Tag, record: ElementRecord?) {
    emitStart(tag, record)
    emitEnd(tag)
    if tag == .br, record == nil { afterBreak = true }
  }

  // MARK: Scope

  /// The highest place in the stack of an element that `isWanted`, with no boundary above it; -1 for none.
  func indexInScope(listItems: Bool = false, where isWanted: (Tag) -> Bool) -> Int {
    var i = stack.count - 1
    while i >= 0 {
      let element = stack[i]
      if element.space == .html {
        if isWanted(element.tag) { return i }
        if element.tag.isScopeBoundary || listItems && (element.tag == .ol || element.tag == .ul) { return -1 }
      } else if element.isIntegrationPoint {
        return -1
      }
      i -= 1
    }
    return -1
  }

  /// The same, with only tables, templates and the root as boundaries.
  func indexInTableScope(where isWanted: (Tag) -> Bool) -> Int {
    var i = stack.count - 1
    while i >= 0 {
      let element = stack[i]
      if element.space == .html {
        if isWanted(element.tag) { return i }
        if element.tag == .table || element.tag == .template || element.tag == .html { return -1 }
      }
      i -= 1
    }
    return -1
  }

  mutating func closeImplied(except kept: Tag = .unknown) {
    while let last = stack.last, last.space == .html, last.tag.hasImpliedEnd, last.tag != kept { pop() }
  }

  @inline(__always) mutating func closeParagraph() {
    if let last = stack.last, last.paragraph >= 0 { pop(to: Int(last.paragraph)) }
  }
}
