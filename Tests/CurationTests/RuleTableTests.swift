import Curation
import Documents
import Foundation
import TestSupport
import Testing

/// A text in a language.
private struct Sample: Sendable {
  let language: String
  let text: String

  init(_ language: String, _ text: String) { (self.language, self.text) = (language, text) }
}

/// Seven ordinary sentences of different words: no rule objects to them.
private let sentences: [String: [String]] = [
  "en": [
    "The river rises in the hills to the north of the old town and runs past the mill before it meets the sea.",
    "People have lived along its banks for many centuries, and most of them worked with boats, nets or grain.",
    "Today a path follows the water, so that visitors can walk from the harbour to the source in about three days.",
    "Small villages with quiet inns stand beside the way, and their cooks are known for fresh bread and good soup.",
    "In spring the meadows are full of flowers, while autumn paints every tree of the valley red and yellow.",
    "Winters were hard once, when ice closed the port and nobody left home without a very warm coat.",
    "Whoever reaches the spring finds a stone bench there, a cup on a chain, and a view across half the country.",
  ],
  "ru": [
    "Река берёт начало в холмах к северу от старого города и протекает мимо мельницы, прежде чем впадает в море.",
    "Люди живут на её берегах уже много веков, и большинство из них работало с лодками, сетями или зерном.",
    "Сегодня вдоль воды идёт тропа, и гости могут пройти от гавани до истока примерно за три дня.",
    "Рядом с дорогой стоят небольшие деревни с тихими гостиницами, а их повара известны хлебом и хорошим супом.",
    "Весной луга полны цветов, а осень красит каждое дерево долины в красный и жёлтый цвета.",
    "Когда-то зимы были суровыми, лёд закрывал порт, и никто не выходил из дома без очень тёплого пальто.",
    "Кто доберётся до родника, найдёт там каменную скамью, кружку на цепи и вид на половину страны.",
  ],
  "zh": [
    "这条河发源于老城北边的山丘，在流入大海之前经过一座古老的磨坊，河水清澈见底，四季都有鱼儿游动。",
    "几个世纪以来，人们一直住在河的两岸，大多数人从事与船只、渔网或粮食有关的工作，生活简单而平静。",
    "如今有一条小路沿着河水延伸，如果天气好，游客可以用大约三天的时间从港口走到源头，沿途风景优美。",
    "路旁有几个安静的小村庄，那里可以找到住处，厨师们以新鲜的面包和美味的热汤闻名，价格也很便宜。",
    "春天草地上开满了花，而秋天把山谷里的每一棵树都染成红色和黄色，许多画家都喜欢到这里来写生。",
    "从前的冬天十分寒冷，冰雪封住了港口，没有人会不穿厚厚的大衣就出门，孩子们却在冰上玩得很开心。",
    "到达泉水边的人会看到一张石凳、一只系在链子上的杯子，还能远远望见半个国家的田野和村庄。",
  ],
]

private func prose(_ language: String) -> String { (sentences[language] ?? []).joined(separator: language == "zh" ? "" : " ") }

private func lines(_ language: String) -> String { (sentences[language] ?? []).joined(separator: "\n") }

private func each(_ make: (String) -> String) -> [Sample] { ["en", "ru", "zh"].map { Sample($0, make($0)) } }

private func times(_ count: Int, _ text: String, _ separator: String = " ") -> String {
  Array(repeating: text, count: count).joined(separator: separator)
}

