import Documents
import Foundation
import TestSupport
import Testing
import TokenShards

@Suite("Order and batches")
struct BatchTests {
  @Test("an order is a permutation", arguments: [1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 1000, 4097])
  func orderIsPermutation(count: Int) {
    for epoch in 0..<3 {
      let order = SequenceOrder(count: count, seed: 9, epoch: epoch)
      #expect(Set((0..<count).map { order[$0] }) == Set(0..<count))
    }
  }

  @Test("orders of different seeds and epochs differ, and none is nearly sorted")
  func ordersDiffer() {
    let orders = [(1, 0), (1, 1), (2, 0)].map { SequenceOrder(count: 1000, seed: $0.0, epoch: $0.1) }
    let lists = orders.map { order in (0..<1000).map { order[$0] } }
    #expect(lists[0] != lists[1] && lists[0] != lists[2] && lists[1] != lists[2])
    for list in lists {
      let ascents = zip(list, list.dropFirst()).filter { $0 < $1 }.count
      #expect((430...570).contains(ascents))
    }
  }

  @Test("an epoch reads every sequence once; a step means the same after a restart")
  func epochsAndResume() throws {
    try withTemporaryFolder { folder in
      let split = try ShardSet(directory: Corpus.write(Corpus.documents(300), in: folder)).split("train")
      let whole = try TokenReader(split).tokens(0..<split.tokenCount)
      let source = try BatchSource(split, sequenceLength: 32, batchSize: 5, seed: 3)
      #expect(source.sequenceCount == (whole.count - 1) / 32)
      var seen: [Int: Int] = [:]
      for step in 0..<2 * source.stepsPerEpoch {
        let batch = try source.batch(step: step)
        for row in 0..<5 {
          let (epoch, index) = source.sequence(step: step, row: row)
          if epoch < 1 { seen[index, default: 0] += 1 }
          #expect(Array(batch.row(row)) == Array(whole[index * 32...index * 32 + 32]))
        }
      }
      #expect(seen.count == source.sequenceCount && seen.values.allSatisfy { $0 == 1 })
      let late = source.stepsPerEpoch + 3
      let resumed = try BatchSource(split, sequenceLength: 32, batchSize: 5, seed: 3, frameLimit: 1)
      #expect(try resumed.batch(step: late) == source.batch(step: late))
      // Two workers that share the rows read what one reads.
      let parts = try resumed.batch(step: late, rows: 0..<2).tokens + resumed.batch(step: late, rows: 2..<5).tokens
      #expect(try parts == source.batch(step: late).tokens)
      let inOrder = try BatchSource(split, sequenceLength: 32, batchSize: 5, seed: 3, isShuffled: false)
      #expect(try Array(inOrder.batch(step: 0).row(1)) == Array(whole[32...64]))
    }
  }

  @Test("a split too small for one sequence is refused")
  func refusesSmallSplit() throws {
    try withTemporaryFolder { folder in
      let split = try ShardSet(directory: Corpus.write(Corpus.documents(3), in: folder)).split("train")
      #expect(throws: Diagnostic.self) { try BatchSource(split, sequenceLength: 100_000, batchSize: 1, seed: 0) }
      #expect(throws: Diagnostic.self) {
        try BatchSource(ShardSet(directory: folder.path + "/shards").split("test"), sequenceLength: 64, batchSize: 1, seed: 0)
      }
    }
  }
}
