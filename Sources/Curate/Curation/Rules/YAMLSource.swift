import Documents
import Foundation
import Yams

/// One YAML file being read: keeps its lines for excerpts and collects every problem instead of stopping at the first.
final class YAMLSource {
  let file: String
  private let lines: [Substring]
  private(set) var problems: [Diagnostic] = []
  /// The file names stop words (even if they could not be read).
  var stopWordsSeen = false
  /// The file names language parameters (even if they could not be read).
  var languageParametersSeen = false

  init(file: String, text: String) {
    self.file = file
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The root mapping, or nil with a problem noted.
  static func open(_ text: String, file: String) -> (YAMLSource, YAMLObject?) {
    let source = YAMLSource(file: file, text: text)
    do {
      guard let node = try Yams.compose(yaml: text) else {
        source.problems.append(Diagnostic("empty-file", "the file is empty", at: .init(file: file)))
        return (source, nil)
      }
      return (source, source.object(node, "the file"))
    } catch {
      source.problems.append(source.syntaxError(error))
      return (source, nil)
    }
  }

  func problem(_ code: String, _ message: String, at node: Node?, fix: String? = nil) {
    problems.append(Diagnostic(code, message, at: place(node), fix: fix))
  }

  func add(_ diagnostics: [Diagnostic]) { problems += diagnostics }

  func place(_ node: Node?) -> Diagnostic.Place {
    guard let mark = node?.mark else { return .init(file: file) }
    let excerpt = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : nil
    return .init(
      file: file, line: mark.line, column: mark.column, length: node?.scalar?.string.unicodeScalars.count ?? 1, excerpt: excerpt
    )
  }

  func object(_ node: Node, _ name: String) -> YAMLObject? {
    guard case .mapping(let mapping) = node else {
      problem("wrong-type", "\(name) has to be a mapping (key: value), this is \(kind(of: node))", at: node)
      return nil
    }
    return YAMLObject(source: self, node: node, mapping: mapping, name: name)
  }

  func string(_ node: Node, _ name: String) -> String? {
    guard case .scalar(let scalar) = node else {
      problem("wrong-type", "\(name) has to be text, this is \(kind(of: node))", at: node)
      return nil
    }
    return scalar.string
  }

  func number(_ node: Node, _ name: String) -> Double? {
    guard case .scalar(let scalar) = node, let value = Double(scalar.string.replacing("_", with: "")), value.isFinite else {
      let found = node.scalar.map { "'\($0.string)'" } ?? kind(of: node)
      problem("wrong-type", "\(name) has to be a number, this is \(found)", at: node)
      return nil
    }
    return value
  }

  func strings(_ node: Node, _ name: String) -> [String]? {
    guard case .sequence(let sequence) = node else {
      problem("wrong-type", "\(name) has to be a list, this is \(kind(of: node))", at: node, fix: "write [a, b]")
      return nil
    }
    return sequence.compactMap { string($0, "an entry of \(name)") }
  }

  func kind(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "the text '\(scalar.string)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }

  private func syntaxError(_ error: any Error) -> Diagnostic {
    guard let error = error as? YamlError else {
      return Diagnostic("bad-yaml", "\(error)", at: .init(file: file))
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      let excerpt = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : nil
      return Diagnostic("bad-yaml", problem, at: .init(file: file, line: mark.line, column: mark.column, excerpt: excerpt))
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
      let mark = context.mark
      let excerpt = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : nil
      return Diagnostic(
        "duplicate-key", "a mapping has the same key twice: \(names)",
        at: .init(file: file, line: mark.line, column: mark.column, excerpt: excerpt), fix: "remove or rename one of them")
    default: return Diagnostic("bad-yaml", "\(error)", at: .init(file: file))
    }
  }
}

/// A mapping of a YAML file, read key by key; `finish` reports the keys that nobody asked for.
final class YAMLObject {
  let source: YAMLSource
  let node: Node
  let name: String
  private let mapping: Node.Mapping
  private var known: [String] = []

  init(source: YAMLSource, node: Node, mapping: Node.Mapping, name: String) {
    self.source = source
    self.node = node
    self.mapping = mapping
    self.name = name
  }

  var pairs: [(key: Node, value: Node)] { mapping.map { ($0.key, $0.value) } }

  func value(_ key: String) -> Node? {
    known.append(key)
    return pairs.first { $0.key.scalar?.string == key }?.value
  }

  func string(_ key: String) -> String? { value(key).flatMap { source.string($0, "'\(key)'") } }
  func number(_ key: String) -> Double? { value(key).flatMap { source.number($0, "'\(key)'") } }
  func strings(_ key: String) -> [String]? { value(key).flatMap { source.strings($0, "'\(key)'") } }
  func object(_ key: String) -> YAMLObject? { value(key).flatMap { source.object($0, "'\(key)'") } }

  func integer(_ key: String) -> Int? {
    guard let node = value(key), let number = source.number(node, "'\(key)'") else { return nil }
    guard let integer = Int(exactly: number) else {
      source.problem("wrong-type", "'\(key)' has to be a whole number, this is \(number)", at: node)
      return nil
    }
    return integer
  }

  func bool(_ key: String) -> Bool? {
    guard let node = value(key), let text = source.string(node, "'\(key)'") else { return nil }
    guard text == "true" || text == "false" else {
      source.problem("wrong-type", "'\(key)' has to be true or false, this is '\(text)'", at: node)
      return nil
    }
    return text == "true"
  }

  /// One of a set of names, with the nearest one in the error.
  func choice<Choice>(_ key: String, _ choices: [(name: String, value: Choice)]) -> Choice? {
    guard let node = value(key), let text = source.string(node, "'\(key)'") else { return nil }
    if let choice = choices.first(where: { $0.name == text }) { return choice.value }
    let names = choices.map(\.name)
    source.problem("unknown-value", "unknown \(key) '\(text)' in \(name)", at: node, fix: suggestion(text, names))
    return nil
  }

  func required(_ key: String) -> String? {
    if let text = string(key) { return text }
    if !pairs.contains(where: { $0.key.scalar?.string == key }) {
      source.problem("missing-key", "\(name) has no '\(key)'", at: node, fix: "add '\(key)'")
    }
    return nil
  }

  /// Reports every key that was never asked for.
  func finish() {
    for (key, _) in pairs {
      let text = key.scalar?.string ?? ""
      if known.contains(text) { continue }
      source.problem("unknown-key", "unknown key '\(text)' in \(name)", at: key, fix: suggestion(text, known))
    }
  }

  private func suggestion(_ text: String, _ names: [String]) -> String {
    let list = names.count <= 16 ? "one of \(names.joined(separator: ", "))" : nil
    guard let nearest = nearestName(to: text, among: names) else { return list ?? "see the list in docs/guide/filters.md" }
    return "did you mean '\(nearest)'?" + (list.map { " (\($0))" } ?? "")
  }
}
