import Documents

/// Exact repeated text, inside and across documents (Lee et al. 2022), cut so that one copy stays.
///
/// A stretch is repeated when each of its windows, of at least `minimumBytes` and `minimumCharacters`, occurs at another place.
/// The copy that stays is the first in the stable order of documents. Matches never cross documents. Cuts move inwards to borders
/// of words or grapheme clusters, so the text stays valid and readable.
public struct SubstringDeduplication: DeduplicationMethod {
  public enum Engine: String, Sendable, CaseIterable {
    /// Sampled windows, grouped by key range and compared byte by byte: exact, external, in parallel. The default.
    case anchors
    /// One suffix array over the whole corpus, in memory. Same result.
    case suffixArray = "suffix-array"
  }

  public struct Options: Sendable, Hashable {
    /// Shortest repeated stretch in bytes of UTF-8. 200 bytes of English are about 50 tokens, the length in Lee et al.
    public var minimumBytes = 200
    /// Shortest repeated stretch in characters (scalars): what keeps scripts of three bytes a character from being cut at
    /// phrases.
    public var minimumCharacters = 60
    public var repeats = RepeatPolicy.keepOne
    /// A document that was cut and has fewer characters (scalars) left is dropped.
    public var minimumRemainingCharacters = 50
    /// Whose copy stays.
    public var keep = KeepPolicy.smallestIdentifier
    public var engine = Engine.anchors

    public init() {}
  }

  public let options: Options
  /// The most that a suffix array may take is this too.
  public var memoryPerTask = defaultMemoryPerTask
  public var threads = 1
  private let shape: WindowShape
  private let configuration: UInt64

  public var name: String { "substring" }

  public init(_ options: Options = Options()) throws(Diagnostic) {
    guard (1...1 << 20).contains(options.minimumBytes), (1...1 << 18).contains(options.minimumCharacters) else {
      throw Diagnostic(
        "invalid-value", "repeats of at least \(options.minimumBytes) bytes and \(options.minimumCharacters) characters",
        fix: "choose 1 to 1048576 bytes and 1 to 262144 characters")
    }
    guard options.minimumRemainingCharacters >= 0 else {
      throw Diagnostic("invalid-value", "a minimum of \(options.minimumRemainingCharacters) remaining characters")
    }
    self.options = options
    shape = WindowShape(minimumBytes: options.minimumBytes, minimumCharacters: options.minimumCharacters)
    configuration = XXH64.hash(
      "substring \(shape.minimumBytes) \(shape.minimumCharacters) \(options.repeats) \(options.keep)")
  }

  public func memory(for corpus: DeduplicationCorpus, _ execution: DeduplicationExecution) -> DeduplicationMemory {
    .ofTexts(corpus, criteria: options.keep.criteria.count, execution)
  }

  public func keyCounts(maps paths: [String]) throws(Diagnostic) -> KeyCounts {
    try openMaps(paths, verifiesText: false).keyCounts()
  }

  public func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap {
    var scanner = AnchorScanner(shape)
    return try TextMapWriter(path: path, policy: options.keep, memory: memoryPerTask, configuration: configuration) {
      scanner.scan($0, $1)
    }
  }

  /// With the suffix array, range 0 does all the work and the others write empty files.
  public func reduce(range: Int, of ranges: Int, maps paths: [String], to path: String) throws(Diagnostic) {
    let maps = try openMaps(paths, verifiesText: false)
    var file = try SectionFileWriter(path: path, kind: .textReduction, configuration: configuration)
    switch options.engine {
    case .anchors: try file.write(.marks, try anchoredMarks(maps, range: range, of: ranges))
    case .suffixArray: try file.write(.marks, range == 0 ? merged(try suffixArrayMarks(maps)) : [])
    }
    try file.commit()
  }

