import ICU

/// UTF-8 that was read in some single-byte encoding and encoded again, in texts that show it in several places: `Ă©` for `é` (Windows-1250),
/// `├⌐` (code page 437), `√©` (Mac Roman), `РїСЂ` for `пр` (Windows-1251).
///
/// Every encoding is tried on the whole text. A sequence of characters that are the images of one code point's bytes is evidence when real
/// text would hardly have it: a capital behind a small letter, letters of two scripts side by side, a symbol between letters, a control.
/// These are the signs that ftfy (Speer 2019) looks for as well, found here by Unicode properties alone.
struct LegacyMojibake {
  let table: UnicodeTable

  private struct Sequence {
    /// Places in `points`.
    var range: Range<Int>
    var codePoint: UInt32
    var isEvident: Bool
    /// Becomes punctuation of three bytes, or a letter in a word: evident by itself where nothing speaks against it.
    var isTelling: Bool
    /// Becomes a letter that does not belong between its neighbours: another encoding may know better.
    var isDoubtful: Bool
  }

  /// What one encoding makes of the text.
  private struct Finding {
    var sequences: [Sequence] = []
    var evident = 0
    /// Characters beyond ASCII that are in no sequence.
    var unexplained = 0
  }

  /// Writes the repaired text into `output`; returns how many sequences were repaired (0: `output` is not used).
  func run(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Int {
    var points: [UInt32] = []
    points.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let (codePoint, length) = UTF8Scalars.decode(text, at: index)
      points.append(codePoint)
      index &+= length
    }
    var best: [Sequence] = []
    var bestScore = 0
    for encoding in LegacyEncoding.all {
      let repairs = repairs(find(points, encoding))
      let score = repairs.reduce(0) { $0 + ($1.isDoubtful ? -1 : 1) }
      if score > bestScore { (best, bestScore) = (repairs, score) }
    }
    guard !best.isEmpty else { return 0 }
    output.removeAll(keepingCapacity: true)
    var copied = 0
    for sequence in best {
      for place in copied..<sequence.range.lowerBound { UTF8Scalars.append(points[place], to: &output) }
      UTF8Scalars.append(sequence.codePoint, to: &output)
      copied = sequence.range.upperBound
    }
    for place in copied..<points.count { UTF8Scalars.append(points[place], to: &output) }
    return best.count
  }

  /// All sequences where the whole text is of one mould; else those chains of sequences that are evidence by themselves.
  private func repairs(_ finding: Finding) -> [Sequence] {
    guard finding.evident > 0 else { return [] }
    if finding.evident == 1 {
      let isClear = finding.unexplained == 0 && finding.sequences.count <= 2 && finding.sequences.allSatisfy(\.isTelling)
      return isClear ? finding.sequences : []
    }
    let explained = finding.sequences.reduce(0) { $0 + $1.range.count }
    if 2 * finding.evident >= finding.sequences.count, 4 * finding.unexplained <= explained { return finding.sequences }
    var result: [Sequence] = []
    var chain: [Sequence] = []
    func close() {
      if chain.count >= 3, 2 * chain.count(where: \.isEvident) >= chain.count { result += chain }
      chain.removeAll(keepingCapacity: true)
    }
    for sequence in finding.sequences {
      if let last = chain.last, last.range.upperBound != sequence.range.lowerBound { close() }
      chain.append(sequence)
    }
    close()
    return result
  }

  private func find(_ points: [UInt32], _ encoding: LegacyEncoding) -> Finding {
    var finding = Finding()
    var index = 0
    while index < points.count {
      guard points[index] >= 0x80 else {
        index &+= 1
        continue
      }
      if let (codePoint, end) = decode(points, at: index, encoding), isPlausible(codePoint) {
        let range = index..<end
        let isWord = isWordByItself(codePoint, points, range)
        let sequence = Sequence(
          range: range, codePoint: codePoint, isEvident: isWord || isEvident(points, range),
          isTelling: isWord || isTelling(codePoint, points, range),
          isDoubtful: isDoubtful(codePoint, behind: previous(points, index, finding.sequences.last)))
        finding.evident += sequence.isEvident ? 1 : 0
        finding.sequences.append(sequence)
        index = end
      } else {
        // Special spaces and the replacement character say nothing.
        if points[index] != 0xA0, points[index] != 0xFFFD { finding.unexplained += 1 }
        index &+= 1
      }
    }
    return finding
  }

