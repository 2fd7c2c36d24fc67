/// Writes the chosen blocks of a page as Markdown or plain text.
struct ContentWriter {
  let options: MainContentExtractor.Options
  let output = ByteSink()
  /// What stands before a further line of the block that is written.
  private let lineStart = ByteSink(capacity: 256)
  private var places: [Place] = []

  init(options: MainContentExtractor.Options) { self.options = options }

  /// What an element is to the blocks in it, from the elements around it.
  private struct Place {
    /// The innermost quote or list item around it (itself included) that is written as such, or -1.
    var container: Int32 = -1
    /// The container around that one.
    var outerContainer: Int32 = -1
    /// How many containers there are; those deeper than ``deepest`` are not written.
    var containers: Int32 = 0
    /// The outermost and the innermost list around it, or -1.
    var list: Int32 = -1
    var innermostList: Int32 = -1
    /// The innermost table around it, or -1.
    var table: Int32 = -1
    /// Of an ordered list: the last number given. Of an item: the width of its marker.
    var number: Int32 = 0
    var heading: UInt8 = 0
    var isPre = false
    /// An item that holds a heading: a card in a list's clothing, written without a marker.
    var isCard = false
    /// A table that has been looked at.
    var isTried = false
    var isCaption = false
  }

  struct State {
    var isFirst = true
    /// The containers of the block written last, and of this one, outermost first.
    var containers: [Int32] = []
    var current: [Int32] = []
    var list: Int32 = -1
    /// Where each mark search goes on.
    var mark = 0
  }

  private static let deepest: Int32 = 16

  mutating func write(
    _ tree: PageTree, chosen: [Bool], records: [ElementRecord], page: UnsafeBufferPointer<UInt8>
  ) -> [UInt8] {
    output.removeAll()
    lineStart.removeAll()
    var state = State()
    if options.format == .markdown { findPlaces(tree, chosen, records) }
    var block = 0
    while block < tree.blocks.count {
      guard chosen[block] else {
        block += 1
        continue
      }
      guard options.format == .markdown else {
        if !state.isFirst { output.append(0x0A) }
        appendText(tree, tree.blocks[block], &state, records: records, page: page)
        state.isFirst = false
        block += 1
        continue
      }
      let table = Int(places[Int(tree.blocks[block].node)].table)
      if options.keepsTables, table >= 0, !places[table].isTried, !isInCaption(tree.blocks[block]) {
        places[table].isTried = true
        lineStart.removeAll()
        if let end = writeTable(tree, table, from: block, chosen: chosen, records: records, page: page, &state) {
          block = end
          continue
        }
      }
      write(block, tree, records: records, page: page, &state)
      block += 1
    }
    while output.count > 0, isSpace(output.base[output.count - 1]) { output.count -= 1 }
    return Array(output.bytes)
  }

  // MARK: Places

  private mutating func findPlaces(_ tree: PageTree, _ chosen: [Bool], _ records: [ElementRecord]) {
    places.removeAll(keepingCapacity: true)
    places.append(contentsOf: repeatElement(Place(), count: tree.nodes.count))
    findCards(tree, chosen)
    for i in tree.nodes.indices { findPlace(i, tree.nodes[i], records) }
  }

  private mutating func findCards(_ tree: PageTree, _ chosen: [Bool]) {
    for (index, block) in tree.blocks.enumerated() where chosen[index] && tree.nodes[Int(block.node)].tag.isHeading {
      var node = block.node
      // Elements around a card have been marked with it.
      while node >= 0, !places[Int(node)].isCard {
        places[Int(node)].isCard = true
        node = tree.nodes[Int(node)].parent
      }
    }
  }

