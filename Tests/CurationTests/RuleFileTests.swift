import Curation
import Documents
import TestSupport
import Testing

@Suite("Rule files")
struct RuleFileTests {
  @Test(
    "the packs of the repository load",
    arguments: ["gopher-quality", "gopher-repetition", "gopher", "c4", "fineweb", "c4-paragraph", "refinedweb-lines"])
  func loadsPack(_ name: String) throws {
    let rules = try RuleSet.load([repositoryFile("filters/quality/\(name).yaml").path])
    #expect(!rules.packs.isEmpty)
    for pack in rules.packs {
      #expect(!pack.source.isEmpty)
      #expect(pack.definition == .winnow)
    }
  }

  @Test("the packs of the profile datatrove load", arguments: ["gopher-quality", "gopher-repetition", "c4", "fineweb"])
  func loadsProfile(_ name: String) throws {
    let rules = try RuleSet.load([repositoryFile("filters/quality/datatrove/\(name).yaml").path])
    #expect(rules.packs.map(\.definition) == [.datatrove])
  }

  @Test("gopher.yaml brings in both packs, repetition first")
  func includesBoth() throws {
    let rules = try RuleSet.load([repositoryFile("filters/quality/gopher.yaml").path])
    #expect(rules.packs.map(\.id) == ["gopher-repetition", "gopher-quality"])
  }

