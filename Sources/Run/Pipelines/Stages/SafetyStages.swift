import Curation
import Documents
import Foundation
import Storage

extension StageKind {
  static let toxicity = StageKind(
    "toxicity", "scores documents by lexicons in their language; drops, masks or annotates",
    inputs: [InputPort("from", .documents, several: true)], output: .documents,
    parameters: [
      Parameter(
        "action", .choice(ToxicityFilter.Action.allCases.map(\.rawValue)), default: .text("drop"),
        "what happens to toxic documents"),
      Parameter("maximum-score", .number(0...1000), default: .number(10), "weighted hits per 1,000 words"),
      Parameter(
        "minimum-distinct-terms", .integer(2...1000), default: .integer(3), "different terms before a document can be dropped"),
      Parameter("lexicons", .files, "lexicon files, named by language (default: those of filters/toxicity)"),
      Parameter("default-language", .text, default: .text("en"), "language of documents that have none"),
    ],
    referencedFiles: lexiconFiles,
    check: { parameters in
      do throws(Diagnostics) { _ = try ToxicityLexicon.load(lexiconFiles(parameters)) } catch {
        return error.all.filter { $0.code != "not-found" }
      }
      return []
    },
    rules: { parameters in
      guard parameters.text("action") == ToxicityFilter.Action.drop.rawValue else { return [] }
      return [
        MetricRule(
          rule: "toxicity.maximum-score", metric: "score", unit: "weighted hits per 1,000 words", minimum: nil,
          maximum: parameters.number("maximum-score"))
      ]
    },
    body: .document(
      metrics: { _ throws(Diagnostic) in ["score", "hits", "distinct-terms"] },
      make: { parameters throws(Diagnostic) in try ToxicityStage(parameters) }))

  fileprivate static let lexiconFiles: @Sendable (Parameters) -> [String] = { parameters in
    parameters.list("lexicons") ?? BundledFiles.matching("filters/toxicity/*.tsv")
  }

  static let redactPersonalData = StageKind(
    "redact-pii", "takes e-mail and IP addresses, phone and card numbers, secrets and more out of the text",
    inputs: [InputPort("from", .documents, several: true)], output: .documents,
    parameters: [
      Parameter("policy", .choice(policies), default: .text("mask"), "what is done with a find")
    ] + PersonalDataType.allCases.map { Parameter($0.rawValue, .choice(policies), "what is done with a find of this kind") } + [
      Parameter("key", .text, "secret key of pseudonyms"),
      Parameter("maximum-finds", .integer(0...Int.max), "drop documents with more finds"),
    ],
    check: problems { (parameters) throws(Diagnostic) in _ = try redactorOptions(parameters).checkedTypes() },
    body: .document(
      metrics: { parameters throws(Diagnostic) in try redactorOptions(parameters).checkedTypes().map(\.rawValue) },
      make: { parameters throws(Diagnostic) in
        RedactionStage(
          try redactors.value(for: parameters) { () throws(Diagnostic) in
            (try PersonalDataRedactor(redactorOptions(parameters)), [])
          })
      }))

  private static let redactors = SharedValues<PersonalDataRedactor>()

  private static let policies = PersonalDataRedactor.Policy.allCases.map(\.rawValue)

  private static func redactorOptions(_ parameters: Parameters) -> PersonalDataRedactor.Options {
    var options = PersonalDataRedactor.Options()
    options.policy = parameters.text("policy").flatMap(PersonalDataRedactor.Policy.init) ?? options.policy
    for type in PersonalDataType.allCases {
      if let policy = parameters.text(type.rawValue).flatMap(PersonalDataRedactor.Policy.init) {
        options.policies[type] = policy
      }
    }
    options.key = parameters.text("key") ?? ""
    options.maximumFinds = parameters.integer("maximum-finds")
    return options
  }
}

private final class ToxicityStage: DocumentStage {
  private let filter: ToxicityFilter
  private var scratch = ToxicityFilter.Scratch()

  private static let shared = SharedValues<ToxicityFilter>()

  init(_ parameters: Parameters) throws(Diagnostic) {
    let files = StageKind.lexiconFiles(parameters)
    filter = try Self.shared.value(for: parameters) { () throws(Diagnostic) in (try Self.filter(parameters, files), files) }
  }

  private static func filter(_ parameters: Parameters, _ files: [String]) throws(Diagnostic) -> ToxicityFilter {
    let lexicons: [ToxicityLexicon]
    do throws(Diagnostics) { lexicons = try ToxicityLexicon.load(files) } catch {
      throw error.all.first ?? Diagnostic("no-lexicon", "no lexicon could be read")
    }
    var options = ToxicityFilter.Options()
    options.action = parameters.text("action").flatMap(ToxicityFilter.Action.init) ?? options.action
    options.maximumScore = parameters.number("maximum-score") ?? options.maximumScore
    options.minimumDistinctTerms = parameters.integer("minimum-distinct-terms") ?? options.minimumDistinctTerms
    options.defaultLanguage = parameters.text("default-language")
    return try ToxicityFilter(lexicons, options: options)
  }

  func apply(_ document: inout Document, metrics: inout [Double]) throws(Diagnostic) -> Verdict {
    filter.apply(&document, scratch: &scratch, values: &metrics)
  }
}

private final class RedactionStage: DocumentStage {
  private let redactor: PersonalDataRedactor
  private var scratch = PersonalDataRedactor.Scratch()

  init(_ redactor: PersonalDataRedactor) { self.redactor = redactor }

  func apply(_ document: inout Document, metrics: inout [Double]) throws(Diagnostic) -> Verdict {
    redactor.apply(&document, scratch: &scratch, values: &metrics)
  }
}
