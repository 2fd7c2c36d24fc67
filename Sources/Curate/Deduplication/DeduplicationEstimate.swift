import Documents
import Foundation
import Storage
import Synchronization

/// What a deduplication will take, found by doing a small part of it.
public struct DeduplicationEstimate: Sendable {
  public var documents = 0
  public var textBytes = 0
  /// Peak resident memory of the process.
  public var memoryBytes = 0
  /// Peak of intermediate files and results.
  public var diskBytes = 0
  /// Seconds of one thread, by step; those of *decide* by the clock, since it is one task.
  public var mapSeconds = 0.0
  public var reduceSeconds = 0.0
  public var decideSeconds = 0.0
  public var applySeconds = 0.0
  /// By the clock, with as many tasks at once as was said.
  public var seconds = 0.0
  /// Peak memory by step, beside what the process takes anyway.
  public var memory = DeduplicationMemory()
  /// The share of keys that repeat another, here and reckoned for the whole.
  public var repeatedShare = (sample: 0.0, whole: 0.0)

  /// Of all steps, as tasks' times add up.
  public var taskSeconds: Double { mapSeconds + reduceSeconds + decideSeconds + applySeconds }

  public init() {}
}

/// How a deduplication is going to be run.
public struct DeduplicationExecution: Sendable {
  /// Files that the corpus is in.
  public var inputs: Int
  /// Tasks at once.
  public var jobs: Int
  /// Key ranges; nil when there will be as many as let one fit into a task's memory.
  public var ranges: Int?
  /// Bytes that one task may take, and the decide step.
  public var memoryPerTask: Int
  public var memoryOfDecide: Int
  /// Maps and reductions go before results are written.
  public var removesIntermediateFilesEarly: Bool

  public init(
    inputs: Int, jobs: Int, ranges: Int?, memoryPerTask: Int, memoryOfDecide: Int, removesIntermediateFilesEarly: Bool
  ) {
    self.inputs = max(1, inputs)
    self.jobs = max(1, jobs)
    self.ranges = ranges
    self.memoryPerTask = memoryPerTask
    self.memoryOfDecide = memoryOfDecide
    self.removesIntermediateFilesEarly = removesIntermediateFilesEarly
  }
}

/// Documents that stand together at one place of a corpus.
public struct DeduplicationSample: Sendable {
  public var documents: [Document]
  /// How many times as much this place stands for.
  public var scale: Double
  /// What reading the documents took, on one of as many threads as later.
  public var readSeconds: Double
  /// What writing them takes where that is not done by `FileDeduplication`.
  public var writeSeconds: Double?

  public init(documents: [Document], scale: Double, readSeconds: Double, writeSeconds: Double? = nil) {
    self.documents = documents
    self.scale = scale
    self.readSeconds = readSeconds
    self.writeSeconds = writeSeconds
  }

  var textBytes: Int { documents.reduce(0) { $0 + $1.text.count } }

  /// At most so many, each of documents from far apart: what opening and closing a file takes would otherwise count many times.
  fileprivate static func merged(_ places: [DeduplicationSample], into count: Int) -> [DeduplicationSample] {
    let places = places.filter { !$0.documents.isEmpty }
    return (0..<min(count, places.count)).map { first in
      let own = stride(from: first, to: places.count, by: count).map { places[$0] }
      let bytes = own.reduce(0.0) { $0 + Double($1.textBytes) }
      let writes = own.compactMap(\.writeSeconds)
      return DeduplicationSample(
        documents: own.flatMap(\.documents), scale: own.reduce(0.0) { $0 + $1.scale * Double($1.textBytes) } / max(1, bytes),
        readSeconds: own.reduce(0) { $0 + $1.readSeconds }, writeSeconds: writes.isEmpty ? nil : writes.reduce(0, +))
    }
  }
}

