/// One step through a page's tree in document order: what a parser would report.
///
/// ``TreeConstruction`` writes a page as a list of these; ``TreeBuilder`` reads it. Moving a part of the tree is moving events, while the
/// text they speak of stays where it is.
struct MarkupEvent: Sendable, Equatable {
  enum Kind: UInt8, Sendable { case start, end, text, lineBreak }

  var kind: Kind
  /// Of a start.
  var tag: Tag
  /// Of a start: index into the records, or -1. Of a text: its length in bytes.
  private var number: Int32
  /// Of a text: its place in ``MarkupEvents/text``.
  var offset: UInt32

  private init(_ kind: Kind, _ tag: Tag = .unknown, number: Int32 = -1, offset: UInt32 = 0) {
    (self.kind, self.tag, self.number, self.offset) = (kind, tag, number, offset)
  }

  static func start(_ tag: Tag, record: Int32) -> MarkupEvent { MarkupEvent(.start, tag, number: record) }
  static var end: MarkupEvent { MarkupEvent(.end) }
  /// The end of a line, where a block below the depth limit would have begun.
  static var lineBreak: MarkupEvent { MarkupEvent(.lineBreak) }
  static func text(_ offset: Int, count: Int) -> MarkupEvent {
    MarkupEvent(.text, number: Int32(truncatingIfNeeded: count), offset: UInt32(truncatingIfNeeded: offset))
  }

  var record: Int { Int(number) }
  var count: Int { Int(number) }
}

/// The events of a page and their text.
struct MarkupEvents {
  private(set) var list: [MarkupEvent] = []
  /// UTF-8 as the page had it: not yet known to be valid.
  let text = ByteSink()
  /// Where text begins that is in no event yet.
  private var textStart = 0
  private var moved: [MarkupEvent] = []

  /// Makes room for a page of so many bytes: growing step by step would touch twice the memory.
  mutating func begin(pageBytes: Int) {
    list.removeAll(keepingCapacity: true)
    list.reserveCapacity(pageBytes / 8)
    text.removeAll()
    textStart = 0
  }

  /// Makes an event of the text added since the last one.
  @inline(__always) mutating func endText() {
    guard text.count > textStart else { return }
    list.append(.text(textStart, count: text.count &- textStart))
    textStart = text.count
  }

  @inline(__always) mutating func append(_ event: MarkupEvent) {
    endText()
    list.append(event)
  }

  /// How many events there are; the place of the next.
  var count: Int {
    mutating get {
      endText()
      return list.count
    }
  }

  /// True when nothing has come after the first `count` events.
  func isEmpty(after count: Int) -> Bool { list.count == count && text.count == textStart }

  mutating func insert(_ events: ArraySlice<MarkupEvent>, at place: Int) {
    endText()
    list.insert(contentsOf: events, at: place)
  }

  /// Takes away what follows the first `count` events.
  mutating func removeTail(from count: Int) -> [MarkupEvent] {
    endText()
    defer { list.removeSubrange(count...) }
    return Array(list[count...])
  }

  /// Moves the events from `start` on to before `target`.
  mutating func moveTail(from start: Int, to target: Int) {
    endText()
    moved.removeAll(keepingCapacity: true)
    moved += list[start...]
    list.removeSubrange(start...)
    list.insert(contentsOf: moved, at: target)
  }

  /// The text of the event before `next` and of those from `next` on that continue it; `next` is moved past them.
  func run(from next: inout Int) -> UnsafeBufferPointer<UInt8> {
    let first = list[next - 1]
    var end = Int(first.offset) + first.count
    while next < list.count, list[next].kind == .text, Int(list[next].offset) == end {
      end += list[next].count
      next += 1
    }
    return UnsafeBufferPointer(rebasing: text.bytes[Int(first.offset)..<end])
  }

  func bytes(of event: MarkupEvent) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text.bytes[Int(event.offset)..<Int(event.offset) + event.count])
  }

  /// True when every text is valid UTF-8 by itself.
  var isValidUTF8: Bool {
    guard UTF8Check.isValid(text.bytes) else { return false }
    // Valid as a whole; a text that begins inside a character would have been cut from the one before it.
    return !list.contains { $0.kind == .text && text.base[Int($0.offset)] & 0xC0 == 0x80 }
  }
}
