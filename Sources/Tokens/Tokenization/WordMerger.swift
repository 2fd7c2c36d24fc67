/// Applies merges inside one word: always the pair of lowest rank, the leftmost of equals, until none is left.
///
/// Scratch memory is kept between calls. Short words search the whole row for the lowest rank each time, which is quickest up to a few
/// dozen tokens; long ones keep pairs in a heap, O(n log n) for n bytes.
struct WordMerger {
  private static let longWord = 64

  private let table: MergeTable
  private var tokens: [UInt32] = []
  private var ranks: [UInt32] = []
  private var results: [UInt32] = []

  init(_ table: MergeTable) { self.table = table }

  /// Appends the tokens of a word to `output`. `firstTokens` are the ids of the 256 bytes.
  mutating func merge(_ word: UnsafeBufferPointer<UInt8>, firstTokens: UnsafePointer<UInt32>, into output: inout [UInt32]) {
    tokens.removeAll(keepingCapacity: true)
    for byte in word { tokens.append(firstTokens[Int(byte)]) }
    if word.count > Self.longWord { mergeLong() } else { mergeShort() }
    output.append(contentsOf: tokens)
  }

  private mutating func mergeShort() {
    var count = tokens.count
    guard count > 1 else { return }
    ranks.removeAll(keepingCapacity: true)
    results.removeAll(keepingCapacity: true)
    for index in 0..<count - 1 {
      let pair = table.merge(tokens[index], tokens[index + 1])
      ranks.append(pair.rank)
      results.append(pair.result)
    }
    ranks.append(MergeTable.none)
    results.append(0)
    tokens.withUnsafeMutableBufferPointer { tokens in
      ranks.withUnsafeMutableBufferPointer { ranks in
        results.withUnsafeMutableBufferPointer { results in
          while true {
            var best = MergeTable.none
            var at = 0
            for index in 0..<count where ranks[index] < best {
              best = ranks[index]
              at = index
            }
            guard best != MergeTable.none else { return }
            tokens[at] = results[at]
            count &-= 1
            // Close the gap: everything after the merged pair moves one place to the left.
            for index in at &+ 1..<max(count, at &+ 1) {
              tokens[index] = tokens[index &+ 1]
              ranks[index] = ranks[index &+ 1]
              results[index] = results[index &+ 1]
            }
            if at > 0 { (ranks[at &- 1], results[at &- 1]) = table.merge(tokens[at &- 1], tokens[at]) }
            if at &+ 1 < count {
              (ranks[at], results[at]) = table.merge(tokens[at], tokens[at &+ 1])
            } else {
              ranks[at] = MergeTable.none
            }
          }
        }
      }
    }
    tokens.removeLast(tokens.count - count)
  }

  // MARK: Long words

  /// A heap of `rank << 32 | position` over a linked list of tokens. An entry is stale when its pair has changed since.
  private mutating func mergeLong() {
    let count = tokens.count
    var next = (1...count).map { UInt32($0) }
    var previous = (0..<count).map { UInt32(truncatingIfNeeded: $0 &- 1) }
    var isAlive = [Bool](repeating: true, count: count)
    var heap = RankHeap()
    for index in 0..<count - 1 {
      let rank = table.merge(tokens[index], tokens[index + 1]).rank
      if rank != MergeTable.none { heap.append(UInt64(rank) << 32 | UInt64(index)) }
    }
    heap.order()
    while let entry = heap.pop() {
      let at = Int(entry & 0xFFFF_FFFF)
      guard isAlive[at], Int(next[at]) < count else { continue }
      let right = Int(next[at])
      let pair = table.merge(tokens[at], tokens[right])
      guard UInt64(pair.rank) == entry >> 32 else { continue }
      tokens[at] = pair.result
      isAlive[right] = false
      next[at] = next[right]
      let after = Int(next[at])
      if after < count {
        previous[after] = UInt32(at)
        let rank = table.merge(tokens[at], tokens[after]).rank
        if rank != MergeTable.none { heap.push(UInt64(rank) << 32 | UInt64(at)) }
      }
      if at > 0 {
        let before = Int(previous[at])
        let rank = table.merge(tokens[before], tokens[at]).rank
        if rank != MergeTable.none { heap.push(UInt64(rank) << 32 | UInt64(before)) }
      }
    }
    var kept = 0
    for index in 0..<count where isAlive[index] {
      tokens[kept] = tokens[index]
      kept += 1
    }
    tokens.removeLast(count - kept)
  }
}

/// A binary min-heap of numbers.
private struct RankHeap {
  private var items: [UInt64] = []

  mutating func append(_ item: UInt64) { items.append(item) }

  /// Makes a heap of what was appended.
  mutating func order() {
    for index in stride(from: items.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
  }

  mutating func push(_ item: UInt64) {
    items.append(item)
    var index = items.count - 1
    while index > 0, items[(index - 1) / 2] > item {
      items[index] = items[(index - 1) / 2]
      index = (index - 1) / 2
    }
    items[index] = item
  }

  mutating func pop() -> UInt64? {
    guard let top = items.first, let last = items.popLast() else { return nil }
    if !items.isEmpty {
      items[0] = last
      siftDown(0)
    }
    return top
  }

  private mutating func siftDown(_ start: Int) {
    var index = start
    let moved = items[start]
    while true {
      var child = 2 * index + 1
      guard child < items.count else { break }
      if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
      guard items[child] < moved else { break }
      items[index] = items[child]
      index = child
    }
    items[index] = moved
  }
}
