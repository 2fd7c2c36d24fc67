/// Copies of lines and paragraphs (Rae et al. 2021, Table A1). The first copy is a duplicate too where the definition says so
/// (`copies`).
package struct Repetition: Sendable, Equatable {
  package var elements = 0
  package var duplicates = 0
  package var duplicateCharacters = 0

  /// One more copy of an element: its `count`-th.
  @inline(__always)
  package mutating func add(count: Int, characters: Int, _ copies: MetricDefinition.Copies) {
    elements &+= 1
    guard count > 1 else { return }
    let added = count == 2 && copies == .all ? 2 : 1
    duplicates &+= added
    duplicateCharacters &+= added &* characters
  }
}

package enum LineRepetition {
  /// Lines are compared byte for byte. Empty lines are no elements.
  /// - Parameters:
  ///   - skipsBlank: lines of white space are no elements either.
  ///   - countsEdges: an empty element stands before a leading line feed and behind a trailing one.
  ///   - countsEmpty: every empty line is an element, with that behind the last line feed.
  package static func lines(
    _ text: UnsafeBufferPointer<UInt8>, _ lines: [TextLine], skipsBlank: Bool, countsEdges: Bool, countsEmpty: Bool,
    _ copies: MetricDefinition.Copies, _ counter: inout HashCounter
  ) -> Repetition {
    var result = Repetition()
    counter.withEmptyTable(expected: lines.count + 1) { table in
      for (position, line) in lines.enumerated() where countsEmpty || !line.range.isEmpty && !(skipsBlank && line.isBlank) {
        let count = table.count(ByteHash.hash(text, line.range), at: position).count
        result.add(count: count, characters: line.characters, copies)
      }
      if countsEmpty, text.isEmpty || text.last == 0x0A {
        let count = table.count(ByteHash.hash(text, 0..<0), at: lines.count).count
        result.add(count: count, characters: 0, copies)
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
    _ text: UnsafeBufferPointer<UInt8>, lineCount: Int, _ table: [UInt8], _ copies: MetricDefinition.Copies,
    _ counter: inout HashCounter
  ) -> Repetition {
    var result = Repetition()
    let body = LineShape.trimmed(text, 0..<text.count, table)
    guard !body.isEmpty else { return result }
    counter.withEmptyTable(expected: lineCount + 1) { table in
      var start = body.lowerBound
      while start < body.upperBound {
        let end = LineShape.endOfParagraph(text, start..<body.upperBound)
        let count = table.count(ByteHash.hash(text, start..<end), at: start).count
        result.add(count: count, characters: ByteCount.scalars(text, start..<end), copies)
        start = end
        while start < body.upperBound, text[start] == 0x0A { start &+= 1 }
      }
    }
    return result
  }
}
