import Documents
import Foundation
import Storage

/// `catalog.sqlite`: an index over all manifests. It holds nothing that the manifests do not hold, so it can be made anew at any time.
public enum Catalog {
  private static let schema = """
    CREATE TABLE run(name TEXT, winnow TEXT);
    CREATE TABLE stages(id TEXT PRIMARY KEY, use TEXT, parameters TEXT);
    CREATE TABLE phases(phase INTEGER PRIMARY KEY, name TEXT, folder TEXT, tasks INTEGER, committed INTEGER);
    CREATE TABLE tasks(phase INTEGER, task INTEGER, key TEXT, seconds REAL, PRIMARY KEY(phase, task));
    CREATE TABLE outputs(phase INTEGER, task INTEGER, path TEXT PRIMARY KEY, bytes INTEGER, xxh64 TEXT);
    CREATE TABLE counts(phase INTEGER, position INTEGER, stage TEXT, entered INTEGER, kept INTEGER, dropped INTEGER, failed INTEGER,
      edited INTEGER, bytes_in INTEGER, bytes_out INTEGER, seconds REAL, PRIMARY KEY(phase, position));
    CREATE TABLE rules(phase INTEGER, stage TEXT, rule TEXT, failure INTEGER, count INTEGER);
    CREATE TABLE histograms(phase INTEGER, stage TEXT, metric TEXT, count INTEGER, sum REAL, minimum REAL, maximum REAL,
      PRIMARY KEY(phase, stage, metric));
    CREATE TABLE buckets(phase INTEGER, stage TEXT, metric TEXT, bucket INTEGER, low REAL, high REAL, count INTEGER);
    """

  /// Writes the catalog from manifests, to a new file that then takes the old one's place.
  static func rebuild(_ run: RunDirectory, plan: Plan, manifests: [[TaskManifest]]) throws(Diagnostic) {
    let path = run.catalogFile + ".partial"
    unlink(path)
    do {
      let database = try SQLiteDatabase(path: path)
      try database.execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" + schema)
      try fill(database, plan, manifests)
      try database.execute("COMMIT")
    }
    guard rename(path, run.catalogFile) == 0 else { throw Diagnostic(systemCall: "rename", path: run.catalogFile) }
  }

  /// Reads the manifests of a run and writes the catalog anew.
  public static func rebuild(_ run: RunDirectory, plan: Plan) throws(Diagnostic) {
    try rebuild(run, plan: plan, manifests: try manifests(of: run, plan: plan))
  }

  /// The committed manifests of a run by phase, without asking whether they are still up to date.
  public static func manifests(of run: RunDirectory, plan: Plan) throws(Diagnostic) -> [[TaskManifest]] {
    var result: [[TaskManifest]] = []
    for phase in plan.phases {
      var manifests: [TaskManifest] = []
      for task in phase.tasks.indices {
        if let manifest = try TaskManifest.read(path: run.file(phase.manifestPath(task))) { manifests.append(manifest) }
      }
      result.append(manifests)
    }
    return result
  }

  private static func fill(_ database: SQLiteDatabase, _ plan: Plan, _ manifests: [[TaskManifest]]) throws(Diagnostic) {
    func integer(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(value)) }
    try database.insert("INSERT INTO run VALUES(?,?)", rows: [[.string(plan.pipeline.name), .string(Winnow.version)]])
    try database.insert(
      "INSERT INTO stages VALUES(?,?,?)",
      rows: plan.pipeline.stages.map {
        [
          .string($0.id), .string($0.kind.name),
          .string(String(decoding: JSONValue.object($0.parameters.json).serialized, as: UTF8.self)),
        ]
      })
    for phase in plan.phases {
      let done = phase.index < manifests.count ? manifests[phase.index] : []
      let number = integer(phase.index)
      try database.insert(
        "INSERT INTO phases VALUES(?,?,?,?,?)",
        rows: [[number, .string(phase.name), .string(phase.folder), integer(phase.tasks.count), integer(done.count)]])
      try database.insert(
        "INSERT INTO tasks VALUES(?,?,?,?)",
        rows: done.map { [number, integer($0.task), .string($0.key.hexadecimal), .number($0.seconds)] })
      try database.insert(
        "INSERT INTO outputs VALUES(?,?,?,?,?)",
        rows: done.flatMap { manifest in
          manifest.outputs.map {
            [number, integer(manifest.task), .string($0.path), integer($0.bytes), .string($0.checksum.hexadecimal)]
          }
        })
      try database.insert(
        "INSERT INTO counts VALUES(?,?,?,?,?,?,?,?,?,?,?)",
        rows: done.stageCounts.enumerated().map { position, counts in
          [
            number, integer(position), .string(counts.stage), integer(counts.entered), integer(counts.kept),
            integer(counts.dropped),
            integer(counts.failed), integer(counts.edited), integer(counts.bytesIn), integer(counts.bytesOut),
            .number(counts.seconds),
          ]
        })
      try database.insert(
        "INSERT INTO rules VALUES(?,?,?,?,?)",
        rows: done.ruleCounts.map { [number, .string($0.stage), .string($0.rule), .bool($0.isFailure), integer($0.count)] })
      for histogram in done.histograms {
        let name: [JSONValue] = [number, .string(histogram.stage), .string(histogram.metric)]
        try database.insert(
          "INSERT INTO histograms VALUES(?,?,?,?,?,?,?)",
          rows: [
            name + [integer(histogram.count), .number(histogram.sum), .number(histogram.minimum), .number(histogram.maximum)]
          ])
        try database.insert(
          "INSERT INTO buckets VALUES(?,?,?,?,?,?,?)",
          rows: histogram.buckets.sorted { $0.key < $1.key }.map { bucket, count in
            let bounds = Histogram.bounds(of: bucket)
            return name + [integer(bucket), .number(bounds.lowerBound), .number(bounds.upperBound), integer(count)]
          })
      }
    }
  }
}

extension [TaskManifest] {
  /// Drop and failure counts over all tasks, most frequent first.
  public var ruleCounts: [RuleCount] {
    var result: [RuleCount] = []
    for rule in flatMap(\.counts.rules) {
      if let index = result.firstIndex(where: {
        $0.stage == rule.stage && $0.rule == rule.rule && $0.isFailure == rule.isFailure
      }) {
        result[index].count += rule.count
      } else {
        result.append(rule)
      }
    }
    return result.sorted { ($1.count, $0.stage, $0.rule) < ($0.count, $1.stage, $1.rule) }
  }

  /// Histograms over all tasks, in the order of the metrics.
  public var histograms: [Histogram] {
    var result: [Histogram] = []
    for histogram in flatMap(\.counts.histograms) {
      if let index = result.firstIndex(where: { $0.stage == histogram.stage && $0.metric == histogram.metric }) {
        result[index].add(histogram)
      } else {
        result.append(histogram)
      }
    }
    return result
  }
}
