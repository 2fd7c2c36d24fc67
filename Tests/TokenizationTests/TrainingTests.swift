import Documents
import Foundation
import Storage
import TestSupport
import Testing
import Tokenization

@Suite("BPE training")
struct TrainingTests {
  private func reference(
    _ texts: [String], _ model: BytePairModel, vocabularySize: Int, minimumFrequency: Int = 0, maximumLength: Int = .max
  ) -> ReferenceBPE {
    var counts: [[UInt8]: Int] = [:]
    for text in texts {
      let bytes = Array(text.utf8)
      for word in model.pattern.words(in: bytes) { counts[Array(bytes[word]), default: 0] += 1 }
    }
    let specials = model.specialTokens.count
    return ReferenceBPE(
      words: counts.map { (bytes: $0, count: $1) }, firstTokens: Array(model.tokens[..<(specials + 256)]),
      vocabularySize: vocabularySize, minimumFrequency: minimumFrequency, maximumLength: maximumLength)
  }

  private func expectEqual(_ model: BytePairModel, _ reference: ReferenceBPE) throws {
    let merges = reference.merges.map { BytePairModel.Merge($0.0, $0.1) }
    let difference = zip(model.merges, merges).enumerated().first { $0.element.0 != $0.element.1 }
    try #require(difference == nil, "first different merge: \(String(describing: difference))")
    try #require(model.merges == merges)
    try #require(model.tokens == reference.tokens)
  }

  @Test("merges equal the reference trainer's on repetitive text", arguments: 0..<60)
  func equalsReference(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let text = Adversarial.repetitive(
      &random, words: 20 + 4 * Int(seed), letters: 1 + Int(seed % 4), maximumLength: 3 + Int(seed % 30))
    let model = try BytePairModel.trained(on: [text], vocabularySize: 400)
    try expectEqual(model, reference([text], model, vocabularySize: 400))
  }

  @Test("merges equal the reference trainer's on text of many scripts", arguments: SplitPattern.allCases)
  func equalsReferenceOnText(pattern: SplitPattern) throws {
    var random = SeededRandom(seed: 7)
    let texts = [sampleText] + (0..<40).map { _ in Adversarial.text(&random, pieces: 30) }
    let model = try BytePairModel.trained(on: texts, vocabularySize: 700, pattern: pattern)
    try expectEqual(model, reference(texts, model, vocabularySize: 700))
  }

  @Test(
    "a maximum token length and a minimum frequency bind as in the reference", arguments: [(4, 0), (6, 3), (2, 0), (1000, 5)])
  func respectsBounds(maximumLength: Int, minimumFrequency: Int) throws {
    var random = SeededRandom(seed: 3)
    let text = Adversarial.repetitive(&random, words: 200, letters: 3, maximumLength: 12)
    let model = try BytePairModel.trained(on: [text], vocabularySize: 500) {
      $0.maximumTokenLength = maximumLength
      $0.minimumFrequency = Int64(minimumFrequency)
    }
    try expectEqual(
      model,
      reference(
        [text], model, vocabularySize: 500, minimumFrequency: minimumFrequency, maximumLength: maximumLength))
  }

  @Test("a merge that spells a special token uses its id again")
  func reusesSpecialToken() throws {
    let text = String(repeating: "abab ab ", count: 20)
    let model = try BytePairModel.trained(on: [text], vocabularySize: 300) { $0.specialTokens = ["ab"] }
    #expect(model.tokens.filter { $0 == Array("ab".utf8) }.count == 1)
    try expectEqual(model, reference([text], model, vocabularySize: 300))
  }

  @Test("ids: special tokens, then bytes by their printable name, then merges")
  func numbersTokens() throws {
    let model = try BytePairModel.trained(on: ["aaaa"], vocabularySize: 258)
    #expect(model.tokens[0] == Array("<|endoftext|>".utf8))
    #expect(model.tokens[1] == [UInt8(ascii: "!")])
    #expect(model.tokens[199] == [0x0A] && model.tokens[221] == [0x20])
    #expect(model.tokens[257] == Array("aa".utf8))
    let last = try BytePairModel.trained(on: ["aaaa"], vocabularySize: 258) {
      $0.specialTokenPlacement = .last
      $0.byteOrder = .byteValue
    }
    #expect(last.tokens[97] == [97] && last.tokens[256] == Array("aa".utf8) && last.specialToken("<|endoftext|>") == 257)
  }

  @Test("bytes numbered by value decide ties as rustbpe does, and merges equal the reference trainer's", arguments: 0..<8)
  func byteValueOrder(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let texts = [sampleText, Adversarial.text(&random, pieces: 400)]
    let model = try BytePairModel.trained(on: texts, vocabularySize: 600) { $0.byteOrder = .byteValue }
    #expect(Array(model.tokens[1...256]) == (0...255).map { [UInt8($0)] })
    try expectEqual(model, reference(texts, model, vocabularySize: 600))
  }

  @Test(
    "of two pairs with one count the one with the smaller ids goes first: a tab is 9 by value, U+0109 by name",
    arguments: [(.byteValue, ["\t\t", "zz"]), (.huggingFace, ["zz", "\t\t"])] as [(BPETrainer.ByteOrder, [String])])
  func ties(order: BPETrainer.ByteOrder, expected: [String]) throws {
    var counts = WordCounts(pattern: .gpt2)
    for word in ["\t\t", "zz"] { counts.add(word: Array(word.utf8), times: 5) }
    var options = BPETrainer.Options(vocabularySize: 259)
    options.byteOrder = order
    let model = try BPETrainer(options).train(on: counts)
    #expect(model.tokens[257...].map { String(decoding: $0, as: UTF8.self) } == expected)
  }