extension DeduplicationEstimate {
  /// Does all steps with places of a corpus, each as a partition, and reckons from that.
  ///
  /// Time of the first and last step grows with the text. That of the others depends on how much is repeated too, so they are done twice:
  /// with the sample, and with the sample and a copy of it. The sample has as much less memory as it has less text, so that as many runs
  /// are sorted, and texts are copied or looked up in place, as later.
  ///
  /// - Parameter folder: for files; removed again.
  public init(
    _ places: [DeduplicationSample], _ method: some DeduplicationMethod, _ execution: DeduplicationExecution, folder: String
  ) throws(Diagnostic) {
    let places = DeduplicationSample.merged(places, into: max(execution.jobs, execution.inputs))
    guard !places.isEmpty else { return }
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw Diagnostic("input-output", "cannot make the folder: \(error.localizedDescription)", at: .init(file: folder))
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var corpus = DeduplicationCorpus()
    var sampled = 0.0
    for place in places {
      sampled += Double(place.textBytes)
      corpus.documents += place.scale * Double(place.documents.count)
      corpus.textBytes += place.scale * Double(place.textBytes)
      corpus.nameBytes += place.scale * Double(place.documents.reduce(0) { $0 + $1.id.utf8.count + min(24, $1.url.utf8.count) })
    }
    let scale = corpus.textBytes / max(1, sampled)
    var small = method
    small.memoryPerTask = max(1 << 20, Int(Double(execution.memoryPerTask) / scale))
    small.threads = execution.jobs
    let trial = try DeduplicationTrial(places, small, execution, folder: folder)

    corpus.mapBytes = trial.mapBytes
    corpus.filterBytes = Double(trial.alone.summary.filterBytes) * scale
    corpus.keys = Double(trial.counts.keys) * scale
    repeatedShare = (trial.counts.repeatedShare, trial.counts.repeatedShare(inWhole: 1 / scale))
    corpus.repeatedShare = repeatedShare.whole
    /// On the straight line through what a step takes at the two shares of repeats.
    func reckoned(_ alone: Double, _ twice: Double) -> Double {
      let slope = max(0, twice / 2 - alone) / max(1e-6, (1 - repeatedShare.sample) / 2)
      return scale * (alone + slope * (repeatedShare.whole - repeatedShare.sample))
    }
    documents = Int(corpus.documents)
    textBytes = Int(corpus.textBytes)
    mapSeconds = trial.mapSeconds
    reduceSeconds = reckoned(trial.alone.reduceSeconds, trial.twice.reduceSeconds)
    decideSeconds = reckoned(trial.alone.decideSeconds, trial.twice.decideSeconds)
    let stays = (1 - repeatedShare.whole) / max(1e-6, 1 - repeatedShare.sample)
    applySeconds = trial.applySeconds
    var execution = execution
    execution.ranges =
      execution.ranges
      ?? FileDeduplication.ranges(
        mapBytes: Int(corpus.mapBytes), jobs: execution.jobs, memoryPerTask: execution.memoryPerTask)
    seconds =
      (mapSeconds + applySeconds) / execution.width(execution.inputs)
      + reduceSeconds / execution.width(execution.ranges ?? 1) + decideSeconds
    let results = trial.writtenBytes * stays
    let intermediate = corpus.mapBytes + reckoned(trial.alone.fileBytes, trial.twice.fileBytes)
    diskBytes = Int(execution.removesIntermediateFilesEarly ? max(intermediate, results) : intermediate + results)
    memory = method.memory(for: corpus, execution)
    memoryBytes = Self.baseMemory + Int(memory.peak)
  }

  /// Code and what the language keeps, as measured.
  private static let baseMemory = 32 << 20
}

/// All steps of a method with a sample, timed.
private struct DeduplicationTrial {
  /// The steps behind the first.
  struct Times {
    var reduceSeconds = 0.0
    var decideSeconds = 0.0
    /// Of reductions and decisions.
    var fileBytes = 0.0
    var summary = DeduplicationSummary()
  }