  /// Takes over from the element around it, whose place is known.
  private mutating func findPlace(_ index: Int, _ element: PageTree.Node, _ records: [ElementRecord]) {
    let isCard = places[index].isCard
    var place = element.parent >= 0 ? places[Int(element.parent)] : Place()
    (place.isCard, place.isTried, place.number) = (isCard, false, 0)
    let isContainer = element.tag == .blockquote || element.tag == .li && !isCard
    if isContainer, place.containers < Self.deepest {
      place.outerContainer = place.container
      place.container = Int32(index)
      place.containers += 1
    }
    switch element.tag {
    case .h1, .h2, .h3, .h4, .h5, .h6: place.heading = UInt8(element.tag.headingLevel)
    case .pre: place.isPre = true
    case .ul, .ol, .menu, .dir:
      if place.list < 0 { place.list = Int32(index) }
      place.innermostList = Int32(index)
      let record = Int(element.record)
      if element.tag == .ol, record >= 0, records[record].number > 0 { place.number = Int32(records[record].number) - 1 }
    case .table:
      place.table = Int32(index)
      place.isCaption = false
    case .caption: place.isCaption = true
    default: break
    }
    places[index] = place
  }

  func isInCaption(_ block: PageTree.Block) -> Bool { places[Int(block.node)].isCaption }

  /// The containers around an element, outermost first.
  private func containers(of node: Int32, into found: inout [Int32]) {
    found.removeAll(keepingCapacity: true)
    var container = places[Int(node)].container
    while container >= 0 {
      found.append(container)
      container = places[Int(container)].outerContainer
    }
    found.reverse()
  }

  // MARK: Blocks

  private mutating func write(
    _ index: Int, _ tree: PageTree, records: [ElementRecord], page: UnsafeBufferPointer<UInt8>, _ state: inout State
  ) {
    let block = tree.blocks[index]
    let place = places[Int(block.node)]
    containers(of: block.node, into: &state.current)
    var common = 0
    while common < state.current.count, common < state.containers.count, state.current[common] == state.containers[common] {
      common += 1
    }
    let isTight =
      place.list >= 0 && place.list == state.list && common < state.current.count && !place.isPre
      && tree.nodes[Int(state.current[common])].tag == .li
    if !state.isFirst {
      output.append(0x0A)
      if !isTight {
        appendLineStart(state.current[..<common], tree, to: output)
        while output.base[output.count - 1] == 0x20 { output.count -= 1 }
        output.append(0x0A)
      }
    }
    open(state.current, common, tree)
    lineStart.removeAll()
    appendLineStart(state.current[...], tree, to: lineStart)
    state.isFirst = false
    swap(&state.containers, &state.current)
    state.list = place.list
    if place.isPre {
      fence(tree, block, records: records, page: page)
    } else {
      if place.heading > 0 {
        output.append(repeating: UInt8(ascii: "#"), count: Int(place.heading))
        output.append(0x20)
      }
      appendText(tree, block, &state, records: records, page: page, joinsLines: place.heading > 0)
    }
  }

  /// Writes what stands before a block: marks of quotes, markers of items that begin here, indents of items that go on.
  private mutating func open(_ containers: [Int32], _ common: Int, _ tree: PageTree) {
    let lastItem = containers.lastIndex { tree.nodes[Int($0)].tag == .li } ?? -1
    for (level, container) in containers.enumerated() {
      if tree.nodes[Int(container)].tag == .blockquote {
        output.append("> ")
      } else if level < common {
        output.append(repeating: 0x20, count: Int(places[Int(container)].number))
      } else if level < lastItem {
        // An item without text of its own: only the items inside it are written.
        places[Int(container)].number = 0
      } else {
        places[Int(container)].number = Int32(writeMarker(container, tree))
      }
    }
  }

  private func appendLineStart(_ containers: ArraySlice<Int32>, _ tree: PageTree, to sink: ByteSink) {
    for container in containers {
      if tree.nodes[Int(container)].tag == .blockquote {
        sink.append("> ")
      } else {
        sink.append(repeating: 0x20, count: Int(places[Int(container)].number))
      }
    }
  }

  /// Returns the marker's width.
  private mutating func writeMarker(_ item: Int32, _ tree: PageTree) -> Int {
    let start = output.count
    let list = Int(places[Int(item)].innermostList)
    if list >= 0, tree.nodes[list].tag == .ol {
      places[list].number += 1
      output.append(decimal: Int(places[list].number))
      output.append(". ")
    } else {
      output.append("- ")
    }
    return output.count - start
  }

