import Documents

/// Words and phrases of one language that point to toxic text.
///
/// Two file formats: ours, tab-separated `term  severity  category  context` with `#` comments, where a `*` at the end of a term stands
/// for any ending and the context may be left out; and plain lists of one term per line, as the LDNOOBW lists are (severity 2, category
/// `unsorted`).
///
/// A context says when a word is meant otherwise: clauses with `;` between them, phrases with `|`, which may end in `*`, or name a group
/// that a line `@name  phrase|phrase` has defined.
public struct ToxicityLexicon: Sendable {
  public enum Category: String, Sendable, Hashable, CaseIterable {
    case profanity, insult, sexual, hate, violence, unsorted
  }

  public struct Entry: Sendable, Hashable {
    /// Lower-case.
    public let term: String
    /// 1 mild, 2 strong, 3 extreme.
    public let severity: Int
    public let category: Category
    /// The term may go on: `idiot*` finds `idiots`.
    public let isPrefix: Bool
    public let context: TermContext

    public init(term: String, severity: Int, category: Category, isPrefix: Bool = false, context: TermContext = TermContext()) {
      self.term = term
      self.severity = severity
      self.category = category
      self.isPrefix = isPrefix
      self.context = context
    }
  }

  public let language: String
  public let entries: [Entry]

  public init(language: String, entries: [Entry]) {
    self.language = LanguageCode.normalized(language)
    self.entries = entries
  }

  /// Reads files whose names begin with a language code (`de.tsv`, `pt.txt`, `fr`), one language each.
  /// - Throws: `Diagnostics` with every problem of every file.
  public static func load(_ files: [String]) throws(Diagnostics) -> [ToxicityLexicon] { try TermFile.load(files, parse: parse) }

  /// Every problem of the text is reported; the entries without one are in the lexicon.
  public static func parse(_ text: String, language: String, file: String) -> (ToxicityLexicon, [Diagnostic]) {
    var groups: [String: [TermContext.Phrase]] = [:]
    let (entries, problems) = TermFile.parse(text, file: file) { (line) throws(Diagnostic) in
      guard line.fields[0].hasPrefix("@") else { return try entry(line.fields, groups) }
      guard line.fields.count == 2, groups[line.fields[0]] == nil else {
        throw Diagnostic("bad-group", "a group has a name of its own and phrases, with a tab between them")
      }
      groups[line.fields[0]] = try TermContext.phrases(line.fields[1], groups)
      return nil
    }
    return (ToxicityLexicon(language: language, entries: entries), problems)
  }

  private static func entry(_ fields: [String], _ groups: [String: [TermContext.Phrase]]) throws(Diagnostic) -> Entry {
    let term = try TermFile.term(fields[0])
    if fields.count == 1 { return Entry(term: term.text, severity: 2, category: .unsorted, isPrefix: term.isPrefix) }
    guard (3...4).contains(fields.count) else {
      throw Diagnostic("bad-entry", "an entry has a term, a severity, a category and perhaps a context, with tabs between them")
    }
    guard let severity = Int(fields[1]), (1...3).contains(severity) else {
      throw Diagnostic("bad-severity", "the severity is 1, 2 or 3, not '\(fields[1])'")
    }
    guard let category = Category(rawValue: fields[2]) else {
      let names = Category.allCases.map(\.rawValue)
      let nearest = nearestName(to: fields[2], among: names).map { "did you mean '\($0)'? " } ?? ""
      throw Diagnostic(
        "unknown-category", "unknown category '\(fields[2])'", fix: nearest + "one of \(names.joined(separator: ", "))")
    }
    let context = fields.count == 4 ? try TermContext(fields[3], groups) : TermContext()
    return Entry(term: term.text, severity: severity, category: category, isPrefix: term.isPrefix, context: context)
  }
}
