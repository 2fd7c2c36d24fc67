import Documents

/// Writes the map file of substring deduplication: the texts of a partition, one after another, with their anchors.
///
/// Memory: 40 bytes per anchor (about half a byte per byte of text), until finished.
final class TextMapWriter: DeduplicationMap {
  private var file: SectionFileWriter
  private var table: DocumentTableWriter
  private var scanner: AnchorScanner?
  private var textEnds: [UInt64] = []
  private var textCount: UInt64 = 0
  private var anchors: [TextAnchor] = []

  init(path: String, shape: WindowShape, findsAnchors: Bool, policy: KeepPolicy, configuration: UInt64) throws(Diagnostic) {
    file = try SectionFileWriter(path: path, kind: .textMap, configuration: configuration)
    table = DocumentTableWriter(policy: policy)
    scanner = findsAnchors ? AnchorScanner(shape) : nil
    file.begin(.text, elementSize: 1)
  }

  func add(_ document: Document) throws(Diagnostic) {
    guard document.text.count < Int(Int32.max) else {
      throw Diagnostic(
        "document-too-long", "the text of '\(document.id)' is longer than 2 GiB", fix: "drop it in an earlier stage")
    }
    try table.add(document)
    try file.append(document.text)
    document.text.withUnsafeBufferPointer { text in
      scanner?.scan(text) { anchor in
        var anchor = anchor
        anchor.start += textCount
        anchors.append(anchor)
      }
    }
    textCount += UInt64(document.text.count)
    textEnds.append(textCount)
  }

  func finish() throws(Diagnostic) {
    try file.end()
    try file.write(.textEnds, textEnds)
    try table.write(to: &file)
    var order = anchors.indices.map { KeyedRecord(key: anchors[$0].hash, value: UInt64($0)) }
    radixSort(&order)
    file.begin(.anchors, elementSize: MemoryLayout<TextAnchor>.stride)
    var sorted: [TextAnchor] = []
    for record in order {
      sorted.append(anchors[Int(record.value)])
      if sorted.count == 4096 {
        try file.append(sorted)
        sorted.removeAll(keepingCapacity: true)
      }
    }
    try file.append(sorted)
    try file.end()
    try file.commit()
  }
}

/// The text map files of all partitions.
struct TextMaps {
  private struct Texts {
    var text: UnsafeBufferPointer<UInt8>
    var ends: UnsafeBufferPointer<UInt64>
    var anchors: UnsafeBufferPointer<TextAnchor>
  }

  private let files: [SectionFile]
  private let maps: [Texts]
  let documents: DocumentTables

  /// - Parameter verifiesText: compare the checksum of the texts too; needed once per run.
  init(paths: [String], policy: KeepPolicy, configuration: UInt64, verifiesText: Bool) throws(Diagnostic) {
    var files: [SectionFile] = []
    var maps: [Texts] = []
    for path in paths {
      let file = try SectionFile(path: path, kind: .textMap, configuration: configuration)
      let map = Texts(
        text: try file.section(.text, of: UInt8.self, verified: verifiesText),
        ends: try file.section(.textEnds, of: UInt64.self),
        anchors: try file.section(.anchors, of: TextAnchor.self))
      guard map.ends.last ?? 0 == UInt64(map.text.count), zip(map.ends, map.ends.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw file.damaged("its texts do not fit")
      }
      files.append(file)
      maps.append(map)
    }
    self.files = files
    self.maps = maps
    documents = try DocumentTables(files, policy: policy)
    for (partition, map) in maps.enumerated() where map.ends.count != documents.count(in: partition) {
      throw files[partition].damaged("texts are not one per document")
    }
  }

  /// A document's text, and where it starts in its partition's text.
  func text(of document: DocumentReference) -> (bytes: UnsafeBufferPointer<UInt8>, start: Int) {
    let map = maps[document.partition]
    let start = document.ordinal == 0 ? 0 : Int(map.ends[document.ordinal - 1])
    return (UnsafeBufferPointer(rebasing: map.text[start..<Int(map.ends[document.ordinal])]), start)
  }

  /// The anchors whose hash falls into one of `ranges` equal shares, sorted by hash; value: partition << 40 | index.
  ///
  /// - Complexity: O(partitions × log anchors + result). Memory: 16 bytes per anchor of the result.
  func anchors(range: Int, of ranges: Int) -> [KeyedRecord] {
    let low = firstKey(ofShare: range, of: ranges)
    let high = range + 1 == ranges ? nil : firstKey(ofShare: range + 1, of: ranges)
    var records: [KeyedRecord] = []
    for (partition, map) in maps.enumerated() {
      let first = firstIndex(map.anchors) { $0 >= low }
      let last = high.map { high in firstIndex(map.anchors) { $0 >= high } } ?? map.anchors.count
      for index in first..<max(first, last) {
        records.append(KeyedRecord(key: map.anchors[index].hash, value: UInt64(partition) << 40 | UInt64(index)))
      }
    }
    radixSort(&records)
    return records
  }

  /// The anchors with this very hash, in the form of `anchors(range:of:)`.
  func anchors(hash: UInt64) -> [KeyedRecord] {
    var records: [KeyedRecord] = []
    for (partition, map) in maps.enumerated() {
      var index = firstIndex(map.anchors) { $0 >= hash }
      while index < map.anchors.count, map.anchors[index].hash == hash {
        records.append(KeyedRecord(key: hash, value: UInt64(partition) << 40 | UInt64(index)))
        index += 1
      }
    }
    return records
  }

  /// The anchor and its document; the anchor's `start` becomes relative to the document's text.
  func anchor(_ record: KeyedRecord) throws(Diagnostic) -> (TextAnchor, DocumentReference) {
    let partition = Int(record.value >> 40)
    let map = maps[partition]
    var anchor = map.anchors[Int(record.value & 0xFF_FFFF_FFFF)]
    var low = 0
    var high = map.ends.count
    while low < high {
      let middle = (low + high) / 2
      if map.ends[middle] > anchor.start { high = middle } else { low = middle + 1 }
    }
    let document = DocumentReference(partition: partition, ordinal: low)
    guard low < map.ends.count, anchor.start + UInt64(anchor.length) <= map.ends[low], anchor.before <= anchor.length,
      anchor.span < anchor.length
    else { throw files[partition].damaged("an anchor lies outside its text") }
    anchor.start -= UInt64(text(of: document).start)
    return (anchor, document)
  }
}

func firstKey(ofShare share: Int, of shares: Int) -> UInt64 {
  UInt64(shares).dividingFullWidth((UInt64(share), 0)).quotient
}

private func firstIndex(_ anchors: UnsafeBufferPointer<TextAnchor>, where belongs: (UInt64) -> Bool) -> Int {
  var low = 0
  var high = anchors.count
  while low < high {
    let middle = (low + high) / 2
    if belongs(anchors[middle].hash) { high = middle } else { low = middle + 1 }
  }
  return low
}
