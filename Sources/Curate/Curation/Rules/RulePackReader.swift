import Documents
import Foundation
import Yams

/// Reads one rule file. Every problem is collected with its place; a file with a problem yields no pack.
struct RulePackReader {
  let source: YAMLSource
  private let definition: MetricDefinition?
  private let readFile: (String) throws -> String
  /// By language, of the file that the pack names.
  private var parameters: [String: LanguageParameters] = [:]

  private init(source: YAMLSource, definition: MetricDefinition?, readFile: @escaping (String) throws -> String) {
    (self.source, self.definition, self.readFile) = (source, definition, readFile)
  }

  /// What a file holds: a pack of its own, or the names of other files.
  enum Content {
    case pack(RulePack)
    case include([(path: String, node: Node)])
  }

  static func read(
    _ text: String, file: String, definition: MetricDefinition?, readFile: @escaping (String) throws -> String
  ) -> (content: Content?, source: YAMLSource) {
    let (source, root) = YAMLSource.open(text, file: file)
    guard let root else { return (nil, source) }
    var reader = RulePackReader(source: source, definition: definition, readFile: readFile)
    let isList = root.pairs.contains { $0.key.scalar?.string == "include" }
    let content = isList ? reader.include(root) : reader.pack(root)
    root.finish()
    return (source.problems.isEmpty ? content : nil, source)
  }

  private func include(_ root: YAMLObject) -> Content? {
    _ = root.string("title")
    guard let node = root.value("include"), let paths = source.strings(node, "'include'") else { return nil }
    let nodes = node.sequence.map { Array($0) } ?? []
    return .include(zip(paths, nodes).map { ($0, $1) })
  }

  private mutating func pack(_ root: YAMLObject) -> Content? {
    let id = root.required("id") ?? ""
    let version = root.integer("version") ?? 1
    let title = root.string("title") ?? id
    let origin = root.required("source") ?? ""
    let named = namedDefinition(root)
    parameters = languageParameters(root)
    let stopWords = stopWords(root)
    let trims = root.bool("trim-lines") ?? false
    let before = rules(root, "rules", pack: id)
    let edits = lineRules(root, pack: id)
    let lines = edits.rules
    let after = rules(root, "rules-after-lines", pack: id)
    checkIdentifiers(before.map(\.id) + lines.map(\.id) + after.map(\.id), root)
    if before.isEmpty, lines.isEmpty, after.isEmpty, source.problems.isEmpty {
      source.problem(
        "no-rules", "the file has no rules", at: root.node, fix: "add 'rules:', 'lines:', 'paragraphs:' or 'include:'")
    }
    for rule in before where rule.metric == .removedWordFraction {
      source.problem(
        "misplaced-rule", "'removed-word-fraction' can only be tested after line rules", at: root.node,
        fix: "move \(rule.id) to 'rules-after-lines'")
    }
    return .pack(
      RulePack(
        id: id, version: version, title: title, source: origin, definition: definition ?? named ?? .winnow, rules: before,
        trimsLines: trims, unit: edits.unit, lineRules: lines, rulesAfterLines: after, stopWords: stopWords,
        terminals: parameters.mapValues { $0.terminalPunctuation.map(\.value) }))
  }

  /// A name, or `{ base: NAME, SWITCH: true, … }`.
  private func namedDefinition(_ root: YAMLObject) -> MetricDefinition? {
    let names = MetricDefinition.all.map { ($0.id, $0) }
    guard let node = root.value("definition"), case .mapping = node, let object = source.object(node, "'definition'") else {
      return root.choice("definition", names)
    }
    guard var result = object.choice("base", names) ?? (object.required("base") == nil ? nil : .winnow) else { return nil }
    for (name, path) in MetricDefinition.switches {
      if let value = object.bool(name) { result = result.with(name, path, value) }
    }
    object.finish()
    return result
  }

