/// Applies merges inside one word: always the pair of lowest rank, the leftmost of equals, until none is left.
///
/// Has scratch memory, so each thread needs its own. Short words search all their pairs for the lowest rank each time, which is quickest up
/// to a few dozen tokens; long ones keep pairs in a heap, O(n log n) for n bytes.
struct WordMerger: ~Copyable {
  private static let longWord = 64

  private let table: MergeTable
  /// By position in the word: the rank of the pair that starts there and the position, `rank << 6 | position`.
  private let order: UnsafeMutablePointer<UInt32>
  private let results: UnsafeMutablePointer<UInt32>
  private let tokens: UnsafeMutablePointer<UInt32>
  /// Positions of the tokens after and before each.
  private let next: UnsafeMutablePointer<UInt8>
  private let previous: UnsafeMutablePointer<UInt8>

  init(_ table: MergeTable) {
    self.table = table
    order = .allocate(capacity: Self.longWord)
    results = .allocate(capacity: Self.longWord)
    tokens = .allocate(capacity: Self.longWord)
    next = .allocate(capacity: Self.longWord + 1)
    previous = .allocate(capacity: Self.longWord + 1)
  }

  deinit {
    order.deallocate()
    results.deallocate()
    tokens.deallocate()
    next.deallocate()
    previous.deallocate()
  }

  /// Writes the tokens of a word of `count` bytes to `output`, which has room for as many, and returns their number.
  borrowing func merge(_ word: UnsafePointer<UInt8>, _ count: Int, into output: UnsafeMutablePointer<UInt32>) -> Int {
    guard count > 1 else {
      if count == 1 { output[0] = table.token(word[0]) }
      return count
    }
    return count > Self.longWord ? mergeLong(word, count, output) : mergeShort(word, count, output)
  }

  private borrowing func mergeShort(
    _ word: UnsafePointer<UInt8>, _ count: Int, _ output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let pairs = count &- 1
    for index in 0..<pairs {
      let pair = table.merge(bytes: word[index], word[index &+ 1])
      order[index] = pair.rank &<< 6 | UInt32(truncatingIfNeeded: index)
      results[index] = pair.result
      tokens[index] = table.token(word[index])
      next[index] = UInt8(truncatingIfNeeded: index &+ 1)
      previous[index &+ 1] = UInt8(truncatingIfNeeded: index)
    }
    tokens[pairs] = table.token(word[pairs])
    next[pairs] = UInt8(truncatingIfNeeded: count)
    while true {
      var best = UInt32.max
      for index in 0..<pairs { best = min(best, order[index]) }
      guard best < MergeTable.none << 6 else { break }
      let at = Int(best & 63)
      let right = Int(next[at])
      let after = Int(next[right])
      tokens[at] = results[at]
      next[at] = next[right]
      if right < pairs { order[right] = .max }
      if after < count {
        previous[after] = UInt8(truncatingIfNeeded: at)
        set(at, table.merge(tokens[at], tokens[after]))
      } else {
        order[at] = .max
      }
      if at > 0 {
        let before = Int(previous[at])
        set(before, table.merge(tokens[before], tokens[at]))
      }
    }
    var index = 0
    var written = 0
    while index < count {
      output[written] = tokens[index]
      written &+= 1
      index = Int(next[index])
    }
    return written
  }

  @inline(__always) private borrowing func set(_ index: Int, _ pair: MergeTable.Pair) {
    order[index] = pair.rank &<< 6 | UInt32(truncatingIfNeeded: index)
    results[index] = pair.result
  }

  // MARK: Long words

  /// A heap of `rank << 32 | position` over a linked list of tokens. An entry is stale when its pair has changed since.
  private borrowing func mergeLong(
    _ word: UnsafePointer<UInt8>, _ count: Int, _ tokens: UnsafeMutablePointer<UInt32>
  ) -> Int {
    for index in 0..<count { tokens[index] = table.token(word[index]) }
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
    return kept
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
