import Documents
import Foundation
import Storage

extension Pipeline {
  /// Reads and checks a pipeline file completely.
  ///
  /// - Throws: `Diagnostics` with all that is wrong, in the order of the file, before any work is done.
  public static func load(path: String) throws -> (pipeline: Pipeline, warnings: [Diagnostic]) {
    guard fileSize(path) < 1 << 22 else {
      throw Diagnostics([Diagnostic("too-large", "a pipeline file of more than 4 MB", at: .init(file: path))])
    }
    return try decode(String(decoding: MappedFile.contents(of: path), as: UTF8.self), file: path)
  }

  public static func decode(_ text: String, file: String) throws -> (pipeline: Pipeline, warnings: [Diagnostic]) {
    let tree: YAMLTree
    do { tree = try YAMLTree.parse(text, file: file) } catch { throw Diagnostics([error]) }
    var decoder = PipelineDecoder(file: file)
    let pipeline = decoder.decode(tree)
    let found = decoder.diagnostics.sorted {
      ($0.place?.line ?? 0, $0.place?.column ?? 0) < ($1.place?.line ?? 0, $1.place?.column ?? 0)
    }
    let errors = found.filter { $0.severity == .error }
    guard errors.isEmpty, let pipeline else { throw Diagnostics(errors) }
    return (pipeline, found.filter { $0.severity == .warning })
  }
}

/// Collects everything that is wrong instead of stopping at the first fault.
private struct PipelineDecoder {
  let file: String
  var diagnostics: [Diagnostic] = []

  init(file: String) { self.file = file }

  typealias Pair = (key: YAMLTree, value: YAMLTree)

  /// A stage as written, before its edges are resolved.
  struct Draft {
    let id: String
    let place: Diagnostic.Place
    let kind: StageKind
    let parameters: Parameters
    var edges: [(edge: Edge, place: Diagnostic.Place)]
  }

  mutating func decode(_ root: YAMLTree) -> Pipeline? {
    guard let pairs = mapping(root, "a pipeline file") else { return nil }
    checkKeys(pairs, known: ["winnow", "name", "sources", "stages"], in: "the pipeline file")
    checkVersion(pairs, root)
    let name = decodeName(pairs, root)
    let sources = decodeSources(pairs, root)
    let drafts = decodeStages(pairs, root, sources)
    let stages = connect(drafts, sources)
    warnAboutUnused(sources, stages)
    guard let name, let stages else { return nil }
    return Pipeline(name: name, file: file, sources: sources.compactMap(\.source), stages: stages)
  }

  // MARK: Head

  private mutating func checkVersion(_ pairs: [Pair], _ root: YAMLTree) {
    guard let value = find("winnow", in: pairs) else {
      error(
        "missing-version", "the version of the file format is missing", root.place, fix: "write 'winnow: 1' as the first line")
      return
    }
    if value.text != "1" {
      error(
        "unknown-version", "unknown version '\(value.text ?? value.kindName)' of the file format", value.place,
        fix: "this release reads 'winnow: 1'")
    }
  }

