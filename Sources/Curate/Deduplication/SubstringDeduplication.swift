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

  public var keyGroups: Int { 1 }

  public func costs(documents: Double, textBytes: Double) -> DeduplicationCosts {
    let anchors = 2 * textBytes / Double(shape.minimumBytes - shape.anchorBytes + 2)
    return DeduplicationCosts(keyBytes: 32 * anchors, reduceShare: 1.1, decideShare: 1.35, readsText: true)
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
    var cuts: [DocumentCuts] = []
    var residency = Residency(budget: memoryPerTask / 4)
    try files.forEachDocument { document, marks in
      if residency.isFull(after: 1 + maps.text(of: document).count >> 16) { maps.release() }
      if let item = DocumentCuts(document, marks, CutBorders(text: maps.text(of: document), shape: shape)) { cuts.append(item) }
      for mark in marks { summary.countRepeat(Int(mark.end - mark.start)) }
    }
    maps.release()
    let settled = try CutSettling(maps: maps, shape: shape, policy: options.repeats, memory: memoryPerTask).settle(cuts)
    let decision = CutDecision(
      maps: maps, rule: .substring, minimumRemainingCharacters: options.minimumRemainingCharacters, memory: memoryPerTask)
    return try decision.write(settled, method: name, to: decisions, summary)
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
    try TextMaps(paths: paths, policy: options.keep, configuration: configuration, verifiesText: verifiesText)
  }

  private func anchoredMarks(_ maps: TextMaps, range: Int, of ranges: Int) throws(Diagnostic) -> [RepeatMark] {
    var finder = RepeatFinder(shape, options.repeats, precedes: maps.documents.precedes)
    var residency = Residency(budget: memoryPerTask / 4)
    let anchors = maps.anchors(range: range, of: ranges)
    maps.release()
    let copier = maps.size > memoryPerTask / 2 ? try maps.blockCopier() : nil
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
