/// The insertion modes of tables, templates and selects (§13.2.6.4.9 to 18), and foster parenting (§13.2.6.1).
extension TreeConstruction {
  // MARK: Start tags

  /// False when the tag is to be handled as in a body.
  mutating func startInTable(_ tag: Tag, name: UInt64, record: ElementRecord?) -> Bool {
    var turn = Turn()
    // Each turn leaves one mode, so that the loop ends.
    while turn.changes(stack) {
      switch context {
      case .body: return false
      case .cell:
        guard tag.isTablePart else { return false }
        guard closeCell() else { return false }
      case .caption:
        guard tag.isTablePart else { return false }
        guard closeCaption() else { return true }
      case .row:
        if tag == .td || tag == .th {
          clear { $0 == .tr || $0 == .template }
          push(tag, record: record)
          formatting.append(.marker)
          return true
        }
        guard tag.isTablePart else { return startInTableProper(tag, record) }
        guard closeRow() else { return true }
      case .tableBody:
        switch tag {
        case .tr:
          clear { Self.isSectionOrTemplate($0) }
          push(.tr, record: record)
          return true
        case .td, .th:
          clear { Self.isSectionOrTemplate($0) }
          push(.tr, record: nil)
        case .caption, .col, .colgroup, .tbody, .tfoot, .thead:
          guard closeSection() else { return true }
        default: return startInTableProper(tag, record)
        }
      case .table:
        switch tag {
        case .td, .th, .tr:
          clear { $0 == .table || $0 == .template }
          pushImplied(.tbody)
        case .col:
          clear { $0 == .table || $0 == .template }
          pushImplied(.colgroup)
        case .table:
          let open = indexInTableScope { $0 == .table }
          guard open >= 0 else { return true }
          pop(to: open)
          if context == .body { return false }
        default: return startInTableProper(tag, record)
        }
      case .columnGroup:
        if tag == .col {
          emitVoid(tag, record: record)
          return true
        }
        guard tag != .template else { return false }
        guard current == .colgroup else { return true }
        pop()
      case .select:
        if let isHandled = startInSelect(tag, record) { return isHandled }
      case .template:
        guard let open = stack.lastIndex(where: { $0.tag == .template }) else { return false }
        let mode: OpenElement.Context =
          switch tag {
          case .caption, .colgroup, .tbody, .tfoot, .thead: .table
          case .col: .columnGroup
          case .tr: .tableBody
          case .td, .th: .row
          case .base, .basefont, .bgsound, .link, .meta, .noframes, .script, .style, .template, .title: .template
          default: .body
          }
        if mode == .template { return false }
        for i in open..<stack.count { stack[i].context = mode }
      case .frameset:
        if tag == .frameset { push(tag, record: record) } else if tag == .frame { insertVoid(tag, record) }
        return true
      }
    }
    // Below the depth limit nothing is opened, and modes stay as they are.
    return false
  }

  /// Notices when going on would change nothing.
  private struct Turn {
    private var height = -1
    private var context = OpenElement.Context.body

    mutating func changes(_ stack: [OpenElement]) -> Bool {
      let now = stack.last?.context ?? .body
      defer { (height, context) = (stack.count, now) }
      return stack.count != height || now != context
    }
  }

  private static func isSectionOrTemplate(_ tag: Tag) -> Bool { tag.isTableRowGroup || tag == .template }

  /// "In table", for tags that name no part of a table.
  private mutating func startInTableProper(_ tag: Tag, _ record: ElementRecord?) -> Bool {
    switch tag {
    case .caption:
      clear { $0 == .table || $0 == .template }
      formatting.append(.marker)
      push(tag, record: record)
      return true
    case .colgroup, .tbody, .tfoot, .thead:
      clear { $0 == .table || $0 == .template }
      push(tag, record: record)
      return true
    case .table:
      let open = indexInTableScope { $0 == .table }
      guard open >= 0 else { return true }
      pop(to: open)
      return startInTable(tag, name: Self.name(of: tag), record: record)
    case .form:
      // A form in a table holds nothing: its content is the table's.
      if !formIsOpen {
        emitVoid(.form, record: record)
        formIsOpen = true
      }
      return true
    case .input where record?.flags.contains(.hidden) == true:
      emitVoid(.input, record: record)
      return true
    default: return false
    }
  }

  /// The standard's implied `tbody` and `colgroup`; extraction does without.
  private mutating func pushImplied(_ tag: Tag) { push(tag, record: nil, isEmitted: isVerbatim) }

  private mutating func startInSelect(_ tag: Tag, _ record: ElementRecord?) -> Bool? {
    switch tag {
    case .option:
      if current == .option { pop() }
      push(tag, record: record)
    case .optgroup, .hr:
      if current == .option { pop() }
      if current == .optgroup { pop() }
      if tag == .hr { insertVoid(tag, record) } else { push(tag, record: record) }
    case .select: closeSelect()
    case .input, .keygen, .textarea:
      guard indexInSelectScope() >= 0 else { return true }
      closeSelect()
      return context == .body ? false : nil
    case .script, .template: return false
    case .caption, .table, .tbody, .tfoot, .thead, .tr, .td, .th:
      guard indexInTableScope(where: { $0 == .table }) >= 0 else { return true }
      closeSelect()
      return context == .body ? false : nil
    default: break
    }
    return true
  }

  private func indexInSelectScope() -> Int { stack.lastIndex { $0.tag == .select } ?? -1 }

  private mutating func closeSelect() {
    let open = indexInSelectScope()
    if open >= 0 { pop(to: open) }
  }

  // MARK: End tags

