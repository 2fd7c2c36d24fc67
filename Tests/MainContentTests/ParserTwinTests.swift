import CLibXML2
import Documents
import MainContent
import Testing

/// The plain twin of writing a tree as events: libxml2's parser, given the same tree as markup in which every element is opened and
/// closed, must report the same.
@Suite("The tree as another parser reads it") struct ParserTwinTests {
  /// One element for all, which closes no other in any version of libxml2, with its kind and record as attributes.
  private static func markup(_ events: [TreeEvent]) -> [UInt8] {
    var bytes = Array("<html><body>".utf8)
    for event in events {
      switch event {
      case .start(let kind, let record): bytes += "<div t=\"\(kind)\" n=\"\(record)\">".utf8
      case .end: bytes += "</div>".utf8
      case .lineBreak: bytes += "<map></map>".utf8
      case .text(let text):
        for byte in text {
          switch byte {
          case UInt8(ascii: "<"): bytes += "&lt;".utf8
          case UInt8(ascii: "&"): bytes += "&amp;".utf8
          default: bytes.append(byte)
          }
        }
      }
    }
    return bytes + "</body></html>".utf8
  }

  private struct Recorder {
    var events: [TreeEvent] = []
    var names: [String] = []

    mutating func start(_ name: String, _ values: [Int]) {
      names.append(name)
      if name == "div", values.count == 2 { events.append(.start(UInt8(values[0]), record: values[1])) }
      if name == "map" { events.append(.lineBreak) }
    }

    mutating func end() { if names.popLast() == "div" { events.append(.end) } }

    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
      if case .text(let before) = events.last {
        events[events.count - 1] = .text(before + Array(bytes))
      } else {
        events.append(.text(Array(bytes)))
      }
    }
  }

  private static func eventsOfLibXML2(_ markup: [UInt8]) -> [TreeEvent] {
    var recorder = Recorder()
    var handlers = clibxml2_html_events(
      start: { context, name, attributes in
        guard let context, let name else { return }
        var values: [Int] = []
        var i = 1
        while let attributes, attributes[i - 1] != nil {
          if let value = attributes[i] { values.append(Int(String(cString: value)) ?? -2) }
          i += 2
        }
        context.assumingMemoryBound(to: Recorder.self).pointee.start(String(cString: name), values)
      },
      end: { context, _ in context?.assumingMemoryBound(to: Recorder.self).pointee.end() },
      text: { context, bytes, count in
        context?.assumingMemoryBound(to: Recorder.self).pointee.text(UnsafeBufferPointer(start: bytes, count: Int(count)))
      })
    let status = withUnsafeMutablePointer(to: &recorder) { recorder in
      markup.withUnsafeBufferPointer { clibxml2_parse_html($0.baseAddress, $0.count, &handlers, recorder) }
    }
    #expect(status == 0)
    return recorder.events
  }

  private func expectTwins(_ page: [UInt8]) {
    for isVerbatim in [false, true] {
      let events = TreeEvent.all(ofPage: page, isVerbatim: isVerbatim)
      let twins = Self.eventsOfLibXML2(Self.markup(events))
      #expect(twins == events, "\(String(decoding: page, as: UTF8.self))")
    }
  }

  @Test("is the tree that was written, for every construct")
  func readsConstructs() {
    for item in HazardTests.cases { expectTwins(Array(item.html.utf8)) }
    for item in StandardTreeTests.cases { expectTwins(Array(item.html.utf8)) }
    for input in ExtractionProperties.seeds + PropertyTests.findings { expectTwins(Array(input.dropFirst())) }
  }

  @Test("is the tree that was written, for random joins of constructs")
  func readsJoins() {
    var random = SeededRandom(seed: 77)
    let seeds = ExtractionProperties.seeds + HazardTests.cases.map { [0] + Array($0.html.utf8) }
    for _ in 0..<1500 {
      var page: [UInt8] = []
      for _ in 0..<5 {
        let seed = seeds[Int(random.next(below: UInt64(seeds.count)))]
        page += seed.dropFirst(1 + Int(random.next(below: UInt64(seed.count)))).prefix(Int(random.next(below: 70)))
      }
      expectTwins(page)
    }
  }
}

@Suite("Counting text") struct TextCountTests {
  /// Words with their spaces, cut and joined at random: bytes of every kind that counts.
  private static func text(_ random: inout SeededRandom) -> [UInt8] {
    let pieces = ["word", "a", ", ", "b. ", " ", "  ", "\n", "é", "漢字。", "ガ", "ไทย", "！", "x:y;", "\u{2019}", "\u{1F600}", "?"]
    var text = (0..<random.next(below: 12)).flatMap { _ in Array(pieces[Int(random.next(below: UInt64(pieces.count)))].utf8) }
    if random.next(below: 4) == 0, !text.isEmpty { text.removeLast() }
    return text
  }

  @Test("in one addition a byte gives what the plain way gives, or leaves it to that")
  func agreesWithPlainWay() {
    var random = SeededRandom(seed: 8)
    var counted = 0
    for _ in 0..<20_000 {
      let text = Self.text(&random)
      let startsWord = random.next(below: 2) == 0
      text.withUnsafeBufferPointer { bytes in
        guard let fast = TextCount(plain: bytes, startsWord: startsWord) else { return }
        counted += 1
        #expect(fast == TextCount(bytes, startsWord: startsWord), "\(text)")
      }
    }
    #expect(counted > 1000)
  }

  @Test("goes on over the length at which a sum is full")
  func countsLongText() {
    let text = Array(String(repeating: "some, words! ", count: 200_000).utf8.dropLast())
    text.withUnsafeBufferPointer { bytes in
      #expect(TextCount(plain: bytes, startsWord: true) == TextCount(bytes, startsWord: true))
    }
  }
}
