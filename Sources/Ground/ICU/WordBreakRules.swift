/// The word boundary rules of UAX 29 (WB3 to WB16) over UTF-8, for everything but dictionary scripts.
struct WordBreakRules {
  let text: UnsafeBufferPointer<UInt8>
  let table: UnicodeTable

  /// Extend, Format and ZWJ: invisible to the rules (WB4).
  @inline(__always) static func isIgnorable(_ value: WordBreak) -> Bool {
    value == .extend || value == .format || value == .zeroWidthJoiner
  }

  @inline(__always) private static func isLetter(_ value: WordBreak) -> Bool { value == .letter || value == .hebrewLetter }

  /// What an ASCII byte is to the fast path.
  private enum ASCIIClass {
    /// The general rules have to look: `_`, a carriage return, and every byte beyond ASCII.
    static let general: UInt8 = 0
    static let letter: UInt8 = 1
    static let digit: UInt8 = 2
    static let space: UInt8 = 3
    /// Ends with itself whatever follows: line feed, vertical tab, form feed.
    static let lineEnd: UInt8 = 4
    static let control: UInt8 = 5
    static let symbol: UInt8 = 6
    static let punctuation: UInt8 = 7
    /// `' . , ;` join two letters or digits.
    static let middle: UInt8 = 8
  }

  private static let asciiClasses: [UInt8] = (0..<256).map { byte in
    switch UInt8(truncatingIfNeeded: byte) {
    case 0x80..., 0x5F, 0x0D: ASCIIClass.general
    case 0x41...0x5A, 0x61...0x7A: ASCIIClass.letter
    case 0x30...0x39: ASCIIClass.digit
    case 0x20: ASCIIClass.space
    case 0x0A...0x0C: ASCIIClass.lineEnd
    case 0x27, 0x2C, 0x2E, 0x3B: ASCIIClass.middle
    case 0x24, 0x2B, 0x3C...0x3E, 0x5E, 0x60, 0x7C, 0x7E: ASCIIClass.symbol
    case 0x00...0x1F, 0x7F: ASCIIClass.control
    default: ASCIIClass.punctuation
    }
  }

  /// The fast path: appends the segments from `start` on whose ends are certain from ASCII alone, and returns where the general rules have
  /// to look, or the end of the text. `segment(from:)` is its specification.
  func plainASCII(from start: Int, into segments: inout [TextSegment]) -> Int {
    withUnsafeTemporaryAllocation(of: TextSegment.self, capacity: Self.pendingCapacity) { pending in
      var (index, count) = (start, 0)
      repeat {
        (index, count) = plainASCII(from: index, into: pending)
        segments.append(contentsOf: pending[..<count])
      } while count == pending.count
      return index
    }
  }

  /// Segments handed over at once: appending one by one would ask each time whether the array is shared.
  private static let pendingCapacity = 128

  /// As above, up to as many segments as `pending` has room for; also returns how many they are.
  private func plainASCII(
    from start: Int, into pending: UnsafeMutableBufferPointer<TextSegment>
  ) -> (index: Int, count: Int) {
    Self.asciiClasses.withUnsafeBufferPointer { classes in
      var (index, count) = (start, 0)
      while index < text.count, count < pending.count {
        let first = classes[Int(text[index])]
        var end = index &+ 1
        switch first {
        case ASCIIClass.letter, ASCIIClass.digit:
          let run = ASCIIRun(text, from: index)
          end = run.end
          if end < text.count, !endsWord(at: end, classes) { return (index, count) }
          pending.initializeElement(
            at: count, to: TextSegment(start: index, end: end, kind: run.hasLetter ? .letters : .number))
          count &+= 1
          // Most words stand before one space and another word.
          if end &+ 1 < text.count, text[end] == 0x20, classes[Int(text[end &+ 1])] &- 1 < 2 { end &+= 1 }
        case ASCIIClass.space:
          while end < text.count, text[end] == 0x20 { end &+= 1 }
          if end < text.count, text[end] >= 0x80 { return (index, count) }
        case ASCIIClass.lineEnd: break
        case ASCIIClass.general: return (index, count)
        default:
          // A mark or character of no width behind it would belong to it.
          if end < text.count, text[end] >= 0x80 { return (index, count) }
          if first >= ASCIIClass.symbol {
            pending.initializeElement(
              at: count, to: TextSegment(start: index, end: end, kind: first == ASCIIClass.symbol ? .symbol : .punctuation))
            count &+= 1
          }
        }
        index = end
      }
      return (index, count)
    }
  }

  /// Whether a word of ASCII letters and digits surely ends before the byte at `end`, which is none of these.
  @inline(__always)
  private func endsWord(at end: Int, _ classes: UnsafeBufferPointer<UInt8>) -> Bool {
    let next = classes[Int(text[end])]
    if next != ASCIIClass.middle { return next != ASCIIClass.general || text[end] == 0x0D }
    guard end &+ 1 < text.count else { return true }
    let behind = text[end &+ 1]
    return behind < 0x80 && classes[Int(behind)] &- 1 >= 2
  }

