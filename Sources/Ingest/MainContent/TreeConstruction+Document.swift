/// Where a page is around its body (§13.2.6.4.1 to 6, 19 to 22). Extraction reads a page as a body and is always in `body`.
enum DocumentPlace: UInt8 { case beforeHTML, beforeHead, inHead, inHeadNoscript, afterHead, body, inFrameset, afterFrameset }

extension TreeConstruction {
  /// True when the tag is to be handled as in a body.
  mutating func startInDocument(_ tag: Tag, name: UInt64, record: ElementRecord?) -> Bool {
    while true {
      switch place {
      case .beforeHTML:
        push(.html, record: tag == .html ? record : nil)
        place = .beforeHead
        if tag == .html { return false }
      case .beforeHead:
        if tag == .html { return false }
        push(.head, record: tag == .head ? record : nil)
        place = .inHead
        if tag == .head { return false }
      case .inHead:
        switch tag {
        case .html, .head: return false
        case .base, .basefont, .bgsound, .link, .meta:
          emitVoid(tag, record: record)
          return false
        case .title, .script, .style, .noframes:
          push(tag, record: record)
          return false
        case .noscript:
          push(tag, record: record)
          place = .inHeadNoscript
          return false
        case .template: return startTemplateInHead(record)
        default:
          if context == .template || stack.contains(where: { $0.tag == .template }) { return true }
          pop()
          place = .afterHead
        }
      case .inHeadNoscript:
        switch tag {
        case .basefont, .bgsound, .link, .meta:
          emitVoid(tag, record: record)
          return false
        case .noframes, .style:
          push(tag, record: record)
          return false
        case .html, .head, .noscript: return false
        default:
          pop()
          place = .inHead
        }
      case .afterHead:
        switch tag {
        case .html, .head: return false
        case .frameset:
          place = .inFrameset
          push(tag, record: record)
          return false
        case .base, .basefont, .bgsound, .link, .meta:
          emitVoid(tag, record: record)
          return false
        case .title, .script, .style, .noframes:
          push(tag, record: record)
          return false
        case .template: return startTemplateInHead(record)
        case .body:
          push(.body, record: record)
          place = .body
          framesetIsAllowed = false
          return false
        default:
          if stack.contains(where: { $0.tag == .template }) { return true }
          push(.body, record: nil)
          place = .body
          return true
        }
      case .body: return true
      case .inFrameset:
        if tag == .frameset {
          push(tag, record: record)
        } else if tag == .frame {
          emitVoid(tag, record: record)
        } else if tag == .noframes {
          push(tag, record: record)
        }
        return false
      case .afterFrameset:
        if tag == .noframes { push(tag, record: record) }
        return false
      }
    }
  }

  private mutating func startTemplateInHead(_ record: ElementRecord?) -> Bool {
    formatting.append(.marker)
    push(.template, record: record)
    framesetIsAllowed = false
    return false
  }

  /// True when the tag is to be handled as in a body.
  mutating func endInDocument(_ tag: Tag) -> Bool {
    if let last = stack.last, last.tag == .title || last.tag == .script || last.tag == .style || last.tag == .noframes,
      last.tag == tag
    {
      pop()
      return false
    }
    if stack.contains(where: { $0.tag == .template }) { return true }
    switch place {
    case .beforeHTML, .beforeHead, .inHead, .inHeadNoscript, .afterHead:
      if place == .inHeadNoscript, tag == .noscript {
        pop()
        place = .inHead
        return false
      }
      if place == .inHead, tag == .head {
        pop()
        place = .afterHead
        return false
      }
      guard tag == .head || tag == .body || tag == .html || tag == .br else { return false }
      if place == .inHead || place == .afterHead, tag == .head { return false }
      openBody()
      if tag == .head {
        return false
      }
      return tag == .br
    case .body: return true
    case .inFrameset:
      if tag == .frameset, stack.count > 1 { pop() }
      if tag == .frameset, current != .frameset { place = .afterFrameset }
      return false
    case .afterFrameset: return false
    }
  }

  /// Opens what the standard implies before text.
  mutating func openBody() {
    guard place != .body, place != .inFrameset, place != .afterFrameset else { return }
    if place == .beforeHTML { push(.html, record: nil) }
    if place == .beforeHTML || place == .beforeHead { push(.head, record: nil) }
    if place == .inHeadNoscript { pop() }
    if place != .afterHead { pop() }
    push(.body, record: nil)
    place = .body
  }

  mutating func startFrameset(_ record: ElementRecord?) {
    guard isVerbatim, framesetIsAllowed, stack.count > 1, stack[1].tag == .body else { return }
    let start = stack[1].start
    pop(to: 1)
    _ = events.removeTail(from: start)
    push(.frameset, record: record)
    place = .inFrameset
  }

  mutating func finishDocument() { openBody() }

  /// True when `text` may be written here. White space around the body goes where the standard puts it: nowhere before the head.
  mutating func admitsText(isSpace: Bool) -> Bool {
    if place == .body || stack.contains(where: { $0.tag == .template }) { return true }
    if let last = stack.last, last.tag == .title || last.tag == .script || last.tag == .style || last.tag == .noframes {
      return true
    }
    switch place {
    case .body: return true
    case .beforeHTML, .beforeHead:
      if isSpace { return false }
    case .inHead, .inHeadNoscript, .afterHead:
      if isSpace { return true }
    case .inFrameset, .afterFrameset: return isSpace
    }
    openBody()
    return true
  }
}
