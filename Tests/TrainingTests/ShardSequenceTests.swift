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
          EncodedDocument(id: "doc-\(number)", language: number % 2 == 0 ? "en" : "", source: "", textBytes: 80, tokens: tokens)
        )
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

  @Test("a mixture reads its sources in their shares, each in its own order")
  func mixes() throws {
    try withShards { set in
      let split = try set.split("train")
      func source(_ language: String) -> ShardSequences {
        ShardSequences(split, seed: 3, packing: .bestFit, selection: DocumentSelection(language: language))
      }
      let mixed = try MixedSequences([source("en"), source("")], shares: [3, 1], seed: 1)
      let plain = [source("en"), source("")]
      var counts = [0, 0]
      var tokens: [UInt32] = []
      var expected: [UInt32] = []
      let english = Set(
        split.shards.flatMap { shard in (0..<shard.documentCount).map { shard.document($0) }.filter { $0.language == "en" } }
          .compactMap { Int($0.id.dropFirst(4)) })
      for number in 0..<400 {
        try mixed.read(number, length: 20, into: &tokens)
        let which = english.contains((Int(tokens[0]) - 1) / 40) ? 0 : 1
        counts[which] += 1
        let text = try mixed.textTokens(of: number, length: 20)
        #expect(text <= 21 && tokens[text...].allSatisfy { $0 == 0 })
      }
      #expect(abs(counts[0] - 300) < 40 && counts[0] + counts[1] == 400)
      let place = try SequenceMixture(weights: [3, 1], seed: 1).place(of: 77)
      try mixed.read(77, length: 20, into: &tokens)
      try plain[place.source].read(place.number, length: 20, into: &expected)
      #expect(tokens == expected)
    }
  }

  @Test("a model trains from shards", arguments: Packing.allCases)
  func trains(packing: Packing) throws {
    try withShards { set in
      var shape = testShape
      shape.vocabularySize = set.vocabularySize
      var configuration = TrainingConfiguration(model: shape, tokens: 400)
      configuration.batchTokens = 64
      configuration.endOfText = set.endOfDocument
      let folder = set.directory + "-model"
      let run = try TrainingRun(
        configuration, training: ShardSequences(set.split("train"), seed: 1, packing: packing),
        validation: ShardSequences(set.split("validation"), seed: nil, packing: packing), output: folder,
        work: folder + "/checkpoints",
        pool: ThreadPool(width: 2))
      let outcome = try #require(try run.run())
      #expect(outcome.steps == 7 && outcome.finalValidationLoss != nil)
    }
  }
}
