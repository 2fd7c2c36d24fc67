import Documents

/// Paragraphs or documents most of whose word n-grams occurred before, by a Bloom filter: BFF of DCLM (Li et al. 2024).
///
/// Documents are taken in the order of the input. Of a paragraph, n-grams that the filter knows are counted; when their share reaches the
/// threshold the paragraph is cut, otherwise its n-grams go into the filter. The filter is sized for the n-grams that the corpus has, which
/// the first step counts, and its false-positive rate is in the summary.
public struct NGramDeduplication: DeduplicationMethod {
  public enum Unit: String, Sendable, CaseIterable { case paragraph, document }

  public struct Options: Sendable, Hashable {
    public var unit = Unit.paragraph
    /// Words per n-gram (characters of scripts without spaces count as words). Units with fewer are left alone.
    public var words = 13
    /// The share (0...1) of known n-grams from which a unit is a repeat.
    public var minimumKnownShare = 0.8
    /// Aimed at; the filter gets no more than the task's memory.
    public var falsePositiveRate = 0.01
    /// A document that was cut and has fewer characters (scalars) left is dropped.
    public var minimumRemainingCharacters = 50

    public init() {}
  }

  public let options: Options
  public var memoryPerTask = defaultMemoryPerTask
  private let configuration: UInt64

  public var name: String { "ngrams" }

  public init(_ options: Options = Options()) throws(Diagnostic) {
    guard (1...1000).contains(options.words), options.minimumKnownShare > 0, options.minimumKnownShare <= 1,
      options.falsePositiveRate > 0, options.falsePositiveRate < 1, options.minimumRemainingCharacters >= 0
    else {
      throw Diagnostic(
        "invalid-value",
        "n-grams of \(options.words) words, a share of \(options.minimumKnownShare), a rate of \(options.falsePositiveRate)",
        fix: "choose 1 to 1000 words, 0 < share <= 1 and 0 < rate < 1")
    }
    self.options = options
    configuration = XXH64.hash("ngrams \(options.unit) \(options.words)")
  }

  public func memory(for corpus: DeduplicationCorpus, _ execution: DeduplicationExecution) -> DeduplicationMemory {
    .ofFilter(corpus, execution)
  }

  /// The filter has no groups of keys.
  public func keyCounts(maps paths: [String]) throws(Diagnostic) -> KeyCounts { KeyCounts() }

  public func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap {
    try NGramMap(path: path, options, configuration: configuration)
  }

  /// Nothing is decided by key range; the file says that the step was done.
  public func reduce(range: Int, of ranges: Int, maps paths: [String], to path: String) throws(Diagnostic) {
    var file = try SectionFileWriter(path: path, kind: .textReduction, configuration: configuration)
    try file.write(.marks, [RepeatMark]())
    try file.commit()
  }

  public func decide(maps paths: [String], reductions: [String], to decisions: [String]) throws(Diagnostic)
    -> DeduplicationSummary
  {
    var files: [SectionFile] = []
    for path in paths { files.append(try SectionFile(path: path, kind: .nGramMap, configuration: configuration)) }
    let documents = try DocumentTables(files, policy: .smallestIdentifier)
    var grams: [UnsafeBufferPointer<UInt64>] = []
    var units: [UnsafeBufferPointer<NGramUnit>] = []
    for (partition, file) in files.enumerated() {
      let own = (grams: try file.section(.grams, of: UInt64.self), units: try file.section(.units, of: NGramUnit.self))
      let total = own.units.reduce(0) { $0 &+ Int($1.grams) }
      guard total == own.grams.count, zip(own.units, own.units.dropFirst()).allSatisfy({ $0.ordinal <= $1.ordinal }),
        own.units.allSatisfy({ $0.start < $0.end && Int($0.ordinal) < documents.count(in: partition) })
      else { throw file.damaged("its n-grams do not fit") }
      grams.append(own.grams)
      units.append(own.units)
    }
    let members = grams.reduce(0) { $0 + $1.count }
    var filter = BloomFilter(
      members: members, falsePositiveRate: options.falsePositiveRate, maximumBytes: memoryPerTask / 2)
    var summary = DeduplicationSummary()
    for partition in files.indices {
      var writer = try DecisionWriter(path: decisions[partition], method: name)
      var (gram, unit) = (0, 0)
      for ordinal in 0..<documents.count(in: partition) {
        var repeats: [(unit: NGramUnit, share: Double)] = []
        while unit < units[partition].count, Int(units[partition][unit].ordinal) == ordinal {
          let item = units[partition][unit]
          let own = UnsafeBufferPointer(rebasing: grams[partition][gram..<(gram + Int(item.grams))])
          let known = own.reduce(0) { $0 + (filter.contains($1) ? 1 : 0) }
          let share = Double(known) / Double(own.count)
          if share >= options.minimumKnownShare {
            repeats.append((item, share))
          } else {
            for hash in own { filter.insert(hash) }
          }
          gram += own.count
          unit += 1
        }
        decide(DocumentReference(partition: partition, ordinal: ordinal), documents, repeats, &writer, &summary)
        if ordinal & 0xFFF == 0xFFF { files[partition].release() }
      }
      try writer.commit()
    }
    summary.falsePositiveRate = filter.falsePositiveRate
    summary.filterBytes = filter.bits / 8
    return summary
  }

