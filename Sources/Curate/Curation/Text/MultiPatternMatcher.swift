/// Finds all occurrences of many byte strings in one pass (Aho and Corasick 1975), as a table of states by byte classes: bytes that occur
/// in no string share a class, so that the table stays in the cache.
package struct MultiPatternMatcher: Sendable {
  private var classOf = [UInt8](repeating: 0, count: 256)
  private var classCount = 1
  /// `next[state * classCount + class]`.
  private var next: [UInt32] = []
  /// The strings that end in a state: `ends[endOffsets[state]..<endOffsets[state + 1]]`.
  private var endOffsets: [UInt32] = []
  private var ends: [UInt32] = []
  private let lengths: [Int]

  /// Empty strings never match.
  package init(_ patterns: [[UInt8]]) {
    lengths = patterns.map(\.count)
    for byte in Set(patterns.joined()).sorted() {
      // With more than 255 different bytes the last ones would not fit; there are at most 256, and 0 is never in text.
      guard classCount < 256 else { break }
      classOf[Int(byte)] = UInt8(classCount)
      classCount += 1
    }
    build(patterns)
  }

  private mutating func build(_ patterns: [[UInt8]]) {
    let width = classCount
    var children = [Int](repeating: -1, count: width)
    var endings: [[Int]] = [[]]
    for (number, pattern) in patterns.enumerated() where !pattern.isEmpty {
      var state = 0
      for byte in pattern {
        let slot = state * width + Int(classOf[Int(byte)])
        if children[slot] < 0 {
          children[slot] = endings.count
          endings.append([])
          children.append(contentsOf: repeatElement(-1, count: width))
        }
        state = children[slot]
      }
      endings[state].append(number)
    }
    link(&children, &endings, width)
    next = children.map { UInt32($0) }
    endOffsets = [0]
    for list in endings {
      ends.append(contentsOf: list.map { UInt32($0) })
      endOffsets.append(UInt32(ends.count))
    }
  }

  /// Breadth first: a missing child is the child of the longest proper suffix that is a state, whose endings also end here.
  private func link(_ children: inout [Int], _ endings: inout [[Int]], _ width: Int) {
    var suffix = [Int](repeating: 0, count: endings.count)
    var queue: [Int] = []
    for slot in 0..<width {
      if children[slot] < 0 { children[slot] = 0 } else { queue.append(children[slot]) }
    }
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      endings[state] += endings[suffix[state]]
      for offset in 0..<width {
        let slot = state * width + offset
        let fallback = children[suffix[state] * width + offset]
        if children[slot] < 0 {
          children[slot] = fallback
        } else {
          suffix[children[slot]] = fallback
          queue.append(children[slot])
        }
      }
    }
  }

  /// Calls `found` with each occurrence, in the order of their ends: the string's number and its range.
  @inline(__always)
  package func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ found: (Int, Range<Int>) -> Void) {
    var state = 0
    next.withUnsafeBufferPointer { next in
      endOffsets.withUnsafeBufferPointer { endOffsets in
        for index in 0..<text.count {
          state = Int(next[state &* classCount &+ Int(classOf[Int(text[index])])])
          let (first, last) = (endOffsets[state], endOffsets[state &+ 1])
          guard first != last else { continue }
          for place in first..<last {
            let number = Int(ends[Int(place)])
            found(number, index &+ 1 &- lengths[number]..<index &+ 1)
          }
        }
      }
    }
  }
}
