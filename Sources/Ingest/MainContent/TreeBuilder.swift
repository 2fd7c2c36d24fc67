/// Turns a page's events into a ``PageTree``, without recursion and without an allocation for each.
struct TreeBuilder {
  var tree = PageTree()
  let limits: MainContentExtractor.Limits
  let keepsMarks: Bool

  private struct Open {
    var tag: Tag
    /// -1 when the element was not given a node of its own.
    var node: Int32
    var isHidden: Bool
  }

  private var open: [Open] = []
  /// The block element that new text belongs to.
  private var blockNode: Int32 = 0
  private var totals = PageTree.Measures()
  private var blockIsOpen = false
  private var preDepth = 0
  private var linkDepth = 0
  private var codeDepth = 0
  private var hiddenInlineDepth = 0
  private var pendingSpace = false
  private var pendingBreaks = 0
  private var wideScalars: Int32 = 0
  /// Where the innermost link began, to take back links that are only a sign (`¶`).
  private var linkStart: (text: Int, block: Int, totals: PageTree.Measures, wide: Int32)?
  /// The last child of each open node, for counting twins.
  private var lastChild: [Int32] = []
  private let repaired = ByteSink(capacity: 1 << 10)

  init(limits: MainContentExtractor.Limits, keepsMarks: Bool) {
    self.limits = limits
    self.keepsMarks = keepsMarks
  }

  /// Reads a page; returns how many bytes of its text were not UTF-8.
  mutating func build(from events: MarkupEvents, records: [ElementRecord]) -> Int {
    begin(eventCount: events.list.count)
    let isValid = events.isValidUTF8
    var replaced = 0
    var i = 0
    while i < events.list.count {
      let event = events.list[i]
      i += 1
      switch event.kind {
      case .start:
        let record = event.record
        start(event.tag, record >= 0 ? records[record] : ElementRecord(tag: event.tag), record)
      case .end: close()
      case .lineBreak: endBlock()
      case .text:
        // Elements that leave no trace divide text that is one piece.
        let bytes = events.run(from: &i)
        if isValid {
          characters(bytes)
        } else {
          repaired.removeAll()
          replaced += UTF8Check.repair(bytes, into: repaired)
          characters(repaired.bytes)
        }
      }
    }
    finish()
    return replaced
  }

  private mutating func begin(eventCount: Int) {
    tree.removeAll()
    tree.nodes.reserveCapacity(min(limits.elements, eventCount / 2) + 1)
    tree.blocks.reserveCapacity(eventCount / 3)
    open.removeAll(keepingCapacity: true)
    lastChild.removeAll(keepingCapacity: true)
    totals = PageTree.Measures()
    blockIsOpen = false
    preDepth = 0
    linkDepth = 0
    codeDepth = 0
    hiddenInlineDepth = 0
    pendingSpace = false
    pendingBreaks = 0
    linkStart = nil
    tree.nodes.append(PageTree.Node(tag: .body, depth: 0, parent: -1, firstBlock: 0, measures: totals))
    lastChild.append(-1)
    blockNode = 0
  }

  private mutating func finish() {
    while !open.isEmpty { close() }
    endBlock()
    closeNode(0)
  }

  // MARK: Elements

  private mutating func start(_ tag: Tag, _ record: ElementRecord, _ recordIndex: Int) {
    if tag == .br {
      lineBreak()
      open.append(Open(tag: .br, node: -1, isHidden: false))
    } else if tag.isBlock {
      startBlock(tag, record, recordIndex)
    } else {
      startInline(tag, record, recordIndex)
    }
  }

