import ICU

/// Questions about one line of text, over its bytes.
package enum LineShape {
  /// The range without white space at both ends.
  package static func trimmed(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end {
      let (scalar, length) = UTF8Scalars.decode(text, at: start)
      guard ScalarClass.of(scalar, in: table).contains(.space) else { break }
      start += length
    }
    while start < end {
      let (scalar, length) = UTF8Scalars.decodeBackward(text, before: end)
      guard ScalarClass.of(scalar, in: table).contains(.space) else { break }
      end -= length
    }
    return start..<max(start, end)
  }

  /// The first of two line feeds, or the end of the range.
  package static func endOfParagraph(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
    var from = range.lowerBound
    while let end = ByteSearch.first(0x0A, in: text, from..<range.upperBound) {
      if end + 1 < range.upperBound, text[end + 1] == 0x0A { return end }
      from = end + 1
    }
    return range.upperBound
  }

  /// Wide: one of thirty glyphs, where `-`, `*`, `+` and dashes need a space behind them, so that `-5` and `**bold**` are no bullets.
  /// The others are those of the tools named: a few glyphs, with nothing behind them, and white space in front of them only for
  /// datatrove.
  package static func beginsWithBullet(
    _ text: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ table: [UInt8], _ bullets: MetricDefinition.Bullets
  ) -> Bool {
    let isTrimmed = bullets == .wide || bullets == .datatrove
    let range = isTrimmed ? trimmed(text, line, table) : line
    guard !range.isEmpty else { return false }
    let (scalar, length) = UTF8Scalars.decode(text, at: range.lowerBound)
    switch bullets {
    case .datatrove: return scalar == 0x2D || scalar == 0x2022
    case .dolma: return scalar == 0x2D || scalar == 0x2A
    case .dclm: return scalar == 0x2D || scalar == 0x2A || scalar == 0x2022 || scalar == 0x25CF
    case .wide: break
    }
    switch scalar {
    case 0x2022, 0x2023, 0x2043, 0x204C, 0x204D, 0x2219, 0x25A0, 0x25A1, 0x25AA, 0x25AB, 0x25B6, 0x25B8, 0x25BA, 0x25CB,
      0x25CF, 0x25D8, 0x25E6, 0x25FE, 0x2605, 0x2606, 0x2713, 0x2714, 0x2756, 0x27A2, 0x27A4, 0x2B1D, 0x30FB, 0xB7, 0xF0B7:
      return true
    case 0x2A, 0x2B, 0x2D, 0x2013, 0x2014:
      let next = range.lowerBound + length
      return next < range.upperBound && (text[next] == 0x20 || text[next] == 0x09)
    default: return false
    }
  }

  /// The `#` of a Markdown heading: one to six at the beginning of the line, with white space or nothing behind them.
  package static func headingMarks(_ text: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Int {
    var index = line.lowerBound
    while index < line.upperBound, text[index] == 0x23 { index &+= 1 }
    let marks = index - line.lowerBound
    guard 1...6 ~= marks else { return 0 }
    return index == line.upperBound || text[index] == 0x20 || text[index] == 0x09 ? marks : 0
  }

  /// `range` is trimmed.
  package static func endsWithEllipsis(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let end = range.upperBound
    guard range.count >= 3 else { return false }
    let last = (text[end - 3], text[end - 2], text[end - 1])
    return last == (0x2E, 0x2E, 0x2E) || last == (0xE2, 0x80, 0xA6)
  }

  /// The line's last scalar ends a sentence, in any script or as one of `terminals`. Not strict: white space and closing quotes and brackets behind it are passed over.
  package static func endsInTerminal(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8], strict: Bool, and terminals: [UInt32] = []
  ) -> Bool {
    var end = range.upperBound
    while end > range.lowerBound {
      let (scalar, length) = UTF8Scalars.decodeBackward(text, before: end)
      let shape = ScalarClass.of(scalar, in: table)
      if shape.contains(.terminal) || terminals.contains(scalar) { return true }
      if strict || shape.isDisjoint(with: [.closer, .space]) { return false }
      end -= length
    }
    return false
  }

  /// C4's "terminal punctuation mark or end quotation mark", in any script, an ellipsis excepted. `range` is trimmed. Strict: one
  /// of `. ? ! " '` and nothing else, and only `...` is an ellipsis.
  package static func endsInTerminalOrQuote(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8], strict: Bool, and terminals: [UInt32] = []
  ) -> Bool {
    guard !range.isEmpty else { return false }
    let (scalar, _) = UTF8Scalars.decodeBackward(text, before: range.upperBound)
    if strict {
      let isDots = range.count >= 3 && scalar == 0x2E && endsWithEllipsis(text, range)
      return !isDots && [0x2E, 0x3F, 0x21, 0x22, 0x27].contains(scalar)
    }
    if endsWithEllipsis(text, range) { return false }
    return SentenceTerminals.endQuotes.contains(scalar) || endsInTerminal(text, range, table, strict: false, and: terminals)
  }

  /// The longest run without white space, in scalars.
  package static func longestChunk(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8]) -> Int {
    var (longest, current) = (0, 0)
    var index = range.lowerBound
    while index < range.upperBound {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      current = ScalarClass.of(scalar, in: table).contains(.space) ? 0 : current &+ 1
      longest = max(longest, current)
      index &+= length
    }
    return longest
  }

  /// Calls `body` with each sentence of a line: up to the terminal punctuation that closes it, and the unfinished one behind the last.
  ///
  /// A full stop, `?` or `!` closes a sentence when white space or the end of the line follows (closing quotes and brackets in
  /// between do not matter), but not after a single capital letter (`J. Smith`) and only when a letter or number came before.
  /// The marks of scripts without spaces (`。？！`) need nothing behind them.
  @inline(__always)
  package static func forEachSentence(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8], _ body: (Range<Int>) -> Void
  ) {
    var (start, index) = (range.lowerBound, range.lowerBound)
    // Whether the sentence at hand has a letter or a number, looked for up to `sought`.
    var (hasContent, sought) = (false, start)
    func findContent(before end: Int) {
      while !hasContent, sought < end {
        let (scalar, length) = UTF8Scalars.decode(text, at: sought)
        hasContent = !ScalarClass.of(scalar, in: table).isDisjoint(with: [.letter, .number])
        sought &+= length
      }
    }
    while index < range.upperBound {
      index = SentenceTerminals.firstPossible(text, index..<range.upperBound)
      if index == range.upperBound { break }
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      guard ScalarClass.of(scalar, in: table).contains(.terminal) else {
        index &+= length
        continue
      }
      findContent(before: index)
      let isInitial = scalar == 0x2E && endsWithSingleCapital(text, range.lowerBound..<index, table)
      index &+= length
      guard hasContent else { continue }
      index = skip([.terminal, .closer], text, index, range.upperBound, table)
      let isWide = scalar >= 0x3000
      let isFollowed = index < range.upperBound && !isWide && !isSpace(text, index, table)
      if !isFollowed, !(isInitial && index < range.upperBound) {
        body(start..<index)
        (start, sought) = (index, index)
        hasContent = false
      }
    }
    findContent(before: range.upperBound)
    if hasContent { body(start..<range.upperBound) }
  }

  /// A capital letter with no letter or number before it.
  private static func endsWithSingleCapital(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8]) -> Bool {
    guard !range.isEmpty else { return false }
    let (last, length) = UTF8Scalars.decodeBackward(text, before: range.upperBound)
    guard ScalarClass.of(last, in: table).contains(.upper) else { return false }
    let end = range.upperBound - length
    guard end > range.lowerBound else { return true }
    let (before, _) = UTF8Scalars.decodeBackward(text, before: end)
    return ScalarClass.of(before, in: table).isDisjoint(with: [.letter, .number])
  }

  private static func isSpace(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ table: [UInt8]) -> Bool {
    ScalarClass.of(UTF8Scalars.decode(text, at: index).codePoint, in: table).contains(.space)
  }

  private static func skip(
    _ classes: ScalarClass, _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ table: [UInt8]
  ) -> Int {
    var index = start
    while index < end {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      if ScalarClass.of(scalar, in: table).isDisjoint(with: classes) { break }
      index &+= length
    }
    return index
  }
}

