import Documents

/// Lines or paragraphs that occurred before, as in CCNet (Wenzek et al. 2020): compared in lower case, with digits as 0, without
/// punctuation and spacing.
///
/// Of equal ones the first in the stable order of documents stays. Their normal forms are compared, not only their hashes.
public struct LineDeduplication: DeduplicationMethod {
  public enum Unit: String, Sendable, CaseIterable {
    /// Up to a line end.
    case line
    /// Up to an empty line.
    case paragraph
  }

  public struct Options: Sendable, Hashable {
    public var unit = Unit.line
    /// Units with fewer characters (letters and digits of the normal form) are left alone.
    public var minimumCharacters = 1
    public var repeats = RepeatPolicy.keepOne
    /// A document that was cut and has fewer characters (scalars) left is dropped.
    public var minimumRemainingCharacters = 50
    /// Whose copy stays.
    public var keep = KeepPolicy.smallestIdentifier

    public init() {}
  }

  public let options: Options
  public var memoryPerTask = defaultMemoryPerTask
  private let configuration: UInt64

  public var name: String { "lines" }

  public init(_ options: Options = Options()) throws(Diagnostic) {
    guard options.minimumCharacters >= 1, options.minimumRemainingCharacters >= 0 else {
      throw Diagnostic("invalid-value", "units of at least \(options.minimumCharacters) characters", fix: "choose 1 or more")
    }
    self.options = options
    configuration = XXH64.hash("lines \(options.unit) \(options.minimumCharacters) \(options.repeats) \(options.keep)")
  }

  public func memory(for corpus: DeduplicationCorpus, _ execution: DeduplicationExecution) -> DeduplicationMemory {
    .ofTexts(corpus, criteria: options.keep.criteria.count, execution)
  }

  public func keyCounts(maps paths: [String]) throws(Diagnostic) -> KeyCounts {
    try TextMaps(paths: paths, policy: options.keep, configuration: configuration, verifiesText: false).keyCounts()
  }

  public func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap {
    var scanner = UnitScanner(options)
    return try TextMapWriter(path: path, policy: options.keep, memory: memoryPerTask, configuration: configuration) {
      scanner.scan($0, $1)
    }
  }

  public func reduce(range: Int, of ranges: Int, maps paths: [String], to path: String) throws(Diagnostic) {
    let maps = try TextMaps(paths: paths, policy: options.keep, configuration: configuration, verifiesText: false)
    var file = try SectionFileWriter(path: path, kind: .textReduction, configuration: configuration)
    try file.write(.marks, try marks(maps, range: range, of: ranges))
    try file.commit()
  }

  private func marks(_ maps: TextMaps, range: Int, of ranges: Int) throws(Diagnostic) -> [RepeatMark] {
    var marks: [RepeatMark] = []
    var residency = maps.residency(memory: memoryPerTask)
    let anchors = maps.anchors(range: range, of: ranges)
    maps.release()
    var start = 0
    while start < anchors.count {
      var end = start + 1
      while end < anchors.count, anchors[end].hash == anchors[start].hash { end += 1 }
      if end - start > 1 {
        var blocks: [AnchoredBlock] = []
        for anchor in anchors[start..<end] { blocks.append(try maps.block(anchor)) }
        blocks.sort { a, b in
          a.document == b.document ? a.anchor.start < b.anchor.start : maps.documents.precedes(a.document, b.document)
        }
        mark(blocks, &marks)
        if residency.isFull(after: 2 * blocks.count) { maps.release() }
      }
      start = end
    }
    return merged(marks)
  }