  private func checkIdentifiers(_ ids: [String], _ root: YAMLObject) {
    var seen = Set<String>()
    for id in ids where !seen.insert(id).inserted {
      source.problem("duplicate-rule", "two rules have the id '\(id)'", at: root.node, fix: "give each rule an id of its own")
    }
  }

  // MARK: Document rules

  private func rules(_ root: YAMLObject, _ key: String, pack: String) -> [Rule] {
    guard let node = root.value(key) else { return [] }
    guard case .sequence(let entries) = node else {
      source.problem("wrong-type", "'\(key)' has to be a list of rules, this is \(source.kind(of: node))", at: node)
      return []
    }
    return entries.compactMap { source.object($0, "a rule").flatMap { rule($0, pack: pack) } }
  }

  private func rule(_ object: YAMLObject, pack: String) -> Rule? {
    let id = object.required("id")
    let metric = object.choice("metric", Metric.allCases.map { ($0.name, $0) })
    if metric == nil, object.value("metric") == nil { _ = object.required("metric") }
    checkUnit(object, metric)
    let bounds = bounds(object)
    let languages = languages(object)
    let characters = object.integer("characters")
    let phrases = object.strings("phrases") ?? []
    let byLanguage = byLanguage(object, metric)
    let derivation = object.choice("derived", BoundDerivation.allCases.map { ($0.rawValue, $0) })
    let origin = object.string("source")
    _ = object.string("note")
    object.finish()
    guard let id, let metric else { return nil }
    checkDerivation(object, id, derivation)
    if bounds == Bounds(), byLanguage.bounds.isEmpty {
      source.problem(
        "no-bounds", "rule '\(id)' has neither minimum nor maximum", at: object.node, fix: "add 'minimum' or 'maximum'")
    }
    checkParameters(object, id, metric, characters, phrases)
    let request = MetricRequest(
      metric, characters: characters ?? 0, charactersByLanguage: byLanguage.characters,
      phrases: phrases.map { CaseFolding.fold($0) })
    return Rule(
      id: "\(pack).\(id)", metric: metric, bounds: bounds,
      boundsByLanguage: boundsByLanguage(byLanguage.bounds, metric, derivation),
      languages: languages, derivation: derivation, source: origin, request: request)
  }

  /// What the rule states for a language comes before what was derived for it, for each of the two bounds.
  private func boundsByLanguage(_ stated: [String: Bounds], _ metric: Metric, _ derivation: BoundDerivation?) -> [String:
    Bounds]
  {
    guard derivation != nil else { return stated }
    var result = stated
    for (language, parameters) in parameters where language != LanguageParameterDerivation.reference {
      guard let derived = parameters.bounds[metric] else { continue }
      let own = stated[language] ?? Bounds()
      result[language] = Bounds(minimum: own.minimum ?? derived.minimum, maximum: own.maximum ?? derived.maximum)
    }
    return result
  }

  private func checkDerivation(_ object: YAMLObject, _ id: String, _ derivation: BoundDerivation?) {
    guard derivation != nil, !source.languageParametersSeen else { return }
    source.problem(
      "missing-key", "the bounds of rule '\(id)' are derived, but the file names no language parameters",
      at: object.value("derived"),
      fix: "add 'language-parameters: FILE' at the top")
  }

  private func checkUnit(_ object: YAMLObject, _ metric: Metric?) {
    guard let unit = object.string("unit"), let metric, unit != metric.unit else { return }
    source.problem(
      "wrong-unit", "'\(metric.name)' is measured in \(metric.unit), not in \(unit)", at: object.value("unit"),
      fix: "write 'unit: \(metric.unit)' and check the number")
  }

