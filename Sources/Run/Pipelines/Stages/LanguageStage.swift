import Classification
import Documents
import Storage

extension StageKind {
  static let identifyLanguage = StageKind(
    "identify-language", "finds the language of each document and keeps the wanted ones",
    inputs: [InputPort("from", .documents, several: true)], output: .documents,
    parameters: [
      Parameter("keep", .list, "language codes to keep, such as en, de (default: all)"),
      Parameter(
        "minimum-confidence", .number(0...1), default: .number(0),
        "drop documents whose language is less certain; languages that are easily confused count together"),
      Parameter("minimum-confidence-by-language", .list, "other bounds for some languages, such as en=0.7, sw=0.3"),
      Parameter(
        "model", .file, "fastText model with labels as the bundled one has them (default: filters/language/identifier.ftz)"),
    ],
    referencedFiles: { [languageModel($0)].compactMap { $0 } },
    check: { parameters in
      do throws(Diagnostic) {
        _ = try minimumConfidenceByLanguage(parameters)
      } catch {
        return [error]
      }
      if languageModel(parameters) != nil { return [] }
      return [
        Diagnostic(
          "not-found", "the bundled language model \(bundledModel) was not found",
          fix: "run in the repository's folder, set WINNOW_HOME to it, or name a 'model'")
      ]
    },
    rules: { parameters in
      [
        MetricRule(
          rule: "language.minimum-confidence", metric: "confidence", unit: "probability",
          minimum: parameters.number("minimum-confidence"), maximum: nil)
      ]
    },
    body: .document(
      metrics: { _ throws(Diagnostic) in ["confidence", "second-confidence"] },
      make: { parameters throws(Diagnostic) in try LanguageStage(parameters) }))

  private static let bundledModel = "filters/language/identifier.ftz"

  fileprivate static func minimumConfidenceByLanguage(_ parameters: Parameters) throws(Diagnostic) -> [String: Double] {
    var bounds: [String: Double] = [:]
    for entry in parameters.list("minimum-confidence-by-language") ?? [] {
      let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let bound = Double(parts[1]), (0...1).contains(bound) else {
        throw Diagnostic(
          "invalid-value", "'\(entry)' is no bound for a language",
          fix: "write a language code, '=' and a number from 0 to 1, such as en=0.7")
      }
      bounds[String(parts[0])] = bound
    }
    return bounds
  }

  fileprivate static func languageModel(_ parameters: Parameters) -> String? {
    parameters.text("model") ?? BundledFiles.path(of: bundledModel)
  }
}

private final class LanguageStage: DocumentStage {
  private static let shared = SharedValues<LanguageIdentifier>()

  /// A copy: the model is shared, the buffers are its own.
  private var identifier: LanguageIdentifier
  private let keep: Set<String>?
  private let minimumConfidence: Double
  private let minimumConfidenceByLanguage: [String: Double]

  init(_ parameters: Parameters) throws(Diagnostic) {
    guard let path = StageKind.languageModel(parameters) else {
      throw Diagnostic("not-found", "there is no language model", fix: "name one with 'model'")
    }
    identifier = try Self.shared.value(for: Parameters([("model", .text(path))])) { () throws(Diagnostic) in
      (try LanguageIdentifier(path: path), [path])
    }
    let languages = identifier.languages
    keep = parameters.list("keep").map(Set.init)
    minimumConfidence = parameters.number("minimum-confidence") ?? 0
    minimumConfidenceByLanguage = try StageKind.minimumConfidenceByLanguage(parameters)
    let named = (parameters.list("keep") ?? []) + minimumConfidenceByLanguage.keys.sorted()
    for code in named where !languages.contains(code) && code != "und" && code != "mul" {
      let near = nearestName(to: code, among: languages).map { "did you mean '\($0)'? " } ?? ""
      throw Diagnostic(
        "unknown-language", "the model does not know the language '\(code)'",
        fix: near + "it knows \(languages.joined(separator: ", "))")
    }
  }

  func apply(_ document: inout Document, metrics: inout [Double]) throws(Diagnostic) -> Verdict {
    let found = identifier.identify(document.text)
    metrics[0] = found.confidence
    metrics[1] = found.secondConfidence
    document.metadata["language"] = .string(found.language)
    document.metadata["language_script"] = .string(found.script)
    document.metadata["language_confidence"] = .number(rounded(found.confidence))
    if found.shareOfGroup < 1 { document.metadata["language_share_of_group"] = .number(rounded(found.shareOfGroup)) }
    if let keep, !keep.contains(found.language) {
      return .drop(Reason(rule: "language.keep", value: found.confidence, detail: found.language))
    }
    let minimum = minimumConfidenceByLanguage[found.language] ?? minimumConfidence
    if found.confidence < minimum {
      return .drop(
        Reason(rule: "language.minimum-confidence", value: found.confidence, threshold: minimum, detail: found.language))
    }
    return .keep
  }

  private func rounded(_ probability: Double) -> Double { (probability * 10_000).rounded() / 10_000 }
}