/// Texts that break a rule, by its id; beside ordinary prose some that do not.
private let table: [String: (breaks: [Sample], passes: [Sample])] = [
  // Gopher, in the paper's order; dolma's and DCLM's have the same names.
  "minimum-words": (each { String(prose($0).prefix(40)) }, []),
  "maximum-words": (each { times(1000, prose($0)) }, []),
  "mean-word-length": (
    [Sample("en", times(30, "a of to")), Sample("ru", times(30, "и в на о")), Sample("zh", times(30, "我 你 他")),
      Sample("en", times(60, "incomprehensibilities")), Sample("ru", times(60, "достопримечательность")), Sample("zh", times(60, "incomprehensibilities"))],
    // Two letters are long in Chinese and short in English.
    [Sample("zh", times(40, "河水 流")), Sample("fi", times(40, "tietokonepöy"))]
  ),
  "minimum-mean-word-length": ([Sample("en", times(30, "a of to"))], []),
  "maximum-mean-word-length": ([Sample("en", times(60, "incomprehensibilities"))], []),
  "minimum-median-word-length": ([Sample("en", times(30, "a of to"))], []),
  "maximum-median-word-length": ([Sample("en", times(60, "incomprehensibilities"))], []),
  "maximum-hash-signs-per-word": (each { prose($0) + times(90, " #tag", "") }, each { "# " + prose($0) }),
  "maximum-ellipses-per-word": (each { prose($0) + times(90, " so… so...", "") }, each { prose($0) + ".." }),
  "maximum-bullet-lines": (each { "- " + lines($0).replacing("\n", with: "\n- ") }, each { "- " + lines($0) }),
  "maximum-ellipsis-lines": (each { lines($0).replacing("\n", with: "…\n") + "..." }, each { lines($0) + "…" }),
  "minimum-alphabetic-words": (each { prose($0) + times(120, " 12 345", "") }, []),
  "minimum-stop-words": (
    [Sample("en", times(20, "cat dog bird")), Sample("ru", times(20, "кот собака птица")), Sample("zh", times(20, "苹果 香蕉 西瓜"))],
    // A language without a list passes.
    [Sample("xx", times(20, "cat dog bird"))]
  ),
  "maximum-duplicate-paragraphs": (each { times(3, sentences[$0]?[0] ?? "", "\n\n") }, each { lines($0).replacing("\n", with: "\n\n") }),
  "maximum-duplicate-paragraph-characters": (each { times(3, sentences[$0]?[0] ?? "", "\n\n") }, []),
  "maximum-duplicate-lines": (each { times(3, sentences[$0]?[0] ?? "", "\n") }, each(lines)),
  "maximum-duplicate-line-characters": (each { times(3, sentences[$0]?[0] ?? "", "\n") }, each(lines)),
  // C4.
  "no-lorem-ipsum": (each { prose($0) + " Lorem Ipsum dolor sit." }, each { prose($0) + " Lorem dolor ipsum." }),
  "no-curly-brackets": (each { prose($0) + " Then {this} follows." }, each { prose($0) + " Then (this) follows." }),
  "maximum-word-length": (
    [Sample("en", prose("en") + "\n" + times(1001, "x", "") + "."), Sample("ru", prose("ru") + "\n" + times(1001, "ы", "") + "."),
      Sample("ar", times(1001, "ب", "") + ".")],
    [Sample("zh", times(1001, "河", "") + "。"), Sample("th", times(1001, "ก", "")), Sample("en", times(999, "x", "") + ".")]
  ),
  "citations": (each { prose($0) + "[12] [edit] ok." }, each { prose($0) + " [a]." }),
  "terminal-punctuation": (
    each { prose($0) + "\nmenu 河 вниз" } + [Sample("ar", "هذا سطر بلا نهاية")],
    [Sample("zh", "他来了吗？"), Sample("ru", "Он пришёл?"), Sample("ar", "هل جاء؟"), Sample("ja", "来ました。"), Sample("hi", "वह आया।"), Sample("th", "เขามาแล้ว")]
  ),
  "no-javascript": (each { prose($0) + "\nPlease enable JavaScript now." }, []),
  "no-policy-notices": (each { prose($0) + "\nRead our Privacy Policy before you go." }, []),
  "minimum-sentences": (
    each { String(prose($0).prefix(60)) + "." } + [Sample("ja", "川です。海です。"), Sample("ar", "هذا نهر. هذا بحر.")],
    [Sample("ja", times(5, "川は海に出ます。", "")), Sample("ru", times(5, "Река впадает в море.")), Sample("ar", times(5, "النهر يصب في البحر."))]
  ),
  "minimum-long-lines": (
    each { lines($0).replacing("。", with: "").replacing("，", with: "\n") },
    [Sample("en", times(3, prose("en"), "\n")), Sample("ru", times(3, prose("ru"), "\n")), Sample("zh", times(3, prose("zh"), "\n")), Sample("ja", times(3, times(91, "川", ""), "\n"))]
  ),
  // FineWeb.
  "not-empty": ([Sample("en", "")], []),
  "minimum-terminal-punctuation-lines": (
    each { lines($0).replacing(".", with: "").replacing("。", with: "") } + [Sample("ar", "سطر أول\nسطر ثان")],
    [Sample("ar", "هل جاء؟"), Sample("th", "เขามาแล้ว\nเธอก็มา"), Sample("ja", "来ました。")]
  ),
  "maximum-short-lines": (
    [Sample("en", "Home\nNews\nSports"), Sample("ru", "Дом\nНовости\nСпорт"), Sample("zh", "首页\n新闻\n体育")],
    // Twenty characters say as much in Chinese as fifty in English.
    [Sample("zh", "这是一个二十个字的普通中文句子而已\n这是另外一个二十个字的普通中文句子")]
  ),
  "maximum-repeated-line-characters": (each { times(2, sentences[$0]?[0] ?? "", "\n") }, each(lines)),
  "maximum-newlines-per-word": ([Sample("en", times(20, "word", "\n")), Sample("ru", times(20, "слово", "\n")), Sample("zh", times(20, "河", "\n"))], each(lines)),
  // RefinedWeb and DCLM, over lines.
  "maximum-uppercase": ([Sample("en", "A QUIET TOWN AND RIVER"), Sample("ru", "ТИХИЙ ГОРОД И РЕКА"), Sample("el", "ΗΣΥΧΗ ΠΟΛΗ")], []),
  "no-numbers-only": ([Sample("en", "12 34 5678"), Sample("ar", "١٢ ٣٤"), Sample("hi", "१२ ३४")], [Sample("en", "12 boats")]),
  "no-counters": ([Sample("en", "12k likes"), Sample("ru", "3,456 views"), Sample("zh", "7 comments")], [Sample("en", "He likes 12 boats.")]),
  "no-calls-to-action": ([Sample("en", "Sign-in to see more of it")], [Sample("de", "Sign-in to see more of it"), Sample("en", "She had to sign in.")]),
  "mostly-uppercase": ([Sample("en", "A QUIET TOWN AND RIVER")], []),
  "only-digits": ([Sample("en", "12 34 5678")], [Sample("en", "12 boats")]),
  "social-counters": ([Sample("en", "12k likes")], [Sample("en", "He likes 12 boats.")]),
  "minimum-line-words": ([Sample("en", "River")], [Sample("en", "River bank")]),
  "boilerplate": ([Sample("en", "sign-in now please")], [Sample("en", "She had to sign in.")]),
  "maximum-removed-words": (
    [Sample("en", "A QUIET TOWN AND RIVER\n" + (sentences["en"]?[0] ?? "")), Sample("ru", "ТИХИЙ ГОРОД И РЕКА ВНИЗ\n" + (sentences["ru"]?[0] ?? "")), Sample("zh", times(9, "12 34 56\n", "") + (sentences["zh"]?[0] ?? ""))], []
  ),
  // MADLAD-400 and code.
  "maximum-questionable-sentences": (
    [Sample("en", times(8, "Short one.")), Sample("ru", times(8, "Река тут.")), Sample("el", times(8, "Ο ποταμός."))],
    [Sample("zh", times(8, "河在这里。", "")), Sample("ja", times(8, "川です。", ""))]
  ),
  "maximum-line-length": (each { prose($0) + "\n" + times(1001, "x", "") }, each(lines)),
  "maximum-mean-line-length": (each { times(2, prose($0)) }, [Sample("en", times(5, "let total = items.reduce(0, +)", "\n"))]),
  "minimum-alphanumeric": (each { _ in times(9, "{};()+-=;", "") }, []),
  "minimum-letters": ([Sample("en", times(9, "12345, 12345;", "\n")), Sample("ru", times(9, "12345 № 12345;", "\n")), Sample("zh", times(9, "12345，12345；", "\n"))], []),
  "no-generated-files": ([Sample("en", "// Code generated, DO NOT EDIT\nlet a = 1")], [Sample("en", "let a = 1 // edit me")]),
  // A pack's own meaning of a name.
  "c4.minimum-words": ([Sample("en", "Two words."), Sample("ru", "Два слова."), Sample("zh", "河。")], []),
  "datatrove-c4.minimum-words": ([Sample("en", "Two words.")], []),
  "refinedweb-lines.minimum-words": ([Sample("en", "River"), Sample("ru", "Река"), Sample("zh", "河")], [Sample("zh", "河水很清")]),
  "dclm-refinedweb.maximum-duplicate-lines": ([Sample("en", times(3, "River bank", "\n"))], []),
]

