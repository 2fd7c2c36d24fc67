/// Second and further copies of lines and paragraphs (Rae et al. 2021, Table A1; copies counted as datatrove does: the first one
/// is not a duplicate).
package struct Repetition: Sendable, Equatable {
  package var elements = 0
  package var duplicates = 0
  package var duplicateCharacters = 0
}

package enum LineRepetition {
  /// Lines are compared byte for byte. Empty lines are no elements.
  /// - Parameters:
  ///   - skipsBlank: lines of white space are no elements either.
  ///   - countsEdges: an empty element stands before a leading line feed and behind a trailing one.
  package static func lines(
    _ text: UnsafeBufferPointer<UInt8>, _ lines: [TextLine], skipsBlank: Bool, countsEdges: Bool, _ counter: inout HashCounter
  ) -> Repetition {
    var result = Repetition()
    counter.reset(expected: lines.count)
    for (position, line) in lines.enumerated() where !line.range.isEmpty && !(skipsBlank && line.isBlank) {
      result.elements &+= 1
      if counter.count(ByteHash.hash(text, line.range), at: position).count > 1 {
        result.duplicates &+= 1
        result.duplicateCharacters &+= line.characters
      }
    }
    if countsEdges, let first = text.first, let last = text.last {
      if first == 0x0A { result.elements += 1 }
      if last == 0x0A { result.elements += 1 }
      if first == 0x0A, last == 0x0A { result.duplicates += 1 }
    }
    return result
  }

  /// The pieces of the trimmed text between runs of two or more line feeds; there are at most as many as `lineCount` lines.
  package static func paragraphs(
    _ text: UnsafeBufferPointer<UInt8>, lineCount: Int, _ table: [UInt8], _ counter: inout HashCounter
  ) -> Repetition {
    var result = Repetition()
    counter.reset(expected: lineCount + 1)
    let body = LineShape.trimmed(text, 0..<text.count, table)
    guard !body.isEmpty else { return result }
    var (start, index) = (body.lowerBound, body.lowerBound)
    while index <= body.upperBound {
      let isEnd = index == body.upperBound
      guard isEnd || text[index] == 0x0A && text[index + 1] == 0x0A else {
        index &+= 1
        continue
      }
      result.elements &+= 1
      if counter.count(ByteHash.hash(text, start..<index), at: start).count > 1 {
        result.duplicates &+= 1
        for byte in text[start..<index] { result.duplicateCharacters &+= byte & 0xC0 != 0x80 ? 1 : 0 }
      }
      guard !isEnd else { break }
      while text[index] == 0x0A { index &+= 1 }
      start = index
    }
    return result
  }
}
