import LanguageModels
import Synchronization
import Testing

@Suite("thread pool")
struct ThreadPoolTests {
  @Test("runs each piece exactly once, loop after loop", arguments: [1, 2, 3, 8])
  func runsEachPieceOnce(width: Int) {
    let pool = ThreadPool(width: width)
    #expect(pool.width == width)
    let total = Atomic<Int>(0)
    for pieces in [0, 1, 2, 7, 100] + Array(repeating: 5, count: 500) {
      total.store(0, ordering: .relaxed)
      pool.loop(pieces) { piece, worker in
        if worker >= 0 && worker < width { total.add(piece + 1, ordering: .relaxed) }
      }
      #expect(total.load(ordering: .relaxed) == pieces * (pieces + 1) / 2)
    }
  }

  @Test("pools come and go without leaving threads behind")
  func comesAndGoes() {
    for _ in 0..<200 { _ = ThreadPool(width: 4) }
  }
}
