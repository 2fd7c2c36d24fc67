/// Languages that are so close in writing that short texts do not tell them apart. A text of one of them is certainly of the group
/// long before it is certainly of the language, so that a bound on certainty is a bound on the group's.
public struct ConfusableLanguages: Sendable {
  /// ISO 639-1 codes, else ISO 639-3: languages with many pages, and those of which the web has far fewer.
  public let large: [String]
  public let small: [String]

  /// How much likelier a text is in a large language of a group than in a small one before it is read. The training text has as much
  /// of each, the web has hundreds of times more of the large ones; whole pages outweigh either.
  public static let oddsOfLargeLanguages = 4.0

  private init(_ large: String, small: String = "") {
    self.large = large.split(separator: " ").map(String.init)
    self.small = small.split(separator: " ").map(String.init)
  }

  public static let groups: [ConfusableLanguages] = [
    .init("bs hr sr"), .init("id ms"), .init("hi", small: "awa bho hne mag mai"), .init("zh yue"),
    .init("nb nn da"), .init("fa", small: "mzn"), .init("es gl ast an lad"),
    .init("it vec lij lmo scn pms nap fur sc"), .init("de", small: "gsw nds lb"),
    .init("nl af li fy"), .init("tr az", small: "crh"), .init("tt ba"), .init("rw rn"), .init("tl ceb hil war pam"),
    .init("xh zu ss nr"), .init("st tn nso"), .init("cs sk"), .init("ru", small: "rue"), .init("pl szl csb"),
    .init("pnb skr"), .init("fi et", small: "vro"), .init("ku", small: "diq"), .init("jv su mad"), .init("tw ak"),
    .init("kab", small: "tzm zgh"), .init("lv ltg"),
  ]

  /// A number for each of the languages: the same for languages of one group.
  static func groupNumbers(of languages: [String]) -> [Int] {
    languages.indices.map { index in
      guard let group = groups.first(where: { $0.contains(languages[index]) }) else { return index }
      return languages.firstIndex { group.contains($0) } ?? index
    }
  }

  /// By how much a language's probability is multiplied.
  static func weight(of language: String) -> Double {
    groups.contains { $0.small.contains(language) } ? 1 / oddsOfLargeLanguages : 1
  }

  private func contains(_ language: String) -> Bool { large.contains(language) || small.contains(language) }
}
