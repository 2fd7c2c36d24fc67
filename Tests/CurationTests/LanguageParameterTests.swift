import Curation
import Documents
import Foundation
import TestSupport
import Testing

@Suite("Language parameters")
struct LanguageParameterTests {
  private static let rules = """
    id: p
    source: s
    language-parameters: languages/index.yaml
    rules:
      - { id: length, metric: mean-word-length, minimum: 3, maximum: 10, derived: deviations, by-language: { zh: { maximum: 12 } } }
      - { id: letters, metric: alphabetic-word-fraction, minimum: 0.8, derived: ratio }
      - { id: ends, metric: terminal-punctuation-line-fraction, minimum: 0.5, derived: ratio }
      - { id: stops, metric: stop-words, minimum: 2 }
    """
  private static let files = [
    "rules.yaml": rules, "languages/index.yaml": "languages: [fi, el, zh]",
    "languages/fi.yaml":
      "language: fi\nstop-words: [ja, on, \"no\"]\nbounds:\n  mean-word-length: { minimum: 5, maximum: 14 }\n",
    "languages/el.yaml": "language: ell_Grek\nstop-words: [και, το]\nterminal-punctuation: [\".\", \";\"]\n",
    "languages/zh.yaml": "language: zh\nstop-words: [的, 是, 在]\nbounds:\n  mean-word-length: { minimum: 1.1, maximum: 3 }\n",
  ]

  private func load(_ files: [String: String] = files) throws -> RuleSet {
    try RuleSet.load(["rules.yaml"]) { name in
      guard let text = files[name] else { throw Diagnostic("not-found", name) }
      return text
    }
  }

  private func reason(_ text: String, _ language: String) throws -> String? {
    var document = Document(id: "d", text: Array(text.utf8), metadata: ["language": .string(language)])
    var (scratch, values) = (DocumentFilter.Scratch(), [Double]())
    guard case .drop(let reason) = DocumentFilter(try load()).apply(&document, scratch: &scratch, values: &values) else {
      return nil
    }
    return reason.rule
  }

  @Test(
    "a document is judged by its language's bounds, stop words and terminal punctuation",
    arguments: [
      // Finnish words are long, Chinese ones short, and `;` ends Greek questions.
      ("fi", "Tietoliikenneyhteydet ja kaukolämpöverkostot on rakennettava.", nil),
      ("en", "Tietoliikenneyhteydet ja kaukolämpöverkostot.", "p.length"),
      ("fi", "ja on no se ei en me te he.", "p.length"), ("zh", "这本书是中国的，在北京。", nil), ("fi", "这本书是中国的，在北京。", "p.length"),
      ("el", "Πού είναι το σπίτι και ο κήπος;", nil), ("fi", "Missä talo ja puutarha on sijainneet;", "p.ends"),
      ("el", "Πού είναι ένα σπίτι;", "p.stops"), ("zh", "我们明天去北京。", "p.stops"),
      ("fi", "Huomenna matkustamme Helsinkiin katsomaan taloja.", "p.stops"),
    ] as [(String, String, String?)])
  func judges(_ language: String, _ text: String, _ expected: String?) throws {
    #expect(try reason(text, language) == expected)
  }

  @Test("what a rule states for a language comes before what was derived, bound by bound")
  func prefersStated() throws {
    let rule = try load().packs[0].rules[0]
    #expect(rule.bounds(for: "zh") == Bounds(minimum: 1.1, maximum: 12))
    #expect(rule.bounds(for: "fi") == Bounds(minimum: 5, maximum: 14))
    #expect(rule.bounds(for: "de") == Bounds(minimum: 3, maximum: 10))
  }

  @Test("other bounds for a rule move those of the languages that are derived by ratio, and leave the others")
  func movesDerived() throws {
    var files = Self.files
    files["languages/fi.yaml"] =
      "language: fi\nbounds:\n  mean-word-length: { minimum: 5, maximum: 14 }\n  alphabetic-word-fraction: { minimum: 0.6 }\n"
    let changes = [try BoundsChange("p.length=6..20"), try BoundsChange("p.letters=0.4")]
    let rules = try load(files).changing(changes).packs[0].rules
    #expect(rules[0].bounds(for: "en") == Bounds(minimum: 6, maximum: 20))
    #expect(rules[0].bounds(for: "fi") == Bounds(minimum: 5, maximum: 14))
    #expect(rules[1].bounds(for: "en") == Bounds(minimum: 0.4))
    #expect(abs((rules[1].bounds(for: "fi")?.minimum ?? 0) - 0.3) < 1e-12)
  }

