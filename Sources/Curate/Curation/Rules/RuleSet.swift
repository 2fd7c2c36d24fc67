import Documents
import Foundation

/// Rule packs in the order in which they apply.
public struct RuleSet: Sendable {
  public var packs: [RulePack]

  public init(_ packs: [RulePack]) { self.packs = packs }

  /// Reads rule files (a file may `include` others, relative to its own folder).
  /// - Parameter definition: replaces the definition that the files name.
  /// - Throws: `Diagnostics` with every problem of every file, in order.
  public static func load(_ files: [String], definition: MetricDefinition? = nil) throws(Diagnostics) -> RuleSet {
    try load(files, definition: definition) { try String(contentsOfFile: $0, encoding: .utf8) }
  }

  /// As `load`, with the reading of files passed in.
  public static func load(
    _ files: [String], definition: MetricDefinition? = nil, readFile: @escaping (String) throws -> String
  ) throws(Diagnostics) -> RuleSet {
    var loader = RuleFileLoader(definition: definition, readFile: readFile)
    for file in files { loader.load(file, from: nil, parents: []) }
    guard loader.problems.isEmpty else { throw Diagnostics(loader.problems) }
    return RuleSet(loader.packs)
  }
}

private struct RuleFileLoader {
  let definition: MetricDefinition?
  let readFile: (String) throws -> String
  var packs: [RulePack] = []
  var problems: [Diagnostic] = []

  mutating func load(_ file: String, from place: Diagnostic.Place?, parents: [String]) {
    if parents.contains(file) {
      let way = (parents + [file]).joined(separator: " -> ")
      problems.append(Diagnostic("cycle", "rule files include each other: \(way)", at: place))
      return
    }
    guard let text = try? readFile(file) else {
      problems.append(Diagnostic("not-found", "cannot read the rule file '\(file)'", at: place ?? .init(file: file)))
      return
    }
    let (content, source) = RulePackReader.read(text, file: file, definition: definition, readFile: readFile)
    problems += source.problems
    switch content {
    case .pack(let pack):
      if packs.contains(where: { $0.id == pack.id }) {
        problems.append(
          Diagnostic(
            "duplicate-pack", "the rule pack '\(pack.id)' is loaded twice", at: place ?? .init(file: file),
            fix: "name each pack once; 'include' may already bring it in"))
      } else {
        packs.append(pack)
      }
    case .include(let entries):
      for entry in entries {
        load(siblingPath(entry.path, of: file), from: source.place(entry.node), parents: parents + [file])
      }
    case nil: break
    }
  }
}