  @Test("columns are known before any document, each name once")
  func namesColumns() throws {
    let files = ["gopher", "c4", "fineweb"].map { repositoryFile("filters/quality/\($0).yaml").path }
    let filter = DocumentFilter(try RuleSet.load(files))
    let names = filter.columns.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains("words"))
    #expect(names.contains("sentences.after-c4"))
    #expect(names.contains("c4.terminal-punctuation.lines"))
    #expect(filter.rules.allSatisfy { $0.column < names.count })
  }

  /// Each mistake with the first line of the message it has to give.
  static let mistakes: [(yaml: String, message: String)] = [
    ("", "p.yaml: error: the file is empty"),
    ("[1, 2]", "p.yaml:1:1: error: the file has to be a mapping (key: value), this is a list"),
    ("id: [a\n", "p.yaml:2:1: error: did not find expected ',' or ']'"),
    ("id: a\nid: b\n", "p.yaml:1:1: error: a mapping has the same key twice: 'id'"),
    ("id: a\nsource: s\n", "p.yaml:1:1: error: the file has no rules"),
    ("source: s\nrules: [{id: x, metric: words, minimum: 1}]", "p.yaml:1:1: error: the file has no 'id'"),
    ("id: a\nrules: [{id: x, metric: words, minimum: 1}]", "p.yaml:1:1: error: the file has no 'source'"),
    ("id: a\nsource: s\nrulez: [{id: x, metric: words, minimum: 1}]", "p.yaml:1:1: error: the file has no rules"),
    ("id: a\nsource: s\nrules: 5", "p.yaml:3:8: error: 'rules' has to be a list of rules, this is the text '5'"),
    ("id: a\nsource: s\nrules: [{id: x, metric: wrds, minimum: 1}]", "p.yaml:3:25: error: unknown metric 'wrds' in a rule"),
    ("id: a\nsource: s\nrules: [{id: x, minimum: 1}]", "p.yaml:3:9: error: a rule has no 'metric'"),
    ("id: a\nsource: s\nrules: [{id: x, metric: words, minimun: 1}]", "p.yaml:3:32: error: unknown key 'minimun' in a rule"),
    ("id: a\nsource: s\nrules: [{id: x, metric: words}]", "p.yaml:3:9: error: rule 'x' has neither minimum nor maximum"),
    ("id: a\nsource: s\nrules: [{id: x, metric: words, minimum: ten}]", "p.yaml:3:41: error: 'minimum' has to be a number, this is 'ten'"),
    (
      "id: a\nsource: s\nrules: [{id: x, metric: words, minimum: 9, maximum: 3}]",
      "p.yaml:3:41: error: minimum 9.0 is above maximum 3.0: every document would be dropped"
    ),
    (
      "id: a\nsource: s\nrules: [{id: x, metric: words, minimum: 9, unit: bytes}]",
      "p.yaml:3:50: error: 'words' is measured in words, not in bytes"
    ),
    (
      "id: a\nsource: s\nrules: [{id: x, metric: stop-words, minimum: 2}]",
      "p.yaml:3:9: error: rule 'x' counts stop words, but the file names no list"
    ),
    (
      "id: a\nsource: s\nstop-words: none.yaml\nrules: [{id: x, metric: stop-words, minimum: 2}]",
      "p.yaml:3:13: error: cannot read the stop words 'none.yaml'"
    ),
    (
      "id: a\nsource: s\nrules: [{id: x, metric: short-line-fraction, maximum: 0.5}]",
      "p.yaml:3:9: error: 'short-line-fraction' needs 'characters'"
    ),
    (
      "id: a\nsource: s\nrules: [{id: x, metric: words, characters: 5, maximum: 5}]",
      "p.yaml:3:9: error: 'words' has no use for 'characters'"
    ),
    ("id: a\nsource: s\nrules: [{id: x, metric: phrase-count, maximum: 0}]", "p.yaml:3:9: error: 'phrase-count' needs 'phrases'"),
    (
      "id: a\nsource: s\nrules: [{id: x, metric: words, minimum: 1}, {id: x, metric: words, maximum: 2}]",
      "p.yaml:1:1: error: two rules have the id 'a.x'"
    ),
    (
      "id: a\nsource: s\ndefinition: datatrov\nrules: [{id: x, metric: words, minimum: 1}]",
      "p.yaml:3:13: error: unknown definition 'datatrov' in the file"
    ),
    (
      "id: a\nsource: s\nrules: [{id: x, metric: words, minimum: 1, languages: [en], except-languages: [de]}]",
      "p.yaml:3:9: error: 'languages' and 'except-languages' exclude each other"
    ),
    ("id: a\nsource: s\nlines: [{id: x, remove: '(a'}]", "p.yaml:3:25: error: pattern '(a' does not compile: missing ): (a"),
    ("id: a\nsource: s\nlines: [{id: x}]", "p.yaml:3:9: error: a line rule needs 'metric' or 'remove'"),
    ("include: [q.yaml]", "p.yaml:1:11: error: cannot read the rule file 'q.yaml'"),
    ("include: [p.yaml]", "p.yaml:1:11: error: rule files include each other: p.yaml -> p.yaml"),
  ]

  @Test("a mistake is reported with its place", arguments: mistakes)
  func reportsMistake(_ mistake: (yaml: String, message: String)) {
    struct Missing: Error {}
    do throws(Diagnostics) {
      _ = try RuleSet.load(["p.yaml"]) { path in
        guard path == "p.yaml" else { throw Missing() }
        return mistake.yaml
      }
      Issue.record("no error for \(mistake.yaml)")
    } catch {
      let first = error.all.first?.description.split(separator: "\n").first.map(String.init)
      #expect(first == mistake.message)
    }
  }

  @Test("a misspelt key gets the nearest key and the line of the file")
  func suggestsNearestKey() {
    let yaml = "id: a\nsource: s\nrules:\n  - { id: x, metric: words, minimun: 1 }\n"
    do throws(Diagnostics) {
      _ = try RuleSet.load(["p.yaml"]) { _ in yaml }
      Issue.record("no error")
    } catch {
      #expect(
        error.all.first?.description == """
          p.yaml:4:29: error: unknown key 'minimun' in a rule
                - { id: x, metric: words, minimun: 1 }
                                          ^~~~~~~
          fix: did you mean 'minimum'? (one of id, metric, unit, minimum, maximum, languages, except-languages, characters, \
          phrases, by-language, derived, source, note)
          """)
    }
  }

  @Test("all mistakes of a file are reported at once")
  func reportsEveryMistake() {
    let yaml = "id: a\nsource: s\nrules:\n  - { id: x, metric: wrds, minimum: 1 }\n  - { id: y, metric: words, minimun: 1 }\n"
    do throws(Diagnostics) {
      _ = try RuleSet.load(["p.yaml"]) { _ in yaml }
      Issue.record("no error")
    } catch {
      #expect(error.all.map(\.code) == ["unknown-value", "unknown-key", "no-bounds"])
    }
  }
}