  private func fence(_ tree: PageTree, _ block: PageTree.Block, records: [ElementRecord], page: UnsafeBufferPointer<UInt8>) {
    let bytes = tree.bytes(of: block)
    var start = 0
    var end = bytes.count
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    while let newline = bytes[start..<end].firstIndex(of: 0x0A), bytes[start..<newline].allSatisfy(isSpace) {
      start = newline + 1
    }
    var longest = 0
    var run = 0
    for byte in bytes[start..<end] {
      run = byte == 0x60 ? run + 1 : 0
      longest = max(longest, run)
    }
    let ticks = max(3, longest + 1)
    output.append(repeating: 0x60, count: ticks)
    appendCodeLanguage(block.node, tree, records, page)
    output.append(0x0A)
    output.append(lineStart.bytes)
    appendLines(bytes, start, end)
    output.append(0x0A)
    output.append(lineStart.bytes)
    output.append(repeating: 0x60, count: ticks)
  }

  private func appendCodeLanguage(
    _ node: Int32, _ tree: PageTree, _ records: [ElementRecord], _ page: UnsafeBufferPointer<UInt8>
  ) {
    let record = Int(tree.nodes[Int(node)].record)
    guard record >= 0, !records[record].codeLanguage.isEmpty else { return }
    let word = page[records[record].codeLanguage]
    guard word.allSatisfy({ isASCIIAlphanumeric($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x23 }) else { return }
    for byte in word { output.append(lowercased(byte)) }
  }

  /// A block's text with its inline marks; a line feed is followed by ``lineStart``.
  func appendText(
    _ tree: PageTree, _ block: PageTree.Block, _ state: inout State, records: [ElementRecord],
    page: UnsafeBufferPointer<UInt8>, joinsLines: Bool = false
  ) {
    while state.mark < tree.marks.count, tree.marks[state.mark].offset < block.start { state.mark += 1 }
    var i = Int(block.start)
    var openLink: Int32 = -1
    var codeIsOpen = false
    let end = Int(block.end)
    while true {
      while state.mark < tree.marks.count, Int(tree.marks[state.mark].offset) == i,
        i < end || tree.marks[state.mark].kind == .codeEnd || tree.marks[state.mark].kind == .linkEnd
      {
        let mark = tree.marks[state.mark]
        state.mark += 1
        switch mark.kind {
        case .codeStart where !codeIsOpen:
          output.append("`")
          codeIsOpen = true
        case .codeEnd where codeIsOpen:
          output.append("`")
          codeIsOpen = false
        case .linkStart where options.keepsLinks && openLink < 0 && mark.record >= 0:
          output.append("[")
          openLink = mark.record
        case .linkEnd where openLink >= 0:
          closeLink(openLink, records, page)
          openLink = -1
        default: break
        }
      }
      guard i < end else { break }
      let next = state.mark < tree.marks.count ? min(end, Int(tree.marks[state.mark].offset)) : end
      appendLines(tree.text.bytes, i, next, joinsLines: joinsLines)
      i = next
    }
    if codeIsOpen { output.append("`") }
    if openLink >= 0 { closeLink(openLink, records, page) }
  }

  private func appendLines(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, joinsLines: Bool = false) {
    var i = start
    while i < end {
      let newline = text.offset(of: 0x0A, from: i, to: end)
      output.append(UnsafeBufferPointer(rebasing: text[i..<newline]))
      if newline < end {
        if joinsLines {
          output.append(" ")
        } else {
          output.append(0x0A)
          output.append(lineStart.bytes)
        }
      }
      i = newline + 1
    }
  }

  private func closeLink(_ record: Int32, _ records: [ElementRecord], _ page: UnsafeBufferPointer<UInt8>) {
    let href = page[records[Int(record)].href].trimmed()
    let isText = UTF8Check.isValid(href)
    output.append("](")
    for byte in href where byte > 0x20 && byte != 0x7F && byte != 0x28 && byte != 0x29 {
      if isText || byte < 0x80 {
        output.append(byte)
      } else {
        // An address in another encoding: its bytes, as browsers send them.
        output.append(UInt8(ascii: "%"))
        output.append(hexadecimalDigit(byte >> 4))
        output.append(hexadecimalDigit(byte & 15))
      }
    }
    output.append(")")
  }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
