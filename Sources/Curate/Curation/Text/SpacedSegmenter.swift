import ICU

/// The tokens of an English tokenizer after spaCy's rules: chunks between white space, from which punctuation is split off at
/// both ends and in a few places inside. Made for the definition `datatrove`, whose numbers rest on spaCy's tokens.
package enum SpacedSegmenter {
  package static func segment(_ text: UnsafeBufferPointer<UInt8>, into segments: inout [TextSegment]) {
    segments.removeAll(keepingCapacity: true)
    let table = ScalarClass.table
    var index = 0
    while index < text.count {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      if ScalarClass.of(scalar, in: table).contains(.space) {
        index &+= length
        continue
      }
      let start = index
      while index < text.count {
        let (scalar, length) = UTF8Scalars.decode(text, at: index)
        if ScalarClass.of(scalar, in: table).contains(.space) { break }
        index &+= length
      }
      SpacedChunk(text: text, table: table).split(start..<index, into: &segments)
    }
  }
}

/// One chunk between white space.
private struct SpacedChunk {
  let text: UnsafeBufferPointer<UInt8>
  let table: [UInt8]

  func split(_ chunk: Range<Int>, into segments: inout [TextSegment]) {
    var (start, end) = (chunk.lowerBound, chunk.upperBound)
    while start < end, let length = prefix(start, end) {
      append(start..<start + length, to: &segments)
      start += length
    }
    var suffixes: [Range<Int>] = []
    while start < end, let length = suffix(start, end) {
      suffixes.append(end - length..<end)
      end -= length
    }
    var from = start
    var index = start
    while index < end {
      let length = infix(index, start, end)
      if length > 0 {
        if from < index { append(from..<index, to: &segments) }
        append(index..<index + length, to: &segments)
        from = index + length
        index = from
      } else {
        index += UTF8Scalars.decode(text, at: index).length
      }
    }
    if from < end { append(from..<end, to: &segments) }
    for range in suffixes.reversed() { append(range, to: &segments) }
  }

  private func append(_ range: Range<Int>, to segments: inout [TextSegment]) {
    var classes: ScalarClass = []
    var index = range.lowerBound
    while index < range.upperBound {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      classes.formUnion(ScalarClass.of(scalar, in: table))
      index += length
    }
    let kind: SegmentKind = classes.contains(.letter) ? .letters : classes.contains(.number) ? .number : .punctuation
    segments.append(TextSegment(start: range.lowerBound, end: range.upperBound, kind: kind))
  }

  private func isSplit(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return Self.splitASCII.contains(UInt8(scalar)) }
    let shape = ScalarClass.of(scalar, in: table)
    return shape.contains(.symbol)
  }

  private static let splitASCII = Set("§%=,:;!?()[]{}<>_#*&'\"`".utf8)

  private func dots(_ index: Int, _ end: Int) -> Int {
    var stop = index
    while stop < end, text[stop] == 0x2E { stop += 1 }
    return stop - index >= 2 ? stop - index : 0
  }

  private func prefix(_ start: Int, _ end: Int) -> Int? {
    let (scalar, length) = UTF8Scalars.decode(text, at: start)
    let run = dots(start, end)
    if run > 0 { return run }
    if scalar == 0x24 || scalar == 0x2B && !(start + 1 < end && isDigit(start + 1)) { return length }
    return isSplit(scalar) ? length : nil
  }

  private func suffix(_ start: Int, _ end: Int) -> Int? {
    let (scalar, length) = UTF8Scalars.decodeBackward(text, before: end)
    if scalar == 0x2E {
      var from = end
      while from > start, text[from - 1] == 0x2E { from -= 1 }
      if end - from >= 2 { return end - from }
      guard from > start else { return nil }
      let (before, width) = UTF8Scalars.decodeBackward(text, before: from)
      let shape = ScalarClass.of(before, in: table)
      if shape.contains(.upper) {
        // `U.S.` keeps its full stop, `NASA.` loses it.
        guard from - width > start else { return nil }
        let (earlier, _) = UTF8Scalars.decodeBackward(text, before: from - width)
        return ScalarClass.of(earlier, in: table).contains(.upper) ? 1 : nil
      }
      return 1
    }
    if scalar == 0x73 || scalar == 0x53, end - 2 > start, text[end - 2] == 0x27 { return 2 }
    return isSplit(scalar) && scalar != 0x25 && scalar != 0x3D ? length : nil
  }

  /// The length of the infix at `index`, 0 where there is none.
  private func infix(_ index: Int, _ start: Int, _ end: Int) -> Int {
    let (scalar, length) = UTF8Scalars.decode(text, at: index)
    guard scalar < 0x30 || scalar >= 0x3A && scalar < 0x41 || scalar >= 0x7B else { return 0 }
    let run = dots(index, end)
    if run > 0 { return run }
    if scalar == 0x2026 { return length }
    guard index > start, index + length < end else { return 0 }
    let (before, _) = UTF8Scalars.decodeBackward(text, before: index)
    let (after, _) = UTF8Scalars.decode(text, at: index + length)
    let (left, right) = (ScalarClass.of(before, in: table), ScalarClass.of(after, in: table))
    switch scalar {
    case 0x2D, 0x2013, 0x2014, 0x2C, 0x7E:
      return left.contains(.letter) && right.contains(.letter) ? length : 0
    case 0x3A, 0x3C, 0x3E, 0x3D, 0x2F:
      return !left.isDisjoint(with: [.letter, .number]) && right.contains(.letter) ? length : 0
    case 0x2E:
      return left.contains(.letter) && !left.contains(.upper) && right.contains(.upper) ? length : 0
    default: return 0
    }
  }

  private func isDigit(_ index: Int) -> Bool { text[index] &- 0x30 < 10 }
}
