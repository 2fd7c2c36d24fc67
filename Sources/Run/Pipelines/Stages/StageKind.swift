import Deduplication
import Documents

/// What an edge of the graph carries.
public enum ArtifactKind: String, Sendable, CaseIterable {
  case pages, documents, tokenizer, shards, model, scores, report

  /// The folder of the run directory that holds it (DESIGN section 6); pages and documents live under `stages/`.
  public var folder: String {
    switch self {
    case .scores: "evaluation"
    case .report: "datasheet"
    default: rawValue
    }
  }
}

/// An input of a stage: the key that names it in the pipeline file and what it takes.
public struct InputPort: Sendable {
  public let name: String
  public let accepts: ArtifactKind
  public let isRequired: Bool
  /// Whether a list (or a weighted mix) may feed it.
  public let allowsSeveral: Bool

  public init(_ name: String, _ accepts: ArtifactKind, required: Bool = true, several: Bool = false) {
    self.name = name
    self.accepts = accepts
    isRequired = required
    allowsSeveral = several
  }
}

/// A stage that can stand behind `use:`: one value that the check, the planner, `winnow schema` and the help read.
public struct StageKind: Sendable {
  public enum Body: Sendable {
    /// Turns a page into a document.
    case page(@Sendable (Parameters) throws(Diagnostic) -> any PageStage)
    /// One call per document.
    case document(
      metrics: @Sendable (Parameters) throws(Diagnostic) -> [String],
      make: @Sendable (Parameters) throws(Diagnostic) -> any DocumentStage)
    /// Must see everything: a fixed list of steps.
    case collective(@Sendable (Parameters) -> [CollectiveStep])
  }

  public let name: String
  public let summary: String
  public let inputs: [InputPort]
  public let output: ArtifactKind
  public let parameters: [Parameter]
  /// Files whose content belongs to the configuration: rule packs, lexicons, models.
  public let referencedFiles: @Sendable (Parameters) -> [String]
  /// More checks before any work, such as reading rule files.
  public let check: @Sendable (Parameters) -> [Diagnostic]
  /// The rules that compare the stage's metrics with bounds, for reports.
  public let rules: @Sendable (Parameters) -> [MetricRule]
  /// Input megabytes per second and core, measured, for estimates of collective stages; nil where a sample is taken.
  public let nominalRate: Double?
  /// Of a deduplication: what its steps are made of, so that a plan can try them on a sample.
  public let deduplication: (@Sendable (Parameters) throws(Diagnostic) -> any DeduplicationMethod)?
  public let body: Body

  public init(
    _ name: String, _ summary: String, inputs: [InputPort], output: ArtifactKind, parameters: [Parameter] = [],
    referencedFiles: @escaping @Sendable (Parameters) -> [String] = { _ in [] },
    check: @escaping @Sendable (Parameters) -> [Diagnostic] = { _ in [] },
    rules: @escaping @Sendable (Parameters) -> [MetricRule] = { _ in [] },
    nominalRate: Double? = nil,
    deduplication: (@Sendable (Parameters) throws(Diagnostic) -> any DeduplicationMethod)? = nil, body: Body
  ) {
    self.name = name
    self.summary = summary
    self.inputs = inputs
    self.output = output
    self.parameters = parameters
    self.referencedFiles = referencedFiles
    self.check = check
    self.rules = rules
    self.nominalRate = nominalRate
    self.deduplication = deduplication
    self.body = body
  }

  var isPerDocument: Bool { if case .collective = body { false } else { true } }
}

/// A rule that drops a document when a metric lies outside its bounds.
public struct MetricRule: Sendable {
  /// As in the ledger.
  public let rule: String
  /// One of the stage's metrics.
  public let metric: String
  public let unit: String?
  public let minimum: Double?
  public let maximum: Double?
}

/// Extraction: one call per page. An instance serves one task and may keep buffers between calls.
public protocol PageStage: AnyObject {
  /// - Returns: the document, or why there is none.
  /// - Throws: a fault of this page; it is recorded as failed and the run goes on.
  func document(from page: Page) throws(Diagnostic) -> ExtractionOutcome
}

public enum ExtractionOutcome: Sendable {
  case document(Document)
  case drop(Reason)
}

/// A pure function of document and parameters. An instance serves one task and may keep buffers between calls.
public protocol DocumentStage: AnyObject {
  /// - Parameter metrics: a slot for each of the kind's metrics, preset to NaN (not measured).
  /// - Throws: a fault of this document; it is recorded as failed and the run goes on.
  func apply(_ document: inout Document, metrics: inout [Double]) throws(Diagnostic) -> Verdict
}