  /// Of the whole corpus, in seconds of one thread and in bytes.
  private(set) var mapSeconds = 0.0
  private(set) var applySeconds = 0.0
  private(set) var mapBytes = 0.0
  private(set) var writtenBytes = 0.0
  /// Of the sample, and of the sample with a copy.
  private(set) var alone = Times()
  private(set) var twice = Times()
  private(set) var counts = KeyCounts()

  init(
    _ places: [DeduplicationSample], _ method: some DeduplicationMethod, _ execution: DeduplicationExecution, folder: String
  ) throws(Diagnostic) {
    let maps = places.indices.map { "\(folder)/map-\($0)" }
    let decisions = places.indices.map { "\(folder)/decisions-\($0)" }
    let mapTimes = try Self.better(places.count, execution) { index throws(Diagnostic) in
      let map = try method.map(partition: index, to: maps[index])
      for document in places[index].documents { try map.add(document) }
      try map.finish()
    }
    counts = try method.keyCounts(maps: maps)
    twice = try Self.laterSteps(maps + maps, method, execution, to: decisions + decisions.map { $0 + "-copy" }, folder)
    alone = try Self.laterSteps(maps, method, execution, to: decisions, folder)
    let parts = places.indices.map { "\(folder)/part-\($0)" }
    let applyTimes = try Self.better(places.count, execution) { index throws(Diagnostic) in
      let decided = try DeduplicationDecisions(path: decisions[index], method: method.name)
      var output = try DeduplicatedFiles(part: parts[index], ledger: parts[index] + "-ledger")
      for (ordinal, document) in places[index].documents.enumerated() { try output.add(document, decided, at: ordinal) }
      try output.commit(syncs: false)
    }
    for (index, place) in places.enumerated() {
      mapSeconds += place.scale * (place.readSeconds + mapTimes[index])
      applySeconds += place.scale * (place.readSeconds + (place.writeSeconds ?? applyTimes[index]))
      mapBytes += place.scale * Double(totalBytes([maps[index]]))
      writtenBytes += place.scale * Double(totalBytes([parts[index], parts[index] + "-ledger", decisions[index]]))
    }
  }

  private static func laterSteps(
    _ maps: [String], _ method: some DeduplicationMethod, _ execution: DeduplicationExecution, to decisions: [String],
    _ folder: String
  ) throws(Diagnostic) -> Times {
    // As few as will do: the sample is small.
    let ranges = execution.jobs
    let reductions = (0..<ranges).map { "\(folder)/reduction-\($0)" }
    var times = Times()
    times.reduceSeconds = try better(ranges, execution) { range throws(Diagnostic) in
      try method.reduce(range: range, of: ranges, maps: maps, to: reductions[range])
    }.reduce(0, +)
    let start = ContinuousClock.now
    times.summary = try method.decide(maps: maps, reductions: reductions, to: decisions)
    times.decideSeconds = (ContinuousClock.now - start) / .seconds(1)
    times.fileBytes = Double(totalBytes(reductions + decisions))
    // On threads of its own, so by the clock; the better of two, since others may use the processor.
    let again = ContinuousClock.now
    _ = try method.decide(maps: maps, reductions: reductions, to: decisions)
    times.decideSeconds = min(times.decideSeconds, (ContinuousClock.now - again) / .seconds(1))
    return times
  }

  /// The better of two times: at first memory is new, which it is for a small part of the whole only.
  private static func better(
    _ count: Int, _ execution: DeduplicationExecution, _ body: @Sendable (Int) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> [Double] {
    let first = try timed(count, execution, body)
    let second = try timed(count, execution, body)
    return zip(first, second).map { min($0, $1) }
  }

  /// What each call took of the processor, as many at once as later.
  private static func timed(
    _ count: Int, _ execution: DeduplicationExecution, _ body: @Sendable (Int) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> [Double] {
    try mapInParallel(count, threads: execution.jobs) { index throws(Diagnostic) in
      let start = ThreadTime.now
      try body(index)
      return ThreadTime.now - start
    }
  }
}
