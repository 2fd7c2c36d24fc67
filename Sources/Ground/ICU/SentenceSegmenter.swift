/// Splits text into sentences (UAX 29, as ICU's root locale has it), as byte ranges that cover the whole text in order.
/// One per worker: it reuses its buffers.
public struct SentenceSegmenter {
  private let iterator = BreakIterator(.sentences)
  private var window = UTF16Window()
  /// Text is handed to ICU in pieces of at most this many bytes, cut at line ends where there are any.
  private static let longestPiece = 1 << 16

  public init() {}

  /// Replaces the content of `sentences` by those of `text`: each range with its trailing space.
  public mutating func segment(_ text: UnsafeBufferPointer<UInt8>, into sentences: inout [Range<Int>]) {
    sentences.removeAll(keepingCapacity: true)
    var start = 0
    while start < text.count {
      let end = pieceEnd(text, from: start)
      window.load(text, start..<end)
      let count = iterator.segment(window.units)
      var from = start
      for piece in 0..<count {
        let to = window.offsets[Int(iterator.boundaries[piece])]
        sentences.append(from..<to)
        from = to
      }
      start = end
    }
  }

  public mutating func segment(_ text: [UInt8], into sentences: inout [Range<Int>]) {
    text.withUnsafeBufferPointer { segment($0, into: &sentences) }
  }

  /// Behind the last line end in reach, or at a code point boundary when the line is longer than a piece.
  private func pieceEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard text.count - start > Self.longestPiece else { return text.count }
    var end = start + Self.longestPiece
    while end > start, text[end - 1] != 0x0A { end -= 1 }
    if end > start { return end }
    end = start + Self.longestPiece
    while end > start + 1, text[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }
}
