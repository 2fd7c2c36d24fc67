import Curation
import Documents
import Foundation

extension StageKind {
  static let filter = StageKind(
    "filter", "drops and edits documents by rule packs: Gopher, C4, FineWeb or your own",
    inputs: [InputPort("from", .documents, several: true)], output: .documents,
    parameters: [
      Parameter("rules", .files, "rule files, applied in this order"),
      Parameter("set", .list, "other bounds for some rules: pack.rule=30, =3..12 or =off"),
      Parameter("definition", .choice(MetricDefinition.all.map(\.id)), "measure as this tool does, whatever the files say"),
      Parameter("language-key", .text, default: .text("language"), "metadata key that holds the language"),
      Parameter("default-language", .text, "language of documents that have none"),
      Parameter(
        "stop-at-first-failure", .boolean, default: .boolean(false),
        "measure nothing more of a document once a rule drops it: faster, and nothing for what-if to read"),
    ],
    referencedFiles: { RuleFiles.of($0).paths }, check: { RuleFiles.of($0).problems }, rules: { RuleFiles.of($0).metricRules },
    body: .document(
      metrics: { parameters throws(Diagnostic) in try RuleFiles.of(parameters).filter().columns.map(\.name) },
      make: { parameters throws(Diagnostic) in FilterStage(try RuleFiles.of(parameters).filter()) }))
}

extension StageKind {
  /// The filter that a stage of kind `filter` applies; nil for other kinds.
  func documentFilter(_ parameters: Parameters) throws(Diagnostic) -> DocumentFilter? {
    name == StageKind.filter.name ? try RuleFiles.of(parameters).filter() : nil
  }
}

extension Parameters {
  /// The parameters of a filter with more changes of bounds behind those that it has, one for each rule.
  func addingChanges(_ settings: [String]) throws(Diagnostic) -> [String] {
    var result: [(rule: String, text: String)] = []
    for text in (list("set") ?? []) + settings {
      let rule = try BoundsChange(text).rule
      result.removeAll { $0.rule == rule }
      result.append((rule, text))
    }
    return result.map(\.text)
  }
}

/// The rule files of one stage, read once with all that they include.
private struct RuleFiles: Sendable {
  private let parameters: Parameters
  private let compiled: Result<DocumentFilter, Diagnostics>
  /// Every file that was read: rules, what they include, word lists.
  let paths: [String]

  init(_ parameters: Parameters) {
    self.parameters = parameters
    let log = ReadLog()
    let definition = parameters.text("definition").flatMap { id in MetricDefinition.all.first { $0.id == id } }
    let files = parameters.list("rules") ?? []
    do throws(Diagnostics) {
      if files.isEmpty {
        throw Diagnostics([
          Diagnostic("missing-rules", "the filter has no rules", fix: "add 'rules: [filters/quality/gopher.yaml]' under 'with'")
        ])
      }
      let written = try RuleSet.load(files, definition: definition) { path in
        log.paths.append(path)
        return try String(contentsOfFile: path, encoding: .utf8)
      }
      let options = DocumentFilter.Options(
        languageKey: parameters.text("language-key") ?? "language", defaultLanguage: parameters.text("default-language"),
        stopsAtFirstFailure: parameters.boolean("stop-at-first-failure") ?? false)
      compiled = .success(DocumentFilter(try Self.changed(written, parameters.list("set") ?? []), options: options))
    } catch {
      compiled = .failure(error)
    }
    paths = log.paths
  }

  private static let shared = SharedValues<RuleFiles>()

  static func of(_ parameters: Parameters) -> RuleFiles {
    let known = try? shared.value(for: parameters) { () throws(Diagnostic) in
      let files = RuleFiles(parameters)
      return (files, files.paths)
    }
    return known ?? RuleFiles(parameters)
  }

  private static func changed(_ rules: RuleSet, _ settings: [String]) throws(Diagnostics) -> RuleSet {
    do throws(Diagnostic) {
      var changes: [BoundsChange] = []
      for setting in settings { changes.append(try BoundsChange(setting)) }
      return try rules.changing(changes)
    } catch { throw Diagnostics([error]) }
  }

  private final class ReadLog { var paths: [String] = [] }

  /// Missing files are reported where the pipeline file names them.
  var problems: [Diagnostic] {
    guard case .failure(let error) = compiled else { return [] }
    let named = Set(parameters.list("rules") ?? [])
    return error.all.filter { !($0.code == "not-found" && $0.place.map { named.contains($0.file) } ?? false) }
  }

  var metricRules: [MetricRule] {
    guard let filter = try? filter() else { return [] }
    return filter.rules.map { rule, column in
      let description = filter.columns[column]
      return MetricRule(
        rule: rule.id, metric: description.name, unit: description.unit, minimum: rule.bounds.minimum,
        maximum: rule.bounds.maximum)
    }
  }

  func filter() throws(Diagnostic) -> DocumentFilter {
    switch compiled {
    case .success(let filter): return filter
    case .failure(let error): throw error.all.first ?? Diagnostic("missing-rules", "the filter has no rules")
    }
  }
}

private final class FilterStage: DocumentStage {
  private let filter: DocumentFilter
  private var scratch = DocumentFilter.Scratch()

  init(_ filter: DocumentFilter) { self.filter = filter }

  func apply(_ document: inout Document, metrics: inout [Double]) throws(Diagnostic) -> Verdict {
    filter.apply(&document, scratch: &scratch, values: &metrics)
  }
}
