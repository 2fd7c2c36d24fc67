import ICU

/// The tokens of the text at hand: found when first asked for, and kept up to date while an edit removes lines, so that of a filter's steps
/// only the first that needs them pays. Reuses its buffers, one per worker.
package struct TextTokens {
  private var tokenizer = Tokenizer()
  package private(set) var all: [Token] = []
  /// What `all` was found by; nil: nothing is known of the text.
  private var key: Key?
  private var edited: [Token] = []
  private var ofLine: [Token] = []
  /// The first of `all` that the edit has not passed.
  private var cursor = 0

  private struct Key: Equatable {
    let segmentation: MetricDefinition.Segmentation
    let word: MetricDefinition.Word
  }

  package init() {}

  /// Another text is at hand.
  package mutating func forget() { key = nil }

  package mutating func load(_ text: UnsafeBufferPointer<UInt8>, _ definition: MetricDefinition) {
    let wanted = Key(segmentation: definition.segmentation, word: definition.word)
    guard key != wanted else { return }
    tokenizer.tokenize(text, definition, into: &all)
    key = wanted
  }

  // MARK: Following an edit

  /// Whether tokens are known and end at line feeds whatever stands around the line, which UAX 29 guarantees (WB3a, WB3b).
  private var canFollow: Bool { key?.segmentation == .unicode }

  package mutating func beginEdit() {
    edited.removeAll(keepingCapacity: true)
    cursor = 0
  }

  /// A line, or lines, now stand at `offset` of the new text, without the white space around `range`. Called in the order of the text.
  package mutating func keep(
    _ range: Range<Int>, of line: Range<Int>, in text: UnsafeBufferPointer<UInt8>, at offset: Int,
    _ definition: MetricDefinition
  ) {
    guard canFollow else { return }
    if Self.trimmingMayMatter(range, line, text) {
      replace(UnsafeBufferPointer(rebasing: text[range]), at: offset, definition)
      return
    }
    while cursor < all.count, all[cursor].start < range.lowerBound { cursor &+= 1 }
    let first = cursor
    while cursor < all.count, all[cursor].start < range.upperBound { cursor &+= 1 }
    append(all[first..<cursor], movedBy: offset &- range.lowerBound)
  }

  private mutating func append(_ tokens: ArraySlice<Token>, movedBy offset: Int) {
    let start = edited.count
    edited.append(contentsOf: tokens)
    if offset == 0 { return }
    edited.withUnsafeMutableBufferPointer { edited in
      for index in start..<edited.count { edited[index].move(by: offset) }
    }
  }

  /// A line that was rewritten now stands at `offset` of the new text.
  package mutating func replace(_ line: UnsafeBufferPointer<UInt8>, at offset: Int, _ definition: MetricDefinition) {
    guard canFollow else { return }
    tokenizer.tokenize(line, definition, into: &ofLine)
    append(ofLine[...], movedBy: offset)
  }

  /// The edit is complete.
  package mutating func endEdit(isChanged: Bool) {
    guard isChanged else { return }
    if canFollow { swap(&all, &edited) } else { key = nil }
  }

  /// Beyond ASCII, white space can belong to a word (U+202F), and a mark joins white space before it.
  private static func trimmingMayMatter(_ range: Range<Int>, _ line: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if range == line { return false }
    if range.lowerBound > line.lowerBound, !range.isEmpty, text[range.lowerBound] >= 0x80 { return true }
    return text[line.lowerBound..<range.lowerBound].contains { $0 >= 0x80 }
      || text[range.upperBound..<line.upperBound].contains { $0 >= 0x80 }
  }
}