  private func checkParameters(
    _ object: YAMLObject, _ id: String, _ metric: Metric, _ characters: Int?, _ phrases: [String]
  ) {
    let needsLength = metric == .shortLineFraction || metric == .longLines
    if needsLength != (characters != nil) {
      source.problem(
        needsLength ? "missing-key" : "unused-key",
        needsLength ? "'\(metric.name)' needs 'characters'" : "'\(metric.name)' has no use for 'characters'", at: object.node,
        fix: needsLength ? "add 'characters: 30', say" : "remove 'characters'")
    }
    if metric != .questionableSentenceFraction, (metric == .phraseCount) == phrases.isEmpty {
      source.problem(
        phrases.isEmpty ? "missing-key" : "unused-key",
        phrases.isEmpty ? "'phrase-count' needs 'phrases'" : "'\(metric.name)' has no use for 'phrases'", at: object.node,
        fix: phrases.isEmpty ? "add 'phrases: [...]'" : "remove 'phrases'")
    }
    if metric == .stopWords, !hasStopWords {
      source.problem(
        "missing-key", "rule '\(id)' counts stop words, but the file names no list", at: object.node,
        fix: "add 'stop-words: FILE' at the top")
    }
  }

  private func bounds(_ object: YAMLObject) -> Bounds {
    let bounds = Bounds(minimum: object.number("minimum"), maximum: object.number("maximum"))
    if let minimum = bounds.minimum, let maximum = bounds.maximum, minimum > maximum {
      source.problem(
        "empty-range", "minimum \(minimum) is above maximum \(maximum): every document would be dropped",
        at: object.value("minimum"))
    }
    return bounds
  }

  private func languages(_ object: YAMLObject) -> LanguageScope {
    let only = object.strings("languages")
    let except = object.strings("except-languages")
    if only != nil, except != nil {
      source.problem(
        "conflict", "'languages' and 'except-languages' exclude each other", at: object.node, fix: "keep one of them")
    }
    if let only { return .only(Set(only.map(LanguageCode.normalized))) }
    if let except { return .except(Set(except.map(LanguageCode.normalized))) }
    return .all
  }

  private func byLanguage(
    _ object: YAMLObject, _ metric: Metric?
  ) -> (bounds: [String: Bounds], characters: [String: Int]) {
    var result: (bounds: [String: Bounds], characters: [String: Int]) = ([:], [:])
    guard let table = object.object("by-language") else { return result }
    for (key, value) in table.pairs {
      guard let code = source.string(key, "a language"), let entry = source.object(value, "'\(code)'") else { continue }
      let language = LanguageCode.normalized(code)
      let bounds = bounds(entry)
      if bounds != Bounds() { result.bounds[language] = bounds }
      if let characters = entry.integer("characters") { result.characters[language] = characters }
      entry.finish()
    }
    return result
  }

  // MARK: Line rules

  /// The rules under `lines:` or under `paragraphs:`; a pack edits one of the two.
  private func lineRules(_ root: YAMLObject, pack: String) -> (rules: [LineRule], unit: LineRule.Unit) {
    let (lines, paragraphs) = (root.value("lines"), root.value("paragraphs"))
    if lines != nil, let paragraphs {
      source.problem(
        "conflict", "a pack edits lines or paragraphs, not both", at: paragraphs, fix: "move one of them to a pack of its own")
    }
    guard let node = lines ?? paragraphs else { return ([], .line) }
    guard case .sequence(let entries) = node else {
      let key = lines == nil ? "paragraphs" : "lines"
      source.problem("wrong-type", "'\(key)' has to be a list of rules, this is \(source.kind(of: node))", at: node)
      return ([], .line)
    }
    let rules = entries.compactMap { source.object($0, "a line rule").flatMap { lineRule($0, pack: pack) } }
    return (rules, lines == nil ? .paragraph : .line)
  }

