import Documents

/// Writes the map file of substring deduplication: the texts of a partition, one after another, with their anchors in sorted runs.
///
/// Memory: one run of anchors of 32 bytes (about 0.4 bytes per byte of text at 200 bytes a window).
final class TextMapWriter: DeduplicationMap {
  private var file: SectionFileWriter
  private var table: DocumentTableWriter
  private let scan: Scan
  private var textEnds: [UInt64] = []
  private var textCount: UInt64 = 0
  private var anchors: [TextAnchor] = []
  private let maximumRun: Int

  /// Calls its second argument with each anchor of a text.
  typealias Scan = (_ text: UnsafeBufferPointer<UInt8>, _ body: (TextAnchor) -> Void) -> Void

  /// - Parameter memory: bytes that a run may take while it is gathered.
  init(path: String, policy: KeepPolicy, memory: Int, configuration: UInt64, scan: @escaping Scan) throws(Diagnostic) {
    file = try SectionFileWriter(path: path, kind: .textMap, configuration: configuration)
    table = DocumentTableWriter(policy: policy)
    self.scan = scan
    maximumRun = max(1024, memory / 2 / MemoryLayout<TextAnchor>.stride)
    // Room that is not used costs addresses, not memory; growing an array would hold it twice.
    anchors.reserveCapacity(maximumRun + maximumRun / 16)
    file.begin(.text, elementSize: 1)
  }

  func add(_ document: Document) throws(Diagnostic) {
    guard document.text.count < Int(Int32.max) else {
      throw Diagnostic(
        "document-too-long", "the text of '\(document.id)' is longer than 2 GiB", fix: "drop it in an earlier stage")
    }
    if anchors.count >= maximumRun {
      try file.end()
      try writeRun()
      file.begin(.text, elementSize: 1)
    }
    let ordinal = UInt32(table.count)
    try table.add(document)
    try file.append(document.text)
    document.text.withUnsafeBufferPointer { text in
      scan(text) { anchor in
        var anchor = anchor
        anchor.ordinal = ordinal
        anchors.append(anchor)
      }
    }
    textCount += UInt64(document.text.count)
    textEnds.append(textCount)
  }

  func finish() throws(Diagnostic) {
    try file.end()
    try writeRun()
    try file.write(.textEnds, textEnds)
    try table.write(to: &file)
    try file.commit()
  }

  private func writeRun() throws(Diagnostic) {
    radixSort(&anchors)
    try file.write(.anchors, anchors)
    anchors.removeAll(keepingCapacity: true)
  }
}

/// The text map files of all partitions.
///
/// Sendable because the files are mapped for reading and stay mapped as long as `files` lives.
struct TextMaps: @unchecked Sendable {
  private struct Texts: @unchecked Sendable {
    var text: Pieces<UInt8>
    var ends: UnsafeBufferPointer<UInt64>
    var runs: [UnsafeBufferPointer<TextAnchor>]
  }

  private let files: [SectionFile]
  private let maps: [Texts]
  let documents: DocumentTables

  /// - Parameters:
  ///   - verifiesText: compare the checksum of the texts too; needed once per run.
  ///   - threads: to compare checksums with.
  init(
    paths: [String], policy: KeepPolicy, configuration: UInt64, verifiesText: Bool, threads: Int = 1
  ) throws(Diagnostic) {
    let opened = try mapInParallel(paths.count, threads: threads) { index throws(Diagnostic) in
      let file = try SectionFile(path: paths[index], kind: .textMap, configuration: configuration)
      let map = Texts(
        text: Pieces(try file.pieces(.text, of: UInt8.self, verified: verifiesText)),
        ends: try file.section(.textEnds, of: UInt64.self), runs: try file.pieces(.anchors, of: TextAnchor.self))
      guard map.ends.last ?? 0 == UInt64(map.text.count), zip(map.ends, map.ends.dropFirst()).allSatisfy({ $0 <= $1 })
      else { throw file.damaged("its texts do not fit") }
      return (file, map)
    }
    files = opened.map(\.0)
    maps = opened.map(\.1)
    documents = try DocumentTables(files, policy: policy)
    for (partition, map) in maps.enumerated() {
      guard map.ends.count == documents.count(in: partition) else {
        throw files[partition].damaged("texts are not one per document")
      }
      for ordinal in map.ends.indices where map.text[range(of: ordinal, map)] == nil {
        throw files[partition].damaged("a text lies across pieces")
      }
    }
  }

