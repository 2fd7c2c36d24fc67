import Documents
import Foundation
import Storage
import Synchronization

/// An index of earlier snapshots, against which the next one is deduplicated without touching their text.
///
/// A folder. Each snapshot is one or more map files (band keys, ids, ranks of the keep policy, evidence) and the edges that were found when it
/// came in, from its documents to all earlier ones and among themselves. All documents stay in it, kept or not, so that when one is
/// taken down the next of its cluster can take its place. Of a cluster the document of the earliest snapshot stays, then the one that the
/// keep policy prefers. Files carry a version and checksums; `index.json` names them and is replaced last.
public struct SignatureIndex: Sendable {
  public let path: String
  public let method: MinHashDeduplication
  public private(set) var snapshots: [Snapshot] = []
  /// XXH64 of the ids of documents that were taken down.
  private var takenDown: Set<UInt64> = []

  public struct Snapshot: Sendable, Equatable {
    public var name: String
    public var documents: Int
    public var maps: [String]
    public var edges: [String]
  }

  /// A document of the index.
  public struct Entry: Sendable, Equatable {
    public var id: String
    public var snapshot: String
    public init(id: String, snapshot: String) {
      self.id = id
      self.snapshot = snapshot
    }
  }

  private static let version: Int64 = 1

  // MARK: Opening

