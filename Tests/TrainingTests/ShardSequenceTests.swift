import Documents
import Foundation
import LanguageModels
import TestSupport
import Testing
import TokenShards
import Training

@Suite("sequences from shards")
struct ShardSequenceTests {
  /// Thirty documents of consecutive numbers.
  private func withShards(_ body: (ShardSet) throws -> Void) throws {
    try withTemporaryFolder { folder in
      var options = ShardOptions(vocabularySize: 2000, endOfDocument: 0)
      options.heldOut = [.init("validation", fraction: 0.2)]
      options.shardTokens = 300
      options.frameTokens = 64
      let path = folder.path + "/documents.partition"
      var writer = try EncodedPartitionWriter(path: path, options: options)
      for number in 0..<30 {
        let tokens = (0..<40).map { UInt32(1 + number * 40 + $0) }
        try writer.add(
          EncodedDocument(id: "doc-\(number)", language: number % 2 == 0 ? "en" : "", source: "", textBytes: 80, tokens: tokens))
      }
      _ = try writer.commit()
      try ShardSetWriter(partitions: [path], directory: folder.path + "/shards", options: options).write()
      try body(ShardSet(directory: folder.path + "/shards"))
    }
  }

  @Test("an epoch reads every sequence once, across shard borders, in an order that the seed decides")
  func epochs() throws {
    try withShards { set in
      let split = try set.split("train")
      let all = try TokenReader(split).tokens(0..<split.tokenCount)
      let length = 16
      let source = ShardSequences(split, seed: 4)
      let count = source.sequenceCount(length: length)
      #expect(count == (all.count - 1) / length && count > 10)
      var tokens: [UInt32] = []
      var orders: [[[UInt32]]] = []
      for epoch in 0..<2 {
        var rows: [[UInt32]] = []
        for number in epoch * count..<(epoch + 1) * count {
          try source.read(number, length: length, into: &tokens)
          rows.append(tokens)
        }
        orders.append(rows)
      }
      let expected = (0..<count).map { Array(all[$0 * length...$0 * length + length]) }
      #expect(Set(orders[0]) == Set(expected) && Set(orders[1]) == Set(expected))
      #expect(orders[0] != orders[1] && orders[0] != expected)
      let ordered = ShardSequences(split, seed: nil)
      try ordered.read(3, length: length, into: &tokens)
      #expect(tokens == expected[3])
    }
  }

  @Test("a model trains from shards")
  func trains() throws {
    try withShards { set in
      var shape = testShape
      shape.vocabularySize = set.vocabularySize
      var configuration = TrainingConfiguration(model: shape, tokens: 400)
      configuration.batchTokens = 64
      configuration.endOfText = set.endOfDocument
      let folder = set.directory + "-model"
      let run = try TrainingRun(
        configuration, training: ShardSequences(set.split("train"), seed: 1),
        validation: ShardSequences(set.split("validation"), seed: nil), output: folder, work: folder + "/work",
        pool: ThreadPool(width: 2))
      let outcome = try #require(try run.run())
      #expect(outcome.steps == 7 && outcome.finalValidationLoss != nil)
    }
  }
}
