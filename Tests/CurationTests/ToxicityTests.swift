import Curation
import Documents
import Foundation
import TestSupport
import Testing

private func filter(
  _ entries: [ToxicityLexicon.Entry], language: String = "en", options: ToxicityFilter.Options = .init()
) throws -> ToxicityFilter {
  try ToxicityFilter([ToxicityLexicon(language: language, entries: entries)], options: options)
}

private func apply(
  _ filter: ToxicityFilter, _ text: String, language: String? = nil
) -> (verdict: Verdict, text: String, values: [Double], metadata: Metadata) {
  var document = Document(id: "d", text: Array(text.utf8))
  if let language { document.metadata["language"] = .string(language) }
  var scratch = ToxicityFilter.Scratch()
  var values: [Double] = []
  let verdict = filter.apply(&document, scratch: &scratch, values: &values)
  return (verdict, document.string, values, document.metadata)
}

private let mild = [
  ToxicityLexicon.Entry(term: "darn", severity: 1, category: .profanity),
  ToxicityLexicon.Entry(term: "oaf", severity: 2, category: .insult, isPrefix: true),
  ToxicityLexicon.Entry(term: "rotten egg", severity: 3, category: .insult),
]

@Suite("Toxicity")
struct ToxicityTests {
  @Test(
    "terms match whole words only, whatever their case, endings where the term allows them",
    arguments: [
      ("Darn!", 1), ("DARN it", 1), ("darning socks", 0), ("xdarn", 0), ("darn_it", 0), ("darn-it", 1), ("éدarn", 0), ("oafs", 1),
      ("loaf", 0), ("a rotten egg.", 1), ("rotten  eggs", 0), ("darn darn oaf", 3), ("3darn", 0), ("", 0),
    ])
  func matchesWords(_ text: String, _ hits: Int) throws {
    #expect(apply(try filter(mild), text).values[1] == Double(hits))
  }

  @Test(
    "terms of scripts without spaces are found inside a run, katakana words only whole",
    arguments: [("彼はばかものだ", 1), ("バカンスです", 0), ("あのバカめ", 1), ("バカー", 0)])
  func matchesUnspaced(_ text: String, _ hits: Int) throws {
    let entries = ["ばか", "バカ"].map { ToxicityLexicon.Entry(term: $0, severity: 1, category: .insult) }
    #expect(apply(try filter(entries, language: "ja"), text, language: "ja").values[1] == Double(hits))
  }

  @Test("Cyrillic and German terms fold case and keep their boundaries")
  func foldsOtherScripts() throws {
    let entries = [
      ToxicityLexicon.Entry(term: "дрянь", severity: 2, category: .insult),
      ToxicityLexicon.Entry(term: "böser", severity: 2, category: .insult),
    ]
    let filter = try filter(entries, language: "ru")
    #expect(apply(filter, "ДРЯНЬ! дряньё. BÖSER Mensch, bösere", language: "ru").values[1] == 2)
  }

  @Test("the score is weighted hits per 1,000 words")
  func scores() throws {
    let words = String(repeating: "word ", count: 96)
    let result = apply(try filter(mild), words + "darn oaf rotten egg")
    // 1 + 2 + 4 in 100 words.
    #expect(result.values == [70, 3, 3])
    #expect(result.verdict == .drop(Reason(
      rule: "toxicity.maximum-score", value: 70, threshold: 10, detail: "profanity 1, insult 2; 3 different terms")))
  }

  @Test("one bare word never drops, however often it is said")
  func keepsOneWord() throws {
    let result = apply(try filter(mild), String(repeating: "darn ", count: 500))
    #expect(result.verdict == .keep)
    #expect(result.values == [1000, 500, 1])
    #expect(throws: Diagnostic.self) { try filter(mild, options: .init(minimumDistinctTerms: 1)) }
  }

  @Test("masking replaces hits of at least the given severity and nothing else")
  func masks() throws {
    let filter = try filter(mild, options: .init(action: .mask, maskedSeverity: 2))
    #expect(apply(filter, "A darn oafish man, a rotten egg.").text == "A darn ***ish man, a ***.")
  }

  @Test("a document in a language without a lexicon is not measured, and kept")
  func skipsOtherLanguages() throws {
    let result = apply(try filter(mild), "darn oaf rotten egg", language: "sw")
    #expect(result.verdict == .keep)
    #expect(result.values.allSatisfy { $0.isNaN })
  }

  @Test("the document's metadata says what was found")
  func notesMetadata() throws {
    let result = apply(try filter(mild, options: .init(action: .annotate)), "You darn oaf, you.")
    #expect(
      result.metadata["toxicity"]
        == ["score": 750.0, "hits": 2, "distinct-terms": 2, "profanity": 1, "insult": 1])
    #expect(apply(try filter(mild), "Nothing here.").metadata["toxicity"] == nil)
  }

  @Test("the repository's lexicons load, at least 30 entries each, in 14 languages")
  func loadsLexicons() throws {
    let folder = repositoryFile("filters/toxicity")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".tsv") }.sorted()
    let lexicons = try ToxicityLexicon.load(files.map { folder.appendingPathComponent($0).path })
    #expect(lexicons.map(\.language) == ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"])
    for lexicon in lexicons { #expect(lexicon.entries.count >= 30, "\(lexicon.language)") }
  }

  @Test("plain lists of terms are read, one language per file name")
  func readsPlainLists() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("de.txt")
      try "oaf\nrotten egg\n\n".write(to: file, atomically: true, encoding: .utf8)
      let lexicon = try #require(try ToxicityLexicon.load([file.path]).first)
      #expect(lexicon.language == "de")
      #expect(lexicon.entries.map(\.term) == ["oaf", "rotten egg"])
      #expect(lexicon.entries.allSatisfy { $0.severity == 2 && $0.category == .unsorted })
    }
  }

  @Test("a damaged lexicon line is reported with file, line and what would be right")
  func reportsDamage() {
    let (lexicon, problems) = ToxicityLexicon.parse(
      "# c\noaf\t9\tinsult\noaf\t1\tinsultt\noaf\t1\n\t1\tinsult\nfine\t1\tinsult\n", language: "en", file: "en.tsv")
    #expect(lexicon.entries.map(\.term) == ["fine"])
    #expect(problems.map(\.code) == ["bad-severity", "unknown-category", "bad-entry", "bad-term"])
    #expect(problems[1].description.hasPrefix("en.tsv:3:1: error: unknown category 'insultt'"))
    #expect(problems[1].fix?.hasPrefix("did you mean 'insult'?") == true)
  }
}

@Suite("Many patterns at once")
struct MultiPatternTests {
  @Test("finds what a naive search finds, on random text", arguments: 0..<20)
  func agreesWithNaiveSearch(_ seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let letters = Array("abc".utf8)
    func word(_ longest: UInt64) -> [UInt8] { (0..<1 + random.next(below: longest)).map { _ in letters[Int(random.next(below: 3))] } }
    let patterns = (0..<8).map { _ in word(4) }
    let text = word(200)
    var found: Set<[Int]> = []
    text.withUnsafeBufferPointer { text in
      MultiPatternMatcher(patterns).forEachMatch(in: text) { found.insert([$0, $1.lowerBound, $1.upperBound]) }
    }
    var expected: Set<[Int]> = []
    for (number, pattern) in patterns.enumerated() {
      for start in 0...max(0, text.count - pattern.count) where start + pattern.count <= text.count {
        if Array(text[start..<start + pattern.count]) == pattern { expected.insert([number, start, start + pattern.count]) }
      }
    }
    #expect(found == expected)
  }
}
