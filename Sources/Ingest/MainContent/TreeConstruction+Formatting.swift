/// Formatting elements, which the standard opens again after a block has closed them, and its adoption agency (§13.2.4.3, §13.2.6.4.7).
struct FormattingElement {
  var tag: Tag
  var record: ElementRecord?
  var serial: Int32
  /// Of the attributes, to tell equal elements.
  var signature: UInt32 = 0
  static var marker: FormattingElement { FormattingElement(tag: .unknown, record: nil, serial: 0) }
  var isMarker: Bool { serial == 0 }
}

extension TreeConstruction {
  mutating func startFormatting(_ tag: Tag, _ record: ElementRecord?) {
    fosterIfNeeded()
    if tag == .a, let open = formattingIndex(.a) {
      let serial = formatting[open].serial
      endFormatting(.a)
      formatting.removeAll { $0.serial == serial }
      if let i = stack.lastIndex(where: { $0.formatting == serial }) { remove(at: i) }
      fosterIfNeeded()
    }
    reopenFormatting()
    if tag == .nobr, indexInScope(where: { $0 == .nobr }) >= 0 {
      endFormatting(.nobr)
      reopenFormatting()
    }
    push(tag, record: record)
    guard overflow == 0 else { return }
    formattingSerial += 1
    stack[stack.count - 1].formatting = formattingSerial
    remember(FormattingElement(tag: tag, record: record, serial: formattingSerial, signature: record?.classHash ?? 0))
  }

  /// Adds to the list; of more than three equal elements since the last marker the first goes ("Noah's Ark clause").
  private mutating func remember(_ element: FormattingElement) {
    var equal: [Int] = []
    var i = formatting.count - 1
    while i >= 0, !formatting[i].isMarker {
      if formatting[i].tag == element.tag, formatting[i].signature == element.signature { equal.append(i) }
      i -= 1
    }
    if equal.count >= 3, let first = equal.last { formatting.remove(at: first) }
    formatting.append(element)
  }

  /// The last element of this name since the last marker.
  private func formattingIndex(_ tag: Tag) -> Int? {
    var i = formatting.count - 1
    while i >= 0, !formatting[i].isMarker {
      if formatting[i].tag == tag { return i }
      i -= 1
    }
    return nil
  }

  mutating func clearFormattingToMarker() {
    while let last = formatting.popLast() { if last.isMarker { return } }
  }

  @inline(__always) var hasNothingToReopen: Bool {
    guard let last = formatting.last else { return true }
    return last.isMarker && context == .cell
  }

  /// "Reconstruct the active formatting elements".
  @inline(__always) mutating func reopenFormatting() {
    guard let last = formatting.last, !last.isMarker, admitsElement, !isOpen(last.serial) else { return }
    reopenClosedFormatting()
  }

  private func isOpen(_ serial: Int32) -> Bool {
    var i = stack.count - 1
    while i >= 0 {
      if stack[i].formatting == serial { return true }
      i -= 1
    }
    return false
  }

  private mutating func reopenClosedFormatting() {
    var first = formatting.count - 1
    while first > 0, !formatting[first - 1].isMarker, !isOpen(formatting[first - 1].serial) { first -= 1 }
    for i in first..<formatting.count {
      guard stack.count < limits.depth else { return }
      push(formatting[i].tag, record: formatting[i].record)
      formattingSerial += 1
      stack[stack.count - 1].formatting = formattingSerial
      formatting[i].serial = formattingSerial
    }
  }

  // MARK: The adoption agency

  mutating func endFormatting(_ tag: Tag) {
    if let last = stack.last, last.tag == tag, last.space == .html,
      !formatting.contains(where: { $0.serial == last.formatting && $0.serial != 0 })
    {
      pop()
      return
    }
    for _ in 0..<8 {
      guard let entry = formattingIndex(tag) else { return endOther(Self.name(of: tag)) }
      let serial = formatting[entry].serial
      guard let element = stack.lastIndex(where: { $0.formatting == serial }) else {
        formatting.remove(at: entry)
        return
      }
      guard isInScope(element) else { return }
      guard let block = furthestBlock(above: element) else {
        pop(to: element)
        formatting.removeAll { $0.serial == serial }
        return
      }
      guard adopt(element, block, entry) else {
        pop(to: element)
        formatting.removeAll { $0.serial == serial }
        return
      }
    }
  }

