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
  private var english = EnglishSegmenter()
  private var segments: [TextSegment] = []
  private let table = ScalarClass.table

  package init() {}

  package mutating func tokenize(
    _ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition, into tokens: inout [Token]
  ) {
    tokens.removeAll(keepingCapacity: true)
    switch definition.segmentation {
    case .unicode: segmenter.segment(text, into: &segments)
    case .english: english.segment(text, into: &segments)
    case .whitespace: Self.chunks(text, into: &segments)
    }
    tokens.reserveCapacity(segments.count)
    for segment in segments {
      let range = segment.range
      let (hash, union) = ByteHash.hashAndUnion(text, range)
      var token = Token(
        start: range.lowerBound, end: range.upperBound, hash: hash, characters: range.count,
        isWord: segment.kind.isWord || definition.word == .any,
        isAlphabetic: segment.kind == .letters || segment.kind == .dictionary)
      if union & 0x8080_8080_8080_8080 != 0 { shape(text, range, definition.word, &token) }
      tokens.append(token)
    }
  }

  /// The pieces between white space (Python's `str.split()`); letters when they have one.
  private static func chunks(_ text: UnsafeBufferPointer<UInt8>, into segments: inout [TextSegment]) {
    segments.removeAll(keepingCapacity: true)
    var index = 0
    while index < text.count {
      let space = EnglishSegmenter.spaceLength(text, index)
      if space > 0 {
        index &+= space
        continue
      }
      let start = index
      var hasLetter = false
      while index < text.count, EnglishSegmenter.spaceLength(text, index) == 0 {
        if (text[index] | 0x20) &- 0x61 < 26 { hasLetter = true }
        index &+= 1
        while index < text.count, text[index] & 0xC0 == 0x80 { index &+= 1 }
      }
      segments.append(TextSegment(start: start, end: index, kind: hasLetter ? .letters : .punctuation))
    }
  }

  /// What a token with scalars beyond ASCII is.
  private func shape(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ word: MetricDefinition.Word, _ token: inout Token
  ) {
    var characters = 0
    var classes: ScalarClass = []
    var isAllPunctuation = true
    var index = range.lowerBound
    while index < range.upperBound {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      classes.formUnion(ScalarClass.of(scalar, in: table))
      if word == .notDatatrovePunctuation { isAllPunctuation = isAllPunctuation && DatatrovePunctuation.contains(scalar, in: table) }
      characters &+= 1
      index &+= length
    }
    token.characters = characters
    token.isAlphabetic = classes.contains(.letter)
    token.isWord =
      switch word {
      case .lettersAndNumbers: !classes.isDisjoint(with: [.letter, .number])
      case .notDatatrovePunctuation: !isAllPunctuation
      case .any: true
      }
  }
}