  /// False when the tag is to be handled as in a body.
  mutating func endInTable(_ tag: Tag, name: UInt64) -> Bool {
    var turn = Turn()
    while turn.changes(stack) {
      switch context {
      case .body: return false
      case .cell:
        switch tag {
        case .td, .th:
          let open = indexInTableScope { $0 == tag }
          guard open >= 0 else { return true }
          pop(to: open)
          clearFormattingToMarker()
          return true
        case .body, .caption, .col, .colgroup, .html: return true
        case .table, .tbody, .tfoot, .thead, .tr:
          guard indexInTableScope(where: { $0 == tag }) >= 0, closeCell() else { return true }
        default: return false
        }
      case .caption:
        switch tag {
        case .caption:
          _ = closeCaption()
          return true
        case .table: guard closeCaption() else { return true }
        case .body, .col, .colgroup, .html, .tbody, .td, .tfoot, .th, .thead, .tr: return true
        default: return false
        }
      case .row:
        switch tag {
        case .tr:
          _ = closeRow()
          return true
        case .table: guard closeRow() else { return true }
        case .tbody, .tfoot, .thead:
          guard indexInTableScope(where: { $0 == tag }) >= 0, closeRow() else { return true }
        case .body, .caption, .col, .colgroup, .html, .td, .th: return true
        default: return endInTableProper(tag)
        }
      case .tableBody:
        switch tag {
        case .tbody, .tfoot, .thead:
          guard indexInTableScope(where: { $0 == tag }) >= 0 else { return true }
          _ = closeSection()
          return true
        case .table: guard closeSection() else { return true }
        case .body, .caption, .col, .colgroup, .html, .td, .th, .tr: return true
        default: return endInTableProper(tag)
        }
      case .table: return endInTableProper(tag)
      case .columnGroup:
        if tag == .template { return false }
        guard tag != .col, current == .colgroup else { return true }
        pop()
        if tag == .colgroup { return true }
      case .select:
        switch tag {
        case .optgroup:
          if current == .option, stack.count > 1, stack[stack.count - 2].tag == .optgroup { pop() }
          if current == .optgroup { pop() }
          return true
        case .option:
          if current == .option { pop() }
          return true
        case .select:
          closeSelect()
          return true
        case .template: return false
        case .caption, .table, .tbody, .tfoot, .thead, .tr, .td, .th:
          guard indexInTableScope(where: { $0 == tag }) >= 0 else { return true }
          closeSelect()
        default: return true
        }
      case .template: return tag != .template
      case .frameset:
        if tag == .frameset, stack.count > 1 { pop() }
        return true
      }
    }
    return false
  }

  private mutating func endInTableProper(_ tag: Tag) -> Bool {
    switch tag {
    case .table:
      let open = indexInTableScope { $0 == .table }
      if open >= 0 { pop(to: open) }
      return true
    case .body, .caption, .col, .colgroup, .html, .tbody, .td, .tfoot, .th, .thead, .tr: return true
    default: return false
    }
  }

  // MARK: Closing

  private mutating func clear(to isContext: (Tag) -> Bool) {
    while let last = stack.last, last.space != .html || !isContext(last.tag), last.tag != .html { pop() }
  }

  private mutating func closeCell() -> Bool {
    let open = indexInTableScope { $0.isTableCell }
    guard open >= 0 else { return false }
    pop(to: open)
    clearFormattingToMarker()
    return true
  }

  private mutating func closeCaption() -> Bool {
    let open = indexInTableScope { $0 == .caption }
    guard open >= 0 else { return false }
    pop(to: open)
    clearFormattingToMarker()
    return true
  }

  private mutating func closeRow() -> Bool {
    guard indexInTableScope(where: { $0 == .tr }) >= 0 else { return false }
    clear { $0 == .tr || $0 == .template }
    guard current == .tr else { return false }
    pop()
    return true
  }

  private mutating func closeSection() -> Bool {
    guard indexInTableScope(where: \.isTableRowGroup) >= 0 else { return false }
    clear { Self.isSectionOrTemplate($0) }
    guard current != .template else { return false }
    pop()
    return true
  }
}

/// Content that stands in a table and belongs before it.
struct Foster {
  /// The height of the stack below it.
  var base: Int
  /// The table's place in the stack.
  var table: Int
  /// Where it starts among the events.
  var start: Int
}

extension TreeConstruction {
  /// True when content written now would stand between a table's cells.
  @inline(__always) var isBetweenCells: Bool {
    switch current {
    case .table, .tbody, .tfoot, .thead, .tr: stack.last?.space == .html
    default: false
    }
  }

  /// Notes that what follows belongs before the table, unless it is a part of one.
  @inline(__always) mutating func fosterIfNeeded() { if isBetweenCells, admitsElement { foster() } }

  private mutating func foster() {
    guard fosters.last?.base != stack.count, let table = stack.lastIndex(where: { $0.tag == .table || $0.tag == .template })
    else { return }
    guard stack[table].tag == .table, stack[table].isEmitted else { return }
    fosters.append(Foster(base: stack.count, table: table, start: events.count))
  }

  /// Ends text or a void element that was fostered by itself.
  @inline(__always) mutating func settleText() { if let foster = fosters.last, foster.base == stack.count { settleFoster() } }

  /// Moves fostered content to its place before the table.
  mutating func settleFoster() {
    guard let foster = fosters.popLast(), foster.table < stack.count else { return }
    let length = events.count - foster.start
    let target = stack[foster.table].start
    let moved = events.count - target
    guard length > 0, moveBudget >= moved else { return }
    moveBudget -= moved
    events.moveTail(from: foster.start, to: target)
    for i in foster.table..<stack.count {
      stack[i].start += length
      stack[i].content += length
    }
  }
}
