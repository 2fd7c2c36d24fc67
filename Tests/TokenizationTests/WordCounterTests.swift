import Documents
import Foundation
import Storage
import TestSupport
import Testing
import Tokenization

@Suite("Word counting")
struct WordCounterTests {
  private let texts: [[UInt8]] = {
    var random = SeededRandom(seed: 41)
    return (0..<120).map { _ in Array(Adversarial.text(&random, pieces: 80).utf8) }
  }()

  private func bytes(of counts: WordCounts) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("counts").path
      try counts.write(to: path)
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  private var expected: WordCounts {
    var counts = WordCounts(pattern: .cl100k)
    for text in texts { counts.add(text) }
    return counts
  }

  @Test("neither workers nor the memory budget change the counts", arguments: [(1, 1), (3, 1), (2, 1 << 20), (2, Int.max)])
  func budgetChangesNothing(workers: Int, budget: Int) throws {
    try withTemporaryFolder { folder in
      let counter = try WordCounter(pattern: .cl100k, workers: workers, memoryBudget: budget, folder: folder.path + "/words")
      for (index, text) in texts.enumerated() {
        counter.add(text, worker: index % workers)
        if index % 10 == 9 { try counter.finishBatch(documents: 10) }
      }
      #expect(try bytes(of: counter.total()) == bytes(of: expected))
      counter.removeFiles()
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/words"))
    }
  }

  @Test("a counter continues where another stopped, at any document", arguments: [0, 1, 59, 119])
  func resumes(stop: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/words"
      do {
        let counter = try WordCounter(pattern: .cl100k, workers: 1, folder: path, identity: "a")
        for text in texts[..<stop] { counter.add(text, worker: 0) }
        try counter.finishBatch(documents: stop)
        try counter.checkpoint()
        // Counted after the checkpoint and lost with the process.
        counter.add(texts[stop], worker: 0)
      }
      let counter = try WordCounter(pattern: .cl100k, workers: 2, folder: path, identity: "a")
      #expect(counter.documentCount == stop)
      for text in texts[stop...] { counter.add(text, worker: 1) }
      try counter.finishBatch(documents: texts.count - stop)
      #expect(try bytes(of: counter.total()) == bytes(of: expected))
      #expect(throws: Diagnostic.self) { try WordCounter(pattern: .cl100k, workers: 1, folder: path, identity: "b") }
      #expect(throws: Diagnostic.self) { try WordCounter(pattern: .gpt2, workers: 1, folder: path, identity: "a") }
    }
  }

  private func balancedCounts(_ balance: WordCounter.Balance, spillsTo folder: String?) throws -> [Int64] {
    let counter = try WordCounter(pattern: .gpt2, workers: 1, memoryBudget: folder == nil ? .max : 1, folder: folder)
    defer { counter.removeFiles() }
    for _ in 0..<1600 { counter.add(Array("x".utf8), group: "large", worker: 0) }
    for _ in 0..<100 { counter.add(Array("y".utf8), group: "small", worker: 0) }
    try counter.finishBatch(documents: 1700)
    let total = try counter.total(balance)
    return [total[Array("x".utf8)], total[Array("y".utf8)]]
  }

  @Test(
    "temperature and weights change the shares of groups, in memory and from files",
    arguments: [
      (.natural, [1600, 100]), (.temperature(1), [1600, 100]),
      // Shares 16 : 1 become 4 : 1.
      (.temperature(2), [1600, 400]), (.weights(["small": 3]), [1600, 300]), (.weights(["large": 0.5]), [1600, 200]),
    ] as [(WordCounter.Balance, [Int64])])
  func balances(balance: WordCounter.Balance, expected: [Int64]) throws {
    #expect(try balancedCounts(balance, spillsTo: nil) == expected)
    let found = try withTemporaryFolder { folder in try balancedCounts(balance, spillsTo: folder.path + "/w") }
    #expect(found == expected)
  }

  @Test("a counter takes over what others wrote into its folder, group by group")
  func joins() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/w"
      for (number, group) in ["large", "small", "large"].enumerated() {
        let part = try WordCounter(pattern: .gpt2, workers: 1, memoryBudget: 1, folder: path, name: "part-\(number)")
        for _ in 0..<(group == "small" ? 100 : 800) {
          part.add(Array((group == "small" ? "y" : "x").utf8), group: group, worker: 0)
        }
        try part.finishBatch(documents: 1)
        try part.checkpoint()
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      let whole = try WordCounter(pattern: .gpt2, workers: 1, folder: path, name: "whole")
      for number in 0..<3 { try whole.join("part-\(number)") }
      let total = try whole.total(.temperature(2))
      #expect(whole.documentCount == 3 && total[Array("x".utf8)] == 1600 && total[Array("y".utf8)] == 400)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == files)
    }
  }

  @Test("a balance is stated as a temperature or as weights")
  func statesBalance() throws {
    #expect(try WordCounter.Balance() == .natural)
    #expect(try WordCounter.Balance(temperature: 3.3) == .temperature(3.3))
    #expect(try WordCounter.Balance(weights: ["de=2", "en=0.5"]) == .weights(["de": 2, "en": 0.5]))
  }

  @Test("a balance that cannot be meant is refused", arguments: [["de"], ["de=0"], ["de=-1"], ["de=x"], ["de=inf"], ["a=b=2"]])
  func refusesBalance(weights: [String]) {
    #expect(throws: Diagnostic.self) { try WordCounter.Balance(weights: weights) }
    #expect(throws: Diagnostic.self) { try WordCounter.Balance(temperature: 2, weights: ["de=2"]) }
    #expect(throws: Diagnostic.self) { try WordCounter.Balance(temperature: 0) }
  }

  @Test("words below the minimum count are left out")
  func dropsRareWords() throws {
    let counter = try WordCounter(pattern: .gpt2, workers: 2)
    for worker in [0, 1] { counter.add(Array("aa bb bb".utf8), worker: worker) }
    let total = try counter.total(minimumCount: 3)
    #expect(total[Array(" bb".utf8)] == 4 && total[Array("aa".utf8)] == 0)
  }

  @Test("a damaged note is refused")
  func refusesDamagedNote() throws {
    try withTemporaryFolder { folder in
      try Data(#"{"identity":"","pattern":"gpt2","runs":[{"file":"../x","group":""}]}"#.utf8)
        .write(to: folder.appendingPathComponent("words.json"))
      #expect(throws: Diagnostic.self) { try WordCounter(pattern: .gpt2, workers: 1, folder: folder.path) }
    }
  }
}
