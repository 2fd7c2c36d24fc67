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
  /// Seconds of one thread, by step; *decide* is one task, the others are as many as there are inputs or key ranges.
  public var mapSeconds = 0.0
  public var reduceSeconds = 0.0
  public var decideSeconds = 0.0
  public var applySeconds = 0.0
  /// By the clock, with as many tasks at once as was said.
  public var seconds = 0.0

  /// Of one thread, all steps.
  public var coreSeconds: Double { mapSeconds + reduceSeconds + decideSeconds + applySeconds }

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
    self.inputs = inputs
    self.jobs = jobs
    self.ranges = ranges
    self.memoryPerTask = memoryPerTask
    self.memoryOfDecide = memoryOfDecide
    self.removesIntermediateFilesEarly = removesIntermediateFilesEarly
  }
}

/// A part of a corpus whose map step was done, and whose documents were written, to see what that takes.
public struct DeduplicationProbe: Sendable {
  public private(set) var documents = 0
  public private(set) var textBytes = 0
  /// How many times as much there is, this part included.
  public var scale = 1.0
  fileprivate var mapSeconds = 0.0
  fileprivate var writeSeconds = 0.0
  fileprivate var mapBytes = 0
  fileprivate var writtenBytes = 0

  /// - Parameters:
  ///   - readSeconds: what reading these documents took.
  ///   - path: for two files, which are removed again.
  public init(
    _ documents: [Document], _ method: some DeduplicationMethod, readSeconds: Double = 0, path: String
  ) throws(Diagnostic) {
    self.documents = documents.count
    textBytes = documents.reduce(0) { $0 + $1.text.count }
    let clock = ContinuousClock()
    let start = clock.now
    let map = try method.map(partition: 0, to: path)
    for document in documents { try map.add(document) }
    try map.finish()
    let middle = clock.now
    mapSeconds = readSeconds + (middle - start) / .seconds(1)
    mapBytes = totalBytes([path])
    var lines = try CompressedLines(path: path + ".jsonl.zst")
    for document in documents { try lines.add { DocumentLines.write(document, to: &$0) } }
    try lines.commit()
    // The last step reads again as well; reading is about a third of writing.
    writeSeconds = 1.35 * ((clock.now - middle) / .seconds(1))
    writtenBytes = totalBytes([path + ".jsonl.zst"])
    for path in [path, path + ".jsonl.zst"] { unlink(path) }
  }
}

extension DeduplicationEstimate {
  /// Reckons from probes, one or more for each input.
  public init(_ probes: [DeduplicationProbe], _ method: some DeduplicationMethod, _ execution: DeduplicationExecution) {
    var costs = DeduplicationCosts()
    var disk = (maps: 0.0, results: 0.0)
    for probe in probes {
      let documents = Double(probe.documents) * probe.scale
      let text = Double(probe.textBytes) * probe.scale
      self.documents += Int(documents)
      textBytes += Int(text)
      let own = method.costs(documents: documents, textBytes: text)
      costs.keyBytes += own.keyBytes
      costs.readsText = own.readsText
      mapSeconds += probe.mapSeconds * probe.scale
      reduceSeconds += probe.mapSeconds * own.reduceShare * probe.scale
      decideSeconds += probe.mapSeconds * own.decideShare * probe.scale
      applySeconds += probe.writeSeconds * probe.scale
      disk.maps += Double(probe.mapBytes) * probe.scale
      disk.results += Double(probe.writtenBytes) * probe.scale
    }
    let ranges = execution.ranges ?? max(execution.jobs, Int(disk.maps) / max(1, execution.memoryPerTask) + 1)
    let wide = Double(max(1, min(execution.jobs, execution.inputs)))
    seconds =
      (mapSeconds + applySeconds) / wide + reduceSeconds / Double(max(1, min(execution.jobs, ranges))) + decideSeconds
    diskBytes = Int(execution.removesIntermediateFilesEarly ? max(disk.maps, disk.results) : disk.maps + disk.results)
    memoryBytes = memoryPeak(costs, mapBytes: disk.maps, ranges: Double(ranges), method, execution)
  }