  @Test(
    "mistakes in the files are named",
    arguments: [
      ("languages/fi.yaml", nil, "not-found"), ("languages/index.yaml", nil, "not-found"),
      ("languages/index.yaml", "language: [fi]", "missing-key"),
      ("languages/fi.yaml", "language: fi\nbounds: { lenght: { minimum: 1 } }", "unknown-value"),
      ("languages/fi.yaml", "language: fi\nterminal-punctuation: [\"?!\"]", "wrong-type"),
      ("languages/fi.yaml", "language: fi\nstop-words: [\((0..<65).map { "w\($0)" }.joined(separator: ", "))]", "too-many"),
      ("languages/fi.yaml", "language: fi\nstopwords: []", "unknown-key"),
      ("rules.yaml", rules.replacing("language-parameters: languages/index.yaml\n", with: ""), "missing-key"),
      ("rules.yaml", rules.replacing("deviations", with: "deviation"), "unknown-value"),
    ] as [(String, String?, String)])
  func namesMistakes(_ file: String, _ text: String?, _ code: String) throws {
    var files = Self.files
    files[file] = text
    let error = #expect(throws: Diagnostics.self) { try load(files) }
    #expect(error?.all.contains { $0.code == code } == true)
  }

  @Test("stop words, terminal marks and bounds are derived from text, in three scripts")
  func derives() throws {
    var options = LanguageParameterDerivation.Options()
    options.minimumWords = 20
    options.fewestStopWords = 1
    options.stopWordShare = 0.2
    var derivation = LanguageParameterDerivation(rules: try load().packs[0].rules, options: options)
    for index in 0..<8 {
      let end = index % 2 == 0 ? "." : "?"
      derivation.add(Array("the cat\(index) saw the dog\(end)\nthe end".utf8), language: "eng_Latn")
      derivation.add(Array("Кот\(index) и пёс и лось и хомячок\(end)".utf8), language: "ru")
      derivation.add(Array("他的猫的狗的书的桌子。".utf8), language: "zh")
      derivation.add(Array("ja".utf8), language: "fi")
    }
    #expect(derivation.tooShort.map(\.language) == ["fi"])
    let parameters = try derivation.parameters()
    #expect(parameters.map(\.language) == ["en", "ru", "zh"])
    #expect(parameters.map(\.stopWords) == [["the"], ["и"], ["的"]])
    #expect(parameters.map { $0.terminalPunctuation.map(String.init) } == [[".", "?"], [".", "?"], ["。"]])
    // Bounds of English are those of the rules; half of its lines end a sentence, all of the others' do.
    #expect(parameters[0].bounds[.meanWordLength] == Bounds(minimum: 3, maximum: 10))
    #expect(parameters.map { $0.bounds[.terminalPunctuationLineFraction]?.minimum } == [0.5, 1, 1])
  }

  @Test("text without English has nothing to compare with")
  func needsReference() throws {
    var derivation = LanguageParameterDerivation(rules: [])
    derivation.add(Array("Ein Satz.".utf8), language: "de")
    let error = #expect(throws: Diagnostic.self) { try derivation.parameters() }
    #expect(error?.code == "no-reference")
  }

  @Test("a file says what was derived, quotes and backslashes included")
  func roundTrips() throws {
    let written = LanguageParameters(
      language: "no", documents: 3, words: 77, stopWords: ["og", "no", "\\", "d'\""], terminalPunctuation: [".", "\"", "।"],
      bounds: [.meanWordLength: Bounds(minimum: 3.25, maximum: 11), .alphabeticWordFraction: Bounds(minimum: 0.7)])
    let files = ["rules.yaml": Self.rules, "languages/index.yaml": "languages: [no]", "languages/no.yaml": written.yaml]
    let rules = try load(files).packs[0].rules
    #expect(rules[0].bounds(for: "no") == Bounds(minimum: 3.25, maximum: 11))
    #expect(rules[1].bounds(for: "no") == Bounds(minimum: 0.7))
  }

  @Test(
    "at least twenty languages have a file, with stop words and marks of their own",
    arguments: [
      ("de", "und", "."), ("fr", "de", "."), ("fi", "ja", "."), ("ru", "и", "."), ("el", "και", "."), ("hi", "में", "।"),
      ("bn", "এবং", "।"),
      ("zh", "的", "。"), ("ja", "の", "。"), ("ar", "في", "."), ("he", "של", "."), ("th", "ที่", ""), ("ko", "수", "."),
      ("hy", "է", "։"),
    ])
  func bundles(_ language: String, _ word: String, _ mark: String) throws {
    let index = repositoryFile("filters/languages/index.yaml").path
    let pack = try RuleSet.load([repositoryFile("filters/quality/gopher-quality.yaml").path]).packs[0]
    #expect(try String(contentsOfFile: index, encoding: .utf8).contains("\"\(language)\""))
    let text = try String(contentsOfFile: repositoryFile("filters/languages/\(language).yaml").path, encoding: .utf8)
    #expect(text.contains("\"\(word)\""))
    #expect(mark.isEmpty || text.contains("\"\(mark)\""))
    #expect(pack.rules.first { $0.metric == .meanWordLength }?.boundsByLanguage.count ?? 0 >= 20)
  }
}
