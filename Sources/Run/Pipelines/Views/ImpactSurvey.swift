import Classification
import Curation
import Documents

/// Whom a document stage removes: applies it to documents and counts by the groups they belong to. For `winnow impact`.
public struct ImpactSurvey {
  public private(set) var report: ImpactReport
  private let stage: any DocumentStage
  private var row: [Double]
  private var finder: GroupFinder
  private var identifier: LanguageIdentifier?

  /// - Parameter kind: a stage that takes documents.
  public init(_ kind: StageKind, _ parameters: Parameters, terms: [IdentityTerms], samples: Int) throws(Diagnostic) {
    guard case .document(let metrics, let make) = kind.body else {
      throw Diagnostic("usage", "'\(kind.name)' takes no documents", fix: "name a stage such as toxicity or filter")
    }
    stage = try make(parameters)
    row = [Double](repeating: .nan, count: try metrics(parameters).count)
    finder = GroupFinder(terms)
    report = ImpactReport(samples: samples)
  }

  /// Judges a copy of the document. A document without `language` gets that of the bundled identifier, for the stage too.
  public mutating func add(_ original: Document) throws(Diagnostic) {
    var document = original
    let language: String
    if let known = document.metadata["language"]?.string {
      language = known
    } else {
      if identifier == nil { identifier = try LanguageIdentifier.bundled() }
      language = identifier?.identify(document.text).language ?? ""
      document.metadata["language"] = .string(language)
    }
    let groups = finder.groups(of: document.text, language: language)
    for slot in row.indices { row[slot] = .nan }
    let verdict = try stage.apply(&document, metrics: &row)
    report.add(id: original.id, groups: groups, isRemoved: verdict != .keep)
  }
}
