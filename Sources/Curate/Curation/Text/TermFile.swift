import Documents
import Foundation

/// Files of terms by language: one entry a line, its fields with tabs between them, `#` comments, blank lines. A `*` at the end of a term
/// stands for any ending.
enum TermFile {
  /// A line with something on it.
  struct Line {
    /// Without white space around them; at least one.
    let fields: [String]
    let number: Int
    let text: Substring
  }

  /// Reads files whose names begin with a language code (`de.tsv`, `pt.txt`, `fr`), one language each.
  /// - Throws: `Diagnostics` with every problem of every file.
  static func load<List>(
    _ files: [String], parse: (_ text: String, _ language: String, _ file: String) -> (List, [Diagnostic])
  ) throws(Diagnostics) -> [List] {
    var lists: [List] = []
    var problems: [Diagnostic] = []
    for file in files {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        problems.append(Diagnostic("not-found", "cannot read the terms '\(file)'", at: .init(file: file)))
        continue
      }
      let name = file.split(separator: "/").last.map(String.init) ?? file
      let (list, found) = parse(text, String(name.prefix { $0 != "." }), file)
      problems += found
      lists.append(list)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return lists
  }

  /// Every line that `entry` finds fault with is reported with its place; the entries of the others are returned, in order.
  static func parse<Entry>(
    _ text: String, file: String, _ entry: (Line) throws(Diagnostic) -> Entry?
  ) -> (entries: [Entry], problems: [Diagnostic]) {
    var entries: [Entry] = []
    var problems: [Diagnostic] = []
    // A line may end in CR LF, which Swift takes for one character.
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0.withoutOuterWhiteSpace) }
      do throws(Diagnostic) {
        if let entry = try entry(Line(fields: fields, number: index + 1, text: line)) { entries.append(entry) }
      } catch {
        var problem = error
        problem.place = .init(file: file, line: index + 1, column: 1, excerpt: String(line))
        problems.append(problem)
      }
    }
    return (entries, problems)
  }

  /// A term as it is written: lower-case, and whether it may go on.
  /// - Throws: `bad-term` when there is none.
  static func term(_ written: String) throws(Diagnostic) -> TermMatcher.Term {
    let isPrefix = written.hasSuffix("*")
    let text = String(decoding: CaseFolding.fold(isPrefix ? String(written.dropLast()) : written), as: UTF8.self)
    guard !text.isEmpty else { throw Diagnostic("bad-term", "an entry without a term") }
    return TermMatcher.Term(text: text, isPrefix: isPrefix)
  }
}

extension Substring {
  /// What is left without white space at both ends.
  var withoutOuterWhiteSpace: Substring {
    var rest = self
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }
}
