/// What a segment of text is.
public enum SegmentKind: UInt8, Sendable {
  /// A word of a script written with spaces (it may contain digits and inner marks: `don't`, `3rd`).
  case letters
  /// A word found with a dictionary: Han, Kana, Thai, Lao, Khmer, Myanmar.
  case dictionary
  /// Digits, with inner separators: `3.14`.
  case number
  case punctuation
  case symbol

  /// Letters, dictionary words and numbers: what "word" means when words are counted.
  @inlinable public var isWord: Bool { rawValue <= SegmentKind.number.rawValue }
}

/// A piece of a text: byte offsets and kind. Space, line ends and control characters are in no segment.
public struct TextSegment: Sendable, Hashable {
  public var start: UInt32
  public var end: UInt32
  public var kind: SegmentKind

  @inlinable public init(start: Int, end: Int, kind: SegmentKind) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    self.kind = kind
  }

  @inlinable public var range: Range<Int> { Int(start)..<Int(end) }
  @inlinable public var byteCount: Int { Int(end &- start) }
}