  private func range(of ordinal: Int, _ map: Texts) -> Range<Int> {
    (ordinal == 0 ? 0 : Int(map.ends[ordinal - 1]))..<Int(map.ends[ordinal])
  }

  /// A document's text.
  func text(of document: DocumentReference) -> UnsafeBufferPointer<UInt8> {
    let map = maps[document.partition]
    return map.text[range(of: document.ordinal, map)] ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  /// The anchors whose hash falls into one of `ranges` equal shares, sorted by hash.
  ///
  /// - Complexity: O(runs × log anchors + result). Memory: 32 bytes per anchor of the result.
  func anchors(range: Int, of ranges: Int) -> [TextAnchor] {
    var parts: [(partition: Int, run: Slice<UnsafeBufferPointer<TextAnchor>>)] = []
    for (partition, map) in maps.enumerated() {
      for run in map.runs { parts.append((partition, run.keys(ofShare: range, of: ranges))) }
    }
    var anchors: [TextAnchor] = []
    anchors.reserveCapacity(parts.reduce(0) { $0 + $1.run.count })
    for part in parts { gather(part.run, part.partition, &anchors) }
    radixSort(&anchors)
    return anchors
  }

  /// The anchors with one of these hashes, sorted by hash.
  ///
  /// - Parameters:
  ///   - hashes: ascending.
  ///   - residency: how many pages may become resident meanwhile.
  /// - Complexity: O(runs × hashes × log of the distance between two).
  func anchors(hashes: [UInt64], residency: Residency) -> [TextAnchor] {
    var residency = residency
    var anchors: [TextAnchor] = []
    for (partition, map) in maps.enumerated() {
      for run in map.runs {
        var place = 0
        for hash in hashes {
          place = run.firstKey(atLeast: hash, from: place)
          let start = place
          while place < run.count, run[place].hash == hash { place += 1 }
          gather(run[start..<place], partition, &anchors)
          if residency.isFull(after: 1) { release() }
        }
      }
    }
    release()
    radixSort(&anchors)
    return anchors
  }

  private func gather(_ run: Slice<UnsafeBufferPointer<TextAnchor>>, _ partition: Int, _ anchors: inout [TextAnchor]) {
    for (index, anchor) in run.enumerated() {
      if (index + 1) % (Self.gatheredBytes / MemoryLayout<TextAnchor>.stride) == 0 { files[partition].release() }
      var anchor = anchor
      anchor.partition = UInt32(partition)
      anchors.append(anchor)
    }
  }

  /// An anchor with its block of text, in place.
  func block(_ anchor: TextAnchor) throws(Diagnostic) -> AnchoredBlock {
    let document = anchor.document
    guard documents.contains(document) else {
      throw files[document.partition].damaged("an anchor names a document that does not exist")
    }
    let text = text(of: document)
    let (start, length) = (Int(anchor.start), Int(anchor.length))
    guard start + length <= text.count, anchor.before <= anchor.length, anchor.span < anchor.length else {
      throw files[document.partition].damaged("an anchor lies outside its text")
    }
    return AnchoredBlock(
      anchor: anchor, document: document, bytes: UnsafeBufferPointer(rebasing: text[start..<(start + length)]))
  }

  /// Reads blocks without making pages resident; nil when that would take too many open files.
  func blockCopier() throws(Diagnostic) -> BlockCopier? { try PieceReader(files).map(BlockCopier.init) }

  /// Whether texts are best looked up in place; others are copied piece by piece.
  func fits(memory: Int) -> Bool { size <= memory / 2 }

  func residency(memory: Int) -> Residency { fits(memory: memory) ? Residency(budget: memory / 4) : Residency(memory: memory) }

  /// Pages of anchors that are resident while they are gathered.
  static let gatheredBytes = 16 << 20

  /// Bytes of all files.
  var size: Int { files.reduce(0) { $0 + $1.size } }

  /// Takes the files' pages out of this process's resident memory.
  func release() { for file in files { file.release() } }
}
