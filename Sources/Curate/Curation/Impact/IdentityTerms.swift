import Documents

/// Words by which a text speaks about a group of people, and words of a variety of a language, of one language: what an impact report
/// asks who is removed more often than others.
///
/// Files have tab-separated lines `term  kind  group` with `#` comments; a `*` at the end of a term stands for any ending.
public struct IdentityTerms: Sendable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// One term is enough for the group.
    case identity
    /// A proxy: two different words have to occur.
    case dialect

    var minimumDistinctTerms: Int { self == .identity ? 1 : 2 }
  }

  public struct Entry: Sendable, Hashable {
    /// Lower-case.
    public let term: String
    public let kind: Kind
    public let group: String
    public let isPrefix: Bool

    public init(term: String, kind: Kind, group: String, isPrefix: Bool = false) {
      self.term = term
      self.kind = kind
      self.group = group
      self.isPrefix = isPrefix
    }
  }

  public let language: String
  public let entries: [Entry]

  public init(language: String, entries: [Entry]) {
    self.language = LanguageCode.normalized(language)
    self.entries = entries
  }

  /// Reads files whose names begin with a language code (`de.tsv`).
  /// - Throws: `Diagnostics` with every problem of every file.
  public static func load(_ files: [String]) throws(Diagnostics) -> [IdentityTerms] { try TermFile.load(files, parse: parse) }

  /// Every problem of the text is reported; the entries without one are in the result.
  public static func parse(_ text: String, language: String, file: String) -> (IdentityTerms, [Diagnostic]) {
    let (entries, problems) = TermFile.parse(text, file: file, entry)
    return (IdentityTerms(language: language, entries: entries), problems)
  }

  private static func entry(_ line: TermFile.Line) throws(Diagnostic) -> Entry {
    let fields = line.fields
    guard fields.count == 3, !fields[2].isEmpty else {
      throw Diagnostic("bad-entry", "an entry has a term, a kind and a group, with tabs between them")
    }
    guard let kind = Kind(rawValue: fields[1]) else {
      throw Diagnostic(
        "unknown-kind", "unknown kind '\(fields[1])'", fix: "one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let term = try TermFile.term(fields[0])
    return Entry(term: term.text, kind: kind, group: fields[2], isPrefix: term.isPrefix)
  }
}
