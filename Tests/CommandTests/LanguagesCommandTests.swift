import Foundation
import TestSupport
import Testing

/// What is derived from text is what rules then judge by, by the real binary.
@Suite struct LanguagesCommandTests {
  @Test("languages derive writes files that a rule pack judges by")
  func derivesAndJudges() throws {
    try withTemporaryFolder { folder in
      let lines = (0..<200).map {
        "en\tthe cat number \($0) saw the dog and the bird.\nfi\tja kissavaltakunta \($0) näki koiranpennut ja lintukodon:"
      }
      try lines.joined(separator: "\n").write(to: folder.appendingPathComponent("lines.tsv"), atomically: true, encoding: .utf8)
      try "languages: []\n".write(to: folder.appendingPathComponent("index.yaml"), atomically: true, encoding: .utf8)
      let rules = folder.appendingPathComponent("rules.yaml").path
      try """
      id: r
      source: a test
      language-parameters: index.yaml
      rules:
        - { id: ends, metric: terminal-punctuation-line-fraction, minimum: 0.5, derived: ratio }
        - { id: length, metric: mean-word-length, minimum: 2, maximum: 6, derived: deviations }
        - { id: stops, metric: stop-words, minimum: 1 }
      """.write(toFile: rules, atomically: true, encoding: .utf8)
      let derived = try Tool.run([
        "languages", "derive", folder.appendingPathComponent("lines.tsv").path, "--output", folder.path, "--rules", rules,
        "--minimum-words", "100",
        "--words-per-document", "20", "--languages", "en,fi,el",
      ])
      #expect(derived.status == 0, "\(derived.errors)")
      #expect(derived.output.contains("2 languages"))
      #expect(derived.errors.contains("no text in el"))
      let finnish = try String(contentsOf: folder.appendingPathComponent("fi.yaml"), encoding: .utf8)
      #expect(finnish.contains("stop-words: [\"ja\""))
      #expect(finnish.contains("terminal-punctuation: [\":\"]"))
      let documents = ["fi", "en"].map {
        #"{"id": "\#($0)", "text": "ja kissavaltakunta näki koiranpennut ja lintukodon:", "metadata": {"language": "\#($0)"}}"#
      }
      let judged = try Tool.run(
        ["apply", "filter", "--with", "rules=\(rules)"], input: documents.joined(separator: "\n") + "\n")
      #expect(judged.output.contains(#""id":"fi""#))
      #expect(!judged.output.contains(#""id":"en""#))
    }
  }

  @Test("without English text there is nothing to compare with")
  func needsEnglish() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("lines.tsv").path
      try "fi\tja kissa\n".write(toFile: path, atomically: true, encoding: .utf8)
      let derived = try Tool.run(["languages", "derive", path, "--output", folder.path])
      #expect(derived.status == 1)
      #expect(derived.errors.contains("add English text of the same kind"))
    }
  }

  @Test(
    "what cannot be derived from is named",
    arguments: [
      (["lines.txt"], "", 2, "'lines.txt' is neither documents"), (["a.tsv", "--minimum-words", "0"], "", 2, "above 0"),
      (["a.tsv"], "no tab here\n", 1, "a line without a label"), (["a.jsonl"], "{\"id\":\n", 1, "a.jsonl:1"),
      (
        ["a.jsonl"], #"{"id":"1","text":"The end.","metadata":{"language":"../../en"}}"#, 1,
        "none of 1 documents has a language"
      ),
      (["a.tsv"], "en\tThe very end.\n", 1, "0 words of English, not 5000"),
    ] as [([String], String, Int32, String)])
  func namesMistakes(_ arguments: [String], _ text: String, _ status: Int32, _ message: String) throws {
    try withTemporaryFolder { folder in
      let input = arguments[0] == "lines.txt" ? arguments[0] : folder.appendingPathComponent(arguments[0]).path
      if input.hasPrefix("/") { try text.write(toFile: input, atomically: true, encoding: .utf8) }
      let derived = try Tool.run(["languages", "derive", input, "--output", folder.path] + arguments.dropFirst())
      #expect(derived.status == status)
      #expect(derived.errors.contains(message), "\(derived.errors)")
    }
  }
}
