import Deduplication
import Documents
import Storage

extension StageKind {
  static let exactDeduplication = deduplication(
    "exact-dedup", "drops documents with the same text or the same address", nominalRate: 120,
    parameters: [
      Parameter(
        "by", .choice(ExactDeduplication.Key.allCases.map(\.rawValue)), default: .text("both"),
        "what makes two documents the same"),
      Parameter(
        "text-form", .choice(ExactDeduplication.TextForm.allCases.map(\.rawValue)),
        default: .text(ExactDeduplication.TextForm.exact.rawValue),
        "how texts are compared"),
      keepParameter,
    ]
  ) { (parameters) throws(Diagnostic) in
    var options = ExactDeduplication.Options()
    options.by = parameters.text("by").flatMap(ExactDeduplication.Key.init) ?? options.by
    options.textForm = parameters.text("text-form").flatMap(ExactDeduplication.TextForm.init) ?? options.textForm
    options.keep = try keepPolicy(parameters)
    return ExactDeduplication(options)
  }

  static let minHashDeduplication = deduplication(
    "minhash-dedup", "drops near-duplicates: MinHash-LSH, candidates confirmed by true Jaccard similarity", nominalRate: 40,
    parameters: [
      Parameter(
        "bands", .text, default: .text("14x8"),
        "bands x rows, or a preset: " + BandScheme.presets.map(\.name).joined(separator: ", ")),
      Parameter(
        "shingles", .choice(ShingleShape.Unit.allCases.map(\.rawValue)), default: .text("automatic"),
        "of words where scripts have spaces, or of characters everywhere"),
      Parameter("words-per-shingle", .integer(1...1000), default: .integer(5), "words of a shingle"),
      Parameter(
        "characters-per-shingle", .integer(1...1000), default: .integer(9), "characters of a shingle in scripts without spaces"),
      Parameter("verify", .boolean, default: .boolean(true), "confirm candidates by their shingle sets"),
      Parameter(
        "minimum-jaccard", .number(0.01...1), default: .number(0.7), "similarity from which two documents are duplicates"),
      Parameter("seed", .integer(0...Int.max), default: .integer(1), "seed of the hash functions"),
      keepParameter,
    ]
  ) { (parameters) throws(Diagnostic) in
    var options = MinHashDeduplication.Options()
    options.scheme = try BandScheme(parsing: parameters.text("bands") ?? "14x8")
    options.shingles.unit = parameters.text("shingles").flatMap(ShingleShape.Unit.init) ?? options.shingles.unit
    options.shingles.words = parameters.integer("words-per-shingle") ?? options.shingles.words
    options.shingles.characters = parameters.integer("characters-per-shingle") ?? options.shingles.characters
    options.verifies = parameters.boolean("verify") ?? options.verifies
    options.minimumJaccard = parameters.number("minimum-jaccard") ?? options.minimumJaccard
    options.seed = UInt64(parameters.integer("seed") ?? 1)
    options.keep = try keepPolicy(parameters)
    return try MinHashDeduplication(options)
  }

  static let substringDeduplication = deduplication(
    "substring-dedup", "cuts exact repeated text within and across documents, so that one copy stays", nominalRate: 20,
    parameters: [
      Parameter("minimum-bytes", .bytes(1...(1 << 20)), default: .integer(200), "shortest repeat in bytes of UTF-8"),
      Parameter("minimum-characters", .integer(1...(1 << 18)), default: .integer(60), "shortest repeat in characters"),
      repeatsParameter, remainingParameter,
      Parameter(
        "engine", .choice(SubstringDeduplication.Engine.allCases.map(\.rawValue)), default: .text("anchors"),
        "how repeats are found; both give the same result"),
      keepParameter,
    ]
  ) { (parameters) throws(Diagnostic) in
    var options = SubstringDeduplication.Options()
    options.minimumBytes = parameters.integer("minimum-bytes") ?? options.minimumBytes
    options.minimumCharacters = parameters.integer("minimum-characters") ?? options.minimumCharacters
    options.repeats = parameters.text("repeats").flatMap(RepeatPolicy.init) ?? options.repeats
    options.minimumRemainingCharacters =
      parameters.integer("minimum-remaining-characters") ?? options.minimumRemainingCharacters
    options.engine = parameters.text("engine").flatMap(SubstringDeduplication.Engine.init) ?? options.engine
    options.keep = try keepPolicy(parameters)
    return try SubstringDeduplication(options)
  }

  static let lineDeduplication = deduplication(
    "line-dedup", "cuts lines or paragraphs that occurred before, whatever their case, digits and punctuation", nominalRate: 60,
    parameters: [
      Parameter("unit", .choice(LineDeduplication.Unit.allCases.map(\.rawValue)), default: .text("line"), "what is compared"),
      Parameter(
        "minimum-characters", .integer(1...(1 << 18)), default: .integer(1), "letters and digits from which a unit is compared"),
      repeatsParameter, remainingParameter, keepParameter,
    ]
  ) { (parameters) throws(Diagnostic) in
    var options = LineDeduplication.Options()
    options.unit = parameters.text("unit").flatMap(LineDeduplication.Unit.init) ?? options.unit
    options.minimumCharacters = parameters.integer("minimum-characters") ?? options.minimumCharacters
    options.repeats = parameters.text("repeats").flatMap(RepeatPolicy.init) ?? options.repeats
    options.minimumRemainingCharacters =
      parameters.integer("minimum-remaining-characters") ?? options.minimumRemainingCharacters
    options.keep = try keepPolicy(parameters)
    return try LineDeduplication(options)
  }

