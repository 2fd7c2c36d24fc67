import Curation
import Documents
import TestSupport
import Testing

@Suite("Impact on groups")
struct ImpactTests {
  private static func bundled() throws -> GroupFinder {
    GroupFinder(try IdentityTerms.load(["en", "de", "es", "fr"].map { repositoryFile("filters/identity/\($0).tsv").path }))
  }

  @Test(
    "texts belong to their language, their script, and the groups they speak about",
    arguments: [
      ("A Muslim woman from Leeds.", "en", ["identity Muslims", "identity women", "language en", "script Latn"]),
      ("The manual of the menu.", "en", ["language en", "script Latn"]),
      ("Trans women and disabled people", "eng_Latn", ["identity disabled people", "identity transgender people", "identity women", "language en", "script Latn"]),
      ("Die jüdische Gemeinde und Geflüchtete", "de", ["identity Juden", "identity Migranten", "language de", "script Latn"]),
      ("Las personas con discapacidad", "es", ["identity personas con discapacidad", "language es", "script Latn"]),
      ("Les réfugiés à l'église", "fr", ["identity chrétiens", "identity migrants", "language fr", "script Latn"]),
      ("a wee dram", "en", ["language en", "script Latn"]),
      ("a wee dram for the bairns", "en", ["dialect Scots", "language en", "script Latn"]),
      ("wee wee wee", "en", ["language en", "script Latn"]),
      ("Женщина и мужчина", "ru", ["language ru", "script Cyrl"]),
      ("女性", "zh", ["language zh", "script Hani"]),
      ("123", "", ["language unknown", "script Zyyy"]),
    ])
  func findsGroups(_ text: String, _ language: String, _ expected: [String]) throws {
    var finder = try Self.bundled()
    #expect(finder.groups(of: Array(text.utf8), language: language).map { "\($0.dimension.rawValue) \($0.name)" }.sorted() == expected.sorted())
  }

  @Test("a group that is removed more often beyond chance is flagged, a small one and one below the base are not")
  func flags() throws {
    var report = ImpactReport(samples: 2)
    let (often, seldom, few) = (ImpactGroup(.identity, "often"), ImpactGroup(.identity, "seldom"), ImpactGroup(.dialect, "few"))
    for number in 0..<1000 {
      var groups = [number % 2 == 0 ? often : seldom]
      if number % 2 == 0, number < 8 { groups.append(few) }
      report.add(id: "\(number)", groups: groups, isRemoved: number % 2 == 0 ? number % 10 == 0 : number % 50 == 1)
    }
    let rows = report.rows
    #expect(rows.map { $0.group?.name } == [nil, "often", "seldom", "few"])
    #expect(rows.map(\.removed) == [120, 100, 20, 1])
    #expect(rows.map(\.isFlagged) == [false, true, false, false])
    #expect(abs((rows[1].ratio ?? 0) - 0.2 / 0.12) < 1e-9)
    #expect(rows[1].samples.count == 2 && rows[1].samples.allSatisfy { Int($0).map { $0 % 10 == 0 } ?? false })
  }

  @Test("the report does not depend on the order of the documents")
  func isIndependentOfOrder() {
    let group = ImpactGroup(.language, "en")
    func samples(_ order: some Sequence<Int>) -> [[String]] {
      var report = ImpactReport()
      for number in order { report.add(id: "doc-\(number)", groups: [group], isRemoved: number % 3 == 0) }
      return report.rows.map(\.samples)
    }
    #expect(samples(0..<100) == samples((0..<100).reversed()))
  }

  @Test(
    "a mistake in a file of terms is reported with its place",
    arguments: [
      ("woman\tidentity", "en.tsv:1:1: error: an entry has a term, a kind and a group, with tabs between them"),
      ("# terms\nwoman\tgender\twomen", "en.tsv:2:1: error: unknown kind 'gender'"),
      ("*\tidentity\tall", "en.tsv:1:1: error: an entry without a term"),
    ])
  func reportsMistakes(_ text: String, _ message: String) throws {
    let (terms, problems) = IdentityTerms.parse(text, language: "en", file: "en.tsv")
    #expect(terms.entries.isEmpty)
    #expect(problems.map { String("\($0)".prefix(message.count)) } == [message])
  }
}
