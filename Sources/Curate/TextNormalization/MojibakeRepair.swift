import ICU

/// UTF-8 that was read as Windows-1252 and encoded again: `Ã©` for `é`, `â€™` for `’`, `Ð¿Ñ€` for `пр`.
///
/// A sequence of characters is repaired when they are the images of one well-formed UTF-8 sequence and real text would hardly
/// contain them: the categories follow the badness heuristic of ftfy (Speer 2019), reduced to what one sequence and its
/// neighbours show, so that clean text is never touched.
struct MojibakeRepair {
  let table: UnicodeTable

  private struct Sequence {
    var codePoint: UInt32
    var end: Int
    /// The image of the lead byte.
    var lead: UInt32
    /// The last character of the sequence as it stands in the text.
    var last: UInt32
    /// All its characters are letters.
    var isWord: Bool
  }

  /// Writes the repaired text into `output`; returns how many sequences were repaired (0: `output` is not used).
  func run(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Int {
    output.removeAll(keepingCapacity: true)
    var count = 0
    var copied = 0
    var index = 0
    var lastEnd = -1
    while index &+ 3 < text.count {
      guard text[index] == 0xC3, let sequence = sequence(text, at: index) else {
        index &+= 1
        continue
      }
      guard isMojibake(sequence, text, at: index, follows: lastEnd == index) else {
        index &+= 2
        continue
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied..<index]))
      UTF8Scalars.append(sequence.codePoint, to: &output)
      count += 1
      index = sequence.end
      copied = index
      lastEnd = index
    }
    if count > 0 { output.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied...])) }
    return count
  }

  /// The characters at `index` as images of the bytes of one code point outside ASCII.
  private func sequence(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Sequence? {
    let (lead, leadLength) = UTF8Scalars.decode(text, at: index)
    guard lead >= 0xC2, lead <= 0xF4 else { return nil }
    let count = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3
    var value = lead & (lead < 0xE0 ? 0x1F : lead < 0xF0 ? 0x0F : 0x07)
    var end = index &+ leadLength
    var last: UInt32 = 0
    var isWord = true
    for _ in 0..<count {
      guard end < text.count else { return nil }
      let (codePoint, length) = UTF8Scalars.decode(text, at: end)
      guard codePoint >= 0x80, let byte = Windows1252.byte(codePoint), byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
      last = codePoint
      isWord = isWord && table[codePoint].isLetter
      end &+= length
    }
    let smallest: UInt32 = count == 1 ? 0x80 : count == 2 ? 0x800 : 0x10000
    guard value >= smallest, value < 0x110000, value & 0xFFFF_F800 != 0xD800 else { return nil }
    return Sequence(codePoint: value, end: end, lead: lead, last: last, isWord: isWord)
  }

  private func isMojibake(_ found: Sequence, _ text: UnsafeBufferPointer<UInt8>, at index: Int, follows: Bool) -> Bool {
    let properties = table[found.codePoint]
    // Directly behind a repaired sequence, the next one needs no more evidence.
    if follows { return properties.isAssigned && properties.category != .privateUse }
    let isInRun = found.end < text.count && text[found.end] == 0xC3 && sequence(text, at: found.end) != nil
    if found.codePoint >= 0x10000 { return properties.isAssigned && properties.category != .privateUse }
    if found.codePoint >= 0x800 {
      // Letters within a word are no punctuation: `âžž` in Inari Sami.
      if Self.isTellingPunctuation(found.codePoint) { return !(found.isWord && isBetweenLetters(text, index, found.end)) }
      return isInRun && (properties.isLetter || properties.isMark || properties.isPunctuation)
    }
    guard found.codePoint >= 0xA0 else { return false }
    if found.lead == 0xC2 || found.lead == 0xC3 || (found.lead <= 0xC5 && properties.isLetter) {
      return !(Self.mayClose(found.last) && followsUppercase(text, index))
    }
    return isInRun && (properties.isLetter || properties.isMark)
  }

  /// Punctuation and symbols of three bytes that pages are full of: one sequence is evidence enough.
  private static func isTellingPunctuation(_ codePoint: UInt32) -> Bool {
    switch codePoint {
    case 0x2010...0x203A, 0x20AC, 0x2122, 0x2190...0x21FF, 0x2200...0x22FF, 0x25A0...0x27BF, 0xFEFF, 0xFFFD: true
    default: false
    }
  }

  /// Characters that may stand behind a real accented capital: `MANHÃ»`, `CAFÉ”`.
  private static func mayClose(_ codePoint: UInt32) -> Bool {
    switch codePoint {
    case 0xA0, 0xAB, 0xBB, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2026, 0x2039, 0x203A, 0x2122, 0xAE,
      0xAA, 0xBA, 0xB7, 0x2022:
      true
    default: false
    }
  }

  private func isBetweenLetters(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    start > 0 && end < text.count && table[UTF8Scalars.decodeBackward(text, before: start).codePoint].isLetter
      && table[UTF8Scalars.decode(text, at: end).codePoint].isLetter
  }

  private func followsUppercase(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    index > 0 && table[UTF8Scalars.decodeBackward(text, before: index).codePoint].isUppercase
  }
}
