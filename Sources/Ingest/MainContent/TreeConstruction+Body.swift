/// The insertion mode "in body" (§13.2.6.4.7), to which most others fall back.
extension TreeConstruction {
  /// A start tag. `name` tells elements apart that have no `Tag` of their own.
  mutating func start(_ tag: Tag, name: UInt64, record: ElementRecord?, isEmitted: Bool = true, isSelfClosing: Bool = false) {
    guard admitsElement else { return skipElement(tag) }
    settleText()
    if place != .body, !startInDocument(tag, name: name, record: record) { return }
    if let last = stack.last, last.space != .html, !last.isIntegrationPoint, !(tag == .svg && last.name == Self.annotation),
      startInForeign(tag, name: name, record: record, isSelfClosing: isSelfClosing)
    {
      return
    }
    if context != .body, startInTable(tag, name: name, record: record) { return }
    startInBody(tag, name: name, record: record, isEmitted: isEmitted, isSelfClosing: isSelfClosing)
  }

  /// An end tag.
  mutating func end(_ tag: Tag, name: UInt64) {
    if overflow > 0 {
      overflow -= 1
      return
    }
    guard admitsElement else { return breakLine(at: tag) }
    settleText()
    if place != .body, !endInDocument(tag) { return }
    if let last = stack.last, last.space != .html, endInForeign(tag, name: name) { return }
    if context != .body, endInTable(tag, name: name) { return }
    endInBody(tag, name: name)
  }

  private mutating func startInBody(_ tag: Tag, name: UInt64, record: ElementRecord?, isEmitted: Bool, isSelfClosing: Bool) {
    switch tag {
    case .span, .unknown, .time, .label:
      insertInline(tag, name, record, isEmitted)
    case .html, .head, .frame, .caption, .col, .colgroup, .tbody, .td, .tfoot, .th, .thead, .tr, .body:
      break
    case .frameset: startFrameset(record)
    case .base, .basefont, .bgsound, .link, .meta: insertVoid(tag, record)
    case .h1, .h2, .h3, .h4, .h5, .h6:
      closeParagraph()
      if current.isHeading { pop() }
      insert(tag, record)
    case .li: startItem(record)
    case .dd, .dt: startDefinition(tag, record)
    case .form:
      guard !formIsOpen || indexInScope(where: { $0 == .template }) >= 0 else { return }
      closeParagraph()
      insert(tag, record)
      formIsOpen = true
    case .pre, .listing, .plaintext:
      closeParagraph()
      framesetIsAllowed = false
      insert(tag, record)
    case .button:
      let open = indexInScope { $0 == .button }
      if open >= 0 {
        closeImplied()
        pop(to: open)
      }
      insertInline(tag, name, record, isEmitted)
      framesetIsAllowed = false
    case .applet, .marquee, .object:
      insertInline(tag, name, record, isEmitted)
      formatting.append(.marker)
      framesetIsAllowed = false
    case .table:
      if !isQuirky { closeParagraph() }
      insert(tag, record)
      framesetIsAllowed = false
    case .hr:
      closeParagraph()
      insertVoid(tag, record)
      framesetIsAllowed = false
    case .image: insertInlineVoid(.img, record)
    case .area, .br, .embed, .img, .keygen, .wbr:
      insertInlineVoid(tag, record)
      framesetIsAllowed = false
    case .input: insertInlineVoid(tag, record)
    case .param, .source, .track: insertVoid(tag, record)
    case .optgroup, .option:
      if current == .option { pop() }
      insertInline(tag, name, record, isEmitted)
    case .select:
      insertInline(tag, name, record, isEmitted)
      framesetIsAllowed = false
    case .rb, .rtc:
      if indexInScope(where: { $0 == .ruby }) >= 0 { closeImplied() }
      insert(tag, record)
    case .rp, .rt:
      if indexInScope(where: { $0 == .ruby }) >= 0 { closeImplied(except: .rtc) }
      insert(tag, record)
    case .template:
      formatting.append(.marker)
      insert(tag, record)
      framesetIsAllowed = false
    case .math, .svg: startForeign(tag, record, isSelfClosing: isSelfClosing)
    default:
      if tag.isPlainBlock {
        closeParagraph()
        insert(tag, record)
      } else if tag.isFormatting {
        startFormatting(tag, record)
      } else {
        insertInline(tag, name, record, isEmitted)
      }
    }
  }

  // MARK: Text

