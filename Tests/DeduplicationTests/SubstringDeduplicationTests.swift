import Deduplication
import Documents
import Foundation
import TestSupport
import Testing

@Suite struct SubstringFacts {
  private func method(
    _ bytes: Int, _ characters: Int = 1, _ change: (inout SubstringDeduplication.Options) -> Void = { _ in }
  ) throws -> SubstringDeduplication {
    var options = SubstringDeduplication.Options()
    options.minimumBytes = bytes
    options.minimumCharacters = characters
    options.minimumRemainingCharacters = 0
    change(&options)
    return try SubstringDeduplication(options)
  }

  private func stretches(
    _ documents: [Document], _ method: SubstringDeduplication, partitions: Int = 1, ranges: Int = 1
  ) throws -> [[Range<Int>]] {
    try withTemporaryFolder { folder in
      _ = try deduplicate(documents, with: method, partitions: partitions, ranges: ranges, folder: folder)
      return try method.repeatedStretches(
        maps: (0..<partitions).map { folder.appendingPathComponent("map-\($0)").path },
        reductions: (0..<ranges).map { folder.appendingPathComponent("reduce-\($0)").path })
    }
  }

  /// Random texts of few letters repeat themselves everywhere; others are made of pieces pasted in several places.
  static func adversarialCorpus(_ random: inout SeededRandom) -> [Document] {
    let alphabets = ["a", "ab", "abc", "aé", "é漢", "漢字", "👩‍👩‍👧a", "e\u{301}x", "🇩🇪🇫🇷", "abcdefghijklmnop "]
    let letters = Array(alphabets[Int(random.next(below: UInt64(alphabets.count)))].unicodeScalars)
    func piece(_ length: Int, _ random: inout SeededRandom) -> String {
      var text = String.UnicodeScalarView()
      for _ in 0..<length { text.append(letters[Int(random.next(below: UInt64(letters.count)))]) }
      return String(text)
    }
    var pool = (0..<3).map { _ in piece(Int(random.next(below: 30)), &random) }
    pool.append(String(repeating: piece(Int(1 + random.next(below: 4)), &random), count: Int(1 + random.next(below: 20))))
    return (0..<Int(1 + random.next(below: 6))).map { index in
      var text = ""
      for _ in 0..<random.next(below: 6) {
        text += random.next(below: 2) == 0 ? pool[Int(random.next(below: 4))] : piece(Int(random.next(below: 12)), &random)
      }
      return document("\(index)", text)
    }
  }