  private mutating func startBlock(_ tag: Tag, _ record: ElementRecord, _ recordIndex: Int) {
    endBlock()
    let index = Int32(tree.nodes.count)
    let parent = blockNode
    var node = PageTree.Node(
      tag: tag, depth: tree.nodes[Int(parent)].depth + 1, flags: record.flags, families: record.families,
      record: Int32(recordIndex), parent: parent, firstBlock: Int32(tree.blocks.count), measures: totals)
    node.classHash = record.classHash
    let previous = lastChild[Int(parent)]
    if previous >= 0, tree.nodes[Int(previous)].tag == tag, tree.nodes[Int(previous)].classHash == record.classHash {
      node.twins = tree.nodes[Int(previous)].twins &+ 1
    }
    lastChild[Int(parent)] = index
    lastChild.append(-1)
    tree.nodes.append(node)
    blockNode = index
    if tag == .pre { preDepth += 1 }
    open.append(Open(tag: tag, node: index, isHidden: false))
  }

  private mutating func startInline(_ tag: Tag, _ record: ElementRecord, _ recordIndex: Int) {
    let isHidden = record.flags.contains(.hidden) || tag == .span && record.families.contains(.hidden)
    if isHidden { hiddenInlineDepth += 1 }
    open.append(Open(tag: tag, node: -1, isHidden: isHidden))
    switch tag {
    case .a:
      linkDepth += 1
      linkStart =
        record.flags.contains(.fragmentLink) && blockIsOpen
        ? (tree.text.count, tree.blocks.count, totals, wideScalars) : nil
      totals.links += 1
      mark(.linkStart, recordIndex)
    case .code, .kbd, .samp, .tt:
      codeDepth += 1
      if codeDepth == 1, preDepth == 0 { mark(.codeStart, recordIndex) }
      if preDepth > 0, !record.codeLanguage.isEmpty { tree.nodes[Int(blockNode)].record = Int32(recordIndex) }
    default: break
    }
  }

  /// Removes a link to its own page whose text is a single sign: the permalink that documentation puts behind headings.
  private mutating func takeBackPermalink() {
    guard let start = linkStart, blockIsOpen, tree.blocks.count == start.block else { return }
    linkStart = nil
    var sign = UnsafeBufferPointer(rebasing: tree.text.bytes[start.text...])
    if sign.first == 0x20 { sign = UnsafeBufferPointer(rebasing: sign[1...]) }
    let isSign =
      sign.count == 1 && sign[0] == UInt8(ascii: "#")
      || sign.count == 2 && sign[0] == 0xC2 && (sign[1] == 0xB6 || sign[1] == 0xA7)
    guard isSign else { return }
    tree.text.count = start.text
    totals = start.totals
    wideScalars = start.wide
    while let last = tree.marks.last, Int(last.offset) > start.text { tree.marks.removeLast() }
    pendingSpace = true
  }

  private mutating func close() {
    guard let element = open.popLast() else { return }
    if element.isHidden { hiddenInlineDepth -= 1 }
    if element.node >= 0 {
      endBlock()
      closeNode(Int(element.node))
      blockNode = tree.nodes[Int(element.node)].parent
      if element.tag == .pre { preDepth -= 1 }
      return
    }
    switch element.tag {
    case .a:
      linkDepth -= 1
      takeBackPermalink()
      mark(.linkEnd, -1)
    case .code, .kbd, .samp, .tt:
      codeDepth -= 1
      if codeDepth == 0, preDepth == 0 { mark(.codeEnd, -1) }
    default: break
    }
  }

  private mutating func closeNode(_ index: Int) {
    tree.nodes[index].end = Int32(tree.nodes.count)
    tree.nodes[index].endBlock = Int32(tree.blocks.count)
    tree.nodes[index].measures = totals.since(tree.nodes[index].measures)
  }

  private mutating func mark(_ kind: PageTree.Mark.Kind, _ record: Int) {
    guard keepsMarks, tree.marks.count < limits.elements else { return }
    let isStart = kind == .codeStart || kind == .linkStart
    if isStart { flushSpace() }
    tree.marks.append(PageTree.Mark(offset: Int32(tree.text.count), kind: kind, record: Int32(record)))
  }

  // MARK: Text