  /// The segment that starts at `start`: its end, and its kind or nil for space and controls.
  func segment(from start: Int) -> (end: Int, kind: SegmentKind?) {
    let (codePoint, length) = UTF8Scalars.decode(text, at: start)
    let first = table[codePoint]
    var index = start &+ length
    var left = first.wordBreak
    if left == .carriageReturn {
      let isPair = index < text.count && text[index] == 0x0A
      return (isPair ? index &+ 1 : index, nil)
    }
    if left == .lineFeed || left == .newline { return (index, nil) }
    // `left` is the last class that the rules see, `raw` the last class of all.
    var raw = left
    var hasLetter = first.isLetter
    var hasDigit = first.isDigit
    var regionalIndicators = left == .regionalIndicator ? 1 : 0
    if Self.isIgnorable(left) { left = .other }
    while index < text.count {
      let (next, nextLength) = UTF8Scalars.decode(text, at: index)
      let properties = table[next]
      let right = properties.wordBreak
      if Self.isIgnorable(right) {
        raw = right
        index &+= nextLength
        continue
      }
      if raw == .zeroWidthJoiner, properties.isExtendedPictographic {
        (raw, left) = (right, right)
        index &+= nextLength
        continue
      }
      if raw == .segmentSpace, right == .segmentSpace {
        index &+= nextLength
        continue
      }
      if properties.needsDictionary { break }
      guard joins(left, right, after: index &+ nextLength, regionalIndicators) else { break }
      if properties.isLetter { hasLetter = true }
      if properties.isDigit { hasDigit = true }
      if right == .regionalIndicator { regionalIndicators &+= 1 }
      index &+= nextLength
      (raw, left) = (right, effective(left, right, after: index))
    }
    return (index, kind(first, hasLetter: hasLetter, hasDigit: hasDigit))
  }

  /// After a mid-word mark was joined, the letter or number that must follow is known to be there, and the rules go on as if the
  /// mark were not. Only WB7a joins a mark without looking behind it.
  @inline(__always) private func effective(_ left: WordBreak, _ right: WordBreak, after: Int) -> WordBreak {
    switch right {
    case .singleQuote where left == .hebrewLetter: Self.isLetter(classBehind(after)) ? left : .other
    case .midLetter, .midNumLet, .midNumber, .singleQuote, .doubleQuote: left
    default: right
    }
  }

  /// Whether there is no boundary between `left` and `right`; `after` is the offset behind `right`.
  private func joins(_ left: WordBreak, _ right: WordBreak, after: Int, _ regionalIndicators: Int) -> Bool {
    switch right {
    case .letter, .hebrewLetter:  // WB5, WB10, WB13b
      return Self.isLetter(left) || left == .numeric || left == .extendNumLet
    case .numeric:  // WB8, WB9, WB13b
      return Self.isLetter(left) || left == .numeric || left == .extendNumLet
    case .extendNumLet:  // WB13a
      return Self.isLetter(left) || left == .numeric || left == .katakana || left == .extendNumLet
    case .midLetter:  // WB6
      return Self.isLetter(left) && Self.isLetter(classBehind(after))
    case .midNumber:  // WB12
      return left == .numeric && classBehind(after) == .numeric
    case .midNumLet, .singleQuote:
      if right == .singleQuote, left == .hebrewLetter { return true }  // WB7a
      let behind = classBehind(after)
      return (Self.isLetter(left) && Self.isLetter(behind)) || (left == .numeric && behind == .numeric)
    case .doubleQuote:  // WB7b
      return left == .hebrewLetter && classBehind(after) == .hebrewLetter
    case .regionalIndicator:  // WB15, WB16
      return left == .regionalIndicator && regionalIndicators & 1 == 1
    default:
      return false
    }
  }

  /// The next class that the rules see at or behind `index`.
  private func classBehind(_ start: Int) -> WordBreak {
    var index = start
    while index < text.count {
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      let properties = table[codePoint]
      if properties.needsDictionary { return .other }
      if !Self.isIgnorable(properties.wordBreak) { return properties.wordBreak }
      index &+= length
    }
    return .other
  }

  private func kind(_ first: UnicodeProperties, hasLetter: Bool, hasDigit: Bool) -> SegmentKind? {
    if hasLetter { return .letters }
    if hasDigit { return .number }
    if first.isPunctuation { return .punctuation }
    if first.isSymbol { return .symbol }
    if first.isNumber { return .number }
    return first.isMark ? .symbol : nil
  }
}

/// The run of ASCII letters and digits at a place, eight bytes at a time.
private struct ASCIIRun {
  private(set) var end: Int
  private(set) var hasLetter = false

  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
    let raw = UnsafeRawBufferPointer(text)
    end = start
    while end &+ 8 <= text.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: end, as: UInt64.self))
      // In the high bit of each byte: is it at least the first of the class, and not beyond the last.
      let low = word & Self.each(0x7F)
      let folded = low | Self.each(0x20)
      let letters = (folded &+ Self.each(0x80 - 0x61)) & ~(folded &+ Self.each(0x80 - 0x7B)) & ~word
      let digits = (low &+ Self.each(0x80 - 0x30)) & ~(low &+ Self.each(0x80 - 0x3A)) & ~word
      let others = ~(letters | digits) & Self.each(0x80)
      if others != 0 {
        if letters & Self.each(0x80) & (others &- 1) & ~others != 0 { hasLetter = true }
        end &+= others.trailingZeroBitCount >> 3
        return
      }
      if letters & Self.each(0x80) != 0 { hasLetter = true }
      end &+= 8
    }
    while end < text.count {
      let isLetter = (text[end] | 0x20) &- 0x61 < 26
      guard isLetter || text[end] &- 0x30 < 10 else { return }
      if isLetter { hasLetter = true }
      end &+= 1
    }
  }

  @inline(__always) private static func each(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
}
