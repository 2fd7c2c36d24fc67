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
  public var seconds = 0.0

  public init() {}
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
    let samples = Mutex([Sample](repeating: Sample(), count: inputs.count))
    // As many at once as later, so that threads that share memory and processor slow each other down here too.
    try inParallel(inputs.count, "estimate") { index throws(Diagnostic) in
      let sample = try measure(inputs[index], method, "\(work)/\(index)", bytes: max(1 << 18, sampleBytes / inputs.count))
      samples.withLock { $0[index] = sample }
    }
    return estimate(from: samples.withLock { $0 }, method)
  }

  private func estimate(from samples: [Sample], _ method: some DeduplicationMethod) -> DeduplicationEstimate {
    var estimate = DeduplicationEstimate()
    var costs = DeduplicationCosts()
    // Seconds of one thread.
    var seconds = (parallel: 0.0, serial: 0.0)
    var disk = (maps: 0.0, results: 0.0)
    for sample in samples where sample.share > 0 {
      let scale = 1 / sample.share
      let documents = Double(sample.documents) * scale
      let text = Double(sample.textBytes) * scale
      estimate.documents += Int(documents)
      estimate.textBytes += Int(text)
      let own = method.costs(documents: documents, textBytes: text)
      costs.keyBytes += own.keyBytes
      costs.readsText = own.readsText
      seconds.parallel += (sample.mapSeconds * (1 + own.reduceShare) + sample.writeSeconds) * scale
      seconds.serial += sample.mapSeconds * own.decideShare * scale
      disk.maps += Double(sample.mapBytes) * scale
      disk.results += Double(sample.writtenBytes) * scale
    }
    estimate.seconds = seconds.parallel / Double(max(1, min(jobs, inputs.count))) + seconds.serial
    estimate.diskBytes = Int(max(disk.maps, disk.results))
    estimate.memoryBytes = memoryPeak(costs, mapBytes: disk.maps, estimate, method)
    return estimate
  }

  /// Each step's largest need, as far as the budget lets it grow.
  private func memoryPeak(
    _ costs: DeduplicationCosts, mapBytes: Double, _ estimate: DeduplicationEstimate, _ method: some DeduplicationMethod
  ) -> Int {
    let task = Double(memoryPerTask)
    let all = Double(memory - Self.fixedMemory)
    let perInput = Double(max(1, inputs.count))
    let width = Double(min(jobs, inputs.count))
    let documents = Double(estimate.documents)
    let text = Double(estimate.textBytes)
    // An input's pages are let go 16 MiB at a time.
    let reading = width * min(Double(1 << 24), text / perInput)
    let tables = 100 * documents
    let map = reading + width * (min(task / 2, costs.keyBytes / perInput) + tables / perInput)
    let ranges = max(Double(jobs), mapBytes / task + 1)
    // A text map that fits is read in place, as far as a quarter of the task's memory.
    let inPlace = costs.readsText && mapBytes <= task / 2 ? min(task / 4, mapBytes) : 0
    let reduce = Double(jobs) * (costs.keyBytes / ranges / Double(method.keyGroups) + inPlace) + tables
    let decide = 25 * documents + (costs.readsText ? min(all / 4, text) : 0) + tables
    return Self.baseMemory + Int(max(map, reduce, decide))
  }

  /// Code and what the language keeps, as measured.
  private static let baseMemory = 28 << 20

  private struct Sample {
    var documents = 0
    var textBytes = 0
    /// Of the file's bytes.
    var share = 0.0
    var mapSeconds = 0.0
    var writeSeconds = 0.0
    var mapBytes = 0
    var writtenBytes = 0
  }

  private func measure(_ input: String, _ method: some DeduplicationMethod, _ path: String, bytes: Int) throws(Diagnostic)
    -> Sample
  {
    var sample = Sample()
    var documents: [Document] = []
    let clock = ContinuousClock()
    let start = clock.now
    let map = try method.map(partition: 0, to: path)
    _ = try readDocuments(input) { document, share throws(Diagnostic) in
      try map.add(document)
      sample.textBytes += document.text.count
      sample.share = share
      documents.append(document)
      return sample.textBytes < bytes
    }
    try map.finish()
    sample.documents = documents.count
    sample.mapSeconds = (clock.now - start) / .seconds(1)
    sample.mapBytes = totalBytes([path])
    let middle = clock.now
    var lines = try CompressedLines(path: path + ".jsonl.zst")
    for document in documents { try lines.add { DocumentLines.write(document, to: &$0) } }
    try lines.commit()
    // The last step reads again as well; reading is about a third of writing.
    sample.writeSeconds = 1.35 * ((clock.now - middle) / .seconds(1))
    sample.writtenBytes = totalBytes([path + ".jsonl.zst"])
    unlink(path)
    return sample
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