  @Test(
    "an alphabet limit keeps the most frequent bytes, on a tie the first in order; words lose the others",
    arguments: [(2, "ab", ["ab"]), (3, "abc", ["ab"]), (4, "abc ", ["ab"]), (9, "abc ", ["ab"])] as [(Int, String, [String])])
  func alphabetLimit(limit: Int, alphabet: String, merged: [String]) throws {
    var counts = WordCounts(pattern: .gpt2)
    counts.add(word: Array("aacb".utf8), times: 2)
    counts.add(word: Array(" ab".utf8), times: 2)
    let model = try BytePairModel.trained(counts, vocabularySize: 1 + alphabet.utf8.count + (limit < 3 ? 1 : 0)) {
      $0.initialAlphabet = []
      $0.alphabetLimit = limit
    }
    let tokens = model.tokens.dropFirst().map { String(decoding: $0, as: UTF8.self) }
    #expect(tokens == alphabet.map { String($0) } + (limit < 3 ? merged : []))
  }

  @Test("an alphabet limit takes bytes of the initial alphabet before all others")
  func alphabetLimitKeepsInitial() throws {
    var counts = WordCounts(pattern: .gpt2)
    counts.add(word: Array("aaaabbb".utf8), times: 9)
    let model = try BytePairModel.trained(counts, vocabularySize: 4) {
      $0.initialAlphabet = Array("xy".utf8)
      $0.alphabetLimit = 3
    }
    #expect(model.tokens.dropFirst() == [[UInt8(ascii: "a")], [UInt8(ascii: "x")], [UInt8(ascii: "y")]])
  }

  @Test("counts beyond 32 bits keep their order")
  func countsBeyond32Bits() throws {
    var counts = WordCounts(pattern: .gpt2)
    counts.add(word: Array("xy".utf8), times: 9_000_000_000)
    counts.add(word: Array("pq".utf8), times: 9_000_000_001)
    counts.add(word: Array("rs".utf8), times: 4_294_967_297)
    let model = try BPETrainer(.init(vocabularySize: 260)).train(on: counts)
    #expect(model.tokens[257...].map { String(decoding: $0, as: UTF8.self) } == ["pq", "xy", "rs"])
  }

  @Test("the result does not depend on how the corpus is cut, nor on the order of its parts")
  func independentOfPartition() throws {
    try withTemporaryFolder { folder in
      var random = SeededRandom(seed: 5)
      let texts = (0..<30).map { _ in Adversarial.text(&random, pieces: 200) }
      var whole = WordCounts(pattern: .cl100k)
      for text in texts { whole.add(Array(text.utf8)) }
      var merged = WordCounts(pattern: .cl100k)
      for (index, part) in [texts[20...], texts[..<7], texts[7..<20]].enumerated() {
        var counts = WordCounts(pattern: .cl100k)
        for text in part { counts.add(Array(text.utf8)) }
        let path = folder.appendingPathComponent("\(index).counts").path
        try counts.write(to: path)
        try merged.merge(file: path)
      }
      #expect(merged.documentCount == 30 && merged.byteCount == whole.byteCount && merged.totalCount == whole.totalCount)
      let first = try whole.write(to: folder.appendingPathComponent("whole").path)
      let second = try merged.write(to: folder.appendingPathComponent("merged").path)
      #expect(first == second)
      let trainer = BPETrainer(.init(vocabularySize: 500))
      #expect(try trainer.train(on: whole) == trainer.train(on: merged))
    }
  }

  @Test("damaged word counts are reported, never believed")
  func reportsDamagedCounts() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("counts").path
      var counts = WordCounts(pattern: .gpt2)
      counts.add(Array(sampleText.utf8))
      try counts.write(to: path)
      let intact = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(try WordCounts(file: path, pattern: .gpt2).wordCount == counts.wordCount)
      #expect(throws: Diagnostic.self) { try WordCounts(file: path, pattern: .o200k) }
      for index in stride(from: 0, to: intact.count, by: 7) {
        var damaged = intact
        damaged[index] ^= 0x55
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        #expect(throws: Diagnostic.self) { try WordCounts(file: path, pattern: .gpt2) }
        try Data(intact[..<index]).write(to: URL(fileURLWithPath: path))
        #expect(throws: Diagnostic.self) { try WordCounts(file: path, pattern: .gpt2) }
      }
    }
  }

  @Test("progress can end the training")
  func progressEndsTraining() throws {
    struct Enough: Error {}
    var random = SeededRandom(seed: 11)
    var counts = WordCounts(pattern: .gpt2)
    for _ in 0..<200 { counts.add(Array(Adversarial.repetitive(&random, words: 50, letters: 12, maximumLength: 12).utf8)) }
    #expect(throws: Enough.self) {
      try BPETrainer(.init(vocabularySize: 2000)).train(on: counts) { progress in
        if progress.vocabularySize > 700 { throw Enough() }
      }
    }
  }

  @Test("impossible options are refused", arguments: [0, 255, 256, 1 << 25])
  func refusesImpossibleVocabulary(size: Int) {
    #expect(throws: Diagnostic.self) { try BPETrainer(.init(vocabularySize: size)).train(on: WordCounts(pattern: .gpt2)) }
  }
}
