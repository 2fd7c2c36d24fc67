import Documents

/// Near-duplicates by MinHash and locality-sensitive hashing, confirmed by the true Jaccard similarity of their shingle sets.
///
/// Documents are sets of hashed word 5-grams (character n-grams in scripts without spaces). Candidates come from bands of
/// minima; a candidate pair is confirmed when its similarity reaches `minimumJaccard`; confirmed pairs form clusters (connected
/// components), of which one document stays. A text without words is never a near-duplicate.
public struct MinHashDeduplication: DeduplicationMethod {
  public struct Options: Sendable, Hashable {
    public var scheme = BandScheme.datatrove
    public var shingles = ShingleShape()
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
  public var memoryPerTask = defaultMemoryPerTask
  private let hasher: MinHasher
  let configuration: UInt64
  /// The options that shape the map files.
  let description: String

  public var name: String { "minhash" }

  public init(_ options: Options = Options()) throws(Diagnostic) {
    guard (1...1000).contains(options.shingles.words), (1...1000).contains(options.shingles.characters) else {
      throw Diagnostic("invalid-value", "a shingle has 1 to 1000 words or characters")
    }
    guard options.minimumJaccard > 0, options.minimumJaccard <= 1 else {
      throw Diagnostic(
        "invalid-value", "a minimum Jaccard similarity of \(options.minimumJaccard)", fix: "choose one in 0 < s <= 1")
    }
    self.options = options
    hasher = MinHasher(scheme: options.scheme, seed: options.seed)
    description =
      "minhash \(options.scheme) \(options.shingles.unit) \(options.shingles.words) \(options.shingles.characters) "
      + "\(options.verifies) \(options.seed) \(options.keep)"
    configuration = XXH64.hash(description)
  }

  public func memory(for corpus: DeduplicationCorpus, _ execution: DeduplicationExecution) -> DeduplicationMemory {
    .ofKeys(corpus, groups: Double(options.scheme.bands), criteria: options.keep.criteria.count, execution)
  }

  public func keyCounts(maps paths: [String]) throws(Diagnostic) -> KeyCounts {
    try openMaps(paths, verifiesTables: false).keyCounts()
  }

  public func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap {
    try signatureMap(to: path)
  }

  /// The map step of one partition, which also takes signatures.
  public func signatureMap(to path: String) throws(Diagnostic) -> MinHashMap {
    let writer = try KeyMapWriter(
      path: path, bands: options.scheme.bands, policy: options.keep, memory: memoryPerTask, configuration: configuration)
    return MinHashMap(writer, hasher, options)
  }

  public func reduce(range: Int, of ranges: Int, maps paths: [String], to path: String) throws(Diagnostic) {
    try reduce(range: range, of: ranges, maps: paths, firstNew: 0, to: path)
  }

  /// - Parameter firstNew: pairs of two partitions before this one are left out: they were looked at earlier.
  func reduce(range: Int, of ranges: Int, maps paths: [String], firstNew: Int, to path: String) throws(Diagnostic) {
    let maps = try openMaps(paths, verifiesTables: false)
    let minimum = options.minimumJaccard
    let comparison = try ShingleComparison(maps)
    var reduction = KeyReduction(
      maps: maps, memory: memoryPerTask, firstNew: firstNew, remembersPairs: options.verifies,
      confirm: options.verifies
        ? { a, b, _ throws(Diagnostic) in try comparison.similarity(a, b) >= minimum } : nil)
    try reduction.run(range: range, of: ranges, to: path, configuration: configuration)
  }

  public func decide(maps paths: [String], reductions: [String], to decisions: [String]) throws(Diagnostic)
    -> DeduplicationSummary
  { try decide(maps: paths, reductions: reductions, to: decisions, order: ClusterOrder()) }

  func decide(
    maps paths: [String], reductions: [String], to decisions: [String], order: ClusterOrder
  ) throws(Diagnostic) -> DeduplicationSummary {
    let maps = try openMaps(paths, ages: order.ages)
    let comparison = try ShingleComparison(maps)
    let decision = ClusterDecision(documents: maps.documents, method: name, memory: memoryPerTask, order: order)
    return try decision.run(
      reductions: reductions, configuration: configuration, to: decisions,
      explain: { dropped, kept, _ throws(Diagnostic) in
        guard options.verifies else { return (.minHash, nil, nil) }
        return (.minHash, try comparison.similarity(dropped, kept), options.minimumJaccard)
      }, release: maps.release)
  }

  func openMaps(_ paths: [String], ages: [Int] = [], verifiesTables: Bool = true) throws(Diagnostic) -> KeyMaps {
    try KeyMaps(
      paths: paths, bands: options.scheme.bands, policy: options.keep, ages: ages, configuration: configuration,
      verifiesTables: verifiesTables)
  }
}

/// The map step of MinHash. Evidence: the distinct shingles when candidates are verified, nothing when not.
public final class MinHashMap: DeduplicationMap {
  private let writer: KeyMapWriter
  private let hasher: MinHasher
  private let verifies: Bool
  private let sketcher: MinHashSketcher

  init(_ writer: KeyMapWriter, _ hasher: MinHasher, _ options: MinHashDeduplication.Options) {
    self.writer = writer
    self.hasher = hasher
    verifies = options.verifies
    sketcher = MinHashSketcher(hasher, options.shingles)
  }

  public func add(_ document: Document) throws(Diagnostic) {
    let sketch = sketcher.sketch(document.text, needsShingles: verifies)
    try writer.add(document, evidence: sketch.shingles)
    if sketch.isEmpty { return }
    hasher.bandKeys(of: sketch.signature) { band, key in writer.addKey(key, band: band) }
  }

  /// Adds a document whose signature was made elsewhere. Only without verification, which needs the text.
  ///
  /// - Parameter signature: shape `[bands × rows]`, as `MinHashSketcher` gives it.
  public func add(_ document: Document, signature: [Int32]) throws(Diagnostic) {
    guard !verifies, signature.count == hasher.scheme.minima else {
      throw Diagnostic(
        "invalid-value", "a signature of \(signature.count) minima for \(hasher.scheme)\(verifies ? " with verification" : "")",
        fix: "give bands x rows minima, and leave verification off")
    }
    try writer.add(document, evidence: [])
    hasher.bandKeys(of: signature) { band, key in writer.addKey(key, band: band) }
  }

  public func finish() throws(Diagnostic) { try writer.finish() }
}
