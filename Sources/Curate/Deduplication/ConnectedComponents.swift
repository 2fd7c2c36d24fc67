import Documents
import Foundation
import Storage

/// Connected components of a graph over 0 ..< count that need not fit into memory: union-find by key range.
///
/// Nodes are cut into buckets of consecutive numbers. *Down*: from the last bucket to the first, union-find inside the bucket
/// links each component to the smallest neighbour that it has in a lower bucket, and hands edges between such neighbours down
/// (after Sibeyn 2004). *Up*: from the first to the last, a component takes over the label of what it is linked to. One bucket is
/// in memory at a time, edges stream through files; each step reads finished files only, so steps can run on different machines.
///
/// - Complexity: O(edges × buckets passed) time and disk, 9 bytes of memory per node of a bucket.
struct ConnectedComponents: ~Copyable {
  /// Label by node: the smallest node of its component. `attribute` is the smallest of any edge at the node, 255 without.
  struct Bucket {
    let file: MappedFile
    let labels: UnsafeBufferPointer<UInt32>
    let attributes: UnsafeBufferPointer<UInt8>
  }

  private struct Edge: BitwiseCopyable {
    var low: UInt32
    var high: UInt32
    var attribute: UInt32
  }

  let count: Int
  let bucketSize: Int
  private let folder: String
  private var inboxes: [EdgeFile]
  private(set) var buckets: [Bucket] = []

