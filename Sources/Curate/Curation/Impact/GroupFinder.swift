import ICU

/// Finds the groups that a text speaks about, its variety of the language, and its script. One per worker: it reuses its buffers.
public struct GroupFinder: Sendable {
  private struct Language: Sendable {
    var matcher: TermMatcher
    /// By place of the term.
    var groups: [[ImpactGroup]]
  }

  private let languages: [String: Language]
  private var folded: [UInt8] = []
  private var hits: [TermMatcher.Hit] = []
  private let table = UnicodeTable.shared

  public init(_ terms: [IdentityTerms]) {
    var entries: [String: [IdentityTerms.Entry]] = [:]
    for list in terms { entries[list.language, default: []] += list.entries }
    languages = entries.mapValues { entries in
      let byTerm = Dictionary(grouping: entries, by: \.term).sorted { $0.key < $1.key }
      return Language(
        matcher: TermMatcher(byTerm.map { .init(text: $0.key, isPrefix: $0.value.contains(where: \.isPrefix)) }),
        groups: byTerm.map { entry in entry.value.map { ImpactGroup($0.kind == .identity ? .identity : .dialect, $0.group) } })
    }
  }

  /// The groups of a text in `language` (any code; empty when unknown): its language and script, then what its words say, each once.
  public mutating func groups(of text: [UInt8], language: String) -> [ImpactGroup] {
    let code = LanguageCode.normalized(language)
    var result = [ImpactGroup(.language, code.isEmpty ? "unknown" : code), ImpactGroup(.script, script(of: text))]
    guard let known = languages[code] else { return result }
    text.withUnsafeBufferPointer { known.matcher.find(in: $0, folded: &folded, hits: &hits) }
    var terms: [ImpactGroup: Set<Int>] = [:]
    for hit in hits { for group in known.groups[hit.term] { terms[group, default: []].insert(hit.term) } }
    let found = terms.filter { group, terms in
      terms.count >= (group.dimension == .dialect ? IdentityTerms.Kind.dialect : .identity).minimumDistinctTerms
    }
    result += found.keys.sorted()
    return result
  }

  /// The ISO 15924 code of the script that most letters have; the first in ICU's order among equals.
  private func script(of text: [UInt8]) -> String {
    var letters = [Int](repeating: 0, count: 256)
    text.withUnsafeBufferPointer { text in
      var index = 0
      while index < text.count {
        let (scalar, length) = UTF8Scalars.decode(text, at: index)
        let properties = table[scalar]
        if properties.isLetter { letters[Int(properties.script.rawValue)] &+= 1 }
        index &+= length
      }
    }
    guard let most = letters.max(), most > 0, let place = letters.firstIndex(of: most) else { return Script.common.code }
    return Script(rawValue: UInt8(place)).code
  }
}
