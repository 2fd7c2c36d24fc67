import Documents

/// Finds the windows that a cut made: those that reach over a place where two pieces of a text meet.
///
/// One object per worker: its buffers are reused.
struct JoinScanner {
  private let shape: WindowShape
  private var scanner: AnchorScanner
  private var text: [UInt8] = []

  init(_ shape: WindowShape) {
    self.shape = shape
    scanner = AnchorScanner(shape)
  }

  /// Calls `body` with the anchors of these windows, in offsets of the text after the cuts. Their blocks hold no other windows.
  ///
  /// - Complexity: O(joins × window), and one copy of the text.
  mutating func scan(_ item: DocumentCuts, of original: UnsafeBufferPointer<UInt8>, _ body: (TextAnchor) -> Void) {
    item.remaining(of: original, into: &text)
    let reach = shape.maximumWindowBytes
    let joins = item.joins
    text.withUnsafeBufferPointer { text in
      var next = 0
      while next < joins.count {
        // Joins closer than a window are looked at together.
        var last = next
        while last + 1 < joins.count, joins[last + 1] - joins[last] < reach { last += 1 }
        let around = border(atOrAfter: joins[next] - reach, text)..<border(atOrAfter: joins[last] + reach, text)
        let part = UnsafeBufferPointer(rebasing: text[around])
        let places = joins[next...last].map { $0 - around.lowerBound }
        scanner.scan(part) { anchor in
          anchor.forEachRun(
            in: part, shape, where: { window in places.contains { window.lowerBound < $0 && $0 < window.upperBound } },
            { run in
              var run = run
              run.start += UInt32(around.lowerBound)
              body(run)
            })
        }
        next = last + 1
      }
    }
  }

  private func border(atOrAfter offset: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int {
    var offset = min(max(0, offset), text.count)
    while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
    return offset
  }
}

extension WindowShape {
  /// No window is longer: all but the last scalar have less than both minima.
  var maximumWindowBytes: Int { max(minimumBytes + 3, 4 * minimumCharacters) }
}

extension TextAnchor {
  /// The longest runs of windows of this anchor's block that `belongs` says yes to, as anchors of smaller blocks.
  ///
  /// - Parameters:
  ///   - text: what `start` counts from.
  ///   - belongs: gets a window's place in the text.
  /// - Complexity: O(block).
  func forEachRun(
    in text: UnsafeBufferPointer<UInt8>, _ shape: WindowShape, where belongs: (Range<Int>) -> Bool, _ body: (TextAnchor) -> Void
  ) {
    let gram = Int(start) + Int(before)
    let last = Int(start) + Int(span)
    var cursor = WindowCursor(shape, start: Int(start))
    var run: (first: Int, last: Int, end: Int)?
    func close() {
      guard let found = run else { return }
      var anchor = self
      anchor.start = UInt32(found.first)
      anchor.before = UInt32(gram - found.first)
      anchor.span = UInt32(found.last - found.first)
      anchor.length = UInt32(found.end - found.first)
      body(anchor)
      run = nil
    }
    while cursor.start <= last, cursor.extend(in: text) {
      if belongs(cursor.start..<cursor.end) {
        run = (run?.first ?? cursor.start, cursor.start, cursor.end)
      } else {
        close()
      }
      cursor.advance(in: text)
    }
    close()
  }
}
