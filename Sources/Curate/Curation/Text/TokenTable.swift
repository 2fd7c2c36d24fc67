import ICU

/// One token of a text (of less than 4 GiB): a word, a number, or a piece of punctuation. 24 bytes, since texts are read token by token
/// many times.
package struct Token: Sendable, Hashable {
  /// Of its bytes as they are.
  package private(set) var hash: UInt64
  private var first: UInt32
  private var behind: UInt32
  private var scalars: UInt32
  /// Has a letter or a number: what "word" means.
  package var isWord: Bool
  /// Has a letter.
  package var isAlphabetic: Bool

  package init(start: Int, end: Int, hash: UInt64, characters: Int, isWord: Bool, isAlphabetic: Bool) {
    self.hash = hash
    first = UInt32(truncatingIfNeeded: start)
    behind = UInt32(truncatingIfNeeded: end)
    scalars = UInt32(truncatingIfNeeded: characters)
    self.isWord = isWord
    self.isAlphabetic = isAlphabetic
  }

  package var start: Int { Int(first) }
  package var end: Int { Int(behind) }
  package var range: Range<Int> { start..<end }

  /// Unicode scalars.
  package var characters: Int {
    get { Int(scalars) }
    set { scalars = UInt32(truncatingIfNeeded: newValue) }
  }

  /// The text it is in now stands `offset` bytes farther on.
  @inline(__always)
  package mutating func move(by offset: Int) {
    first &+= UInt32(truncatingIfNeeded: offset)
    behind &+= UInt32(truncatingIfNeeded: offset)
  }
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
    let (table, word) = (table, definition.word)
    // Room first: appending one by one would ask each time whether the array is shared.
    tokens.append(
      contentsOf: repeatElement(
        Token(start: 0, end: 0, hash: 0, characters: 0, isWord: false, isAlphabetic: false), count: segments.count))
    tokens.withUnsafeMutableBufferPointer { tokens in
      segments.withUnsafeBufferPointer { segments in
        for index in segments.indices { tokens[index] = Self.token(segments[index], text, word, table) }
      }
    }
  }

  @inline(__always)
  private static func token(
    _ segment: TextSegment, _ text: UnsafeBufferPointer<UInt8>, _ word: MetricDefinition.Word, _ table: [UInt8]
  ) -> Token {
    let range = segment.range
    let (hash, union) = ByteHash.hashAndUnion(text, range)
    var token = Token(
      start: range.lowerBound, end: range.upperBound, hash: hash, characters: range.count,
      isWord: segment.kind.isWord || word == .any,
      isAlphabetic: segment.kind == .letters || segment.kind == .dictionary)
    if union & 0x8080_8080_8080_8080 != 0 { shape(text, range, word, table, &token) }
    return token
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
  private static func shape(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ word: MetricDefinition.Word, _ table: [UInt8],
    _ token: inout Token
  ) {
    var characters = 0
    var classes: ScalarClass = []
    var isAllPunctuation = true
    var index = range.lowerBound
    while index < range.upperBound {
      let (scalar, length) = UTF8Scalars.decode(text, at: index)
      classes.formUnion(ScalarClass.of(scalar, in: table))
      if word == .notDatatrovePunctuation {
        isAllPunctuation = isAllPunctuation && DatatrovePunctuation.contains(scalar, in: table)
      }
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
