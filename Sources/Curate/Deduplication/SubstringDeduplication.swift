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
    /// The most bytes the suffix array may take; anchors need far less.
    public var memoryBudget = 4 << 30

    public init() {}
  }

  public let options: Options
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
      "substring \(shape.minimumBytes) \(shape.minimumCharacters) \(options.engine) \(options.repeats) \(options.keep)")
  }

  public func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap {
    try TextMapWriter(
      path: path, shape: shape, findsAnchors: options.engine == .anchors, policy: options.keep, configuration: configuration)
  }

  /// With the suffix array, range 0 does all the work and the others write empty files.
  public func reduce(range: Int, of ranges: Int, maps paths: [String], to path: String) throws(Diagnostic) {
    let maps = try openMaps(paths, verifiesText: false)
    var file = try SectionFileWriter(path: path, kind: .textReduction, configuration: configuration)
    switch options.engine {
    case .anchors: try file.write(.marks, merged(try anchoredMarks(maps, range: range, of: ranges)))
    case .suffixArray: try file.write(.marks, range == 0 ? merged(try suffixArrayMarks(maps)) : [])
    }
    try file.commit()
  }

  public func decide(maps paths: [String], reductions: [String], to decisions: [String]) throws(Diagnostic)
    -> DeduplicationSummary
  {
    let maps = try openMaps(paths, verifiesText: true)
    let decision = CutDecision(maps: maps, options: options, shape: shape)
    return try decision.run(try readMarks(reductions, maps), method: name, to: decisions)
  }

  /// The repeated stretches before any rounding: by document in input order, ascending, apart.
  package func repeatedStretches(maps paths: [String], reductions: [String]) throws(Diagnostic) -> [[Range<Int>]] {
    let maps = try openMaps(paths, verifiesText: true)
    var result = [[Range<Int>]](repeating: [], count: maps.documents.total)
    for mark in try readMarks(reductions, maps) {
      result[maps.documents.globalIndex(DocumentReference(packed: mark.document))].append(Int(mark.start)..<Int(mark.end))
    }
    return result
  }

  private func readMarks(_ reductions: [String], _ maps: TextMaps) throws(Diagnostic) -> [RepeatMark] {
    var marks: [RepeatMark] = []
    for path in reductions {
      let file = try SectionFile(path: path, kind: .textReduction, configuration: configuration)
      for mark in try file.section(.marks, of: RepeatMark.self) {
        let document = DocumentReference(packed: mark.document)
        guard maps.documents.contains(document), maps.documents.contains(DocumentReference(packed: mark.source)),
          mark.start < mark.end, mark.end <= UInt64(maps.text(of: document).bytes.count)
        else { throw file.damaged("a mark lies outside its text") }
        marks.append(mark)
      }
    }
    return merged(marks)
  }

  private func openMaps(_ paths: [String], verifiesText: Bool) throws(Diagnostic) -> TextMaps {
    try TextMaps(paths: paths, policy: options.keep, configuration: configuration, verifiesText: verifiesText)
  }

  private func anchoredMarks(_ maps: TextMaps, range: Int, of ranges: Int) throws(Diagnostic) -> [RepeatMark] {
    var finder = RepeatFinder(shape, options.repeats, precedes: maps.documents.precedes)
    let records = maps.anchors(range: range, of: ranges)
    var start = 0
    while start < records.count {
      var end = start + 1
      while end < records.count, records[end].key == records[start].key { end += 1 }
      if end - start > 1 {
        var blocks: [AnchoredBlock] = []
        for record in records[start..<end] { blocks.append(try maps.block(record)) }
        finder.add(blocks)
      }
      start = end
    }
    return finder.marks
  }
}

extension TextMaps {
  func block(_ record: KeyedRecord) throws(Diagnostic) -> AnchoredBlock {
    let (anchor, document) = try anchor(record)
    let start = Int(anchor.start)
    let bytes = UnsafeBufferPointer(rebasing: text(of: document).bytes[start..<(start + Int(anchor.length))])
    return AnchoredBlock(anchor: anchor, document: document, bytes: bytes)
  }
}