  @Test(
    "repeated stretches are those of the definition, on thousands of adversarial corpora",
    arguments: RepeatPolicy.allCases, SubstringDeduplication.Engine.allCases)
  func agreesWithDefinition(policy: RepeatPolicy, engine: SubstringDeduplication.Engine) throws {
    var random = SeededRandom(seed: 17, stream: policy.rawValue)
    var found = 0
    for trial in 0..<500 {
      let documents = Self.adversarialCorpus(&random)
      let method = try method([2, 4, 5, 8, 13, 20][trial % 6], [1, 3, 7][trial % 3]) {
        $0.repeats = policy
        $0.engine = engine
      }
      let expected = naiveRepeats(documents, method.options)
      found += expected.joined().count
      let result = try stretches(documents, method, partitions: 1 + trial % 3, ranges: 1 + trial % 4)
      #expect(
        result == expected, "\(documents.map(\.string)) \(method.options.minimumBytes) \(method.options.minimumCharacters)")
      if result != expected { return }
    }
    #expect(found > 300)
  }

  @Test func longTextsAgreeWithTheDefinition() throws {
    var source = WordSource(seed: 31, vocabulary: 300)
    let boilerplate = source.words(40).joined(separator: " ")
    let documents = (0..<12).map { index in
      document(
        "d\(index)", "\(source.words(60).joined(separator: " ")) \(boilerplate) \(source.words(index).joined(separator: " "))")
    }
    for bytes in [30, 64, 100, 200] {
      let method = try method(bytes, 20)
      #expect(try stretches(documents, method, partitions: 3, ranges: 2) == naiveRepeats(documents, method.options))
    }
  }

  @Test func oneCopyOfBoilerplateStays() throws {
    let boilerplate = "All rights reserved. This page may be copied under the terms of the licence that came with it."
    let documents = (0..<5).map { document("d\($0)", "Page number \($0). \(boilerplate) \($0) ends here.") }
    let result = try withTemporaryFolder { try deduplicate(documents, with: try method(60, 40), partitions: 2, folder: $0) }
    let whole = result.documents.filter { $0.string.contains(boilerplate) }
    #expect(whole.count == 1)
    #expect(result.summary.cutDocuments == 4)
    for (before, after) in zip(documents, result.documents) where !whole.contains(after) {
      #expect(after.string == "Page number \(before.id.dropFirst()). \(before.id.dropFirst()) ends here.")
      #expect(!after.string.contains("licence"))
      #expect(after.metadata["substring_cut_bytes"]?.integer == Int64(before.text.count - after.text.count))
    }
  }

  @Test func removeAllLeavesNoCopy() throws {
    let boilerplate = "All rights reserved. This page may be copied under the terms of the licence that came with it."
    let documents = (0..<3).map { document("d\($0)", "Number \($0). \(boilerplate) Then \($0).") }
    let method = try method(60) { $0.repeats = .removeAll }
    let result = try withTemporaryFolder { try deduplicate(documents, with: method, folder: $0) }
    #expect(result.documents.allSatisfy { !$0.string.contains("licence") })
  }

  @Test("borders in ASCII are those of the general rules") func asciiBordersAgree() {
    var random = SeededRandom(seed: 12)
    let pieces: [[String]] = [["a", "word", " ", ".", "\n", "\r\n", "\t"], ["a", "b ", "\r\n", "\r", "\n", "é", "e\u{301}", "👨‍👩‍👧", "漢"]]
    for trial in 0..<3000 {
      let alphabet = pieces[trial % 2]
      let text = Array((0..<Int(20 + random.next(below: 300))).map { _ in alphabet[Int(random.next(below: UInt64(alphabet.count)))] }.joined().utf8)
      let borders = [0, text.count] + text.indices.filter { text[$0] & 0xC0 != 0x80 }
      let ends = (0..<2).map { _ in borders[Int(random.next(below: UInt64(borders.count)))] }.sorted()
      text.withUnsafeBufferPointer { text in
        let item = CutBorders(text: text, minimumBytes: [8, 40, 200][trial % 3])
        let mark = ends[0]..<ends[1]
        #expect(item.snapped(mark) == item.snappedPlainly(mark), "\(String(decoding: text, as: UTF8.self)) \(mark)")
      }
    }
  }

  @Test("each range of keys gets its share of the repeats") func rangesAreAlike() throws {
    var words = WordSource(seed: 7)
    let texts = (0..<100).map { _ in words.words(120).joined(separator: " ") }
    let documents = (texts + texts).enumerated().map { document("d\($0)", $1) }
    let method = try method(60)
    try withTemporaryFolder { folder in
      _ = try deduplicate(documents, with: method, ranges: 4, folder: folder)
      let sizes = try (0..<4).map { try Data(contentsOf: folder.appendingPathComponent("reduce-\($0)")).count }
      #expect(sizes.allSatisfy { $0 > sizes.reduce(0, +) / 8 }, "\(sizes)")
    }
  }

  @Test func documentsLeftWithTooLittleAreDropped() throws {
    let text = "This sentence stands in both documents, and one of them has nothing else to say."
    let documents = [document("a", text), document("b", text + " Bye.")]
    let method = try method(40) { $0.minimumRemainingCharacters = 30 }
    let result = try withTemporaryFolder { try deduplicate(documents, with: method, folder: $0) }
    let dropped = try #require(result.verdicts.firstIndex { !isKept($0) })
    #expect(
      reason(result.verdicts[dropped])
        == Reason(
          rule: "substring.minimum-remaining-text", value: dropped == 0 ? 0 : 5, threshold: 30,
          duplicateOf: dropped == 0 ? "b" : "a"))
  }

  @Test("cuts fall on borders of characters, and of words where one is near")
  func cutsFallOnBorders() throws {
    var random = SeededRandom(seed: 40)
    var cuts = 0
    for trial in 0..<300 {
      let documents = Self.adversarialCorpus(&random)
      try withTemporaryFolder { folder in
        let method = try method([4, 8, 20][trial % 3])
        let result = try deduplicate(documents, with: method, folder: folder)
        let decisions = try DeduplicationDecisions(path: folder.appendingPathComponent("decide-0").path, method: "substring")
        for (ordinal, document) in documents.enumerated() {
          #expect(String(validating: result.documents[ordinal].text, as: UTF8.self) != nil)
          guard case .cut(let ranges) = try decisions.decision(at: ordinal).action else { continue }
          let text = document.string
          let borders = Set(text.indices.map { text.utf8.distance(from: text.startIndex, to: $0) })
            .union([document.text.count])
          for range in ranges { #expect(borders.contains(range.lowerBound) && borders.contains(range.upperBound)) }
          cuts += ranges.count
        }
      }
    }
    #expect(cuts > 100)
    let shared = "beautiful weather is forecast for the coming week"
    let documents = [document("1", "un\(shared)s in town"), document("2", "Not \(shared), they say")]
    let result = try withTemporaryFolder { try deduplicate(documents, with: try method(48), folder: $0) }
    let cut = try #require(result.documents.first { !$0.string.contains("coming") }).string
    #expect(cut == "unbeautiful weeks in town" || cut == "Not , they say", "\(cut)")
  }

  @Test func suffixArrayRefusesWhatItsBudgetDoesNotHold() throws {
    var method = try method(20) { $0.engine = .suffixArray }
    method.memoryPerTask = 100
    #expect { try withTemporaryFolder { try deduplicate([document("a", "some text")], with: method, folder: $0) } } throws: {
      ($0 as? Diagnostic)?.code == "memory-budget"
    }
  }

  @Test("impossible options are refused", arguments: [(0, 1), (1, 0), (1 << 21, 1)])
  func impossibleOptions(bytes: Int, characters: Int) { #expect(throws: Diagnostic.self) { try method(bytes, characters) } }

  @Test("a second pass over the result finds nothing", arguments: RepeatPolicy.allCases)
  func secondPassFindsNothing(policy: RepeatPolicy) throws {
    var random = SeededRandom(seed: 50, stream: policy.rawValue)
    var cut = 0
    for trial in 0..<300 {
      let documents = Self.adversarialCorpus(&random)
      let method = try method([4, 8, 13, 20][trial % 4], [1, 3][trial % 2]) { $0.repeats = policy }
      // A cluster that is longer than a window cannot be cut, and its repeats stay.
      let longest = documents.flatMap { $0.string.map(\.utf8.count) }.max() ?? 0
      if longest * 2 > method.options.minimumBytes { continue }
      let first = try withTemporaryFolder { try deduplicate(documents, with: method, partitions: 1 + trial % 2, folder: $0) }
      let second = try withTemporaryFolder { try deduplicate(first.documents, with: method, folder: $0) }
      cut += first.summary.cutDocuments
      #expect(second.summary.cutDocuments == 0, "\(documents.map(\.string)) -> \(first.documents.map(\.string))")
    }
    #expect(cut > 50)
  }

  @Test func textJoinedByACutIsLookedAtAgain() throws {
    // Each part is shorter than a window; only behind the cuts do "left right" of c and d stand together.
    let (left, right) = ("On the left there stands a tree ", "and on the right a house.")
    let cuts = [
      "The first thing that is said twice, in a and in c, word by word. ",
      "Another sentence that is in b and also in d, word by word. ",
    ]
    let documents = [
      document("a", "A. " + cuts[0]), document("b", "B. " + cuts[1]), document("c", left + cuts[0] + right),
      document("d", left + cuts[1] + right),
    ]
    let result = try withTemporaryFolder { folder in
      try deduplicate(documents, with: try method(40) { $0.keep = KeepPolicy([.shortest]) }, folder: folder)
    }
    #expect(result.documents.count { $0.string.contains("left") && $0.string.contains("house") } == 1)
  }
}