  public func decide(maps paths: [String], reductions: [String], to decisions: [String]) throws(Diagnostic)
    -> DeduplicationSummary
  {
    let maps = try openMaps(paths, verifiesText: true)
    let files = try MarkFiles(reductions, maps.documents, configuration: configuration)
    var summary = DeduplicationSummary()
    let cuts = try firstCuts(maps, files, &summary)
    maps.release()
    let settling = CutSettling(maps: maps, shape: shape, policy: options.repeats, memory: memoryPerTask, threads: threads)
    let settled = try settling.settle(cuts)
    let decision = CutDecision(
      maps: maps, rule: .substring, minimumRemainingCharacters: options.minimumRemainingCharacters, memory: memoryPerTask)
    return try decision.write(settled, method: name, to: decisions, summary)
  }

  /// The marks with their ends on borders, in order of document.
  private func firstCuts(
    _ maps: TextMaps, _ files: MarkFiles, _ summary: inout DeduplicationSummary
  ) throws(Diagnostic) -> [DocumentCuts] {
    let parts = min(maps.documents.total, 8 * threads)
    let results = try mapInParallel(parts, threads: threads) { part throws(Diagnostic) in
      var cuts: [DocumentCuts] = []
      var lengths = DeduplicationSummary()
      var residency = Residency(memory: memoryPerTask, threads: threads)
      try files.forEachDocument(in: maps.documents.share(part, of: parts)) { document, marks in
        let text = maps.text(of: document)
        if let item = DocumentCuts(document, marks, CutBorders(text: text, shape: shape)) { cuts.append(item) }
        for mark in marks { lengths.countRepeat(Int(mark.end - mark.start)) }
        if residency.isFull(after: 1 + text.count >> 16) { maps.release() }
      }
      return (cuts, lengths)
    }
    for (_, lengths) in results { summary.addRepeats(lengths) }
    return Array(results.map(\.0).joined())
  }

  /// The repeated stretches before any rounding: by document in input order, ascending, apart.
  package func repeatedStretches(maps paths: [String], reductions: [String]) throws(Diagnostic) -> [[Range<Int>]] {
    let maps = try openMaps(paths, verifiesText: true)
    let files = try MarkFiles(reductions, maps.documents, configuration: configuration)
    var result = [[Range<Int>]](repeating: [], count: maps.documents.total)
    try files.forEachDocument { document, marks in
      result[maps.documents.globalIndex(document)] = marks.map { Int($0.start)..<Int($0.end) }
    }
    return result
  }

  private func openMaps(_ paths: [String], verifiesText: Bool) throws(Diagnostic) -> TextMaps {
    try TextMaps(
      paths: paths, policy: options.keep, configuration: configuration, verifiesText: verifiesText,
      threads: verifiesText ? threads : 1)
  }

  private func anchoredMarks(_ maps: TextMaps, range: Int, of ranges: Int) throws(Diagnostic) -> [RepeatMark] {
    var finder = RepeatFinder(shape, options.repeats, precedes: maps.documents.precedes)
    var residency = maps.residency(memory: memoryPerTask)
    let anchors = maps.anchors(range: range, of: ranges)
    maps.release()
    let copier = maps.fits(memory: memoryPerTask) ? nil : try maps.blockCopier()
    var blocks: [AnchoredBlock] = []
    var start = 0
    while start < anchors.count {
      var end = start + 1
      while end < anchors.count, anchors[end].hash == anchors[start].hash { end += 1 }
      if end - start > 1 {
        blocks.removeAll(keepingCapacity: true)
        for anchor in anchors[start..<end] { blocks.append(try maps.block(anchor)) }
        if let copier {
          try copier.withCopies(of: blocks) { copies throws(Diagnostic) in finder.add(copies) }
        } else {
          finder.add(blocks)
        }
        // Places and ranks of documents are looked up in place.
        if residency.isFull(after: copier == nil ? 2 * blocks.count : blocks.count) { maps.release() }
      }
      start = end
    }
    return finder.takeMarks()
  }
}