  /// Prepares the place where text goes; false when none may stand there.
  mutating func prepareText(isSpace: Bool) -> Bool {
    settleText()
    guard place == .body || admitsText(isSpace: isSpace) else { return false }
    if !isSpace { framesetIsAllowed = false }
    switch context {
    case .select, .frameset: return context == .select || isSpace
    case .columnGroup where !isSpace && current == .colgroup: pop()
    default: break
    }
    if let last = stack.last, last.space != .html, !last.isIntegrationPoint { return true }
    if isBetweenCells {
      if isSpace { return true }
      fosterIfNeeded()
    }
    switch current {
    case .title, .script, .style, .noframes, .iframe, .noembed, .xmp, .textarea, .plaintext, .noscript: break
    default: if place == .body { reopenFormatting() }
    }
    return true
  }

  // MARK: Inserting

  /// Opens a block.
  mutating func insert(_ tag: Tag, _ record: ElementRecord?) {
    fosterIfNeeded()
    push(tag, record: record)
  }

  mutating func insertVoid(_ tag: Tag, _ record: ElementRecord?) {
    fosterIfNeeded()
    emitVoid(tag, record: record)
    settleText()
  }

  private mutating func insertInline(_ tag: Tag, _ name: UInt64, _ record: ElementRecord?, _ isEmitted: Bool) {
    fosterIfNeeded()
    reopenFormatting()
    push(tag, name: name, record: record, isEmitted: isEmitted)
  }

  private mutating func insertInlineVoid(_ tag: Tag, _ record: ElementRecord?) {
    fosterIfNeeded()
    reopenFormatting()
    emitVoid(tag, record: record)
    settleText()
  }

  // MARK: Items

  private mutating func startItem(_ record: ElementRecord?) {
    var i = stack.count - 1
    while i >= 0 {
      let tag = stack[i].tag
      if tag == .li, stack[i].space == .html {
        closeImplied(except: .li)
        pop(to: i)
        break
      }
      if tag.isSpecial, tag != .address, tag != .div, tag != .p { break }
      i -= 1
    }
    closeParagraph()
    insert(.li, record)
    framesetIsAllowed = false
  }

  private mutating func startDefinition(_ tag: Tag, _ record: ElementRecord?) {
    var i = stack.count - 1
    while i >= 0 {
      let open = stack[i].tag
      if open == .dd || open == .dt {
        closeImplied(except: open)
        pop(to: i)
        break
      }
      if open.isSpecial, open != .address, open != .div, open != .p { break }
      i -= 1
    }
    closeParagraph()
    insert(tag, record)
    framesetIsAllowed = false
  }

  // MARK: End tags

  private mutating func endInBody(_ tag: Tag, name: UInt64) {
    switch tag {
    case .p:
      if let last = stack.last, last.paragraph < 0 { insert(.p, nil) }
      closeParagraph()
    case .body, .html, .head: break
    case .li:
      let open = indexInScope(listItems: true) { $0 == .li }
      guard open >= 0 else { return }
      pop(to: open)
    case .form:
      let open = indexInScope { $0 == .form }
      guard open >= 0 else { return }
      closeImplied()
      formIsOpen = false
      // A form that is not the innermost element only leaves the stack's names; it ends where what is open inside it ends.
      if open == stack.count - 1 {
        pop()
      } else {
        stack[open].tag = .unknown
        stack[open].name = 0
      }
    case .dd, .dt:
      let open = indexInScope { $0 == tag }
      if open >= 0 { pop(to: open) }
    case .h1, .h2, .h3, .h4, .h5, .h6:
      let open = indexInScope(where: \.isHeading)
      if open >= 0 { pop(to: open) }
    case .br: start(.br, name: Self.name(of: .br), record: nil)
    case .applet, .marquee, .object:
      let open = indexInScope { $0 == tag }
      guard open >= 0 else { return }
      pop(to: open)
      clearFormattingToMarker()
    case .template: endTemplate()
    case .hr, .caption, .col, .colgroup, .tbody, .td, .tfoot, .th, .thead, .tr: break
    default:
      if tag.hasScopedEnd {
        let open = indexInScope { $0 == tag }
        if open >= 0 { pop(to: open) }
      } else if tag.isFormatting {
        endFormatting(tag)
      } else {
        endOther(name)
      }
    }
  }

  mutating func endTemplate() {
    guard let open = stack.lastIndex(where: { $0.tag == .template && $0.space == .html }) else { return }
    pop(to: open)
    clearFormattingToMarker()
  }

  /// "Any other end tag".
  mutating func endOther(_ name: UInt64) {
    var i = stack.count - 1
    while i >= 0 {
      if stack[i].name == name, stack[i].space == .html {
        pop(to: i)
        return
      }
      if stack[i].tag.isSpecial { return }
      i -= 1
    }
  }
}
