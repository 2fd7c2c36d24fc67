/// A priority queue of pairs: highest count first, then smallest pair.
///
/// Most pairs are rare and never reach the top, so those below a threshold wait unordered outside the heap; the threshold falls when the
/// heap has nothing above it. The order of `pop` is that of one large heap.
struct CandidateQueue {
  private var heap: [PairCandidate] = []
  private var waiting: [PairCandidate] = []
  /// Everything in `heap` counts at least this, everything in `waiting` less.
  private var threshold = Int64.max

  mutating func push(_ candidate: PairCandidate) {
    guard candidate.count >= threshold else {
      waiting.append(candidate)
      return
    }
    heap.append(candidate)
    siftUp(heap.count - 1)
  }

  mutating func pop() -> PairCandidate? {
    if heap.isEmpty { admit() }
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      siftDown(0)
    }
    return top
  }

  /// Lowers the threshold until something enters the heap.
  private mutating func admit() {
    let highest = waiting.reduce(Int64.min) { max($0, $1.count) }
    guard !waiting.isEmpty else { return }
    threshold = highest - highest / 2
    let keep = waiting.partition { $0.count >= threshold }
    heap.append(contentsOf: waiting[keep...])
    waiting.removeLast(waiting.count - keep)
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
  }

  private static func precedes(_ a: PairCandidate, _ b: PairCandidate) -> Bool {
    a.count != b.count ? a.count > b.count : a.key < b.key
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    let moved = heap[start]
    while index > 0 {
      let parent = (index - 1) / 2
      guard Self.precedes(moved, heap[parent]) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = moved
  }

  private mutating func siftDown(_ start: Int) {
    var index = start
    let moved = heap[start]
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, Self.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard Self.precedes(heap[child], moved) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = moved
  }
}