  /// Opens an index, or starts one where there is none.
  ///
  /// - Throws: when the index was made with other options, by another version, or is damaged.
  public init(path: String, options: MinHashDeduplication.Options) throws(Diagnostic) {
    self.path = path
    method = try MinHashDeduplication(options)
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw Diagnostic("input-output", "cannot make the folder: \(error.localizedDescription)", at: .init(file: path))
    }
    let manifest = path + "/index.json"
    guard FileManager.default.fileExists(atPath: manifest) else { return }
    guard let json = try JSONScanner.parse(file: manifest).object else {
      throw Diagnostic("damaged-file", "not an index", at: .init(file: manifest))
    }
    guard json["version"]?.integer == Self.version else {
      throw Diagnostic("wrong-version", "an index of another version of winnow", at: .init(file: manifest))
    }
    guard json["configuration"]?.string == method.configuration.hexadecimal else {
      throw Diagnostic(
        "wrong-configuration", "the index was made with other options", at: .init(file: manifest),
        fix: "use the same bands, shingles, seed and keep policy, or start another index")
    }
    for item in json["snapshots"]?.array ?? [] {
      guard let object = item.object, let name = object["name"]?.string, let documents = object["documents"]?.integer,
        let maps = object["maps"]?.array, let edges = object["edges"]?.array
      else { throw Diagnostic("damaged-file", "a snapshot is not complete", at: .init(file: manifest)) }
      snapshots.append(
        Snapshot(
          name: name, documents: Int(documents), maps: maps.compactMap { $0.string }, edges: edges.compactMap { $0.string }))
    }
    for item in json["taken_down"]?.array ?? [] {
      guard let hash = item.string.flatMap({ UInt64($0, radix: 16) }) else {
        throw Diagnostic("damaged-file", "not a hash of an id: \(item)", at: .init(file: manifest))
      }
      takenDown.insert(hash)
    }
  }

  private func save() throws(Diagnostic) {
    let json: JSONObject = [
      "version": .integer(Self.version), "configuration": .string(method.configuration.hexadecimal),
      "options": .string(method.description),
      "snapshots": .array(
        snapshots.map { snapshot in
          .object([
            "name": .string(snapshot.name), "documents": .integer(Int64(snapshot.documents)),
            "maps": .array(snapshot.maps.map { .string($0) }), "edges": .array(snapshot.edges.map { .string($0) }),
          ])
        }),
      "taken_down": .array(takenDown.sorted().map { .string($0.hexadecimal) }),
    ]
    // An index outlives its inputs: what it names must be on disk before it is named.
    for file in allMaps + allEdges { try AtomicFile.sync(file) }
    try AtomicFile.write(JSONValue.object(json).prettyPrinted, to: path + "/index.json")
  }

  private func files(_ names: [String]) -> [String] { names.map { "\(path)/\($0)" } }

  private var allMaps: [String] { files(snapshots.flatMap(\.maps)) }

  /// Earlier snapshots come first; what was taken down stands for no cluster.
  private var order: ClusterOrder {
    ClusterOrder(
      ages: snapshots.enumerated().flatMap { number, snapshot in snapshot.maps.map { _ in number } }, excluded: takenDown)
  }

  private var allEdges: [String] { files(snapshots.flatMap(\.edges)) }

  // MARK: Adding

  /// Key ranges of the edges of a snapshot. The files depend on it, so it is not the number of threads.
  private static let ranges = 8

  /// Adds a snapshot and decides about its documents.
  ///
  /// - Parameters:
  ///   - name: unlike any before.
  ///   - partitions: how many pieces the snapshot is in.
  ///   - decisions: where the decisions about each piece go.
  ///   - threads: for maps and edges.
  ///   - feed: calls its argument with each document of a piece.
  /// - Returns: what becomes of the new documents.
  public mutating func add(
    _ name: String, partitions: Int, decisions: [String], threads: Int = 1,
    feed: @Sendable (_ partition: Int, _ add: (Document) throws(Diagnostic) -> Void) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> DeduplicationSummary {
    guard !snapshots.contains(where: { $0.name == name }) else {
      throw Diagnostic("duplicate-snapshot", "the index already has a snapshot '\(name)'", at: .init(file: path))
    }
    let number = snapshots.count
    let newMaps = (0..<partitions).map { "map-\(number)-\($0)" }
    let newEdges = (0..<Self.ranges).map { "edges-\(number)-\($0)" }
    let (mapPaths, edgePaths, method) = (files(newMaps), files(newEdges), method)
    let counts = Mutex(0)
    try forEachInParallel(partitions, threads: threads) { partition throws(Diagnostic) in
      let writer = try method.map(partition: partition, to: mapPaths[partition])
      var count = 0
      try feed(partition) { document throws(Diagnostic) in
        try writer.add(document)
        count += 1
      }
      try writer.finish()
      let documents = count
      counts.withLock { $0 += documents }
    }
    let old = allMaps
    try forEachInParallel(Self.ranges, threads: threads) { range throws(Diagnostic) in
      try method.reduce(
        range: range, of: Self.ranges, maps: old + mapPaths, firstNew: old.count, to: edgePaths[range])
    }
    snapshots.append(Snapshot(name: name, documents: counts.withLock { $0 }, maps: newMaps, edges: newEdges))
    // Only what the new pieces become is asked for.
    let ignored = old.indices.map { "\(path)/.earlier-\($0)" }
    defer { for path in ignored { unlink(path) } }
    let summary = try decide(to: ignored + decisions, firstCounted: ignored.count)
    try save()
    return summary
  }

  private func decide(to paths: [String], firstCounted: Int = 0) throws(Diagnostic) -> DeduplicationSummary {
    var order = order
    order.firstCounted = firstCounted
    return try method.decide(maps: allMaps, reductions: allEdges, to: paths, order: order)
  }

  // MARK: Taking down

  /// A document that left, and the one that takes its place.
  public struct Succession: Sendable, Equatable {
    public var removed: Entry
    /// Nil when it had no duplicate that is left.
    public var successor: Entry?
  }

  /// Takes documents out by id.
  ///
  /// - Returns: for each document that was kept until now, in the order of the index: who succeeds it. Its text is to be put back.
  public mutating func takeDown(_ ids: [String]) throws(Diagnostic) -> [Succession] {
    let hashes = Set(ids.map { XXH64.hash($0) })
    let before = try representatives()
    takenDown.formUnion(hashes)
    let after = try representatives()
    try save()
    var result: [Succession] = []
    for (old, new) in zip(before, after) where hashes.contains(XXH64.hash(old.entry.id)) && old.isKept {
      result.append(Succession(removed: old.entry, successor: new.successor))
    }
    return result
  }

  /// Those of the ids that no document of the index has, in their order.
  public func unknown(_ ids: [String]) throws(Diagnostic) -> [String] {
    var missing = Set(ids.map { XXH64.hash($0) })
    let documents = try method.openMaps(allMaps).documents
    for index in 0..<documents.total where !missing.isEmpty { missing.remove(documents.idHash(documents.reference(index))) }
    return ids.filter { missing.contains(XXH64.hash($0)) }
  }

  private struct State {
    var entry: Entry
    var isKept: Bool
    /// The document of its cluster that is kept.
    var successor: Entry?
  }

  /// The state of every document, in the order of the index.
  private func representatives() throws(Diagnostic) -> [State] {
    let paths = allMaps.indices.map { "\(path)/.state-\($0)" }
    defer { for path in paths { unlink(path) } }
    _ = try decide(to: paths)
    let maps = try method.openMaps(allMaps)
    let names = snapshots.flatMap { snapshot in snapshot.maps.map { _ in snapshot.name } }
    var entries: [String: Entry] = [:]
    var states: [State] = []
    for partition in paths.indices {
      let decisions = try DeduplicationDecisions(path: paths[partition], method: method.name)
      for ordinal in 0..<decisions.count {
        let document = DocumentReference(partition: partition, ordinal: ordinal)
        let entry = Entry(id: String(decoding: maps.documents.idBytes(document), as: UTF8.self), snapshot: names[partition])
        if entries[entry.id] == nil { entries[entry.id] = entry }
        switch try decisions.decision(at: ordinal).action {
        case .keep, .cut: states.append(State(entry: entry, isKept: !takenDown.contains(XXH64.hash(entry.id)), successor: nil))
        case .drop(let reason):
          states.append(State(entry: entry, isKept: false, successor: reason.duplicateOf.map { Entry(id: $0, snapshot: "") }))
        }
      }
    }
    for index in states.indices {
      guard let id = states[index].successor?.id else { continue }
      states[index].successor = takenDown.contains(XXH64.hash(id)) ? nil : entries[id]
    }
    return states
  }

  // MARK: Merging

  /// Takes in all snapshots of another index with the same options. Edges between the two are sought; no text is needed.
  public mutating func merge(_ other: SignatureIndex) throws(Diagnostic) {
    guard other.method.configuration == method.configuration else {
      throw Diagnostic("wrong-configuration", "the indexes were made with other options", at: .init(file: other.path))
    }
    if let double = other.snapshots.first(where: { snapshot in snapshots.contains { $0.name == snapshot.name } }) {
      throw Diagnostic("duplicate-snapshot", "both indexes have a snapshot '\(double.name)'", at: .init(file: other.path))
    }
    for snapshot in other.snapshots {
      let number = snapshots.count
      var copy = snapshot
      copy.maps = []
      for (partition, map) in snapshot.maps.enumerated() {
        let name = "map-\(number)-\(partition)"
        try copyFile("\(other.path)/\(map)", to: "\(path)/\(name)")
        copy.maps.append(name)
      }
      copy.edges = ["edges-\(number)"]
      let old = allMaps
      try method.reduce(range: 0, of: 1, maps: old + files(copy.maps), firstNew: old.count, to: files(copy.edges)[0])
      snapshots.append(copy)
    }
    takenDown.formUnion(other.takenDown)
    try save()
  }

  private func copyFile(_ from: String, to: String) throws(Diagnostic) {
    let source = try MappedFile(path: from)
    var target = try AtomicFile(path: to)
    try target.write(source.bytes)
    try target.commit()
    withExtendedLifetime(source) {}
  }
}