  private func lineRule(_ object: YAMLObject, pack: String) -> LineRule? {
    let id = object.required("id")
    let languages = languages(object)
    _ = object.string("source")
    _ = object.string("note")
    defer { object.finish() }
    if let node = object.value("remove") {
      guard let id, let text = source.string(node, "'remove'"), let pattern = pattern(text, node) else { return nil }
      return LineRule(id: "\(pack).\(id)", languages: languages, test: .removeMatches(pattern))
    }
    let metric = object.choice("metric", LineMetric.allCases.map { ($0.rawValue, $0) })
    if metric == nil, object.value("metric") == nil {
      source.problem("missing-key", "a line rule needs 'metric' or 'remove'", at: object.node)
    }
    let bounds = bounds(object)
    let phrases = object.strings("phrases") ?? []
    let patternNode = object.value("pattern")
    let pattern = patternNode.flatMap { node in source.string(node, "'pattern'").flatMap { self.pattern($0, node) } }
    let action = object.choice("action", [("remove-line", LineRule.Action.removeLine), ("drop-document", .dropDocument)])
    guard let id, let metric else { return nil }
    if bounds == Bounds() {
      source.problem(
        "no-bounds", "rule '\(id)' has neither minimum nor maximum", at: object.node, fix: "add 'minimum' or 'maximum'")
    }
    if (metric == .phraseCount) == phrases.isEmpty {
      source.problem("missing-key", "'phrases' belong to 'phrase-count', and it needs them", at: object.node)
    }
    if (metric == .patternCount) != (patternNode != nil) {
      source.problem("missing-key", "'pattern' belongs to 'pattern-count', and it needs one", at: object.node)
    }
    let folded = phrases.map { CaseFolding.fold($0) }
    return LineRule(
      id: "\(pack).\(id)", languages: languages,
      test: .measure(metric, bounds, action ?? .removeLine, phrases: folded, pattern: pattern))
  }

  private func pattern(_ text: String, _ node: Node) -> Pattern? {
    do throws(Diagnostic) {
      return try Pattern(text)
    } catch {
      source.problem(error.code, error.message, at: node)
      return nil
    }
  }

  // MARK: Stop words

  private var hasStopWords: Bool { source.stopWordsSeen || source.languageParametersSeen }

  private func languageParameters(_ root: YAMLObject) -> [String: LanguageParameters] {
    guard let node = root.value("language-parameters"), let path = source.string(node, "'language-parameters'") else {
      return [:]
    }
    source.languageParametersSeen = true
    let found = LanguageParameterReader(readFile: readFile).read(index: siblingPath(path, of: source.file))
    source.add(found.problems)
    return found.parameters
  }

  /// The lists of the language parameters, and before them those that the pack names itself.
  private func stopWords(_ root: YAMLObject) -> [String: StopWordList] {
    let derived = parameters.compactMapValues { $0.stopWords.isEmpty ? nil : StopWordList($0.stopWords) }
    return derived.merging(statedStopWords(root)) { $1 }
  }

  private func statedStopWords(_ root: YAMLObject) -> [String: StopWordList] {
    guard let node = root.value("stop-words") else { return [:] }
    source.stopWordsSeen = true
    if case .scalar(let scalar) = node {
      let path = siblingPath(scalar.string, of: source.file)
      guard let text = try? readFile(path) else {
        source.problem(
          "not-found", "cannot read the stop words '\(path)'", at: node, fix: "paths are relative to the rule file")
        return [:]
      }
      let (other, object) = YAMLSource.open(text, file: path)
      let lists = object.map { Self.lists($0) } ?? [:]
      source.add(other.problems)
      return lists
    }
    return source.object(node, "'stop-words'").map { Self.lists($0) } ?? [:]
  }

  private static func lists(_ object: YAMLObject) -> [String: StopWordList] {
    var lists: [String: StopWordList] = [:]
    for (key, value) in object.pairs {
      guard let code = object.source.string(key, "a language") else { continue }
      guard let words = object.source.strings(value, "'\(code)'") else { continue }
      if words.count > StopWordList.capacity {
        object.source.problem(
          "too-many", "'\(code)' has \(words.count) stop words, at most \(StopWordList.capacity) are used", at: value)
        continue
      }
      lists[LanguageCode.normalized(code)] = StopWordList(words)
    }
    return lists
  }
}

/// `path` as a rule file at `file` means it: relative to the file's folder.
func siblingPath(_ path: String, of file: String) -> String {
  guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
  return String(file[...slash]) + path
}