  /// The code point whose bytes in UTF-8 are those of the characters at `start`.
  private func decode(_ points: [UInt32], at start: Int, _ encoding: LegacyEncoding) -> (codePoint: UInt32, end: Int)? {
    guard let lead = encoding.byte(points[start]), lead >= 0xC2, lead <= 0xF4 else { return nil }
    let count = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3
    guard start + count < points.count else { return nil }
    var value = UInt32(lead) & (lead < 0xE0 ? 0x1F : lead < 0xF0 ? 0x0F : 0x07)
    for place in start + 1...start + count {
      guard points[place] >= 0x80, let byte = encoding.byte(points[place]), byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let smallest: UInt32 = count == 1 ? 0x80 : count == 2 ? 0x800 : 0x10000
    guard value >= smallest, value < 0x110000, value & 0xFFFF_F800 != 0xD800 else { return nil }
    return (value, start + count + 1)
  }

  /// What pages have: nothing private or unassigned, and not the scripts between Arabic and Devanagari, whose two-byte codes
  /// are what capitals and quotation marks make.
  private func isPlausible(_ codePoint: UInt32) -> Bool {
    // Controls are what a deeper layer is made of.
    if codePoint < 0xA0 { return true }
    if (0x700..<0x800).contains(codePoint) || (0x132...0x133).contains(codePoint) { return false }
    let properties = table[codePoint]
    return properties.isAssigned && properties.category != .privateUse && properties.category != .control
      && properties.category != .surrogate
  }

  /// What stands before `index` when the sequence there has been repaired.
  private func previous(_ points: [UInt32], _ index: Int, _ last: Sequence?) -> UInt32 {
    if let last, last.range.upperBound == index { return last.codePoint }
    return index > 0 ? points[index - 1] : 0x20
  }

  /// A capital in a word, a letter of no alphabet of Europe or Vietnam, `ß` not behind a vowel.
  private func isDoubtful(_ codePoint: UInt32, behind previous: UInt32) -> Bool {
    switch codePoint {
    case 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x218...0x21B: break
    case 0x180..<0x250: return true
    case 0xDF: return ![0x61, 0x65, 0x69, 0x6F, 0x75, 0x79, 0xE4, 0xF6, 0xFC].contains(previous)
    default: break
    }
    return table[codePoint].isUppercase && table[previous].isLowercase
  }

  /// `à`, `è`, `ó` between spaces and signs: its image is a capital and a sign or two capitals, and no word.
  private func isWordByItself(_ codePoint: UInt32, _ points: [UInt32], _ range: Range<Int>) -> Bool {
    guard [0xE0, 0xE1, 0xE8, 0xE9, 0xEC, 0xED, 0xF2, 0xF3, 0xFA].contains(codePoint) else { return false }
    func isLetter(_ place: Int) -> Bool { points.indices.contains(place) && table[points[place]].isLetter }
    return !isLetter(range.lowerBound - 1) && !isLetter(range.upperBound)
  }

  private func isTelling(_ codePoint: UInt32, _ points: [UInt32], _ range: Range<Int>) -> Bool {
    if (0x2010...0x203A).contains(codePoint) || codePoint == 0x20AC || codePoint == 0x2122 { return true }
    guard codePoint < 0x250, table[codePoint].isLetter else { return false }
    func isPlainLetter(_ place: Int) -> Bool { points.indices.contains(place) && (points[place] | 0x20) &- 0x61 < 26 }
    return isPlainLetter(range.lowerBound - 1) || isPlainLetter(range.upperBound)
  }

  /// Whether real text would hardly have these characters beside each other and their neighbours.
  private func isEvident(_ points: [UInt32], _ range: Range<Int>) -> Bool {
    for place in range where (0x80..<0xA0).contains(points[place]) { return true }
    var isOdd = false
    if range.lowerBound > 0 { isOdd = isUnlikely(points[range.lowerBound - 1], points[range.lowerBound]) }
    for place in range.dropLast() { isOdd = isOdd || isUnlikely(points[place], points[place + 1]) }
    if range.upperBound < points.count { isOdd = isOdd || isUnlikely(points[range.upperBound - 1], points[range.upperBound]) }
    return isOdd
  }

  private func isUnlikely(_ first: UInt32, _ second: UInt32) -> Bool {
    let (a, b) = (table[first], table[second])
    if a.isLetter, b.isLetter {
      if a.isLowercase, b.isUppercase { return true }
      return a.script != b.script && a.script != .common && b.script != .common
    }
    // Letters beyond ASCII carry no signs, and no letter follows one.
    if a.isLetter, first >= 0x80, isSign(second, b) { return true }
    if isSign(first, a), b.isLetter { return true }
    if first == 0x2013 || first == 0x2014 { return second >= 0x80 && (b.isLetter || isSign(second, b)) }
    return isSign(first, a) && isSign(second, b) && first != second
  }

  /// A symbol or number beyond ASCII that stands alone in real text.
  private func isSign(_ codePoint: UInt32, _ properties: UnicodeProperties) -> Bool {
    guard codePoint >= 0x80 else { return false }
    switch codePoint {
    case 0xA1, 0xA7, 0xB6, 0xBF, 0x2020, 0x2021, 0x2030: return true
    case 0xAA, 0xB0, 0xBA: return false
    default: return properties.isSymbol || (properties.isNumber && !properties.isDigit)
    }
  }
}
