import Documents
import Foundation

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
  public static func load(_ files: [String]) throws(Diagnostics) -> [IdentityTerms] {
    var result: [IdentityTerms] = []
    var problems: [Diagnostic] = []
    for file in files {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        problems.append(Diagnostic("not-found", "cannot read the terms '\(file)'", at: .init(file: file)))
        continue
      }
      let name = file.split(separator: "/").last.map(String.init) ?? file
      let (terms, found) = parse(text, language: String(name.prefix { $0 != "." }), file: file)
      problems += found
      result.append(terms)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return result
  }

  /// Every problem of the text is reported; the entries without one are in the result.
  public static func parse(_ text: String, language: String, file: String) -> (IdentityTerms, [Diagnostic]) {
    var entries: [Entry] = []
    var problems: [Diagnostic] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
      switch entry(line) {
      case .success(let entry): entries.append(entry)
      case .failure(var problem):
        problem.place = .init(file: file, line: number + 1, column: 1, excerpt: String(line))
        problems.append(problem)
      }
    }
    return (IdentityTerms(language: language, entries: entries), problems)
  }

  private static func entry(_ line: Substring) -> Result<Entry, Diagnostic> {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    guard fields.count == 3, !fields[2].isEmpty else {
      return .failure(Diagnostic("bad-entry", "an entry has a term, a kind and a group, with tabs between them"))
    }
    guard let kind = Kind(rawValue: fields[1]) else {
      return .failure(
        Diagnostic("unknown-kind", "unknown kind '\(fields[1])'", fix: "one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))"))
    }
    let isPrefix = fields[0].hasSuffix("*")
    let term = String(decoding: CaseFolding.fold(isPrefix ? String(fields[0].dropLast()) : fields[0]), as: UTF8.self)
    guard !term.isEmpty else { return .failure(Diagnostic("bad-term", "an entry without a term")) }
    return .success(Entry(term: term, kind: kind, group: fields[2], isPrefix: isPrefix))
  }
}