  /// - Parameter blocks: of one hash, in stable order.
  private func mark(_ blocks: [AnchoredBlock], _ marks: inout [RepeatMark]) {
    var rest = blocks
    var (first, other): ([UInt8], [UInt8]) = ([], [])
    while let leader = rest.first {
      UnitScanner.normalize(leader.bytes, into: &first)
      var others: [AnchoredBlock] = []
      var isRepeated = false
      for block in rest.dropFirst() {
        UnitScanner.normalize(block.bytes, into: &other)
        guard first == other else {
          others.append(block)
          continue
        }
        isRepeated = true
        marks.append(Self.mark(block, leader))
      }
      if isRepeated, options.repeats == .removeAll { marks.append(Self.mark(leader, leader)) }
      rest = others
    }
  }

  private static func mark(_ block: AnchoredBlock, _ leader: AnchoredBlock) -> RepeatMark {
    let start = UInt64(block.anchor.start)
    return RepeatMark(
      document: block.document.packed, start: start, end: start + UInt64(block.bytes.count), source: leader.document.packed)
  }

  public func decide(maps paths: [String], reductions: [String], to decisions: [String]) throws(Diagnostic)
    -> DeduplicationSummary
  {
    let maps = try TextMaps(paths: paths, policy: options.keep, configuration: configuration, verifiesText: true)
    let files = try MarkFiles(reductions, maps.documents, configuration: configuration)
    var cuts: [DocumentCuts] = []
    var summary = DeduplicationSummary()
    try files.forEachDocument { document, marks in
      let longest = marks.reduce(marks[0]) { $1.end - $1.start > $0.end - $0.start ? $1 : $0 }
      cuts.append(
        DocumentCuts(
          document: document, cuts: marks.map { Int($0.start)..<Int($0.end) }, source: DocumentReference(packed: longest.source)
        ))
      for mark in marks { summary.countRepeat(Int(mark.end - mark.start)) }
    }
    let decision = CutDecision(
      maps: maps, rule: .lines, minimumRemainingCharacters: options.minimumRemainingCharacters, memory: memoryPerTask)
    return try decision.write(cuts, method: name, to: decisions, summary)
  }
}

/// Finds the lines or paragraphs of a text.
private struct UnitScanner {
  private let options: LineDeduplication.Options
  private var normal: [UInt8] = []

  init(_ options: LineDeduplication.Options) { self.options = options }

  mutating func scan(_ text: UnsafeBufferPointer<UInt8>, _ body: (TextAnchor) -> Void) {
    var start = 0
    while start < text.count {
      let end = Self.end(of: options.unit, from: start, text)
      let characters = Self.normalize(UnsafeBufferPointer(rebasing: text[start..<end]), into: &normal)
      if characters >= options.minimumCharacters {
        body(
          TextAnchor(
            hash: SeededRandom.mix(XXH64.hash(normal)), start: UInt32(start), before: 0, span: 0, length: UInt32(end - start)))
      }
      start = end
    }
  }

  /// Behind the line end, or behind all line ends that follow a paragraph.
  private static func end(of unit: LineDeduplication.Unit, from start: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int {
    var end = start
    while end < text.count {
      guard text[end] == 0x0A else {
        end += 1
        continue
      }
      end += 1
      if unit == .line { return end }
      var next = end
      while next < text.count, text[next] == 0x20 || text[next] == 0x09 || text[next] == 0x0D { next += 1 }
      guard next < text.count, text[next] == 0x0A else { continue }
      while next < text.count, text[next] == 0x0A || text[next] == 0x0D { next += 1 }
      return next
    }
    return end
  }

  /// Lower case, digits as 0, letters and digits only.
  /// - Returns: the number of characters.
  @discardableResult
  static func normalize(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Int {
    let table = CharacterTable.shared
    output.removeAll(keepingCapacity: true)
    var characters = 0
    var i = 0
    while i < text.count {
      let (scalar, length) = decodeScalar(text, at: i)
      i += length
      switch table.classOf(scalar) {
      case .word, .unspaced:
        characters += 1
        if scalar >= 0x30, scalar <= 0x39 { output.append(0x30) } else { appendUTF8(table.lowercased(scalar), to: &output) }
      case .separator, .ignored: break
      }
    }
    return characters
  }
}
