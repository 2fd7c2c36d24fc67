/// What an ablation found, as a page for people.
public struct AblationSheet: Sendable {
  /// With the baseline.
  public struct Comparison: Sendable {
    public var difference: Double
    public var lower: Double
    public var upper: Double
    /// `helps`, `hurts`, or that it cannot be told.
    public var verdict: String

    public init(difference: Double, lower: Double, upper: Double, verdict: String) {
      self.difference = difference
      self.lower = lower
      self.upper = upper
      self.verdict = verdict
    }
  }

  public struct Variant: Sendable {
    public var name: String
    public var documents: Int
    public var tokens: Int
    public var epochs: Double
    /// By seed.
    public var bitsPerByte: [Double]
    /// Nil for the baseline.
    public var comparison: Comparison?
    /// By language or source of the texts.
    public var groups: [(name: String, documents: Int, comparison: Comparison)]

    public init(
      name: String, documents: Int, tokens: Int, epochs: Double, bitsPerByte: [Double], comparison: Comparison?,
      groups: [(name: String, documents: Int, comparison: Comparison)] = []
    ) {
      self.name = name
      self.documents = documents
      self.tokens = tokens
      self.epochs = epochs
      self.bitsPerByte = bitsPerByte
      self.comparison = comparison
      self.groups = groups
    }
  }

  /// Log p of right choices by character: more is better.
  public struct Task: Sendable {
    public var name: String
    public var records: Int
    /// By variant.
    public var rows: [(name: String, score: Double, comparison: Comparison?)]

    public init(name: String, records: Int, rows: [(name: String, score: Double, comparison: Comparison?)]) {
      self.name = name
      self.records = records
      self.rows = rows
    }
  }

  public var version: String
  public var preset: String
  public var optimizer: String
  public var trainingTokens: Int
  /// Of each training.
  public var steps: Int
  public var seeds: Int
  public var heldOutDocuments: Int
  public var heldOutBytes: UInt64
  /// Empty when documents were held out.
  public var heldOutFiles: [String]
  /// What `groups` are: languages or sources.
  public var grouping: String
  public var variants: [Variant]
  public var tasks: [Task]
  /// What makes verdicts weaker than they look.
  public var notes: [String]

  public init(
    version: String, preset: String, optimizer: String, trainingTokens: Int, steps: Int, seeds: Int, heldOutDocuments: Int,
    heldOutBytes: UInt64, heldOutFiles: [String], grouping: String, variants: [Variant], tasks: [Task] = [], notes: [String] = []
  ) {
    self.version = version
    self.preset = preset
    self.optimizer = optimizer
    self.trainingTokens = trainingTokens
    self.steps = steps
    self.seeds = seeds
    self.heldOutDocuments = heldOutDocuments
    self.heldOutBytes = heldOutBytes
    self.heldOutFiles = heldOutFiles
    self.grouping = grouping
    self.variants = variants
    self.tasks = tasks
    self.notes = notes
  }
}
