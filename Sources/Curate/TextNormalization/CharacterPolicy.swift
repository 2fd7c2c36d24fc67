import ICU

/// The pass over characters and white space: one walk that writes the text anew.
///
/// Line endings become line feeds, special spaces plain ones; controls, invisible and private-use characters go; at most one
/// blank line stays between lines, none around the text, and no space at line ends.
struct CharacterPolicy {
  /// More combining marks in a row than any language uses (the Stream-Safe Text Format allows 30, UAX 15 section 13).
  static let mostMarksInRow = 32

  let table: UnicodeTable
  let dropsPrivateUse: Bool

  /// Writes the cleaned `text` into `output`, counting edits into `report`.
  func run(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8], _ report: inout NormalizationReport) {
    output.removeAll(keepingCapacity: true)
    output.reserveCapacity(text.count)
    var marksInRow = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte >= 0x20, byte < 0x7F {
        let start = index
        repeat { index &+= 1 } while index < text.count && text[index] >= 0x20 && text[index] < 0x7F
        output.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
        marksInRow = 0
        continue
      }
      if byte == 0x0A || byte == 0x09 {
        if byte == 0x0A { endLine(&output, &report) } else { output.append(byte) }
        marksInRow = 0
        index &+= 1
        continue
      }
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      let kind = classify(codePoint)
      switch kind {
      case .keep:
        marksInRow = 0
        output.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<index &+ length]))
      case .mark:
        if marksInRow < Self.mostMarksInRow {
          marksInRow &+= 1
          output.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<index &+ length]))
        } else {
          report[.markFlood] += 1
        }
      case .lineEnding:
        marksInRow = 0
        report[.lineEnding] += 1
        let isPair = codePoint == 0x0D && index &+ 1 < text.count && text[index &+ 1] == 0x0A
        if !isPair { endLine(&output, &report) }
      case .space:
        marksInRow = 0
        report[.space] += 1
        output.append(0x20)
      case .joiner:
        index = joiners(text, from: index, marksInRow, &output, &report)
        continue
      case .control, .invisible, .bidirectional, .privateUse:
        if let edit = kind.edit { report[edit] += 1 }
      }
      index &+= length
    }
    trimEnd(&output, &report)
  }

  func classify(_ codePoint: UInt32) -> CharacterClass {
    let kind = CharacterClass.of(codePoint, table)
    guard kind == .privateUse, !dropsPrivateUse, table[codePoint].category == .privateUse else { return kind }
    return .keep
  }

  private func endLine(_ output: inout [UInt8], _ report: inout NormalizationReport) {
    var hadSpace = false
    while let last = output.last, last == 0x20 || last == 0x09 {
      output.removeLast()
      hadSpace = true
    }
    if hadSpace { report[.trailingSpace] += 1 }
    let count = output.count
    if count == 0 || (count >= 2 && output[count - 1] == 0x0A && output[count - 2] == 0x0A) {
      report[.blankLine] += 1
    } else {
      output.append(0x0A)
    }
  }

  private func trimEnd(_ output: inout [UInt8], _ report: inout NormalizationReport) {
    var (hadSpace, hadLine) = (false, false)
    while let last = output.last, last == 0x20 || last == 0x09 || last == 0x0A {
      if last == 0x0A { hadLine = true } else { hadSpace = true }
      output.removeLast()
    }
    if hadSpace { report[.trailingSpace] += 1 }
    if hadLine { report[.blankLine] += 1 }
  }

  /// A run of joiners, with whatever will be dropped among them. All stay when there is a character outside ASCII on both sides,
  /// else none does. Returns the end of the run.
  private func joiners(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, _ marksInRow: Int, _ output: inout [UInt8],
    _ report: inout NormalizationReport
  ) -> Int {
    var end = start
    var staysBefore = false
    if let last = output.last { staysBefore = last >= 0x80 }
    var staysBehind = false
    while end < text.count {
      let (codePoint, length) = UTF8Scalars.decode(text, at: end)
      let kind = codePoint == 0x0A || codePoint == 0x09 ? .keep : classify(codePoint)
      let isInRun = kind == .joiner || kind.isDropped || (kind == .mark && marksInRow >= Self.mostMarksInRow)
      guard isInRun else {
        staysBehind = (kind == .keep || kind == .mark) && codePoint >= 0x80
        break
      }
      end &+= length
    }
    var index = start
    while index < end {
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      let kind = classify(codePoint)
      if kind == .joiner, staysBefore, staysBehind {
        output.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<index &+ length]))
      } else if let edit = kind.edit {
        report[edit] += 1
      }
      index &+= length
    }
    return end
  }
}
