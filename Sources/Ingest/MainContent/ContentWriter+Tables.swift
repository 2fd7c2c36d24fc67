/// Data tables as pipe tables.
extension ContentWriter {
  /// Writes a data table as a pipe table; returns the first block after it, or nil when it is no data table.
  func writeTable(
    _ tree: PageTree, _ table: Int, from block: Int, chosen: [Bool], records: [ElementRecord],
    page: UnsafeBufferPointer<UInt8>, _ state: inout State
  ) -> Int? {
    let node = tree.nodes[table]
    guard !(Int(node.firstBlock)..<block).contains(where: { chosen[$0] && !isInCaption(tree.blocks[$0]) }),
      let rows = TableShape.rows(of: table, in: tree, from: block, chosen: chosen)
    else { return nil }
    if !state.isFirst { output.append("\n\n") }
    state.isFirst = false
    state.containers = []
    state.list = -1
    let columns = rows.map(\.count).max() ?? 0
    for (number, row) in rows.enumerated() {
      if number > 0 { output.append("\n") }
      output.append("|")
      for column in 0..<columns {
        output.append(" ")
        if column < row.count { writeCell(tree, row[column], chosen: chosen, records: records, page: page, &state) }
        output.append(" |")
      }
      if number == 0 {
        output.append("\n|")
        for _ in 0..<columns { output.append(" --- |") }
      }
    }
    return Int(node.endBlock)
  }

  private func writeCell(
    _ tree: PageTree, _ cell: Int32, chosen: [Bool], records: [ElementRecord], page: UnsafeBufferPointer<UInt8>,
    _ state: inout State
  ) {
    guard cell >= 0 else { return }
    let node = tree.nodes[Int(cell)]
    var isFirst = true
    for index in Int(node.firstBlock)..<Int(node.endBlock) where chosen[index] {
      if !isFirst { output.append(" ") }
      isFirst = false
      let start = output.count
      appendText(tree, tree.blocks[index], &state, records: records, page: page, joinsLines: true)
      escapePipes(from: start)
    }
  }

  /// Puts a backslash before each `|` written since `start`.
  private func escapePipes(from start: Int) {
    let pipes = (start..<output.count).reduce(0) { $0 + (output.base[$1] == 0x7C ? 1 : 0) }
    guard pipes > 0 else { return }
    output.reserve(pipes)
    var source = output.count
    output.count += pipes
    var target = output.count
    while source > start {
      source -= 1
      target -= 1
      output.base[target] = output.base[source]
      if output.base[source] == 0x7C {
        target -= 1
        output.base[target] = UInt8(ascii: "\\")
      }
    }
  }
}

/// Which tables are data: rows of cells, each cell a short run of text.
enum TableShape {
  static let longestCell: Int32 = 400
  static let mostColumns = 64

  /// The cells (element indices, -1 for the columns that a span covers) of each row; nil when the table only arranges the page.
  ///
  /// Data: at least two rows with two cells, no table or heading inside, cells of at most ``longestCell`` characters,
  /// at most two blocks to a cell on average, and from the block `first` on no text outside of cells.
  static func rows(of table: Int, in tree: PageTree, from first: Int, chosen: [Bool]) -> [[Int32]]? {
    let node = tree.nodes[table]
    guard !node.flags.contains(.layout) else { return nil }
    var rows: [[Int32]] = []
    var cells = 0
    var blocks = 0
    var i = table + 1
    while i < Int(node.end) {
      let element = tree.nodes[i]
      switch element.tag {
      case .table, .ul, .ol, .pre, .h1, .h2, .h3, .h4, .h5, .h6, .blockquote: return nil
      case .tr: rows.append([])
      case .td, .th:
        guard !rows.isEmpty else { return nil }
        guard element.measures.characters <= longestCell else { return nil }
        cells += 1
        blocks += Int(element.endBlock - element.firstBlock)
        guard rows[rows.count - 1].count < mostColumns else { return nil }
        rows[rows.count - 1].append(Int32(i))
      default: break
      }
      i += 1
    }
    rows.removeAll { row in
      !row.contains { cell in
        let element = tree.nodes[Int(cell)]
        return (Int(element.firstBlock)..<Int(element.endBlock)).contains { chosen[$0] }
      }
    }
    guard rows.count >= 2, rows.filter({ $0.count >= 2 }).count * 2 > rows.count, blocks <= cells * 2 else { return nil }
    return holdsAll(rows, from: first, to: Int(node.endBlock), in: tree, chosen: chosen) ? rows : nil
  }

  /// True when all text that is to be written stands in the cells.
  private static func holdsAll(_ rows: [[Int32]], from first: Int, to end: Int, in tree: PageTree, chosen: [Bool]) -> Bool {
    var missing = (first..<end).reduce(0) { $0 + (chosen[$1] ? 1 : 0) }
    for row in rows {
      for cell in row {
        let element = tree.nodes[Int(cell)]
        for block in Int(element.firstBlock)..<Int(element.endBlock) where chosen[block] { missing -= 1 }
      }
    }
    return missing == 0
  }
}
