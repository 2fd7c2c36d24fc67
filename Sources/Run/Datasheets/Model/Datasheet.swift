/// What a corpus is made of, how it came to be and what was learned from it, in the order in which it is told.
///
/// A plain value: whoever knows the facts fills in what there is, and a part that does not exist (no tokenizer was trained, no model)
/// stays nil or empty and is not shown. The forms are `Datasheet.html`, `Datasheet.markdown` and `Datasheet.croissant`; they are
/// pure functions of this value, so equal datasheets are equal bytes. Strings are taken as they are, hostile or not: each form
/// escapes them in its own way.
public struct Datasheet: Sendable, Equatable {
  public var title: String
  /// One paragraph in plain words.
  public var description: String
  public var pipeline: PipelineIdentity
  public var sources: [CorpusSource]
  /// In the order in which the documents pass them.
  public var stages: [StageAccount]
  public var languages: [LanguageShare]
  /// Largest first; as many as are worth reading.
  public var domains: [DomainShare]
  public var metrics: [MetricHistogram]
  public var duplicates: [DuplicateAccount]
  public var personalData: [PersonalDataCount]
  public var toxicity: ToxicityAccount?
  public var tokenizer: TokenizerAccount?
  public var shards: ShardAccount?
  public var training: TrainingAccount?
  public var evaluation: EvaluationAccount?
  public var samples: [GeneratedSample]
  /// The questions of Gebru et al. 2021, answered or not: see `Questionnaire`.
  public var answers: [Answer]
  public var licences: [Licence]
  /// Who publishes the corpus; Croissant's `creator`.
  public var creators: [String]
  /// Where the corpus will be found, and the date it was published, as `2026-11-21`: Croissant wants both.
  public var address: String?
  public var published: String?
  /// Every file of the run that counts as its result.
  public var artifacts: [ArtifactFile]

  public init(title: String, description: String = "", pipeline: PipelineIdentity) {
    self.title = title
    self.description = description
    self.pipeline = pipeline
    sources = []
    stages = []
    languages = []
    domains = []
    metrics = []
    duplicates = []
    personalData = []
    samples = []
    answers = []
    licences = []
    creators = []
    artifacts = []
  }
}

/// Which pipeline made the corpus: enough to do it again.
public struct PipelineIdentity: Sendable, Equatable {
  public struct Seed: Sendable, Equatable {
    /// What it is for: the stage, or the purpose within it.
    public var name: String
    public var value: UInt64
    public init(name: String, value: UInt64) {
      self.name = name
      self.value = value
    }
  }

  public var name: String
  /// As the plan has it: it changes with everything that can change a result.
  public var configurationHash: String
  /// Of the tool.
  public var version: String
  /// The command that makes it again.
  public var command: String?
  public var seeds: [Seed]

  public init(name: String, configurationHash: String, version: String, command: String? = nil, seeds: [Seed] = []) {
    self.name = name
    self.configurationHash = configurationHash
    self.version = version
    self.command = command
    self.seeds = seeds
  }
}

public struct Licence: Sendable, Equatable {
  /// What it covers: a source, a host, the whole.
  public var covers: String
  /// An SPDX identifier or a licence's name.
  public var name: String
  /// Its text or its notice.
  public var address: String?

  public init(covers: String, name: String, address: String? = nil) {
    self.covers = covers
    self.name = name
    self.address = address
  }
}

/// A file of the run with its checksums.
public struct ArtifactFile: Sendable, Equatable {
  /// Relative to the run directory.
  public var path: String
  public var bytes: UInt64
  /// Of the file as stored, in hexadecimal.
  public var xxh64: String?
  public var sha256: String?

  public init(path: String, bytes: UInt64, xxh64: String? = nil, sha256: String? = nil) {
    self.path = path
    self.bytes = bytes
    self.xxh64 = xxh64
    self.sha256 = sha256
  }
}