  /// Each step's largest need, as far as the budget lets it grow.
  private func memoryPeak(
    _ costs: DeduplicationCosts, mapBytes: Double, ranges: Double, _ method: some DeduplicationMethod,
    _ execution: DeduplicationExecution
  ) -> Int {
    let task = Double(execution.memoryPerTask)
    let perInput = Double(max(1, execution.inputs))
    let width = Double(max(1, min(execution.jobs, execution.inputs)))
    let (documents, text) = (Double(documents), Double(textBytes))
    // An input's pages are let go 16 MiB at a time.
    let reading = width * min(Double(1 << 24), text / perInput)
    let tables = 100 * documents
    let map = reading + width * (min(task / 2, costs.keyBytes / perInput) + tables / perInput)
    // A text map that fits is read in place, as far as a quarter of the task's memory.
    let inPlace = costs.readsText && mapBytes <= task / 2 ? min(task / 4, mapBytes) : 0
    let reduce = Double(execution.jobs) * (costs.keyBytes / ranges / Double(method.keyGroups) + inPlace) + tables
    let decide = 25 * documents + (costs.readsText ? min(Double(execution.memoryOfDecide) / 4, text) : 0) + tables
    return Self.baseMemory + Int(max(map, reduce, decide))
  }

  /// Code and what the language keeps, as measured.
  private static let baseMemory = 40 << 20
}

extension FileDeduplication {
  /// Maps and writes the first documents of each input, and reckons from that.
  ///
  /// - Parameter sampleBytes: of text; as a rule half a second's work.
  public func estimate(_ method: some DeduplicationMethod, sampleBytes: Int = 16 << 20) throws(Diagnostic)
    -> DeduplicationEstimate
  {
    let work = output + "/.estimate"
    do { try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true) } catch {
      throw Diagnostic("input-output", "cannot make the folder: \(error.localizedDescription)", at: .init(file: work))
    }
    defer { try? FileManager.default.removeItem(atPath: work) }
    let probes = Mutex([DeduplicationProbe?](repeating: nil, count: inputs.count))
    // As many at once as later, so that threads that share memory and processor slow each other down here too.
    try inParallel(inputs.count, "estimate") { index throws(Diagnostic) in
      let probe = try probe(inputs[index], method, "\(work)/\(index)", bytes: max(1 << 18, sampleBytes / inputs.count))
      probes.withLock { $0[index] = probe }
    }
    return DeduplicationEstimate(
      probes.withLock { $0.compactMap { $0 } }, method,
      DeduplicationExecution(
        inputs: inputs.count, jobs: jobs, ranges: nil, memoryPerTask: memoryPerTask,
        memoryOfDecide: memory - Self.fixedMemory, removesIntermediateFilesEarly: true))
  }

  private func probe(_ input: String, _ method: some DeduplicationMethod, _ path: String, bytes: Int) throws(Diagnostic)
    -> DeduplicationProbe?
  {
    var documents: [Document] = []
    var (read, reached) = (0, 0.0)
    let start = ContinuousClock.now
    _ = try readDocuments(input) { document, share throws(Diagnostic) in
      read += document.text.count
      reached = share
      documents.append(document)
      return read < bytes
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard reached > 0 else { return nil }
    var probe = try DeduplicationProbe(documents, method, readSeconds: seconds, path: path)
    probe.scale = 1 / reached
    return probe
  }
}

/// What a method's later steps take, as measured on a crawl of 68 MB and on 500 MB made from it.
public struct DeduplicationCosts: Sendable {
  /// Bytes of sorted keys, over all partitions.
  public var keyBytes: Double
  /// Time of the reduce and decide steps as shares of the map step's, on one thread: so a sample of the map step, on this machine and
  /// these texts, says what they take.
  public var reduceShare: Double
  public var decideShare: Double
  /// The reduce and decide steps look at the texts.
  public var readsText: Bool

  public init(keyBytes: Double = 0, reduceShare: Double = 0, decideShare: Double = 0, readsText: Bool = false) {
    self.keyBytes = keyBytes
    self.reduceShare = reduceShare
    self.decideShare = decideShare
    self.readsText = readsText
  }
}
