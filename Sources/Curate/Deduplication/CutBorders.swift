/// Moves the ends of a cut inwards to places where text can be cut.
///
/// Never inside a grapheme cluster, and not inside a word when a word's border is near. Inwards only: nothing is cut that was
/// not marked.
package struct CutBorders {
  /// Bytes. Grapheme clusters longer than this are not cut from, nor beside.
  private static let longestCluster = 256

  private let text: UnsafeBufferPointer<UInt8>
  /// How far, in bytes, a word's border is looked for: less than half a window, so that no whole window stays beside a cut.
  private let reach: Int

  init(text: UnsafeBufferPointer<UInt8>, shape: WindowShape) {
    self.text = text
    reach = min(48, shape.minimumBytes / 4)
  }

  package init(text: UnsafeBufferPointer<UInt8>, minimumBytes: Int) {
    self.init(text: text, shape: WindowShape(minimumBytes: minimumBytes, minimumCharacters: 1))
  }

  /// - Parameter mark: on borders of scalars.
  /// - Returns: nil when no part of the mark can be cut.
  package func snapped(_ mark: Range<Int>) -> Range<Int>? {
    let first = asciiBorders(mark.lowerBound, min(mark.upperBound, mark.lowerBound + reach))
    let last = asciiBorders(max(mark.lowerBound, mark.upperBound - reach), mark.upperBound)
    return snapped(mark, first ?? firstBorders(mark), last ?? lastBorders(mark))
  }

  /// The same without the shorter way for ASCII.
  package func snappedPlainly(_ mark: Range<Int>) -> Range<Int>? { snapped(mark, firstBorders(mark), lastBorders(mark)) }

  private func firstBorders(_ mark: Range<Int>) -> [Int] {
    characterBorders(mark.lowerBound, min(mark.upperBound, mark.lowerBound + Self.longestCluster))
  }

  private func lastBorders(_ mark: Range<Int>) -> [Int] {
    characterBorders(max(mark.lowerBound, mark.upperBound - Self.longestCluster), mark.upperBound)
  }

  private func snapped(_ mark: Range<Int>, _ first: [Int], _ last: [Int]) -> Range<Int>? {
    var (first, last) = (first, last)
    guard let nearStart = first.first, let nearEnd = last.last, nearStart < nearEnd else { return nil }
    first = first.filter { $0 == nearStart || $0 <= mark.lowerBound + reach }
    last = last.filter { $0 == nearEnd || $0 >= mark.upperBound - reach }
    // Behind a space rather than in front of it, so that the words left do not grow together.
    let start = first.first { isWordBorder($0) && !endsWord($0) } ?? first.first(where: isWordBorder) ?? nearStart
    let end = last.last(where: isWordBorder) ?? nearEnd
    guard start < end else { return nearStart..<nearEnd }
    return keepingSpace(start..<end, first, last)
  }

  /// The cut without the white space at its start (or end) where what is left on both sides would otherwise stand together.
  private func keepingSpace(_ cut: Range<Int>, _ first: [Int], _ last: [Int]) -> Range<Int> {
    guard cut.lowerBound > 0, cut.upperBound < text.count, !isSpace(before: cut.lowerBound), !isSpace(at: cut.upperBound) else {
      return cut
    }
    if isSpace(at: cut.lowerBound), let next = first.first(where: { $0 > cut.lowerBound }), next < cut.upperBound {
      return next..<cut.upperBound
    }
    if isSpace(before: cut.upperBound), let next = last.last(where: { $0 < cut.upperBound }), next > cut.lowerBound {
      return cut.lowerBound..<next
    }
    return cut
  }

  private func isSpace(at offset: Int) -> Bool { isWhiteSpace(decodeScalar(text, at: offset).value) }

  private func isSpace(before offset: Int) -> Bool { isSpace(at: scalarBorder(atOrBefore: offset - 1)) }

  /// Borders of grapheme clusters in `low ... high` where all characters from the one before to the one behind are ASCII: everywhere but
  /// inside CR LF. Nil where some are not, or there is no border.
  private func asciiBorders(_ low: Int, _ high: Int) -> [Int]? {
    var union: UInt8 = 0
    for offset in max(0, low - 1)..<min(text.count, high + 1) { union |= text[offset] }
    guard union < 0x80 else { return nil }
    var borders: [Int] = []
    borders.reserveCapacity(high - low + 1)
    for offset in low...high {
      if offset > 0, offset < text.count, text[offset] == 0x0A, text[offset - 1] == 0x0D { continue }
      borders.append(offset)
    }
    return borders.isEmpty ? nil : borders
  }

  /// Borders of grapheme clusters in `low ... high`, ascending, by the standard library's rules.
  private func characterBorders(_ low: Int, _ high: Int) -> [Int] {
    let start = certainBorder(atOrBefore: low)
    let end = scalarBorder(atOrBefore: min(text.count, high + 64))
    let context = String(decoding: text[start..<end], as: UTF8.self)
    var borders: [Int] = []
    var offset = start
    for character in context {
      if offset >= low, offset <= high { borders.append(offset) }
      offset += character.utf8.count
    }
    if end == text.count, end <= high { borders.append(end) }
    return borders
  }

  /// A place where a cluster starts whatever comes before: at an ASCII character (but line feed) or a Han ideograph. Looked for
  /// over 4096 bytes.
  private func certainBorder(atOrBefore offset: Int) -> Int {
    var offset = min(offset, text.count)
    let limit = max(0, offset - 4096)
    while offset > limit {
      if offset < text.count {
        let byte = text[offset]
        if byte < 0x80, byte != 0x0A { return offset }
        if (0xE4...0xE9).contains(byte), (0x4E00...0x9FFF).contains(decodeScalar(text, at: offset).value) { return offset }
      }
      offset -= 1
    }
    return scalarBorder(atOrBefore: offset)
  }

  private func scalarBorder(atOrBefore offset: Int) -> Int {
    var offset = offset
    while offset > 0, offset < text.count, text[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  private func isWordBorder(_ offset: Int) -> Bool {
    guard offset > 0, offset < text.count else { return true }
    let before = decodeScalar(text, at: scalarBorder(atOrBefore: offset - 1)).value
    return !(isWord(before) && isWord(decodeScalar(text, at: offset).value))
  }

  /// True where the character before belongs to a word.
  private func endsWord(_ offset: Int) -> Bool {
    offset > 0 && isWord(decodeScalar(text, at: scalarBorder(atOrBefore: offset - 1)).value)
  }

  private func isWord(_ scalar: UInt32) -> Bool {
    let kind = CharacterTable.shared.classOf(scalar)
    return kind == .word || kind == .ignored
  }
}
