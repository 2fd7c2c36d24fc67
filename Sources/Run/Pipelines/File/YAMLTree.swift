import Documents
import Yams

/// A YAML document in which every node knows its place: what Yams' decoder forgets.
struct YAMLTree {
  enum Content {
    /// `isQuoted` tells `"1"` from `1`.
    case scalar(String, isQuoted: Bool)
    case sequence([YAMLTree])
    case mapping([(key: YAMLTree, value: YAMLTree)])
  }

  let content: Content
  let place: Diagnostic.Place

  /// - Throws: `yaml-syntax` with the place, also for duplicate keys and for a file without content.
  static func parse(_ text: String, file: String) throws(Diagnostic) -> YAMLTree {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasSuffix("\r") ? String($0.dropLast()) : String($0)
    }
    func place(_ mark: Mark?, length: Int = 1) -> Diagnostic.Place {
      guard let mark, mark.line >= 1, mark.line <= lines.count else { return .init(file: file) }
      return .init(file: file, line: mark.line, column: mark.column, length: length, excerpt: lines[mark.line - 1])
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
        throw Diagnostic(
          "yaml-syntax", "not valid YAML: \(problem)", at: place(mark), fix: Self.syntaxFix(problem, lines, mark))
      case .duplicatedKeysInMapping(let duplicates, let context):
        let names = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
        throw Diagnostic(
          "duplicate-key", "the key \(names) stands twice in one mapping",
          at: Self.secondPlace(of: duplicates.sorted().first, lines, file, from: context.mark),
          fix: "keep one of them, or give the other another name")
      case .reader(let problem, _, _, _):
        throw Diagnostic(
          "yaml-syntax", "not readable as YAML: \(problem)", at: .init(file: file), fix: "save the file as UTF-8 text")
      default: throw Diagnostic("yaml-syntax", "not readable as YAML: \(error)", at: .init(file: file))
      }
    } catch {
      throw Diagnostic("yaml-syntax", "not readable as YAML: \(error)", at: .init(file: file))
    }
    guard let root else { throw Diagnostic("yaml-syntax", "the file is empty", at: .init(file: file)) }

    func convert(_ node: Node) -> YAMLTree {
      switch node {
      case .scalar(let scalar):
        let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
        return YAMLTree(
          content: .scalar(scalar.string, isQuoted: isQuoted),
          place: place(node.mark, length: max(1, scalar.string.unicodeScalars.count + (isQuoted ? 2 : 0))))
      case .sequence(let sequence): return YAMLTree(content: .sequence(sequence.map(convert)), place: place(node.mark))
      case .mapping(let mapping):
        return YAMLTree(content: .mapping(mapping.map { (convert($0.key), convert($0.value)) }), place: place(node.mark))
      case .alias: return YAMLTree(content: .scalar("", isQuoted: false), place: place(node.mark))
      }
    }
    return convert(root)
  }

  private static func syntaxFix(_ problem: String, _ lines: [String], _ mark: Mark) -> String? {
    if problem.contains("character that cannot start any token") {
      return "indent with spaces, not tabs, and put values that start with @, ` or % in quotes"
    }
    if problem.contains("mapping values are not allowed") {
      return "put a text that contains ': ' in quotes, and check the indentation"
    }
    if problem.contains("did not find expected") { return "check the indentation and that every { [ and quote is closed" }
    return nil
  }

  private static func secondPlace(of key: String?, _ lines: [String], _ file: String, from mark: Mark) -> Diagnostic.Place {
    guard let key else { return .init(file: file) }
    var seen = false
    for index in max(0, mark.line - 1)..<lines.count {
      let scalars = Array(lines[index].unicodeScalars)
      let target = Array("\(key):".unicodeScalars)
      var start = 0
      while start + target.count <= scalars.count {
        let isWordStart = start == 0 || !scalars[start - 1].properties.isAlphabetic && scalars[start - 1] != "-"
        if isWordStart, Array(scalars[start..<start + target.count]) == target {
          if seen {
            return .init(file: file, line: index + 1, column: start + 1, length: target.count - 1, excerpt: lines[index])
          }
          seen = true
          start += target.count
        } else {
          start += 1
        }
      }
    }
    return .init(file: file, line: mark.line, column: mark.column, excerpt: lines[min(mark.line, lines.count) - 1])
  }

  /// What the node is, for messages.
  var kindName: String {
    switch content {
    case .scalar(let text, let isQuoted):
      if isQuoted { return "a text" }
      if text.isEmpty || text == "~" || text == "null" { return "nothing" }
      if Double(text) != nil { return "a number" }
      if text == "true" || text == "false" { return "true or false" }
      return "a text"
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    }
  }

  var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
}
