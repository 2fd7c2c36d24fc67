import Documents
import Storage

/// What happened to the documents of a task; empty for tasks that handle none.
public struct TaskCounts: Sendable, Equatable {
  /// Input records as the reader saw them.
  public var input: StageCounts?
  public var stages: [StageCounts] = []
  public var rules: [RuleCount] = []
  public var histograms: [Histogram] = []

  public init() {}
}

/// The record of a committed task, and its commit point: outputs without a manifest do not exist for anyone.
public struct TaskManifest: Sendable, Equatable {
  public struct Output: Sendable, Equatable {
    /// Relative to the run directory.
    public var path: String
    public var bytes: UInt64
    /// XXH64 of the file.
    public var checksum: UInt64
  }

  /// A hash of everything the outputs depend on: the stages with their parameters and files, and the inputs' checksums.
  public var key: UInt64
  public var phase: String
  public var task: Int
  public var outputs: [Output]
  public var counts = TaskCounts()
  /// Wall time of the task.
  public var seconds = 0.0
  /// The most memory that the process had resident since the phase began, in bytes.
  public var peakMemory = 0

  public init(key: UInt64, phase: String, task: Int, outputs: [Output]) {
    self.key = key
    self.phase = phase
    self.task = task
    self.outputs = outputs
  }

  public var json: JSONValue {
    var object: JSONObject = [
      "winnow": 1, "key": .string(key.hexadecimal), "phase": .string(phase), "task": .integer(Int64(task)),
      "outputs": .array(
        outputs.map {
          ["path": .string($0.path), "bytes": .integer(Int64($0.bytes)), "xxh64": .string($0.checksum.hexadecimal)]
        }),
    ]
    if let input = counts.input { object["input"] = .object(Self.json(input)) }
    object["stages"] = .array(counts.stages.map { .object(Self.json($0)) })
    object["rules"] = .array(
      counts.rules.map {
        [
          "stage": .string($0.stage), "rule": .string($0.rule), "failure": .bool($0.isFailure),
          "count": .integer(Int64($0.count)),
        ]
      })
    object["histograms"] = .array(
      counts.histograms.filter { $0.count > 0 }.map { histogram in
        let buckets = histogram.buckets.sorted { $0.key < $1.key }
        return [
          "stage": .string(histogram.stage), "metric": .string(histogram.metric), "sum": .number(histogram.sum),
          "minimum": .number(histogram.minimum), "maximum": .number(histogram.maximum),
          "buckets": .array(buckets.map { .array([.integer(Int64($0.key)), .integer(Int64($0.value))]) }),
        ]
      })
    object["seconds"] = .number(seconds)
    object["peakMemory"] = .integer(Int64(peakMemory))
    return .object(object)
  }

  private static func json(_ counts: StageCounts) -> JSONObject {
    [
      "stage": .string(counts.stage), "in": .integer(Int64(counts.entered)), "kept": .integer(Int64(counts.kept)),
      "dropped": .integer(Int64(counts.dropped)), "failed": .integer(Int64(counts.failed)),
      "edited": .integer(Int64(counts.edited)), "bytesIn": .integer(Int64(counts.bytesIn)),
      "bytesOut": .integer(Int64(counts.bytesOut)), "seconds": .number(counts.seconds),
    ]
  }

  /// Reads a manifest; nil when it is not there.
  /// - Throws: `damaged-file` when it is there and does not make sense.
  public static func read(path: String) throws(Diagnostic) -> TaskManifest? {
    let file: [UInt8]
    do { file = try MappedFile.contents(of: path) } catch {
      if error.code == "not-found" { return nil }
      throw error
    }
    let damaged = Diagnostic(
      "damaged-file", "not a task manifest", at: .init(file: path), fix: "remove it; the task is then run again")
    guard let object = (try? JSONScanner.parse(file))?.object, object["winnow"] == 1,
      let key = object["key"]?.string.flatMap({ UInt64($0, radix: 16) }), let phase = object["phase"]?.string,
      let task = object["task"]?.integer, let outputs = object["outputs"]?.array
    else { throw damaged }
    var manifest = TaskManifest(key: key, phase: phase, task: Int(task), outputs: [])
    for output in outputs {
      guard let output = output.object, let path = output["path"]?.string, let bytes = output["bytes"]?.integer, bytes >= 0,
        let checksum = output["xxh64"]?.string.flatMap({ UInt64($0, radix: 16) })
      else { throw damaged }
      manifest.outputs.append(Output(path: path, bytes: UInt64(bytes), checksum: checksum))
    }
    manifest.counts.input = object["input"]?.object.map(stageCounts)
    manifest.counts.stages = object["stages"]?.array?.compactMap { $0.object.map(stageCounts) } ?? []
    manifest.counts.rules =
      object["rules"]?.array?.compactMap { value in
        guard let rule = value.object else { return nil }
        return RuleCount(
          stage: rule["stage"]?.string ?? "", rule: rule["rule"]?.string ?? "", isFailure: rule["failure"]?.bool ?? false,
          count: Int(rule["count"]?.integer ?? 0))
      } ?? []
    manifest.counts.histograms = object["histograms"]?.array?.compactMap { $0.object.map(histogram) } ?? []
    manifest.seconds = object["seconds"]?.number ?? 0
    manifest.peakMemory = Int(object["peakMemory"]?.integer ?? 0)
    return manifest
  }

  private static func stageCounts(_ object: JSONObject) -> StageCounts {
    func integer(_ key: String) -> Int { Int(object[key]?.integer ?? 0) }
    var counts = StageCounts(stage: object["stage"]?.string ?? "")
    counts.entered = integer("in")
    counts.kept = integer("kept")
    counts.dropped = integer("dropped")
    counts.failed = integer("failed")
    counts.edited = integer("edited")
    counts.bytesIn = integer("bytesIn")
    counts.bytesOut = integer("bytesOut")
    counts.seconds = object["seconds"]?.number ?? 0
    return counts
  }

  private static func histogram(_ object: JSONObject) -> Histogram {
    var buckets: [Int: Int] = [:]
    for pair in object["buckets"]?.array ?? [] {
      guard let pair = pair.array, pair.count == 2, let bucket = pair[0].integer, let count = pair[1].integer else { continue }
      buckets[Int(bucket)] = Int(count)
    }
    return Histogram(
      stage: object["stage"]?.string ?? "", metric: object["metric"]?.string ?? "", buckets: buckets,
      sum: object["sum"]?.number ?? 0, minimum: object["minimum"]?.number ?? .infinity,
      maximum: object["maximum"]?.number ?? -.infinity)
  }
}
