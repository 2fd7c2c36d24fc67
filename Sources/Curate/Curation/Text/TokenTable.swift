import ICU

/// One token of a text: a word, a number, or a piece of punctuation.
package struct Token: Sendable, Hashable {
  package var start: Int
  package var end: Int
  /// Of its bytes as they are.
  package var hash: UInt64
  /// Unicode scalars.
  package var characters: Int
  /// Has a letter or a number: what "word" means.
  package var isWord: Bool
  /// Has a letter.
  package var isAlphabetic: Bool

  package var range: Range<Int> { start..<end }
}

/// Finds the tokens of a text; reuses its buffers, one per worker.
package struct Tokenizer {
  private var segmenter = WordSegmenter()
  private var segments: [TextSegment] = []
  private let table = ScalarClass.table

  package init() {}

  package mutating func tokenize(
    _ text: UnsafeBufferPointer<UInt8>, _ segmentation: MetricDefinition.Segmentation, into tokens: inout [Token]
  ) {
    tokens.removeAll(keepingCapacity: true)
    switch segmentation {
    case .unicode: segmenter.segment(text, into: &segments)
    case .spaced: SpacedSegmenter.segment(text, into: &segments)
    }
    tokens.reserveCapacity(segments.count)
    for segment in segments {
      let range = segment.range
      let shape = shape(text, range, kind: segment.kind)
      tokens.append(
        Token(
          start: range.lowerBound, end: range.upperBound, hash: ByteHash.hash(text, range), characters: shape.characters,
          isWord: shape.isWord, isAlphabetic: shape.isAlphabetic))
    }
  }

  @inline(__always)
  private func shape(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, kind: SegmentKind
  ) -> (characters: Int, isWord: Bool, isAlphabetic: Bool) {
    var isASCII: UInt8 = 0
    for index in range { isASCII |= text[index] }
    if isASCII < 0x80 {
      return (range.count, kind.isWord, kind == .letters || (kind == .dictionary))
    }
    var characters = 0
    var classes: ScalarClass = []
    var index = range.lowerBound
    while index < range.upperBound {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      classes.formUnion(ScalarClass.of(scalar, in: table))
      characters &+= 1
      index &+= length
    }
    return (characters, !classes.isDisjoint(with: [.letter, .number]), classes.contains(.letter))
  }
}