  private func isInScope(_ index: Int) -> Bool {
    var i = stack.count - 1
    while i > index {
      if stack[i].tag.isScopeBoundary && stack[i].space == .html || stack[i].isIntegrationPoint { return false }
      i -= 1
    }
    return true
  }

  private func furthestBlock(above element: Int) -> Int? {
    var i = element + 1
    while i < stack.count {
      if stack[i].tag.isSpecial && stack[i].space == .html || stack[i].isIntegrationPoint { return i }
      i += 1
    }
    return nil
  }

  /// Moves a block out of a formatting element that ends inside it: the element is closed before the block and opened again inside.
  /// False when the budget for moves is used up.
  private mutating func adopt(_ element: Int, _ block: Int, _ entry: Int) -> Bool {
    let moved = events.count - stack[block].start
    guard moveBudget >= moved, admitsElement else { return false }
    moveBudget -= moved
    // Between them: formatting elements are opened again around the block, others end before it.
    var reopened: [Int] = []
    var count = 0
    for i in stride(from: block - 1, to: element, by: -1) {
      count += 1
      let serial = stack[i].formatting
      guard serial != 0, let known = formatting.firstIndex(where: { $0.serial == serial }) else { continue }
      if count > 3 { formatting.remove(at: known) } else { reopened.insert(i, at: 0) }
    }
    for i in element + 1..<block where stack[i].tag == .code && !reopened.contains(i) { codeDepth -= 1 }
    let old = formatting.first { $0.serial == stack[element].formatting }
    guard let old else { return false }

    // Between what stands before the block and the block: ends and starts.
    let kept = events.count
    for i in stride(from: block - 1, through: element, by: -1) where stack[i].isEmitted {
      emitEnd(stack[i].tag)
    }
    var clones: [OpenElement] = []
    for i in reopened {
      var clone = stack[i]
      clone.start = events.count - kept
      guard let known = formatting.firstIndex(where: { $0.serial == stack[i].formatting }) else { continue }
      emitStart(clone.tag, formatting[known].record)
      clone.content = events.count - kept
      clones.append(clone)
    }
    let before = events.count - kept
    var inner = stack[element]
    emitStart(inner.tag, old.record)
    let inside = events.count - kept - before
    let written = events.removeTail(from: kept)
    let (start, content) = (stack[block].start, stack[block].content)
    events.insert(written[before...], at: content)
    events.insert(written[..<before], at: start)

    // The stack: what stood around the element, the clones, the block, the element inside it, what stood above.
    for i in block..<stack.count {
      let shift = i == block ? before : before + inside
      stack[i].start += shift
      stack[i].content += i == block ? before : shift
    }
    for i in fosters.indices where fosters[i].start >= start { fosters[i].start += before + inside }
    for i in clones.indices {
      clones[i].start += start
      clones[i].content += start
      clones[i].paragraph = stack[element].paragraph
    }
    inner.start = stack[block].content
    inner.content = inner.start + inside
    inner.paragraph = -1
    let removed = block - element
    let around = stack[element - 1].paragraph
    var replacement = clones
    replacement.append(stack[block])
    replacement.append(inner)
    stack.replaceSubrange(element...block, with: replacement)
    let shift = clones.count + 1 - removed
    for i in fosters.indices where fosters[i].base > element { fosters[i].base += shift }
    refreshParagraphs(from: element, around: around)

    // The list: the element's entry goes to where the block's clones end.
    formatting.removeAll { $0.serial == old.serial }
    formattingSerial += 1
    var renewed = old
    renewed.serial = formattingSerial
    stack[element + clones.count + 1].formatting = formattingSerial
    let bookmark = reopened.isEmpty ? nil : formatting.firstIndex { $0.serial == clones[0].formatting }
    formatting.insert(renewed, at: bookmark ?? min(entry, formatting.count))
    return true
  }

  /// Works out again which paragraph each element would close.
  private mutating func refreshParagraphs(from first: Int, around: Int32) {
    var paragraph = around
    for i in first..<stack.count {
      if stack[i].space == .html {
        if stack[i].tag == .p {
          paragraph = Int32(i)
        } else if stack[i].tag.isScopeBoundary || stack[i].tag == .button {
          paragraph = -1
        }
      }
      stack[i].paragraph = paragraph
    }
  }

  /// Takes an element out of the stack without closing those above it.
  private mutating func remove(at index: Int) {
    if index == stack.count - 1 { return pop() }
    // Its end tag is written when what stands above has ended; for the stack it is no longer there.
    stack[index].formatting = 0
    stack[index].name = 0
  }
}