  private mutating func decodeName(_ pairs: [Pair], _ root: YAMLTree) -> String? {
    guard let value = find("name", in: pairs) else {
      error(
        "missing-name", "the pipeline has no name", root.place, fix: "write 'name: my-corpus'; runs are written to runs/NAME")
      return nil
    }
    guard let name = value.text, Self.isIdentifier(name) else {
      error(
        "invalid-name", "'\(value.text ?? value.kindName)' cannot name a pipeline", value.place,
        fix: "use letters, digits, '-' and '_', starting with a letter")
      return nil
    }
    return name
  }

  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
    let isLetter = { (byte: UInt8) in (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    return isLetter(first)
      && text.utf8.allSatisfy {
        isLetter($0) || $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
  }

  // MARK: Sources

  /// `source` is nil when it was named but not usable, so that edges to it are not reported a second time.
  private mutating func decodeSources(_ pairs: [Pair], _ root: YAMLTree) -> [(
    id: String, place: Diagnostic.Place, source: Source?
  )] {
    guard let section = find("sources", in: pairs) else {
      error(
        "missing-sources", "the pipeline has no sources", root.place,
        fix: "add 'sources: { crawl: { read: warc, paths: [\"crawl/*.warc.gz\"] } }'")
      return []
    }
    guard let entries = mapping(section, "'sources'") else { return [] }
    if entries.isEmpty { error("missing-sources", "'sources' is empty", section.place, fix: "name at least one source") }
    return entries.map { key, value in (key.text ?? "?", key.place, decodeSource(key, value)) }
  }

  private mutating func decodeSource(_ key: YAMLTree, _ value: YAMLTree) -> Source? {
    guard let id = identifier(key, "source") else { return nil }
    guard let pairs = mapping(value, "source '\(id)'") else { return nil }
    checkKeys(pairs, known: ["read", "paths", "with"], in: "source '\(id)'")
    let names = SourceKind.all.map(\.name)
    var kind: SourceKind?
    if let read = find("read", in: pairs) {
      kind = SourceKind.all.first { $0.name == read.text }
      if kind == nil {
        error(
          "unknown-reader", "unknown reader '\(read.text ?? read.kindName)'", read.place,
          fix: suggestion(read.text, names, "readers"))
      }
    } else {
      error(
        "missing-reader", "source '\(id)' does not say how to read its files", key.place,
        fix: "add 'read:' with one of \(names.joined(separator: ", "))")
    }
    let files = decodePaths(pairs, id, key)
    guard let kind else { return nil }
    let parameters = decodeParameters(find("with", in: pairs), kind.parameters, of: "source '\(id)' (\(kind.name))")
    guard let files, let parameters else { return nil }
    return Source(id: id, kind: kind, files: files, parameters: parameters)
  }

  private mutating func decodePaths(_ pairs: [Pair], _ id: String, _ key: YAMLTree) -> [String]? {
    guard let value = find("paths", in: pairs) else {
      error("missing-paths", "source '\(id)' names no files", key.place, fix: "add 'paths: [\"folder/*.warc.gz\"]'")
      return nil
    }
    guard let patterns = texts(value, "'paths'") else { return nil }
    if patterns.isEmpty {
      error("missing-paths", "'paths' is an empty list", value.place, fix: "name at least one file or pattern")
    }
    var files: [String] = []
    for (pattern, place) in patterns {
      if pattern.contains("://") {
        error(
          "remote-path", "'\(pattern)' is not a local path", place,
          fix: "copy the files to this machine first and name their local paths")
        continue
      }
      let matches = FilePattern.files(matching: pattern)
      if matches.isEmpty {
        error(
          "no-such-file", "no file matches '\(pattern)'", place,
          fix: "paths are relative to the current folder; quote patterns such as \"crawl/*.warc.gz\"")
      }
      for match in matches where !files.contains(match) { files.append(match) }
    }
    return files.isEmpty ? nil : files
  }

  // MARK: Stages

  private mutating func decodeStages(
    _ pairs: [Pair], _ root: YAMLTree, _ sources: [(id: String, place: Diagnostic.Place, source: Source?)]
  ) -> [(id: String, place: Diagnostic.Place, draft: Draft?)] {
    guard let section = find("stages", in: pairs) else {
      error(
        "missing-stages", "the pipeline has no stages", root.place,
        fix: "add 'stages: { extract: { use: main-content, from: crawl } }'")
      return []
    }
    guard let entries = mapping(section, "'stages'") else { return [] }
    if entries.isEmpty { error("missing-stages", "'stages' is empty", section.place, fix: "add at least one stage") }
    let nodes = sources.map(\.id) + entries.compactMap(\.key.text)
    return entries.map { key, value in
      if sources.contains(where: { $0.id == key.text }) {
        error(
          "duplicate-id", "'\(key.text ?? "")' is the name of a source and of a stage", key.place, fix: "rename one of them")
      }
      return (key.text ?? "?", key.place, decodeStage(key, value, nodes))
    }
  }

  private mutating func decodeStage(_ key: YAMLTree, _ value: YAMLTree, _ nodes: [String]) -> Draft? {
    guard let id = identifier(key, "stage") else { return nil }
    guard let pairs = mapping(value, "stage '\(id)'") else { return nil }
    guard let use = find("use", in: pairs) else {
      error(
        "missing-use", "stage '\(id)' does not say what it does", key.place,
        fix: "add 'use:' with one of \(StageCatalog.all.map(\.name).joined(separator: ", "))")
      return nil
    }
    guard let kind = StageCatalog.all.first(where: { $0.name == use.text }) else {
      error(
        "unknown-stage", "unknown stage '\(use.text ?? use.kindName)'", use.place,
        fix: suggestion(use.text, StageCatalog.all.map(\.name), "stages"))
      return nil
    }
    let portNames = kind.inputs.map(\.name)
    for pair in pairs where !(["use", "with"] + portNames).contains(pair.key.text ?? "") {
      let name = pair.key.text ?? pair.key.kindName
      let fix =
        kind.parameters.contains { $0.name == name }
        ? "'\(name)' is a parameter: write 'with: { \(name): … }'" : suggestion(name, ["use"] + portNames + ["with"], "keys")
      error("unknown-key", "unknown key '\(name)' in stage '\(id)'", pair.key.place, fix: fix)
    }
    var edges: [(Edge, Diagnostic.Place)] = []
    for port in kind.inputs {
      if let value = find(port.name, in: pairs) {
        edges += decodeEdges(value, port, id, nodes)
      } else if port.isRequired {
        error(
          "missing-input", "stage '\(id)' (\(kind.name)) needs '\(port.name)': where its \(port.accepts.rawValue) come from",
          key.place,
          fix: "add '\(port.name): NODE' with one of \(nodes.filter { $0 != id }.joined(separator: ", "))")
      }
    }
    let parameters = decodeParameters(find("with", in: pairs), kind.parameters, of: "stage '\(id)' (\(kind.name))")
    guard let parameters else { return nil }
    let place = find("with", in: pairs)?.place ?? use.place
    for problem in kind.check(parameters) {
      var located = problem
      if located.place == nil { located.place = place }
      diagnostics.append(located)
    }
    return Draft(id: id, place: key.place, kind: kind, parameters: parameters, edges: edges)
  }

  private mutating func decodeEdges(
    _ value: YAMLTree, _ port: InputPort, _ id: String, _ nodes: [String]
  ) -> [(Edge, Diagnostic.Place)] {
    func edge(_ text: String, _ share: Double) -> Edge {
      let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
      return Edge(port: port.name, node: parts.first ?? "", part: parts.count == 2 ? parts[1] : nil, share: share)
    }
    switch value.content {
    case .scalar(let text, _): return [(edge(text, 1), value.place)]
    case .sequence(let items) where port.allowsSeveral:
      if items.isEmpty {
        error("missing-input", "'\(port.name)' of stage '\(id)' is an empty list", value.place, fix: "name at least one node")
      }
      return items.compactMap { item in
        guard let text = item.text else {
          error(
            "wrong-type", "'\(port.name)' lists names, here stands \(item.kindName)", item.place,
            fix: "write '\(port.name): [web, docs]'")
          return nil
        }
        return (edge(text, 1), item.place)
      }
    case .mapping(let pairs) where port.allowsSeveral:
      let share = Parameter("share", .number(0...1), "")
      return pairs.compactMap { key, value in
        guard let text = key.text else { return nil }
        guard let written = value.text, case .number(let number)? = share.value(of: written), number > 0 else {
          error(
            "wrong-type", "the share of '\(text)' is \(value.text ?? value.kindName)", value.place,
            fix: "the share of an input's documents that enters is a percentage or a number above 0, up to 1")
          return nil
        }
        return (edge(text, number), key.place)
      }
    default:
      let form =
        port.allowsSeveral ? "the name of a node, a list of names, or a mapping of names to shares" : "the name of one node"
      error(
        "wrong-type", "'\(port.name)' of stage '\(id)' must be \(form), here stands \(value.kindName)", value.place,
        fix: "for example '\(port.name): \(nodes.first ?? "crawl")'")
      return []
    }
  }

  // MARK: Parameters

  /// Nil when something was wrong; it is then already reported.
  private mutating func decodeParameters(_ node: YAMLTree?, _ known: [Parameter], of what: String) -> Parameters? {
    var written: [Pair] = []
    if let node {
      guard let pairs = mapping(node, "'with' of \(what)") else { return nil }
      written = pairs
    }
    let before = diagnostics.count
    for pair in written {
      let name = pair.key.text ?? pair.key.kindName
      if known.contains(where: { $0.name == name }) { continue }
      var fix = known.isEmpty ? "\(what) takes no parameters" : suggestion(name, known.map(\.name), "keys")
      if let near = nearestName(to: name, among: known.map(\.name)), let parameter = known.first(where: { $0.name == near }) {
        fix = "did you mean '\(near)' (\(parameter.expectation))? Keys: \(known.map(\.name).joined(separator: ", "))"
      }
      error("unknown-key", "unknown key '\(name)' in \(what)", pair.key.place, fix: fix)
    }
    var values: [(String, ParameterValue)] = []
    for parameter in known {
      if let node = find(parameter.name, in: written) {
        if let value = decodeValue(node, parameter, what) { values.append((parameter.name, value)) }
      } else if let standard = parameter.standard {
        values.append((parameter.name, standard))
      }
    }
    return diagnostics.count == before ? Parameters(values) : nil
  }

  private mutating func decodeValue(_ node: YAMLTree, _ parameter: Parameter, _ what: String) -> ParameterValue? {
    func wrong(_ node: YAMLTree) -> Diagnostic {
      Diagnostic(
        "wrong-value", "'\(parameter.name)' of \(what) is \(node.text.map { "'\($0)'" } ?? node.kindName)", at: node.place,
        fix: "it must be \(parameter.expectation)" + choiceHint(node.text, parameter))
    }
    var isList = false
    var isFile = false
    switch parameter.kind {
    case .list: isList = true
    case .files: (isList, isFile) = (true, true)
    case .file: isFile = true
    default: break
    }
    if isList, case .sequence(let items) = node.content {
      var words: [String] = []
      for item in items {
        guard let text = item.text else {
          diagnostics.append(wrong(item))
          continue
        }
        if isFile { requireFile(text, item.place) }
        words.append(text)
      }
      return .list(words)
    }
    if case .scalar(let text, let isQuoted) = node.content, isQuoted || !text.isEmpty, let value = parameter.value(of: text) {
      if isFile { requireFile(text, node.place) }
      return value
    }
    diagnostics.append(wrong(node))
    return nil
  }

  private func choiceHint(_ text: String?, _ parameter: Parameter) -> String {
    guard case .choice(let choices) = parameter.kind, let text, let near = nearestName(to: text, among: choices) else {
      return ""
    }
    return "; did you mean '\(near)'?"
  }

  private mutating func requireFile(_ path: String, _ place: Diagnostic.Place) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue { return }
    let folder = (path as NSString).deletingLastPathComponent
    let neighbours = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder))?.sorted() ?? []
    let near = nearestName(to: (path as NSString).lastPathComponent, among: neighbours)
    let fix =
      near.map { "did you mean '\((folder as NSString).appendingPathComponent($0))'?" }
      ?? "paths are relative to the current folder"
    error(
      "no-such-file", isFolder.boolValue ? "'\(path)' is a folder, not a file" : "the file '\(path)' does not exist", place,
      fix: fix)
  }

  // MARK: Edges

  private mutating func connect(
    _ drafts: [(id: String, place: Diagnostic.Place, draft: Draft?)],
    _ sources: [(id: String, place: Diagnostic.Place, source: Source?)]
  ) -> [Stage]? {
    let names = sources.map(\.id) + drafts.map(\.id)
    for (_, _, draft) in drafts {
      guard let draft else { continue }
      for (edge, place) in draft.edges { check(edge, place, of: draft, names, sources, drafts) }
    }
    guard !diagnostics.contains(where: { $0.severity == .error }) else {
      reportCycles(drafts.compactMap(\.draft))
      return nil
    }
    let order = reportCycles(drafts.compactMap(\.draft))
    return order?.map { Stage(id: $0.id, kind: $0.kind, inputs: $0.edges.map(\.edge), parameters: $0.parameters) }
  }

  private mutating func check(
    _ edge: Edge, _ place: Diagnostic.Place, of draft: Draft, _ names: [String],
    _ sources: [(id: String, place: Diagnostic.Place, source: Source?)],
    _ drafts: [(id: String, place: Diagnostic.Place, draft: Draft?)]
  ) {
    guard names.contains(edge.node) else {
      error(
        "unknown-node", "'\(edge.port)' of stage '\(draft.id)' names '\(edge.node)', which is neither a source nor a stage",
        place,
        fix: suggestion(edge.node, names.filter { $0 != draft.id }, "nodes"))
      return
    }
    guard let port = draft.kind.inputs.first(where: { $0.name == edge.port }) else { return }
    let given =
      sources.first { $0.id == edge.node }?.source?.kind.output ?? drafts.first { $0.id == edge.node }?.draft?.kind.output
    guard let given else { return }
    if given != port.accepts {
      error(
        "type-mismatch",
        "stage '\(draft.id)' (\(draft.kind.name)) takes \(port.accepts.rawValue) as '\(edge.port)', but '\(edge.node)' gives \(given.rawValue)",
        place, fix: conversion(from: given, to: port.accepts, edge, sources, drafts))
      return
    }
    if let part = edge.part {
      let parts = given == .shards ? ["train", "validation", "test"] : []
      if !parts.contains(part) {
        let fix = parts.isEmpty ? "write '\(edge.node)'" : suggestion(part, parts, "parts")
        error("unknown-part", "'\(edge.node)' has no part '\(part)'", place, fix: fix)
      }
    }
  }

  private func conversion(
    from given: ArtifactKind, to wanted: ArtifactKind, _ edge: Edge,
    _ sources: [(id: String, place: Diagnostic.Place, source: Source?)],
    _ drafts: [(id: String, place: Diagnostic.Place, draft: Draft?)]
  ) -> String {
    if given == .pages, wanted == .documents {
      return "put a 'main-content' stage between: { use: main-content, from: \(edge.node) }"
    }
    let fitting =
      sources.filter { $0.source?.kind.output == wanted }.map(\.id)
      + drafts.filter { $0.draft?.kind.output == wanted }.map(\.id)
    if !fitting.isEmpty { return "nodes that give \(wanted.rawValue): \(fitting.joined(separator: ", "))" }
    let kinds = StageCatalog.all.filter { $0.output == wanted }.map(\.name)
    return "add a stage that gives \(wanted.rawValue): \(kinds.joined(separator: ", "))"
  }

  /// A topological order that keeps the order of the file where it can; nil after reporting a cycle.
  @discardableResult
  private mutating func reportCycles(_ drafts: [Draft]) -> [Draft]? {
    var placed: [Draft] = []
    var waiting = drafts
    while !waiting.isEmpty {
      let waitingIDs = Set(waiting.map(\.id))
      guard let index = waiting.firstIndex(where: { draft in !draft.edges.contains { waitingIDs.contains($0.edge.node) } })
      else {
        let cycle = Self.cycle(in: waiting)
        let path = (cycle + cycle.prefix(1)).map(\.id).joined(separator: " -> ")
        let place = cycle[0].edges.first { edge in cycle.last?.id == edge.edge.node }?.place ?? cycle[0].place
        error(
          "cycle", "the stages feed each other in a circle: \(path)", place,
          fix: "let one of them read from a node outside the circle")
        return nil
      }
      placed.append(waiting.remove(at: index))
    }
    return placed
  }

  /// Some cycle among stages of which each waits for another, in the direction of the data.
  private static func cycle(in waiting: [Draft]) -> [Draft] {
    var path: [Draft] = [waiting[0]]
    while true {
      let current = path[path.count - 1]
      guard let next = waiting.first(where: { candidate in current.edges.contains { $0.edge.node == candidate.id } }) else {
        return path
      }
      if let start = path.firstIndex(where: { $0.id == next.id }) {
        let loop = Array(path[start...].reversed())
        let first = loop.indices.min { loop[$0].id < loop[$1].id } ?? 0
        return Array(loop[first...] + loop[..<first])
      }
      path.append(next)
    }
  }

  private mutating func warnAboutUnused(_ sources: [(id: String, place: Diagnostic.Place, source: Source?)], _ stages: [Stage]?)
  {
    guard let stages else { return }
    let used = Set(stages.flatMap { $0.inputs.map(\.node) })
    for (id, place, _) in sources where !used.contains(id) {
      diagnostics.append(
        Diagnostic(
          "unused-source", "no stage reads from source '\(id)'", at: place,
          fix: "add a stage with 'from: \(id)' or remove the source", severity: .warning))
    }
  }

  // MARK: Pieces

  private mutating func error(_ code: String, _ message: String, _ place: Diagnostic.Place, fix: String) {
    diagnostics.append(Diagnostic(code, message, at: place, fix: fix))
  }

  private func find(_ key: String, in pairs: [Pair]) -> YAMLTree? { pairs.first { $0.key.text == key }?.value }

  private mutating func mapping(_ node: YAMLTree, _ what: String) -> [Pair]? {
    if case .mapping(let pairs) = node.content { return pairs }
    error(
      "wrong-type", "\(what) must be a mapping, here stands \(node.kindName)", node.place,
      fix: "write 'key: value' pairs, one a line or in { }")
    return nil
  }

  private mutating func texts(_ node: YAMLTree, _ what: String) -> [(String, Diagnostic.Place)]? {
    switch node.content {
    case .scalar(let text, _): return [(text, node.place)]
    case .sequence(let items):
      var result: [(String, Diagnostic.Place)] = []
      for item in items {
        guard let text = item.text else {
          error("wrong-type", "\(what) lists texts, here stands \(item.kindName)", item.place, fix: "write one path a line")
          return nil
        }
        result.append((text, item.place))
      }
      return result
    case .mapping:
      error(
        "wrong-type", "\(what) must be a path or a list of paths, here stands a mapping", node.place,
        fix: "write 'paths: [\"folder/*.warc.gz\"]'")
      return nil
    }
  }

  private mutating func identifier(_ key: YAMLTree, _ what: String) -> String? {
    if let id = key.text, Self.isIdentifier(id) { return id }
    error(
      "invalid-name", "'\(key.text ?? key.kindName)' cannot name a \(what)", key.place,
      fix: "use letters, digits, '-' and '_', starting with a letter")
    return nil
  }

  private mutating func checkKeys(_ pairs: [Pair], known: [String], in what: String) {
    for pair in pairs where !known.contains(pair.key.text ?? "") {
      error(
        "unknown-key", "unknown key '\(pair.key.text ?? pair.key.kindName)' in \(what)", pair.key.place,
        fix: suggestion(pair.key.text, known, "keys"))
    }
  }

  private func suggestion(_ word: String?, _ candidates: [String], _ noun: String) -> String {
    if candidates.isEmpty { return "there are no other \(noun) yet: add one of that name" }
    let list = "\(noun.prefix(1).uppercased() + noun.dropFirst()): \(candidates.joined(separator: ", "))"
    guard let word, let near = nearestName(to: word, among: candidates) else { return list }
    return "did you mean '\(near)'? \(list)"
  }
}

/// File name patterns as shells know them.
enum FilePattern {
  /// Existing regular files, in byte order.
  static func files(matching pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, GLOB_TILDE | GLOB_BRACE, nil, &result) == 0 else { return [] }
    var files: [String] = []
    for index in 0..<Int(result.gl_pathc) {
      guard let path = result.gl_pathv[index] else { continue }
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { files.append(String(cString: path)) }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
