/// The size of a corpus, as far as memory depends on it.
public struct DeduplicationCorpus: Sendable {
  public var documents = 0.0
  public var textBytes = 0.0
  /// Bytes of all ids and hosts.
  public var nameBytes = 0.0
  /// Over all bands.
  public var keys = 0.0
  /// The share of keys (0...1) that repeat another.
  public var repeatedShare = 0.0
  /// Bytes of the map files.
  public var mapBytes = 0.0
  /// Bytes of a Bloom filter, where the method has one.
  public var filterBytes = 0.0

  public init() {}
}

/// Peak memory of each step in bytes, all tasks together, beside what the process takes anyway.
///
/// Every term is an array or a budget of the step's code; arrays that grow are counted with the half that growing leaves unused.
public struct DeduplicationMemory: Sendable {
  public var map = 0.0
  public var reduce = 0.0
  public var decide = 0.0
  public var apply = 0.0

  public var peak: Double { max(map, reduce, decide, apply) }

  private static let growth = 1.5
  /// A reader lets go of its input's pages 16 MiB at a time.
  private static let input = Double(16 << 20)

  /// Of a method whose map files hold keys and evidence.
  ///
  /// - Parameters:
  ///   - groups: bands, reduced one after another.
  ///   - criteria: of the keep policy.
  static func ofKeys(
    _ corpus: DeduplicationCorpus, groups: Double, criteria: Int, _ execution: DeduplicationExecution
  ) -> DeduplicationMemory {
    let record = Double(MemoryLayout<KeyedRecord>.stride)
    var memory = common(corpus, criteria, keyBytes: record * corpus.keys, execution)
    // Evidence is copied; ranks and ids are looked up in place.
    memory.reduce =
      execution.width(execution.ranges ?? 1)
      * (record * corpus.keys / groups / execution.rangeCount
        + Residency.pages(of: table(corpus, criteria), budget: execution.memoryPerTask / 4))
    // Union-find and labels, the table of clusters with what decides, members with what is known about those kept, and pages of the
    // tables: all by stretches of documents that the budget bounds.
    let order = 8 * Double(criteria + 1)
    let name = corpus.nameBytes / max(1, corpus.documents)
    let members = min(1, 2 * corpus.repeatedShare) * corpus.documents
    let budget = Double(execution.memoryOfDecide)
    memory.decide +=
      max(
        min(budget / 2, 17 * corpus.documents),
        min(budget / 2, (8 + order) * corpus.documents)
          + min(budget / 3, (64 + 2 * name) * members))
    return memory
  }

  /// Of a method whose map files hold texts and anchors.
  static func ofTexts(_ corpus: DeduplicationCorpus, criteria: Int, _ execution: DeduplicationExecution) -> DeduplicationMemory
  {
    let anchor = Double(MemoryLayout<TextAnchor>.stride)
    let task = Double(execution.memoryPerTask)
    let wide = execution.width(execution.ranges ?? 1)
    var memory = common(corpus, criteria, keyBytes: anchor * corpus.keys, execution)
    // Texts that fit are looked up in place; of others pages of tables only.
    let mapped =
      corpus.mapBytes <= task / 2
      ? Residency.pages(of: corpus.mapBytes, budget: execution.memoryPerTask / 4, perAccess: 2)
      : Residency.pages(of: table(corpus, criteria), budget: min(execution.memoryPerTask / 4, Residency.usualBudget))
    // Marks are merged when there are 2^18, through a sorted copy and a result.
    let repeated = corpus.keys * corpus.repeatedShare
    let marks = 3 * Double(MemoryLayout<RepeatMark>.stride) * min(Double(1 << 18), repeated / execution.rangeCount)
    memory.reduce = wide * (anchor * corpus.keys / execution.rangeCount + max(mapped, Double(TextMaps.gatheredBytes)) + marks)
    // A cut for about four repeated anchors, and as many anchors over the join.
    let cuts = repeated / 4
    memory.decide +=
      cuts * (16 + 3 * anchor) + 72 * min(corpus.documents, cuts)
      + Residency.pages(of: corpus.mapBytes, budget: min(execution.memoryOfDecide / 4, Residency.usualBudget))
    return memory
  }

  /// Of a method that keeps n-grams in a Bloom filter.
  static func ofFilter(_ corpus: DeduplicationCorpus, _ execution: DeduplicationExecution) -> DeduplicationMemory {
    var memory = common(corpus, 0, keyBytes: 0, execution)
    let task = min(corpus.textBytes / Double(max(1, execution.inputs)), corpus.mapBytes)
    memory.decide += min(Double(execution.memoryOfDecide) / 2, corpus.filterBytes) + min(task, Double(64 << 20))
    return memory
  }

  /// What is known about each document: ranks, ends of id, host and evidence; names.
  private static func table(_ corpus: DeduplicationCorpus, _ criteria: Int) -> Double {
    Double(8 * (criteria + 2) + 8 + 4 + 8) * corpus.documents + corpus.nameBytes
  }

  /// What all methods share: sorted runs and tables of documents in the first step, decisions, results.
  private static func common(
    _ corpus: DeduplicationCorpus, _ criteria: Int, keyBytes: Double, _ execution: DeduplicationExecution
  ) -> DeduplicationMemory {
    var memory = DeduplicationMemory()
    let inputs = Double(max(1, execution.inputs))
    let wide = execution.width(execution.inputs)
    let reading = min(Self.input, corpus.textBytes / inputs)
    let table = table(corpus, criteria)
    memory.map = wide * (reading + min(Double(execution.memoryPerTask) / 2, keyBytes / inputs) + Self.growth * table / inputs)
    // A decision: hash of the id and state; a record and the kept one's id for a duplicate. One partition at a time; then the tables'
    // pages, which are passed in order.
    let decisions = (12 + 96 * min(1, 2 * corpus.repeatedShare)) * corpus.documents / inputs
    memory.decide = Self.growth * decisions + table
    memory.apply = wide * (reading + decisions)
    return memory
  }
}

extension DeduplicationExecution {
  /// Tasks of so many that run at once.
  func width(_ tasks: Int) -> Double { Double(max(1, min(jobs, tasks))) }

  fileprivate var rangeCount: Double { Double(max(1, ranges ?? 1)) }
}