  /// A space that is due before a mark, so that the mark stands at the word.
  private mutating func flushSpace() {
    guard blockIsOpen, pendingSpace, preDepth == 0 else { return }
    tree.text.append(0x20)
    pendingSpace = false
  }

  private mutating func lineBreak() {
    if preDepth > 0 {
      if blockIsOpen { tree.text.append(0x0A) }
      return
    }
    pendingBreaks += 1
    if pendingBreaks >= 2 { endBlock() }
  }

  private mutating func openBlock() {
    blockIsOpen = true
    pendingSpace = false
    pendingBreaks = 0
    wideScalars = 0
    tree.blocks.append(PageTree.Block(start: Int32(tree.text.count), node: blockNode, measures: totals))
  }

  private mutating func endBlock() {
    pendingBreaks = 0
    pendingSpace = false
    guard blockIsOpen else { return }
    blockIsOpen = false
    let index = tree.blocks.count - 1
    totals.words += wideScalars / 2
    var measures = totals.since(tree.blocks[index].measures)
    if measures.words > 10, measures.linkCharacters &* 3 < measures.characters {
      totals.paragraphs += 1
      measures.paragraphs = 1
    }
    tree.blocks[index].end = Int32(tree.text.count)
    tree.blocks[index].measures = measures
  }

  private mutating func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard hiddenInlineDepth == 0 else { return }
    if preDepth > 0 {
      preformatted(bytes)
    } else if !flowingPlain(bytes) {
      flowing(bytes)
    }
  }

  private mutating func preformatted(_ bytes: UnsafeBufferPointer<UInt8>) {
    if !blockIsOpen {
      guard bytes.contains(where: { !isSpace($0) }) else { return }
      openBlock()
    }
    tree.text.append(bytes)
    add(TextCount(bytes, startsWord: true))
  }

  /// Adds text with white space collapsed to single spaces.
  private mutating func flowing(_ bytes: UnsafeBufferPointer<UInt8>) {
    var i = 0
    while i < bytes.count {
      if isSpace(bytes[i]) {
        pendingSpace = true
        i &+= 1
        continue
      }
      let start = i
      while i < bytes.count, !isSpace(bytes[i]) { i &+= 1 }
      let word = UnsafeBufferPointer(rebasing: bytes[start..<i])
      add(TextCount(word, startsWord: beginWord()))
      tree.text.append(word)
    }
  }

  /// The same in one piece, for text whose white space is collapsed already; false when it is not.
  private mutating func flowingPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = bytes.first == 0x20 ? 1 : 0
    let end = bytes.count > start && bytes[bytes.count - 1] == 0x20 ? bytes.count - 1 : bytes.count
    let words = UnsafeBufferPointer(rebasing: bytes[start..<end])
    let continues = blockIsOpen && start == 0 && !pendingSpace && pendingBreaks == 0
    guard let count = TextCount(plain: words, startsWord: !continues) else { return false }
    if start > 0 { pendingSpace = true }
    _ = beginWord()
    tree.text.append(words)
    add(count)
    pendingSpace = end < bytes.count
    return true
  }

  /// Writes the white space that is due before a word; true when a word begins, false when one goes on.
  private mutating func beginWord() -> Bool {
    let isNewBlock = !blockIsOpen
    if isNewBlock { openBlock() }
    let isNewWord = isNewBlock || pendingSpace || pendingBreaks > 0
    if !isNewBlock {
      if pendingBreaks > 0 {
        tree.text.append(0x0A)
      } else if pendingSpace {
        tree.text.append(0x20)
      }
    }
    pendingBreaks = 0
    pendingSpace = false
    return isNewWord
  }

  private mutating func add(_ count: TextCount) {
    totals.characters &+= count.characters
    if linkDepth > 0 { totals.linkCharacters &+= count.characters }
    totals.words &+= count.words
    totals.punctuation &+= count.punctuation
    wideScalars &+= count.wide
  }
}
