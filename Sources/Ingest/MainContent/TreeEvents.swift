/// A page's tree as the list of events that ``TreeConstruction`` writes, for its twin in the tests, which hands it to another parser.
package enum TreeEvent: Equatable, Sendable {
  /// The element's kind, and which of the page's records says more about it, or -1.
  case start(UInt8, record: Int)
  case end
  case lineBreak
  /// Text between two tags, whole, valid UTF-8.
  case text([UInt8])

  package static func all(ofPage html: [UInt8], isVerbatim: Bool) -> [TreeEvent] {
    var sanitizer = MarkupSanitizer(limits: MainContentExtractor.Limits(), isVerbatim: isVerbatim)
    html.withUnsafeBufferPointer { sanitizer.sanitize($0) }
    let written = sanitizer.tree.events
    let repaired = ByteSink()
    var events: [TreeEvent] = []
    var i = 0
    while i < written.list.count {
      let event = written.list[i]
      i += 1
      switch event.kind {
      case .start: events.append(.start(event.tag.rawValue, record: event.record))
      case .end: events.append(.end)
      case .lineBreak: events.append(.lineBreak)
      case .text:
        repaired.removeAll()
        _ = UTF8Check.repair(written.run(from: &i), into: repaired)
        if case .text(let before) = events.last {
          events[events.count - 1] = .text(before + Array(repaired.bytes))
        } else {
          events.append(.text(Array(repaired.bytes)))
        }
      }
    }
    return events
  }
}
