/// What went in.
public struct CorpusSource: Sendable, Equatable {
  /// The source's id in the pipeline file.
  public var name: String
  /// `warc`, `jsonl`, …
  public var format: String
  public var files: Int
  /// As stored.
  public var bytes: UInt64
  public var records: Int
  public var note: String?

  public init(name: String, format: String, files: Int, bytes: UInt64, records: Int, note: String? = nil) {
    self.name = name
    self.format = format
    self.files = files
    self.bytes = bytes
    self.records = records
    self.note = note
  }
}

/// Documents and the bytes of their text.
public struct Volume: Sendable, Equatable {
  public var documents: Int
  public var bytes: UInt64

  public init(documents: Int = 0, bytes: UInt64 = 0) {
    self.documents = documents
    self.bytes = bytes
  }
}

/// What one stage did: `input = kept + dropped + failed`; `edited` is the part of `kept` whose text it changed.
public struct StageAccount: Sendable, Equatable {
  /// The stage's id in the pipeline file.
  public var id: String
  /// Which stage it is: `main-content`, `filter`, …
  public var kind: String
  public var input: Volume
  /// With the bytes as they leave the stage.
  public var kept: Volume
  public var edited: Volume
  public var dropped: Volume
  public var failed: Volume
  /// Most frequent first.
  public var reasons: [DropAccount]

  public init(
    id: String, kind: String, input: Volume, kept: Volume, edited: Volume = Volume(), dropped: Volume = Volume(),
    failed: Volume = Volume(), reasons: [DropAccount] = []
  ) {
    self.id = id
    self.kind = kind
    self.input = input
    self.kept = kept
    self.edited = edited
    self.dropped = dropped
    self.failed = failed
    self.reasons = reasons
  }
}

/// How many documents a rule dropped, and a few of them.
public struct DropAccount: Sendable, Equatable {
  /// One real document that the rule dropped.
  public struct Example: Sendable, Equatable {
    public var id: String
    public var url: String
    public var value: Double?
    public var threshold: Double?
    /// The document kept in its place, or the matched term.
    public var detail: String?

    public init(id: String, url: String, value: Double? = nil, threshold: Double? = nil, detail: String? = nil) {
      self.id = id
      self.url = url
      self.value = value
      self.threshold = threshold
      self.detail = detail
    }
  }

  public var rule: String
  public var documents: Int
  public var examples: [Example]

  public init(rule: String, documents: Int, examples: [Example] = []) {
    self.rule = rule
    self.documents = documents
    self.examples = examples
  }
}

/// One language's part of what was kept.
public struct LanguageShare: Sendable, Equatable {
  /// As the language identifier labels it.
  public var language: String
  public var documents: Int
  public var bytes: UInt64
  public var tokens: Int?

  public init(language: String, documents: Int, bytes: UInt64, tokens: Int? = nil) {
    self.language = language
    self.documents = documents
    self.bytes = bytes
    self.tokens = tokens
  }
}

/// One host's part of what was kept.
public struct DomainShare: Sendable, Equatable {
  public var domain: String
  public var documents: Int
  public var bytes: UInt64

  public init(domain: String, documents: Int, bytes: UInt64) {
    self.domain = domain
    self.documents = documents
    self.bytes = bytes
  }
}

/// How a measured value is spread over the documents, and where the rules cut.
public struct MetricHistogram: Sendable, Equatable {
  /// A rule that looks at this metric: what it lets pass lies between the bounds.
  public struct Threshold: Sendable, Equatable {
    public var rule: String
    public var minimum: Double?
    public var maximum: Double?

    public init(rule: String, minimum: Double? = nil, maximum: Double? = nil) {
      self.rule = rule
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  public var metric: String
  public var unit: String?
  /// The bins' borders in ascending order, one more than there are bins. They need not be equally wide.
  public var edges: [Double]
  /// Per bin, the documents that were kept in the end; all that were measured, when `dropped` is empty.
  public var kept: [Int]
  /// Per bin, those dropped by any stage; empty when nobody counted them apart.
  public var dropped: [Int]
  public var thresholds: [Threshold]

  public init(
    metric: String, unit: String? = nil, edges: [Double], kept: [Int], dropped: [Int] = [], thresholds: [Threshold] = []
  ) {
    self.metric = metric
    self.unit = unit
    self.edges = edges
    self.kept = kept
    self.dropped = dropped
    self.thresholds = thresholds
  }
}

/// What one deduplication stage found.
public struct DuplicateAccount: Sendable, Equatable {
  /// How many clusters are of these sizes.
  public struct ClusterSize: Sendable, Equatable {
    /// Documents of a cluster, from and to.
    public var sizes: ClosedRange<Int>
    public var clusters: Int
    public init(sizes: ClosedRange<Int>, clusters: Int) {
      self.sizes = sizes
      self.clusters = clusters
    }

    /// `2`, `5–8`.
    var label: String {
      Figures.count(sizes.lowerBound) + (sizes.count > 1 ? "–" + Figures.count(sizes.upperBound) : "")
    }
  }

  /// The stage's id.
  public var stage: String
  /// In words: `MinHash-LSH, 14 bands of 8 rows, 5-word shingles`.
  public var method: String
  public var removedDocuments: Int
  /// Documents that stayed without a part of their text.
  public var cutDocuments: Int
  /// Text that went, with documents and out of those that stayed.
  public var removedBytes: UInt64
  public var clusterSizes: [ClusterSize]
  /// Pieces of text that were cut most, and hosts that lost most, by bytes.
  public var topSpans: [Removal]
  public var topHosts: [Removal]

  /// A piece of text or a host, and what was removed of it.
  public struct Removal: Sendable, Equatable {
    /// The beginning of the text, or the host.
    public var name: String
    /// Cuts or documents.
    public var count: Int
    public var bytes: UInt64
    public init(name: String, count: Int, bytes: UInt64) {
      self.name = name
      self.count = count
      self.bytes = bytes
    }
  }

  public init(
    stage: String, method: String, removedDocuments: Int, cutDocuments: Int = 0, removedBytes: UInt64 = 0,
    clusterSizes: [ClusterSize] = [],
    topSpans: [Removal] = [], topHosts: [Removal] = []
  ) {
    self.stage = stage
    self.method = method
    self.removedDocuments = removedDocuments
    self.cutDocuments = cutDocuments
    self.removedBytes = removedBytes
    self.clusterSizes = clusterSizes
    self.topSpans = topSpans
    self.topHosts = topHosts
  }
}

public struct PersonalDataCount: Sendable, Equatable {
  /// `email`, `ip-address`, …
  public var kind: String
  public var occurrences: Int
  public var documents: Int
  /// What stands in the text instead.
  public var replacement: String?

  public init(kind: String, occurrences: Int, documents: Int, replacement: String? = nil) {
    self.kind = kind
    self.occurrences = occurrences
    self.documents = documents
    self.replacement = replacement
  }
}

public struct ToxicityAccount: Sendable, Equatable {
  /// What was measured and with which list or model.
  public var method: String
  public var measuredDocuments: Int
  /// With at least one match, kept or not.
  public var matchedDocuments: Int
  public var droppedDocuments: Int
  public var matches: Int

  public init(method: String, measuredDocuments: Int, matchedDocuments: Int, droppedDocuments: Int, matches: Int) {
    self.method = method
    self.measuredDocuments = measuredDocuments
    self.matchedDocuments = matchedDocuments
    self.droppedDocuments = droppedDocuments
    self.matches = matches
  }
}