/// Rows for `top-2-gram-characters` and the like, of any length.
private func repetition(_ id: String) -> (breaks: [Sample], passes: [Sample])? {
  guard id.hasPrefix("maximum-top-") || (id.hasPrefix("maximum-duplicate-") && id.hasSuffix("-gram-characters")) else { return nil }
  let phrases = ["en": "the quick brown fox jumps over some very lazy old dogs again", "ru": "быстрая рыжая лиса снова прыгает через очень ленивых старых собак у реки", "zh": "今天天气很好我们一起去河边散步看风景吧"]
  if id.hasPrefix("maximum-top-") {
    return ([Sample("en", times(30, "new boats")), Sample("ru", times(30, "новые лодки")), Sample("zh", times(30, "河水"))], [])
  }
  return (each { times(6, phrases[$0] ?? "", $0 == "zh" ? "。" : " ") }, [])
}

@Suite("Every rule of every pack")
struct RuleTableTests {
  private static let files: [String] = {
    let folder = repositoryFile("filters/quality")
    let all = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    return all.filter { $0.hasSuffix(".yaml") && $0 != "gopher.yaml" }.sorted()
  }()

  /// Definitions of other tools are functions of English text.
  private static let englishOnly = ["datatrove", "dolma", "dclm"]

  @Test("has texts that break it and texts that do not, in three scripts where the language matters", arguments: files)
  func hasBothRows(_ file: String) throws {
    let rules = try RuleSet.load([repositoryFile("filters/quality/\(file)").path])
    let filter = DocumentFilter(rules)
    let pack = try #require(rules.packs.first)
    let isEnglish = Self.englishOnly.contains { file.hasPrefix($0) }
    var scratch = DocumentFilter.Scratch()

    /// Whether a rule's bounds are broken, or a line rule did something.
    func breaks(_ rule: String, _ sample: Sample) throws -> Bool {
      var document = Document(id: "d", text: Array(sample.text.utf8), metadata: ["language": .string(sample.language)])
      var values: [Double] = []
      _ = filter.apply(&document, scratch: &scratch, values: &values)
      if let place = filter.rules.firstIndex(where: { $0.rule.id == rule }) {
        return filter.bounds(ofRule: place, language: sample.language)?.broken(by: values[filter.rules[place].column]) != nil
      }
      let column = try #require(filter.columns.firstIndex { $0.name.hasPrefix("\(rule).") })
      return values[column] > 0
    }

    for rule in filter.rules.map(\.rule.id) + pack.lineRules.map(\.id) {
      let short = String(rule.drop { $0 != "." }.dropFirst())
      guard let rows = table[rule] ?? table[short] ?? repetition(short) else {
        Issue.record("no row for the rule \(rule)")
        continue
      }
      let languages = isEnglish ? ["en"] : Array(sentences.keys)
      let broken = rows.breaks.filter { !isEnglish || $0.language == "en" }
      #expect(!broken.isEmpty, "\(rule) has no text that breaks it")
      if !isEnglish, filter.rules.first(where: { $0.rule.id == rule }).map({ $0.rule.languages }) ?? .all != .only(["en"]),
        rule != "refinedweb-lines.no-calls-to-action", !rule.hasPrefix("code.no-")
      {
        #expect(Set(broken.map(\.language)).count >= 3, "\(rule) is broken in \(Set(broken.map(\.language)).sorted())")
      }
      for sample in broken { #expect(try breaks(rule, sample), "\(rule) should be broken: \(sample.language) \(sample.text.prefix(60))") }
      let ordinary = languages.map { Sample($0, short.contains("long-lines") || short.contains("mean-line") ? "" : lines($0)) }
      let passing = ordinary.filter { !$0.text.isEmpty } + rows.passes.filter { !isEnglish || $0.language == "en" }
      #expect(!passing.isEmpty, "\(rule) has no text that passes")
      for sample in passing { #expect(try !breaks(rule, sample), "\(rule) should pass: \(sample.language) \(sample.text.prefix(60))") }
    }
  }
}

@Test("a value rounded to 32 bits breaks a bound only beyond the rounded bound", arguments: [0.1, 0.2, 0.3, 1.0 / 3, 50])
func boundsOfRoundedValues(_ bound: Double) {
  let bounds = Bounds(minimum: bound, maximum: bound)
  #expect(!bounds.isBroken(byRounded: Float(bound)))
  #expect(bounds.isBroken(byRounded: Float(bound).nextUp) && bounds.isBroken(byRounded: Float(bound).nextDown))
  #expect(!bounds.isBroken(byRounded: .nan) && !Bounds().isBroken(byRounded: 1))
}
