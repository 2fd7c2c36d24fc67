import Deduplication
import Documents
import Foundation

/// Signatures of documents that do not exist, three in ten near copies of an earlier one, sorted and clustered.
enum Scale {
  static func run(_ arguments: inout Arguments) throws {
    let count = arguments.integer("--documents", 1_000_000)
    let memory = arguments.integer("--memory", 1_000_000_000)
    guard let folder = arguments.text("--folder") else { throw Diagnostic("wrong-usage", "--folder DIR is missing") }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var options = MinHashDeduplication.Options()
    options.verifies = false
    var method = try MinHashDeduplication(options)
    method.memoryPerTask = memory
    let partitions = max(1, count / 5_000_000)
    let maps = (0..<partitions).map { "\(folder)/map-\($0)" }
    var copies = 0
    let mapping = try seconds {
      for partition in 0..<partitions {
        // A map that an interrupted run left is complete.
        if size(maps[partition]) > 0 { continue }
        let map = try method.signatureMap(to: maps[partition])
        let (start, end) = (partition * count / partitions, (partition + 1) * count / partitions)
        for index in start..<end {
          let (signature, isCopy) = Self.signature(index)
          if isCopy { copies += 1 }
          try map.add(Document(id: "urn:\(index)", text: []), signature: signature)
        }
        try map.finish()
      }
    }
    let mapBytes = maps.reduce(0) { $0 + size($1) }
    print("map: \(fixed(mapping)) s, \(fixed(Double(mapBytes) / 1e9, 2)) GB, peak memory \(usage().peak >> 20) MiB")
    fflush(nil)
    let ranges = max(1, count * 14 * 16 / 14 / (memory / 4))
    let reductions = (0..<ranges).map { "\(folder)/reduce-\($0)" }
    let reducing = try seconds {
      for range in 0..<ranges { try method.reduce(range: range, of: ranges, maps: maps, to: reductions[range]) }
    }
    let edgeBytes = reductions.reduce(0) { $0 + size($1) }
    print(
      "reduce: \(fixed(reducing)) s in \(ranges) ranges, \(fixed(Double(edgeBytes) / 1e9, 2)) GB, peak memory \(usage().peak >> 20) MiB"
    )
    fflush(nil)
    let decisions = (0..<partitions).map { "\(folder)/decide-\($0)" }
    var summary = DeduplicationSummary()
    let deciding = try seconds { summary = try method.decide(maps: maps, reductions: reductions, to: decisions) }
    print(
      "decide: \(fixed(deciding)) s, \(fixed(Double(decisions.reduce(0) { $0 + size($1) }) / 1e9, 2)) GB, peak memory \(usage().peak >> 20) MiB"
    )
    print(
      "\(count) documents, \(copies) copies made, \(summary.droppedDocuments) found; \(summary.clusters) clusters; "
        + "\(fixed(mapping + reducing + deciding)) s wall, \(fixed(usage().processor)) s of processor")
    for path in maps + reductions + decisions { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func size(_ path: String) -> Int {
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
  }

  /// A copy agrees with its original in nine minima of ten.
  private static func signature(_ index: Int) -> ([Int32], isCopy: Bool) {
    var own = SeededRandom(seed: UInt64(index), stream: 1)
    let isCopy = index > 0 && own.next(below: 10) < 3
    guard isCopy else { return (Array(unsafeUninitializedCapacity: 112) { fill(&own, $0, &$1) }, false) }
    let original = Int(own.next(below: UInt64(index)))
    var first = SeededRandom(seed: UInt64(original), stream: 1)
    _ = first.next(below: 10)
    var minima = [Int32](unsafeUninitializedCapacity: 112) { fill(&first, $0, &$1) }
    for row in minima.indices where own.next() & 1023 < 102 { minima[row] = Int32(truncatingIfNeeded: own.next()) }
    return (minima, true)
  }

  private static func fill(_ random: inout SeededRandom, _ buffer: UnsafeMutableBufferPointer<Int32>, _ count: inout Int) {
    for row in 0..<56 {
      let word = random.next()
      buffer[2 * row] = Int32(truncatingIfNeeded: word)
      buffer[2 * row + 1] = Int32(truncatingIfNeeded: word >> 32)
    }
    count = 112
  }
}

extension SeededRandom {
  /// Without hashing a name.
  fileprivate init(seed: UInt64, stream: UInt64) { self.init(seed: SeededRandom.mix(seed &+ stream << 40)) }
}
