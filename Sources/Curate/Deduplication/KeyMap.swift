import Documents

/// Writes the map file of a method that groups documents by keys: per document any number of (band, key) pairs and a piece
/// of evidence by which two documents that share a key are compared.
///
/// Memory: 16 bytes per key and about 40 per document besides its id; evidence goes to disk at once.
final class KeyMapWriter {
  private var file: SectionFileWriter
  private var table: DocumentTableWriter
  private var bands: [[KeyedRecord]]
  private var evidenceEnds: [UInt64] = []
  private var evidenceCount: UInt64 = 0

  init(path: String, bands: Int, policy: KeepPolicy, configuration: UInt64) throws(Diagnostic) {
    file = try SectionFileWriter(path: path, kind: .keyMap, configuration: configuration)
    table = DocumentTableWriter(policy: policy)
    self.bands = Array(repeating: [], count: bands)
    file.begin(.evidence, elementSize: 4)
  }

  /// Adds a document; follow with `addKey` for each of its keys.
  func add(_ document: Document, evidence: [UInt32]) throws(Diagnostic) {
    try table.add(document)
    let check = try evidence.withBytes { bytes throws(Diagnostic) in evidenceCheck(bytes) }
    try file.append([check])
    try file.append(evidence)
    evidenceCount += UInt64(evidence.count) + 1
    evidenceEnds.append(evidenceCount)
  }

  /// A key of the document added last.
  func addKey(_ key: UInt64, band: Int) { bands[band].append(KeyedRecord(key: key, value: UInt64(table.count - 1))) }

  func finish() throws(Diagnostic) {
    try file.end()
    try file.write(.evidenceEnds, evidenceEnds)
    try table.write(to: &file)
    var ends: [UInt64] = []
    for band in bands.indices { radixSort(&bands[band]) }
    file.begin(.keys, elementSize: 8)
    for band in bands {
      try file.append(band.map(\.key))
      ends.append((ends.last ?? 0) + UInt64(band.count))
    }
    try file.end()
    file.begin(.keyOrdinals, elementSize: 4)
    for band in bands { try file.append(band.map { UInt32(truncatingIfNeeded: $0.value) }) }
    try file.end()
    try file.write(.bandEnds, ends)
    try file.commit()
  }
}

/// Guards a document's evidence, which is read alone and far from the rest of its section.
private func evidenceCheck(_ bytes: UnsafeRawBufferPointer) -> UInt32 { UInt32(truncatingIfNeeded: XXH64.hash(bytes)) }

/// The map files of all partitions.
struct KeyMaps {
  private struct Keys {
    var keys: UnsafeBufferPointer<UInt64>
    var ordinals: UnsafeBufferPointer<UInt32>
    var bandEnds: UnsafeBufferPointer<UInt64>
    var evidence: UnsafeBufferPointer<UInt32>
    var evidenceEnds: UnsafeBufferPointer<UInt64>
  }

  private let files: [SectionFile]
  private let maps: [Keys]
  let bands: Int
  let documents: DocumentTables

  init(paths: [String], bands: Int, policy: KeepPolicy, configuration: UInt64) throws(Diagnostic) {
    var files: [SectionFile] = []
    var maps: [Keys] = []
    for path in paths {
      let file = try SectionFile(path: path, kind: .keyMap, configuration: configuration)
      let map = Keys(
        keys: try file.section(.keys, of: UInt64.self), ordinals: try file.section(.keyOrdinals, of: UInt32.self),
        bandEnds: try file.section(.bandEnds, of: UInt64.self),
        evidence: try file.section(.evidence, of: UInt32.self, verified: false),
        evidenceEnds: try file.section(.evidenceEnds, of: UInt64.self))
      guard map.bandEnds.count == bands, map.keys.count == map.ordinals.count, map.bandEnds.last ?? 0 == UInt64(map.keys.count),
        zip(map.bandEnds, map.bandEnds.dropFirst()).allSatisfy({ $0 <= $1 }),
        map.evidenceEnds.last ?? 0 == UInt64(map.evidence.count),
        zip(map.evidenceEnds, map.evidenceEnds.dropFirst()).allSatisfy({ $0 < $1 })
      else { throw file.damaged("its key table contradicts itself") }
      files.append(file)
      maps.append(map)
    }
    self.files = files
    self.maps = maps
    self.bands = bands
    documents = try DocumentTables(files, policy: policy)
    for (partition, map) in maps.enumerated() where map.evidenceEnds.count != documents.count(in: partition) {
      throw files[partition].damaged("evidence is not one piece per document")
    }
  }

  /// The keys of a band that fall into share `range` of `ranges` equal shares of the key space, with their documents, sorted.
  ///
  /// - Complexity: O(partitions × log keys + result). Memory: 16 bytes per record of the result.
  func records(band: Int, range: Int, of ranges: Int) throws(Diagnostic) -> [KeyedRecord] {
    let low = firstKey(ofShare: range, of: ranges)
    let high = range + 1 == ranges ? nil : firstKey(ofShare: range + 1, of: ranges)
    var records: [KeyedRecord] = []
    for (partition, map) in maps.enumerated() {
      let start = band == 0 ? 0 : Int(map.bandEnds[band - 1])
      let keys = map.keys[start..<Int(map.bandEnds[band])]
      let first = partitioningIndex(keys) { $0 >= low }
      let last = high.map { high in partitioningIndex(keys) { $0 >= high } } ?? keys.endIndex
      guard first <= last else { throw files[partition].damaged("keys are not sorted") }
      let count = documents.count(in: partition)
      for index in first..<last {
        let ordinal = Int(map.ordinals[index])
        guard ordinal < count else { throw files[partition].damaged("a key names a document that does not exist") }
        records.append(
          KeyedRecord(key: map.keys[index], value: DocumentReference(partition: partition, ordinal: ordinal).packed))
      }
    }
    radixSort(&records)
    return records
  }

  /// A document's evidence as the map step wrote it.
  func evidence(_ document: DocumentReference) throws(Diagnostic) -> UnsafeBufferPointer<UInt32> {
    let map = maps[document.partition]
    let start = document.ordinal == 0 ? 0 : Int(map.evidenceEnds[document.ordinal - 1])
    let piece = UnsafeBufferPointer(rebasing: map.evidence[start..<Int(map.evidenceEnds[document.ordinal])])
    let words = UnsafeBufferPointer(rebasing: piece[1...])
    guard evidenceCheck(UnsafeRawBufferPointer(words)) == piece[0] else {
      throw files[document.partition].damaged("the evidence of document \(document.ordinal) has another checksum than recorded")
    }
    return words
  }
}

private func partitioningIndex(
  _ keys: Slice<UnsafeBufferPointer<UInt64>>, where belongs: (UInt64) -> Bool
) -> Int {
  var low = keys.startIndex
  var high = keys.endIndex
  while low < high {
    let middle = low + (high - low) / 2
    if belongs(keys[middle]) { high = middle } else { low = middle + 1 }
  }
  return low
}
