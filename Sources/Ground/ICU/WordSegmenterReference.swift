extension WordSegmenter {
  /// The segments that ICU's word iterator finds in the whole text: the specification of `segment(_:into:)`, which tests compare
  /// with it. They differ at `@` (ICU 72 lets it join letters), where a dictionary run touches other letters or digits, and where
  /// Hangul does (ICU departs from UAX 29 and cuts `API` from the Korean ending behind it).
  package static func segmentsByICU(_ text: [UInt8]) -> [TextSegment] {
    let table = UnicodeTable.shared
    let iterator = BreakIterator(.words)
    var window = UTF16Window()
    var segments: [TextSegment] = []
    text.withUnsafeBufferPointer { bytes in
      window.load(bytes, 0..<bytes.count)
      var start = 0
      for piece in 0..<iterator.segment(window.units) {
        let end = window.offsets[Int(iterator.boundaries[piece])]
        if let kind = kind(bytes, start..<end, table) {
          segments.append(TextSegment(start: start, end: end, kind: kind))
        }
        start = end
      }
    }
    return segments
  }

  private static func kind(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ table: UnicodeTable
  ) -> SegmentKind? {
    var all: [UnicodeProperties] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let (codePoint, length) = UTF8Scalars.decode(bytes, at: index)
      all.append(table[codePoint])
      index += length
    }
    guard let first = all.first else { return nil }
    if first.needsDictionary { return .dictionary }
    if all.contains(where: \.isLetter) { return .letters }
    if all.contains(where: \.isDigit) { return .number }
    if first.isPunctuation { return .punctuation }
    if first.isSymbol { return .symbol }
    if first.isNumber { return .number }
    return first.isMark ? .symbol : nil
  }
}
