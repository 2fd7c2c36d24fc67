public struct TokenizerAccount: Sendable, Equatable {
  public struct LanguageRate: Sendable, Equatable {
    public var language: String
    public var bytesPerToken: Double
    public init(language: String, bytesPerToken: Double) {
      self.language = language
      self.bytesPerToken = bytesPerToken
    }
  }

  /// `byte-level BPE`
  public var algorithm: String
  /// The pre-tokenizer: `gpt2`, `cl100k`, …
  public var pattern: String
  /// Special tokens included.
  public var vocabularySize: Int
  public var specialTokens: [String]
  /// UTF-8 bytes of text per token over the whole corpus.
  public var bytesPerToken: Double
  public var languages: [LanguageRate]
  /// A few of the longest entries, to see what it has learned.
  public var longestTokens: [String]

  public init(
    algorithm: String, pattern: String, vocabularySize: Int, specialTokens: [String] = [], bytesPerToken: Double,
    languages: [LanguageRate] = [], longestTokens: [String] = []
  ) {
    self.algorithm = algorithm
    self.pattern = pattern
    self.vocabularySize = vocabularySize
    self.specialTokens = specialTokens
    self.bytesPerToken = bytesPerToken
    self.languages = languages
    self.longestTokens = longestTokens
  }
}

public struct ShardAccount: Sendable, Equatable {
  public struct Split: Sendable, Equatable {
    /// `train`, `validation`, …
    public var name: String
    public var documents: Int
    public var tokens: Int
    public var files: [ArtifactFile]

    public init(name: String, documents: Int, tokens: Int, files: [ArtifactFile] = []) {
      self.name = name
      self.documents = documents
      self.tokens = tokens
      self.files = files
    }
  }

  /// `zstd, seekable`
  public var format: String
  /// Of one token: `uint16`, `uint32`; little-endian.
  public var dataType: String
  public var splits: [Split]

  public init(format: String, dataType: String, splits: [Split]) {
    self.format = format
    self.dataType = dataType
    self.splits = splits
  }
}

public struct TrainingAccount: Sendable, Equatable {
  /// Losses are mean cross-entropies in nats per token.
  public struct Point: Sendable, Equatable {
    public var step: Int
    public var trainLoss: Double?
    public var validationLoss: Double?

    public init(step: Int, trainLoss: Double? = nil, validationLoss: Double? = nil) {
      self.step = step
      self.trainLoss = trainLoss
      self.validationLoss = validationLoss
    }
  }

  /// A setting worth reading: `("learning rate", "0.001")`.
  public struct Setting: Sendable, Equatable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// In words: `decoder, 4 layers, width 256, 4 heads, context 256`.
  public var architecture: String
  public var parameters: Int
  public var steps: Int
  public var tokens: Int
  public var settings: [Setting]
  public var curve: [Point]
  /// What a model that knows only how frequent each token is would reach, in nats per token.
  public var unigramLoss: Double?

  public init(
    architecture: String, parameters: Int, steps: Int, tokens: Int, settings: [Setting] = [], curve: [Point] = [],
    unigramLoss: Double? = nil
  ) {
    self.architecture = architecture
    self.parameters = parameters
    self.steps = steps
    self.tokens = tokens
    self.settings = settings
    self.curve = curve
    self.unigramLoss = unigramLoss
  }
}

public struct EvaluationAccount: Sendable, Equatable {
  /// The measured text: the split, or a language of it.
  public struct Row: Sendable, Equatable {
    public var name: String
    public var tokens: Int
    /// Nats per token.
    public var loss: Double
    public var perplexity: Double
    public var bitsPerByte: Double
    public var unigramBitsPerByte: Double?

    public init(
      name: String, tokens: Int, loss: Double, perplexity: Double, bitsPerByte: Double, unigramBitsPerByte: Double? = nil
    ) {
      self.name = name
      self.tokens = tokens
      self.loss = loss
      self.perplexity = perplexity
      self.bitsPerByte = bitsPerByte
      self.unigramBitsPerByte = unigramBitsPerByte
    }
  }

  /// The whole first, then its parts.
  public var rows: [Row]

  public init(rows: [Row]) { self.rows = rows }
}

public struct GeneratedSample: Sendable, Equatable {
  public var prompt: String
  public var text: String
  /// `temperature 0.8, top-k 40, seed 1`
  public var settings: String

  public init(prompt: String, text: String, settings: String = "") {
    self.prompt = prompt
    self.text = text
    self.settings = settings
  }
}
