import Documents

/// How documents become a set of shards. Two runs with equal options and equal documents write equal files.
public struct ShardOptions: Sendable, Equatable {
  /// A part of the corpus that no other part shares near-duplicates with.
  public struct Split: Sendable, Equatable {
    public var name: String
    /// Share of the documents' clusters, 0 to 1.
    public var fraction: Double
    public init(_ name: String, fraction: Double) {
      self.name = name
      self.fraction = fraction
    }
  }

  public struct SpecialToken: Sendable, Equatable {
    public var content: String
    public var id: UInt32
    public init(_ content: String, id: UInt32) {
      self.content = content
      self.id = id
    }
  }

  public var vocabularySize: Int
  /// The token that ends every document.
  public var endOfDocument: UInt32
  /// Decides the order of the documents.
  public var seed: UInt64 = 0
  /// Held-out parts; the rest is `train`.
  public var heldOut: [Split] = [Split("validation", fraction: 0.01)]
  /// Decides which clusters are held out; apart from `seed`, so that another order keeps the same held-out documents.
  public var splitSeed: UInt64 = 0
  /// About how many tokens a shard holds.
  public var shardTokens = 100_000_000
  /// Tokens in a zstd frame: the unit of random access and of damage.
  public var frameTokens = 1 << 17
  public var compressionLevel: Int32 = 2
  /// How often documents of a language or source are read in the training split.
  public var weights = DocumentWeights()
  /// How a reader should make sequences of documents, and of how many tokens; see `SequencePlan`. The files do not depend on it.
  public var packing = Packing.concatenate
  public var sequenceLength: Int?
  /// SHA-256 of the `tokenizer.json` that made the tokens; 64 hexadecimal digits, empty when unknown.
  public var tokenizerSHA256 = ""
  /// Configuration hash of the run; 16 hexadecimal digits, empty when there is none.
  public var pipelineHash = ""
  /// Written to the manifest.
  public var specialTokens: [SpecialToken] = []

  public init(vocabularySize: Int, endOfDocument: UInt32) {
    self.vocabularySize = vocabularySize
    self.endOfDocument = endOfDocument
  }

  public static let trainSplit = "train"

  /// What `tokenizerSHA256` is for a `tokenizer.json` of these bytes.
  public static func sha256(ofTokenizer json: [UInt8]) -> String { json.withUnsafeBytes { SHA256.hash($0) }.hexadecimal }

  /// `train`, then the held-out parts.
  public var splitNames: [String] { [Self.trainSplit] + heldOut.map(\.name) }
  public var width: TokenWidth { TokenWidth(vocabularySize: vocabularySize) }

  /// The split of a cluster of near-duplicates (or of a document that is alone): its hash against the fractions, in order.
  public func split(ofCluster cluster: String) -> Int {
    let position = Double(SeededRandom.mix(XXH64.hash(cluster, seed: splitSeed) ^ 0x73_706C_6974) >> 11) * 0x1p-53
    var bound = 0.0
    for (number, split) in heldOut.enumerated() {
      bound += split.fraction
      if position < bound { return number + 1 }
    }
    return 0
  }

  /// Where a document stands in the order of its split; its copies stand elsewhere.
  public func shuffleKey(ofDocument id: String, copy: Int = 0) -> UInt64 {
    SeededRandom.mix(XXH64.hash(id, seed: seed) &+ UInt64(copy) &* 0x9E37_79B9_7F4A_7C15)
  }

  public func validate() throws(Diagnostic) {
    let sum = heldOut.reduce(0) { $0 + $1.fraction }
    guard heldOut.allSatisfy({ (0...1).contains($0.fraction) }), sum <= 1 else {
      throw Diagnostic(
        "out-of-range", "the held-out fractions add up to \(sum)", fix: "name fractions from 0 to 1 that add up to at most 1")
    }
    guard Set(splitNames).count == splitNames.count, splitNames.allSatisfy(Self.isPlainName) else {
      throw Diagnostic("invalid-value", "split names must be distinct, of letters, digits, '-' and '_', and not 'train'")
    }
    guard heldOut.count < 100 else { throw Diagnostic("out-of-range", "\(heldOut.count) held-out splits; at most 99") }
    try weights.validate()
    guard tokenizerSHA256.isEmpty || [UInt8](hexadecimal: tokenizerSHA256, count: ShardHeader.hashSize) != nil else {
      throw Diagnostic("invalid-value", "'\(tokenizerSHA256)' is not a SHA-256 of 64 hexadecimal digits")
    }
    guard sequenceLength.map({ (1...1 << 24).contains($0) }) ?? true else {
      throw Diagnostic("out-of-range", "a sequence has 1 to \(1 << 24) tokens")
    }
    guard vocabularySize > 0, vocabularySize <= 1 << 24, endOfDocument < vocabularySize else {
      throw Diagnostic(
        "out-of-range", "the end-of-document token \(endOfDocument) is not below the vocabulary size \(vocabularySize)")
    }
    guard shardTokens > 0, (1...1 << 24).contains(frameTokens), (1...22).contains(compressionLevel) else {
      throw Diagnostic(
        "out-of-range", "shard and frame sizes must be positive, frames at most \(1 << 24) tokens, the level from 1 to 22")
    }
  }

  private static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x2D || byte == 0x5F
      }
  }
}
