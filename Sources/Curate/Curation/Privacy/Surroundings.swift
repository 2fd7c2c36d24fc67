import ICU

/// What stands beside a candidate. RE2 cannot look around, so checks do.
enum Surroundings {
  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  @inline(__always) static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  /// The byte before or behind a range, 0 at the ends of the text.
  static func before(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt8 {
    range.lowerBound > 0 ? text[range.lowerBound - 1] : 0
  }

  static func behind(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, by offset: Int = 0) -> UInt8 {
    range.upperBound + offset < text.count ? text[range.upperBound + offset] : 0
  }

  /// Neither digit nor ASCII letter nor `_` stands directly at either side, and no decimal point with a digit behind it.
  static func standsAlone(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    let left = before(text, range)
    let right = behind(text, range)
    if isAlphanumeric(left) || isAlphanumeric(right) || left == 0x5F || right == 0x5F { return false }
    if left == 0x2E, range.lowerBound > 1, isAlphanumeric(text[range.lowerBound - 2]) { return false }
    if right == 0x2E, isDigit(behind(text, range, by: 1)) { return false }
    return true
  }

  /// Whether one of `words` (folded) stands within `reach` bytes before the range. Words of ASCII letters count only where no
  /// other letter touches them.
  static func has(_ words: [[UInt8]], before range: Range<Int>, in text: UnsafeBufferPointer<UInt8>, reach: Int) -> Bool {
    var start = max(0, range.lowerBound - reach)
    while start < range.lowerBound, text[start] & 0xC0 == 0x80 { start += 1 }
    return has(words, in: UnsafeBufferPointer(rebasing: text[start..<range.lowerBound]))
  }

  static func has(_ words: [[UInt8]], behind range: Range<Int>, in text: UnsafeBufferPointer<UInt8>, reach: Int) -> Bool {
    let end = min(text.count, range.upperBound + reach)
    return has(words, in: UnsafeBufferPointer(rebasing: text[range.upperBound..<end]))
  }

  private static func has(_ words: [[UInt8]], in window: UnsafeBufferPointer<UInt8>) -> Bool {
    var folded: [UInt8] = []
    CaseFolding.fold(window, into: &folded)
    return folded.withUnsafeBufferPointer { window in
      words.contains { word in
        var from = 0
        while let found = ByteSearch.first(word, in: window, from..<window.count) {
          let end = found + word.count
          let touchesLeft = found > 0 && isLetter(window[found - 1]) && isLetter(word[0])
          let touchesRight = isLetter(word[word.count - 1]) && goesOn(window, end)
          if !touchesLeft && !touchesRight { return true }
          from = found + 1
        }
        return false
      }
    }
  }

  /// A letter stands at `index`, or a hyphen and a letter (`Tel-Aviv`).
  private static func goesOn(_ window: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    guard index < window.count else { return false }
    if window[index] == 0x2D, index + 1 < window.count { return isLetter(window[index + 1]) }
    return isLetter(window[index])
  }

  /// The digits of a range as values 0...9.
  static func digits(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [UInt8] {
    text[range].compactMap { isDigit($0) ? $0 - 0x30 : nil }
  }
}
