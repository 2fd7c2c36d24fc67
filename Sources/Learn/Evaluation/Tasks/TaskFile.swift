import Documents
import Yams

/// The mapping of a task file, with the errors that name a key.
struct TaskFile {
  private let mapping: [String: Node]

  static func wrong(_ message: String, fix: String? = nil) -> Diagnostic { Diagnostic("invalid-task", message, fix: fix) }

  init(_ text: String) throws(Diagnostic) {
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch { throw Diagnostic("yaml-syntax", "not readable as YAML: \(error)") }
    guard let node else { throw Self.wrong("the file is empty") }
    try self.init(node, "the file")
  }

  private init(_ node: Node, _ name: String) throws(Diagnostic) {
    guard let pairs = node.mapping else { throw Self.wrong("\(name) has to be a mapping (key: value)") }
    var mapping: [String: Node] = [:]
    for (key, value) in pairs { if let key = key.scalar?.string { mapping[key] = value } }
    self.mapping = mapping
  }

  func text(_ key: String) throws(Diagnostic) -> String? {
    guard let node = mapping[key] else { return nil }
    guard let scalar = node.scalar else { throw Self.wrong("'\(key)' has to be text") }
    return scalar.string
  }

  func required(_ key: String) throws(Diagnostic) -> String {
    guard let value = try text(key) else { throw Self.wrong("'\(key)' is missing") }
    return value
  }

  func count(_ key: String) throws(Diagnostic) -> Int? {
    guard let text = try text(key) else { return nil }
    guard let count = Int(text), count >= 0 else { throw Self.wrong("'\(key)' is '\(text)'", fix: "a number from 0") }
    return count
  }

  func texts(_ key: String) throws(Diagnostic) -> [String]? {
    guard let node = mapping[key] else { return nil }
    if let scalar = node.scalar { return [scalar.string] }
    guard let items = node.sequence?.map({ $0.scalar?.string }), !items.contains(nil) else {
      throw Self.wrong("'\(key)' has to be text or a list of texts")
    }
    return items.compactMap { $0 }
  }

  func template(_ key: String) throws(Diagnostic) -> TaskTemplate { try Self.template(key, try required(key)) }

  func templates(_ key: String) throws(Diagnostic) -> [TaskTemplate] {
    guard let sources = try texts(key), !sources.isEmpty else { throw Self.wrong("'\(key)' is missing") }
    // A list states the choices themselves; a text states where they stand.
    if mapping[key]?.sequence == nil { return [try Self.template(key, sources[0])] }
    var templates: [TaskTemplate] = []
    for source in sources { templates.append(try TaskTemplate(source)) }
    return templates
  }

  /// A plain name is a column of the record, as in lm-evaluation-harness.
  private static func template(_ key: String, _ source: String) throws(Diagnostic) -> TaskTemplate {
    let isColumn = !source.isEmpty && source.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    do {
      return try TaskTemplate(isColumn ? "{{ \(source) }}" : source)
    } catch {
      throw Diagnostic(error.code, "'\(key)': \(error.message)")
    }
  }

  func mapping(_ key: String) throws(Diagnostic) -> TaskFile? {
    guard let node = mapping[key] else { return nil }
    return try TaskFile(node, "'\(key)'")
  }

  func metrics(of kind: EvaluationTask.Kind) throws(Diagnostic) -> [TaskMetric] {
    guard let node = mapping["metric_list"] else {
      return kind == .multipleChoice ? [.accuracy, .accuracyByCharacter] : [.exactMatch]
    }
    guard let items = node.sequence else { throw Self.wrong("'metric_list' has to be a list") }
    var metrics: [TaskMetric] = []
    for item in items {
      guard let name = item.scalar?.string ?? item.mapping?["metric"]?.scalar?.string, let metric = TaskMetric(rawValue: name),
        metric.kind == kind
      else {
        throw Self.wrong(
          "a metric that \(kind.rawValue) does not have",
          fix: "one of: \(TaskMetric.allCases.filter { $0.kind == kind }.map(\.rawValue).joined(separator: ", "))")
      }
      metrics.append(metric)
    }
    return metrics
  }

  func expectNoOthers(_ known: Set<String>) throws(Diagnostic) {
    if let unknown = mapping.keys.filter({ !known.contains($0) }).min() {
      throw Self.wrong("unknown key '\(unknown)'", fix: "there are \(known.sorted().joined(separator: ", "))")
    }
  }
}
