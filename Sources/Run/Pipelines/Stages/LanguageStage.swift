import Classification
import Documents
import Storage

extension StageKind {
  static let identifyLanguage = StageKind(
    "identify-language", "finds the language of each document and keeps the wanted ones",
    inputs: [InputPort("from", .documents, several: true)], output: .documents,
    parameters: [
      Parameter("keep", .list, "language codes to keep, such as en, de (default: all)"),
      Parameter("minimum-confidence", .number(0...1), default: .number(0), "drop documents whose language is less certain"),
      Parameter("model", .file, "fastText model with labels as the bundled one has them (default: filters/language/identifier.ftz)"),
    ],
    referencedFiles: { [languageModel($0)].compactMap { $0 } },
    check: { parameters in
      if languageModel(parameters) != nil { return [] }
      return [
        Diagnostic(
          "not-found", "the bundled language model \(bundledModel) was not found", fix: "run in the repository's folder, set WINNOW_HOME to it, or name a 'model'")
      ]
    },
    rules: { parameters in
      [
        MetricRule(
          rule: "language.minimum-confidence", metric: "confidence", unit: "probability", minimum: parameters.number("minimum-confidence"), maximum: nil)
      ]
    },
    body: .document(
      metrics: { _ throws(Diagnostic) in ["confidence", "second-confidence"] },
      make: { parameters throws(Diagnostic) in try LanguageStage(parameters) }))

  private static let bundledModel = "filters/language/identifier.ftz"

  fileprivate static func languageModel(_ parameters: Parameters) -> String? {
    parameters.text("model") ?? BundledFiles.path(of: bundledModel)
  }
}

private final class LanguageStage: DocumentStage {
  private var identifier: LanguageIdentifier
  private let keep: Set<String>?
  private let minimumConfidence: Double

  init(_ parameters: Parameters) throws(Diagnostic) {
    guard let path = StageKind.languageModel(parameters) else {
      throw Diagnostic("not-found", "there is no language model", fix: "name one with 'model'")
    }
    identifier = try LanguageIdentifier(path: path)
    let languages = identifier.languages
    keep = parameters.list("keep").map(Set.init)
    minimumConfidence = parameters.number("minimum-confidence") ?? 0
    for code in parameters.list("keep") ?? [] where !languages.contains(code) && code != "und" {
      let near = nearestName(to: code, among: languages).map { "did you mean '\($0)'? " } ?? ""
      throw Diagnostic("unknown-language", "the model does not know the language '\(code)'", fix: near + "it knows \(languages.joined(separator: ", "))")
    }
  }

  func apply(_ document: inout Document, metrics: inout [Double]) throws(Diagnostic) -> Verdict {
    let found = identifier.identify(document.text)
    metrics[0] = found.confidence
    metrics[1] = found.secondConfidence
    document.metadata["language"] = .string(found.language)
    document.metadata["language_script"] = .string(found.script)
    document.metadata["language_confidence"] = .number((found.confidence * 10_000).rounded() / 10_000)
    if let keep, !keep.contains(found.language) {
      return .drop(Reason(rule: "language.keep", value: found.confidence, detail: found.language))
    }
    if found.confidence < minimumConfidence {
      return .drop(Reason(rule: "language.minimum-confidence", value: found.confidence, threshold: minimumConfidence, detail: found.language))
    }
    return .keep
  }
}
