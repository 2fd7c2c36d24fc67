/// Splits text into words, numbers, punctuation and symbols, as byte ranges, in order.
///
/// Boundaries are those of UAX 29 (default rules, the colon separating as in CLDR's root locale); runs of Han, Kana, Thai, Lao, Khmer or Myanmar
/// are split by ICU's dictionaries, and such a run always begins and ends a word. One per worker: it reuses its buffers.
///
/// Scripts written with spaces never leave Swift (some hundred MB/s); dictionary scripts run at ICU's speed (10 to 20 MB/s).
public struct WordSegmenter {
  /// A dictionary run longer than this many code points is cut here, which bounds memory on hostile text.
  public static let longestDictionaryRun = 2048

  private let table = UnicodeTable.shared
  private let iterator = BreakIterator(.words)
  private var window = UTF16Window()

  public init() {}

  /// Replaces the content of `segments` by those of `text` (valid UTF-8, less than 4 GiB).
  public mutating func segment(_ text: [UInt8], into segments: inout [TextSegment]) {
    text.withUnsafeBufferPointer { segment($0, into: &segments) }
  }

  public mutating func segment(_ text: UnsafeBufferPointer<UInt8>, into segments: inout [TextSegment]) {
    segments.removeAll(keepingCapacity: true)
    precondition(text.count < 1 << 32)
    let rules = WordBreakRules(text: text, table: table)
    var index = 0
    while index < text.count {
      if text[index] < 0x80 {
        index = rules.plainASCII(from: index, into: &segments)
        guard index < text.count else { break }
      }
      let (codePoint, _) = UTF8Scalars.decode(text, at: index)
      if table[codePoint].needsDictionary {
        index = dictionaryRun(text, from: index, into: &segments)
      } else {
        let (end, kind) = rules.segment(from: index)
        if let kind { segments.append(TextSegment(start: index, end: end, kind: kind)) }
        index = end
      }
    }
  }

  /// Calls `body` with the byte range and kind of each segment.
  public mutating func words(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, SegmentKind) -> Void) {
    var segments: [TextSegment] = []
    segment(text, into: &segments)
    for segment in segments { body(segment.range, segment.kind) }
  }

  /// The run of dictionary script at `start`, with the marks inside it; returns its end.
  private mutating func dictionaryRun(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, into segments: inout [TextSegment]
  ) -> Int {
    let isComplex = table[UTF8Scalars.decode(text, at: start).codePoint].isComplexContext
    var end = start
    var count = 0
    while end < text.count, count < Self.longestDictionaryRun {
      let (codePoint, length) = UTF8Scalars.decode(text, at: end)
      let properties = table[codePoint]
      let belongs = isComplex ? properties.isComplexContext : properties.isIdeographicOrKana
      guard belongs || (end > start && WordBreakRules.isIgnorable(properties.wordBreak)) else { break }
      end += length
      count += 1
    }
    window.load(text, start..<end)
    let pieces = iterator.segment(window.units)
    var from = start
    for piece in 0..<pieces {
      let to = window.offsets[Int(iterator.boundaries[piece])]
      segments.append(TextSegment(start: from, end: to, kind: .dictionary))
      from = to
    }
    return end
  }
}
