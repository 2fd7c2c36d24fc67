/// Copying text: references decoded, white space collapsed, controls dropped.
extension MarkupSanitizer {
  /// Copies text up to the next `<`; returns where it stands.
  mutating func text(_ page: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let end = page.offset(of: UInt8(ascii: "<"), from: start)
    copyText(page, start, end)
    return end
  }

  /// Copies the text of `start..<end`: references decoded, white space collapsed outside `pre`, controls dropped.
  mutating func copyText(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
    guard let base = page.baseAddress, start < end, prepareText(page, start, end) else { return }
    tree.events.text.reserve(end - start)
    textClasses.withUnsafeBufferPointer { classes in copyText(base, page, start, end, classes) }
  }

  private mutating func copyText(
    _ base: UnsafePointer<UInt8>, _ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int,
    _ classes: UnsafeBufferPointer<TextClass>
  ) {
    let text = tree.events.text
    var i = start
    while i < end {
      let runStart = i
      // A run of words with one space between each.
      while i < end {
        if classes[Int(base[i])] == .plain {
          i &+= 1
        } else if base[i] == 0x20, i > runStart, i &+ 1 < end, classes[Int(base[i &+ 1])] == .plain {
          i &+= 2
        } else {
          break
        }
      }
      if i > runStart {
        text.append(base + runStart, count: i - runStart)
        tree.afterBreak = false
        if i == end { break }
      }
      switch classes[Int(base[i])] {
      case .space: i = copySpace(base, i, end)
      case .reference: i = copyReference(page, i)
      case .noBreakSpace where !isVerbatim && i + 1 < end && base[i + 1] == 0xA0:
        appendSpace()
        i += 2
      case .noBreakSpace, .plain:
        text.append(base[i])
        tree.afterBreak = false
        i += 1
      case .control:
        counters.replacedBytes += 1
        i += 1
      }
    }
  }

  @inline(__always) mutating func appendSpace() {
    if tree.preDepth > 0 || !tree.afterBreak {
      tree.events.text.append(0x20)
      tree.afterBreak = tree.preDepth == 0
    }
  }

  mutating func copySpace(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    if tree.preDepth == 0 {
      while i < end, isSpace(base[i]) { i &+= 1 }
      appendSpace()
      return i
    }
    if base[i] == 0x0D {
      if i + 1 >= end || base[i + 1] != 0x0A { tree.events.text.append(0x0A) }
    } else {
      tree.events.text.append(base[i])
    }
    return i + 1
  }

  mutating func copyReference(_ page: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    guard let reference = references.decode(page, at: start) else {
      tree.events.text.append(UInt8(ascii: "&"))
      tree.afterBreak = false
      return start + 1
    }
    appendText(scalar: reference.value.first)
    if reference.value.second != 0 { appendText(scalar: reference.value.second) }
    return start + reference.length
  }

  mutating func appendText(scalar: UInt32) {
    switch scalar {
    case 0xA0 where isVerbatim: tree.events.text.append(scalar: scalar)
    case 0x20, 0x09, 0x0A, 0x0C, 0x0D, 0xA0:
      if tree.preDepth > 0, scalar == 0x0A || scalar == 0x09 { tree.events.text.append(UInt8(scalar)) } else { appendSpace() }
      return
    case 0..<0x20, 0x7F...0x9F:
      counters.replacedBytes += 1
      return
    default: tree.events.text.append(scalar: scalar)
    }
    tree.afterBreak = false
  }

  /// Copies raw text, in which `&` and `<` are themselves.
  mutating func copyRaw(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
    for i in start..<max(start, end) {
      switch page[i] {
      case 0..<0x09, 0x0B..<0x20: counters.replacedBytes += 1
      default: tree.events.text.append(page[i])
      }
    }
    tree.afterBreak = false
  }

  /// Prepares the place where the text of `start..<end` goes; false when no text may stand there.
  private mutating func prepareText(_ page: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if tree.hasNothingToReopen, tree.place == .body, !tree.isBetweenCells, !isVerbatim { return true }
    return tree.prepareText(isSpace: UnsafeBufferPointer(rebasing: page[start..<end]).allSatisfy(isSpace))
  }
}

/// What copying text does with a byte.
enum TextClass: UInt8 {
  case plain, space, reference
  /// May begin U+00A0.
  case noBreakSpace
  case control

  static let table: [TextClass] = (0..<256).map { byte in
    switch byte {
    case 0x09, 0x0A, 0x0C, 0x0D, 0x20: .space
    case 0x26: .reference
    case 0xC2: .noBreakSpace
    case 0..<0x20, 0x7F: .control
    default: .plain
    }
  }
}
