/// The word boundary rules of UAX 29 (WB3 to WB16) over UTF-8, for everything but dictionary scripts.
struct WordBreakRules {
  let text: UnsafeBufferPointer<UInt8>
  let table: UnicodeTable

  /// Extend, Format and ZWJ: invisible to the rules (WB4).
  @inline(__always) static func isIgnorable(_ value: WordBreak) -> Bool {
    value == .extend || value == .format || value == .zeroWidthJoiner
  }

  @inline(__always) private static func isLetter(_ value: WordBreak) -> Bool { value == .letter || value == .hebrewLetter }

  /// The fast path: an ASCII word or space whose end is certain from ASCII alone. Nil when the general rules must look.
  @inline(__always)
  func endOfPlainASCII(from start: Int, segments: inout [TextSegment]) -> Int? {
    var index = start
    if text[start] == 0x20 {
      while index < text.count, text[index] == 0x20 { index &+= 1 }
      return index < text.count && text[index] >= 0x80 ? nil : index
    }
    var hasLetter = false
    while index < text.count {
      let byte = text[index]
      if byte | 0x20 >= 0x61, byte | 0x20 <= 0x7A { hasLetter = true } else if byte < 0x30 || byte > 0x39 { break }
      index &+= 1
    }
    guard index > start else { return nil }
    if index < text.count {
      let byte = text[index]
      // What may continue a word: other scripts, and ' . , ; _ (their rules need the character after them).
      if byte >= 0x80 || byte == 0x27 || byte == 0x2E || byte == 0x2C || byte == 0x3B || byte == 0x5F {
        return nil
      }
    }
    segments.append(TextSegment(start: start, end: index, kind: hasLetter ? .letters : .number))
    return index
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