extension LineShape {
  /// Pieces between white space.
  package static func chunks(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8]) -> Int {
    var (count, index, isInside) = (0, range.lowerBound, false)
    while index < range.upperBound {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      let isSpace = ScalarClass.of(scalar, in: table).contains(.space)
      if !isSpace, !isInside { count &+= 1 }
      isInside = !isSpace
      index &+= length
    }
    return count
  }

  /// Capitals or numbers / scalars that are not white space: bytes of ASCII many at a time, the others one by one.
  package static func fraction(
    of wanted: ScalarClass, _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: [UInt8]
  ) -> Double {
    precondition(wanted == .upper || wanted == .number)
    let line = UnsafeBufferPointer(rebasing: text[range])
    let (first, width): (UInt8, UInt8) = wanted == .upper ? (0x41, 26) : (0x30, 10)
    var hits = ByteCount.count(line) { $0 &- first < width }
    var others = 0
    var index = ByteSearch.firstBeyondASCII(in: line, from: 0)
    while index < line.count {
      let (scalar, length) = UTF8Scalars.decode(line, at: index)
      let shape = ScalarClass.of(scalar, in: table)
      others &+= shape.contains(.space) ? 0 : 1
      hits &+= shape.isDisjoint(with: wanted) ? 0 : 1
      index = ByteSearch.firstBeyondASCII(in: line, from: index &+ length)
    }
    if hits == 0 { return 0 }
    return ratio(hits, others + ByteCount.count(line) { $0 > 0x20 && $0 < 0x7F })
  }
}