  static let nGramDeduplication = deduplication(
    "ngram-dedup", "cuts paragraphs or drops documents most of whose word n-grams occurred before, by a Bloom filter",
    nominalRate: 40,
    parameters: [
      Parameter(
        "unit", .choice(NGramDeduplication.Unit.allCases.map(\.rawValue)), default: .text("paragraph"), "what is judged"),
      Parameter("words", .integer(1...1000), default: .integer(13), "words of an n-gram"),
      Parameter(
        "minimum-known-share", .number(0.001...1), default: .number(0.8), "share of known n-grams from which a unit goes"),
      Parameter("false-positive-rate", .number(1e-9...0.5), default: .number(0.01), "what the filter is sized for"),
      remainingParameter,
    ]
  ) { (parameters) throws(Diagnostic) in
    var options = NGramDeduplication.Options()
    options.unit = parameters.text("unit").flatMap(NGramDeduplication.Unit.init) ?? options.unit
    options.words = parameters.integer("words") ?? options.words
    options.minimumKnownShare = parameters.number("minimum-known-share") ?? options.minimumKnownShare
    options.falsePositiveRate = parameters.number("false-positive-rate") ?? options.falsePositiveRate
    options.minimumRemainingCharacters =
      parameters.integer("minimum-remaining-characters") ?? options.minimumRemainingCharacters
    return try NGramDeduplication(options)
  }

  private static let keepParameter = Parameter(
    "keep", .text, default: .text("smallest-id"),
    "which of a group stays: smallest-id, longest, shortest, largest FIELD, smallest FIELD, newest FIELD, oldest FIELD, prefer FIELD A|B"
  )
  private static let repeatsParameter = Parameter(
    "repeats", .choice(RepeatPolicy.allCases.map(\.rawValue)), default: .text("keep-one"), "which copies stay")
  private static let remainingParameter = Parameter(
    "minimum-remaining-characters", .integer(0...Int.max), default: .integer(50), "drop documents that are cut to less")

  private static func keepPolicy(_ parameters: Parameters) throws(Diagnostic) -> KeepPolicy {
    try KeepPolicy(parsing: parameters.text("keep") ?? "smallest-id")
  }

  /// A stage from a method; all have the memory of one task as their last parameter.
  private static func deduplication(
    _ name: String, _ summary: String, nominalRate: Double, parameters: [Parameter],
    make: @escaping @Sendable (Parameters) throws(Diagnostic) -> any DeduplicationMethod
  ) -> StageKind {
    @Sendable func method(_ parameters: Parameters) throws(Diagnostic) -> any DeduplicationMethod {
      var method = try make(parameters)
      if let memory = parameters.integer("memory") { method.memoryPerTask = memory }
      return method
    }
    let memory = Parameter(
      "memory", .bytes((1 << 20)...(1 << 42)), default: .integer(defaultMemoryPerTask),
      "what one task may take; larger corpora go through files in several runs")
    return StageKind(
      name, summary, inputs: [InputPort("from", .documents, several: true)], output: .documents,
      parameters: parameters + [memory],
      check: problems { (parameters) throws(Diagnostic) in _ = try method(parameters) }, nominalRate: nominalRate,
      deduplication: method,
      body: .collective { parameters in deduplicationSteps { () throws(Diagnostic) in try method(parameters) } })
  }

  /// What a throwing construction says, as a check.
  static func problems(_ body: @escaping @Sendable (Parameters) throws(Diagnostic) -> Void)
    -> @Sendable (Parameters) -> [Diagnostic]
  {
    { parameters in
      do throws(Diagnostic) {
        try body(parameters)
        return []
      } catch { return [error] }
    }
  }

  /// Key ranges of the reduce step. More ranges mean less memory per task and more tasks to run at once; the result is the same.
  static let deduplicationRanges = 8

  /// The four steps that all methods share.
  static func deduplicationSteps(_ make: @escaping @Sendable () throws(Diagnostic) -> any DeduplicationMethod)
    -> [CollectiveStep]
  {
    @Sendable func maps(_ context: StepContext) -> [String] {
      context.parts.indices.map { "\(context.folder(ofStep: "map"))/keys-\(taskNumber($0)).bin" }
    }
    let ranges = deduplicationRanges
    return [
      CollectiveStep("map", .eachPart, temporaryFiles: ".bin") { context in
        let map = try make().map(partition: context.task, to: "\(context.folder)/keys-\(taskNumber(context.task)).bin")
        try context.forEachDocument(in: context.parts[context.task]) { _, document in try map.add(document) }
        try map.finish()
        return TaskCounts()
      },
      CollectiveStep("reduce", .fixed(ranges), temporaryFiles: ".bin") { context in
        try make().reduce(
          range: context.task, of: ranges, maps: maps(context),
          to: "\(context.folder)/duplicates-\(taskNumber(context.task)).bin")
        return TaskCounts()
      },
      CollectiveStep("decide", .one, usesAllThreads: true, temporaryFiles: ".bin") { context in
        var method = try make()
        method.threads = context.threads
        let reductions = (0..<ranges).map { "\(context.folder(ofStep: "reduce"))/duplicates-\(taskNumber($0)).bin" }
        let summary = try method.decide(
          maps: maps(context), reductions: reductions,
          to: context.parts.indices.map { "\(context.folder)/decisions-\(taskNumber($0)).bin" })
        try AtomicFile.write(JSONValue.object(summary.json).prettyPrinted, to: "\(context.folder)/summary.json")
        return TaskCounts()
      },
      CollectiveStep("apply", .eachPart, writesDocuments: true) { context in
        let decisions = try DeduplicationDecisions(
          path: "\(context.folder(ofStep: "decide"))/decisions-\(taskNumber(context.task)).bin", method: make().name)
        return try context.judgeDocuments { position, document in try decisions.apply(to: &document, at: position) }
      },
    ]
  }
}
