import Documents
import Foundation

/// Words and phrases of one language that point to toxic text.
///
/// Two file formats: ours, tab-separated `term  severity  category` with `#` comments, where a `*` at the end of a term stands for any
/// ending; and plain lists of one term per line, as the LDNOOBW lists are (severity 2, category `unsorted`).
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

    public init(term: String, severity: Int, category: Category, isPrefix: Bool = false) {
      self.term = term
      self.severity = severity
      self.category = category
      self.isPrefix = isPrefix
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
  public static func load(_ files: [String]) throws(Diagnostics) -> [ToxicityLexicon] {
    var lexicons: [ToxicityLexicon] = []
    var problems: [Diagnostic] = []
    for file in files {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        problems.append(Diagnostic("not-found", "cannot read the lexicon '\(file)'", at: .init(file: file)))
        continue
      }
      let name = file.split(separator: "/").last.map(String.init) ?? file
      let language = String(name.prefix { $0 != "." })
      let (lexicon, found) = parse(text, language: language, file: file)
      problems += found
      lexicons.append(lexicon)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return lexicons
  }

  /// Every problem of the text is reported; the entries without one are in the lexicon.
  public static func parse(_ text: String, language: String, file: String) -> (ToxicityLexicon, [Diagnostic]) {
    var entries: [Entry] = []
    var problems: [Diagnostic] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = line.trimmingCharacters(in: .whitespaces)
      if content.isEmpty || content.hasPrefix("#") { continue }
      switch entry(String(line)) {
      case .success(let entry): entries.append(entry)
      case .failure(let problem):
        var problem = problem
        problem.place = .init(file: file, line: number + 1, column: 1, excerpt: String(line))
        problems.append(problem)
      }
    }
    return (ToxicityLexicon(language: language, entries: entries), problems)
  }

  private static func entry(_ line: String) -> Result<Entry, Diagnostic> {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    let isPrefix = fields[0].hasSuffix("*")
    let term = String(decoding: CaseFolding.fold(isPrefix ? String(fields[0].dropLast()) : fields[0]), as: UTF8.self)
    guard !term.isEmpty else { return .failure(Diagnostic("bad-term", "an entry without a term")) }
    if fields.count == 1 { return .success(Entry(term: term, severity: 2, category: .unsorted, isPrefix: isPrefix)) }
    guard fields.count == 3 else {
      return .failure(Diagnostic("bad-entry", "an entry has a term, a severity and a category, with tabs between them"))
    }
    guard let severity = Int(fields[1]), (1...3).contains(severity) else {
      return .failure(Diagnostic("bad-severity", "the severity is 1, 2 or 3, not '\(fields[1])'"))
    }
    guard let category = Category(rawValue: fields[2]) else {
      let names = Category.allCases.map(\.rawValue)
      let nearest = nearestName(to: fields[2], among: names).map { "did you mean '\($0)'? " } ?? ""
      return .failure(
        Diagnostic("unknown-category", "unknown category '\(fields[2])'", fix: nearest + "one of \(names.joined(separator: ", "))"))
    }
    return .success(Entry(term: term, severity: severity, category: category, isPrefix: isPrefix))
  }
}