  private func decide(
    _ document: DocumentReference, _ documents: DocumentTables, _ repeats: [(unit: NGramUnit, share: Double)],
    _ writer: inout DecisionWriter, _ summary: inout DeduplicationSummary
  ) {
    let idHash = documents.idHash(document)
    let length = documents.textLength(document)
    summary.documents += 1
    summary.totalBytes += length
    guard let first = repeats.first else {
      writer.keep(idHash: idHash)
      return
    }
    var record = DecisionRecord()
    let cutCharacters = repeats.reduce(0) { $0 + Int($1.unit.characters) }
    let remaining = Int(first.unit.documentCharacters) - cutCharacters
    if options.unit == .document || remaining < options.minimumRemainingCharacters {
      record.action = DecisionRecord.Action.drop.rawValue
      let isWhole = options.unit == .document
      record.rule = (isWhole ? DuplicateRule.nGrams : .nGramsRemaining).rawValue
      record.value = isWhole ? first.share : Double(remaining)
      record.threshold = isWhole ? options.minimumKnownShare : Double(options.minimumRemainingCharacters)
      summary.droppedDocuments += 1
      summary.removedBytes += length
      writer.add(record, idHash: idHash)
      return
    }
    record.action = DecisionRecord.Action.cut.rawValue
    let cuts = repeats.map { Int($0.unit.start)..<Int($0.unit.end) }
    summary.cutDocuments += 1
    summary.removedBytes += cuts.reduce(0) { $0 + $1.count }
    writer.add(record, idHash: idHash, cuts: cuts)
  }
}

/// A paragraph or a document, with its number of n-grams.
private struct NGramUnit: BitwiseCopyable {
  var ordinal: UInt32
  var grams: UInt32
  /// Bytes of the document's text.
  var start: UInt32
  var end: UInt32
  var characters: UInt32
  var documentCharacters: UInt32
}

/// N-grams go to disk at once, as 64 bits of hash; 24 bytes of memory per paragraph.
private final class NGramMap: DeduplicationMap {
  private let options: NGramDeduplication.Options
  private var file: SectionFileWriter
  private var table: DocumentTableWriter
  private var units: [NGramUnit] = []
  private var tokens: [UInt64] = []
  private var grams: [UInt64] = []

  init(path: String, _ options: NGramDeduplication.Options, configuration: UInt64) throws(Diagnostic) {
    file = try SectionFileWriter(path: path, kind: .nGramMap, configuration: configuration)
    table = DocumentTableWriter(policy: .smallestIdentifier)
    self.options = options
    file.begin(.grams, elementSize: 8)
  }

  func add(_ document: Document) throws(Diagnostic) {
    guard document.text.count < Int(Int32.max) else {
      throw Diagnostic(
        "document-too-long", "the text of '\(document.id)' is longer than 2 GiB", fix: "drop it in an earlier stage")
    }
    let ordinal = UInt32(table.count)
    try table.add(document)
    grams.removeAll(keepingCapacity: true)
    document.text.withUnsafeBufferPointer { text in
      let all = UInt32(scalarCount(text))
      var start = 0
      while start < text.count {
        let end = options.unit == .document ? text.count : paragraphEnd(text, start)
        let found = addGrams(UnsafeBufferPointer(rebasing: text[start..<end]))
        if found > 0 {
          let characters = UInt32(scalarCount(UnsafeBufferPointer(rebasing: text[start..<end])))
          units.append(
            NGramUnit(
              ordinal: ordinal, grams: UInt32(found), start: UInt32(start), end: UInt32(end), characters: characters,
              documentCharacters: all))
        }
        start = end
      }
    }
    try file.append(grams)
  }

  func finish() throws(Diagnostic) {
    try file.end()
    try file.write(.units, units)
    try table.write(to: &file)
    try file.commit()
  }

  /// DCLM's paragraphs are lines.
  private func paragraphEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var end = start
    while end < text.count, text[end] != 0x0A { end += 1 }
    return min(text.count, end + 1)
  }

  private func addGrams(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    if tokens.count < text.count / 2 + 1 { tokens = Array(repeating: 0, count: text.count + 1) }
    let count = tokens.withUnsafeMutableBufferPointer { tokens in
      var tokenizer = ShingleTokenizer(text: text, tokens: tokens, table: .shared)
      tokenizer.cutWords()
      return tokenizer.count
    }
    guard count >= options.words else { return 0 }
    for start in 0...(count - options.words) {
      var hash: UInt64 = 0
      for token in tokens[start..<(start + options.words)] { hash = hash &* 0x9E37_79B9_7F4A_7C15 &+ token }
      grams.append(SeededRandom.mix(hash))
    }
    return count - options.words + 1
  }
}
