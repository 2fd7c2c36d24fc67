import Documents

/// Near-duplicates by MinHash and locality-sensitive hashing, confirmed by the true Jaccard similarity of their shingle sets.
///
/// Documents are sets of hashed word 5-grams (character n-grams in scripts without spaces). Candidates come from bands of
/// minima; a candidate pair is confirmed when its similarity reaches `minimumJaccard`; confirmed pairs form clusters (connected
/// components), of which one document stays. A text without words is never a near-duplicate.
public struct MinHashDeduplication: DeduplicationMethod {
  public struct Options: Sendable, Hashable {
    public var scheme = BandScheme.datatrove
    /// Words per shingle in scripts that put spaces between words.
    public var wordsPerShingle = 5
    /// Characters per shingle where most tokens are of scripts without spaces; about five words.
    public var charactersPerShingle = 9
    /// Compare candidates by their shingle sets. On by default: at 14x8 a pair of similarity 0.6 has one chance in five to
    /// become a candidate, and without comparison such pairs are dropped, and link clusters that have nothing in common.
    /// Costs 4 bytes of disk per shingle. Without it every candidate pair counts as duplicates.
    public var verifies = true
    /// The similarity (0...1) from which two documents are duplicates. Only with `verifies`.
    public var minimumJaccard = 0.7
    public var keep = KeepPolicy.smallestIdentifier
    public var seed: UInt64 = 1

    public init() {}
  }

  public let options: Options
  private let hasher: MinHasher
  private let configuration: UInt64

  public var name: String { "minhash" }

  public init(_ options: Options = Options()) throws(Diagnostic) {
    guard (1...1000).contains(options.wordsPerShingle), (1...1000).contains(options.charactersPerShingle) else {
      throw Diagnostic("invalid-value", "a shingle has 1 to 1000 words or characters")
    }
    guard options.minimumJaccard > 0, options.minimumJaccard <= 1 else {
      throw Diagnostic(
        "invalid-value", "a minimum Jaccard similarity of \(options.minimumJaccard)", fix: "choose one in 0 < s <= 1")
    }
    self.options = options
    hasher = MinHasher(scheme: options.scheme, seed: options.seed)
    configuration = XXH64.hash(
      "minhash \(options.scheme) \(options.wordsPerShingle) \(options.charactersPerShingle) \(options.verifies) \(options.seed) "
        + options.keep.description)
  }

  public func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap {
    let writer = try KeyMapWriter(path: path, bands: options.scheme.bands, policy: options.keep, configuration: configuration)
    return MinHashMap(writer, hasher, options)
  }

  public func reduce(range: Int, of ranges: Int, maps paths: [String], to path: String) throws(Diagnostic) {
    let maps = try openMaps(paths)
    let minimum = options.minimumJaccard
    var reduction = KeyReduction(
      maps: maps, remembersPairs: options.verifies,
      confirm: options.verifies
        ? { a, b, _ throws(Diagnostic) in jaccard(try maps.evidence(a), try maps.evidence(b)) >= minimum } : nil)
    try reduction.run(range: range, of: ranges, to: path, configuration: configuration)
  }

  public func decide(maps paths: [String], reductions: [String], to decisions: [String]) throws(Diagnostic)
    -> DeduplicationSummary
  {
    let maps = try openMaps(paths)
    let decision = ClusterDecision(documents: maps.documents, method: name)
    return try decision.run(reductions: reductions, configuration: configuration, to: decisions) {
      dropped, kept, _ throws(Diagnostic) in
      (.minHash, try similarity(maps, dropped, kept), options.verifies ? options.minimumJaccard : nil)
    }
  }

  private func openMaps(_ paths: [String]) throws(Diagnostic) -> KeyMaps {
    try KeyMaps(paths: paths, bands: options.scheme.bands, policy: options.keep, configuration: configuration)
  }

  /// True Jaccard similarity of shingle sets, or the share of equal minima.
  private func similarity(_ maps: KeyMaps, _ a: DocumentReference, _ b: DocumentReference) throws(Diagnostic) -> Double {
    let (first, second) = (try maps.evidence(a), try maps.evidence(b))
    if options.verifies { return jaccard(first, second) }
    let equal = zip(first, second).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
    return Double(equal) / Double(max(1, first.count))
  }
}

/// Evidence: the distinct shingles when candidates are verified, the signature when not.
private final class MinHashMap: DeduplicationMap {
  private let writer: KeyMapWriter
  private let hasher: MinHasher
  private let verifies: Bool
  private let shingler: Shingler
  private var signature: [Int32] = []

  init(_ writer: KeyMapWriter, _ hasher: MinHasher, _ options: MinHashDeduplication.Options) {
    self.writer = writer
    self.hasher = hasher
    verifies = options.verifies
    shingler = Shingler(wordsPerShingle: options.wordsPerShingle, charactersPerShingle: options.charactersPerShingle)
  }

  func add(_ document: Document) throws(Diagnostic) {
    shingler.scan(document.text)
    hasher.signature(of: shingler.shingles, into: &signature)
    let isEmpty = shingler.shingles.isEmpty
    try writer.add(
      document, evidence: verifies ? shingler.distinctShingles() : signature.map { UInt32(bitPattern: $0) })
    if isEmpty { return }
    hasher.bandKeys(of: signature) { band, key in writer.addKey(key, band: band) }
  }

  func finish() throws(Diagnostic) { try writer.finish() }
}