  /// - Parameters:
  ///   - memory: bytes that a bucket may take.
  ///   - folder: for files; made here, removed with this value.
  init(count: Int, memory: Int, folder: String) throws(Diagnostic) {
    self.count = count
    let most = max(1024, memory / 16)
    let number = max(1, (count + most - 1) / most)
    bucketSize = max(1, (count + number - 1) / number)
    self.folder = folder
    inboxes = []
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw Diagnostic("input-output", "cannot make the folder: \(error.localizedDescription)", at: .init(file: folder))
    }
    for index in 0..<number { inboxes.append(try EdgeFile(path: "\(folder)/edges-\(index)")) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  mutating func addEdge(_ a: Int, _ b: Int, attribute: UInt8) throws(Diagnostic) {
    let (low, high) = (min(a, b), max(a, b))
    try inboxes[high / bucketSize].add(UInt32(low), UInt32(high), UInt32(attribute))
    // The lower node's bucket must hear of the attribute too.
    if low / bucketSize != high / bucketSize { try inboxes[low / bucketSize].add(UInt32(low), UInt32(low), UInt32(attribute)) }
  }

  /// Finds all labels; call once, after the last edge.
  mutating func finish() throws(Diagnostic) {
    for index in inboxes.indices.reversed() { try linkDown(index) }
    for index in inboxes.indices { buckets.append(try labelUp(index)) }
  }

  func label(of node: Int) -> Int {
    let bucket = node / bucketSize
    return Int(buckets[bucket].labels[node - bucket * bucketSize])
  }

  func attribute(of node: Int) -> UInt8 {
    let bucket = node / bucketSize
    return buckets[bucket].attributes[node - bucket * bucketSize]
  }

  func release() { for bucket in buckets { bucket.file.release() } }

  private func size(of bucket: Int) -> Int { min(bucketSize, count - bucket * bucketSize) }

  private mutating func linkDown(_ bucket: Int) throws(Diagnostic) {
    let base = bucket * bucketSize
    let size = max(0, size(of: bucket))
    var sets = DisjointSets(count: size)
    var links = [UInt32](repeating: .max, count: size)
    var attributes = [UInt8](repeating: .max, count: size)
    let file = try inboxes[bucket].finished()
    let edges = file.bytes.bindMemory(to: Edge.self)
    for (position, edge) in edges.enumerated() {
      if position & 0xFFFFF == 0xFFFFF { file.release() }
      let high = Int(edge.high) - base
      let attribute = UInt8(truncatingIfNeeded: edge.attribute)
      attributes[high] = min(attributes[high], attribute)
      var outside = UInt32.max
      var root = sets.root(of: high)
      if Int(edge.low) >= base {
        let low = Int(edge.low) - base
        attributes[low] = min(attributes[low], attribute)
        let other = sets.root(of: low)
        if other == root { continue }
        sets.unite(root, other)
        outside = max(links[root], links[other]) == .max ? .max : max(links[root], links[other])
        let nearest = min(links[root], links[other])
        root = min(root, other)
        links[root] = nearest
        if outside == nearest { outside = .max }
      } else {
        if links[root] == .max {
          links[root] = edge.low
        } else if links[root] != edge.low {
          outside = max(links[root], edge.low)
          links[root] = min(links[root], edge.low)
        }
      }
      if outside != .max { try inboxes[Int(outside) / bucketSize].add(links[root], outside, UInt32(UInt8.max)) }
    }
    // A node points to its root; a root to what it is linked to outside, or to itself.
    var parents = [UInt32](repeating: 0, count: size)
    for node in 0..<size {
      let root = sets.root(of: node)
      parents[node] = root == node && links[root] != .max ? links[root] : UInt32(base + root)
    }
    try write(parents, attributes, to: "\(folder)/parents-\(bucket)")
    try inboxes[bucket].remove()
  }

  private func labelUp(_ bucket: Int) throws(Diagnostic) -> Bucket {
    let base = bucket * bucketSize
    let parents = try open("\(folder)/parents-\(bucket)", size: max(0, size(of: bucket)))
    var labels = [UInt32](repeating: 0, count: parents.labels.count)
    var residency = Residency(budget: bucketSize * 4)
    // A root is the smallest of its bucket's part, so its label is known before it is asked for.
    for (node, parent) in parents.labels.enumerated() {
      if Int(parent) < base {
        labels[node] = UInt32(label(of: Int(parent)))
        if residency.isFull(after: 1) { release() }
      } else {
        labels[node] = Int(parent) - base == node ? parent : labels[Int(parent) - base]
      }
    }
    let path = "\(folder)/labels-\(bucket)"
    try write(labels, Array(parents.attributes), to: path)
    unlink(parents.file.path)
    return try open(path, size: labels.count)
  }

  private func write(_ numbers: [UInt32], _ attributes: [UInt8], to path: String) throws(Diagnostic) {
    var file = try AtomicFile(path: path)
    try numbers.withBytes { bytes throws(Diagnostic) in try file.write(bytes) }
    try file.write(attributes)
    try file.commit(syncs: false)
  }

  private func open(_ path: String, size: Int) throws(Diagnostic) -> Bucket {
    let file = try MappedFile(path: path)
    return Bucket(
      file: file, labels: UnsafeRawBufferPointer(rebasing: file.bytes[..<(4 * size)]).bindMemory(to: UInt32.self),
      attributes: UnsafeRawBufferPointer(rebasing: file.bytes[(4 * size)...]).bindMemory(to: UInt8.self))
  }

  /// Edges on their way to a bucket.
  private final class EdgeFile {
    private let path: String
    private var descriptor: Int32
    private var buffer: [Edge] = []

    init(path: String) throws(Diagnostic) {
      self.path = path
      descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw Diagnostic(systemCall: "create", path: path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func add(_ low: UInt32, _ high: UInt32, _ attribute: UInt32) throws(Diagnostic) {
      buffer.append(Edge(low: low, high: high, attribute: attribute))
      if buffer.count == 1 << 14 { try flush() }
    }

    func finished() throws(Diagnostic) -> MappedFile {
      try flush()
      return try MappedFile(path: path)
    }

    func remove() throws(Diagnostic) {
      guard unlink(path) == 0 else { throw Diagnostic(systemCall: "remove", path: path) }
    }

    private func flush() throws(Diagnostic) {
      try buffer.withBytes { bytes throws(Diagnostic) in
        var rest = bytes
        while !rest.isEmpty {
          let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
          if written < 0, errno != EINTR { throw Diagnostic(systemCall: "write", path: path) }
          rest = UnsafeRawBufferPointer(rebasing: rest[max(0, written)...])
        }
      }
      buffer.removeAll(keepingCapacity: true)
    }
  }
}
