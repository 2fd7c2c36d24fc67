import Documents

/// Writes the map file of a method that groups documents by keys: per document any number of (band, key) pairs and a piece
/// of evidence by which two documents that share a key are compared.
///
/// Keys are written in sorted runs, each as long as memory allows, so the file's size is not bounded by memory. Evidence goes to
/// disk at once. Memory: the run, and about 40 bytes per document besides its id.
final class KeyMapWriter {
  private var file: SectionFileWriter
  private var table: DocumentTableWriter
  private var bands: [[KeyedRecord]]
  private var runKeys = 0
  private let maximumRunKeys: Int
  private var evidenceEnds: [UInt64] = []
  private var evidenceCount: UInt64 = 0

  /// - Parameter memory: bytes that a run may take while it is gathered.
  init(path: String, bands: Int, policy: KeepPolicy, memory: Int, configuration: UInt64) throws(Diagnostic) {
    file = try SectionFileWriter(path: path, kind: .keyMap, configuration: configuration)
    table = DocumentTableWriter(policy: policy)
    self.bands = Array(repeating: [], count: bands)
    maximumRunKeys = max(1024, memory / 2 / MemoryLayout<KeyedRecord>.stride)
    // Room that is not used costs addresses, not memory; growing an array would hold it twice.
    for band in self.bands.indices { self.bands[band].reserveCapacity(maximumRunKeys / bands + 64) }
    file.begin(.evidence, elementSize: 4)
  }

  /// Adds a document; follow with `addKey` for each of its keys.
  func add(_ document: Document, evidence: [UInt32]) throws(Diagnostic) {
    if runKeys >= maximumRunKeys {
      try file.end()
      try writeRun()
      file.begin(.evidence, elementSize: 4)
    }
    try table.add(document)
    let check = try evidence.withBytes { bytes throws(Diagnostic) in evidenceCheck(bytes) }
    try file.append([check])
    try file.append(evidence)
    evidenceCount += UInt64(evidence.count) + 1
    evidenceEnds.append(evidenceCount)
  }

  /// A key of the document added last.
  func addKey(_ key: UInt64, band: Int) {
    bands[band].append(KeyedRecord(key: key, value: UInt64(table.count - 1)))
    runKeys += 1
  }

  func finish() throws(Diagnostic) {
    try file.end()
    try writeRun()
    try file.write(.evidenceEnds, evidenceEnds)
    try table.write(to: &file)
    try file.commit()
  }

  private func writeRun() throws(Diagnostic) {
    var ends: [UInt64] = []
    var blockKeys: [UInt64] = []
    var blockChecks: [UInt64] = []
    for band in bands.indices { radixSort(&bands[band]) }
    file.begin(.keys, elementSize: 8)
    for band in bands {
      let keys = band.map(\.key)
      try file.append(keys)
      ends.append((ends.last ?? 0) + UInt64(band.count))
      for start in stride(from: 0, to: keys.count, by: KeyRun.blockSize) {
        blockKeys.append(keys[start])
        blockChecks.append(keyBlockCheck(band[start..<min(start + KeyRun.blockSize, band.count)]))
      }
    }
    try file.end()
    file.begin(.keyOrdinals, elementSize: 4)
    for band in bands { try file.append(band.map { UInt32(truncatingIfNeeded: $0.value) }) }
    try file.end()
    try file.write(.bandEnds, ends)
    try file.write(.blockKeys, blockKeys)
    try file.write(.blockChecks, blockChecks)
    for band in bands.indices { bands[band].removeAll(keepingCapacity: true) }
    runKeys = 0
  }
}

/// Guards a document's evidence, which is read alone and far from the rest of its section.
private func evidenceCheck(_ bytes: UnsafeRawBufferPointer) -> UInt32 { UInt32(truncatingIfNeeded: XXH64.hash(bytes)) }

/// The map files of all partitions.
struct KeyMaps {
  private struct Evidence {
    var words: Pieces<UInt32>
    var ends: UnsafeBufferPointer<UInt64>
  }

  private let files: [SectionFile]
  private let runs: [[KeyRun]]
  private let evidence: [Evidence]
  let bands: Int
  let documents: DocumentTables

  /// - Parameter verifiesTables: compare the checksums of what is known about each document; needed once per run. Keys and evidence
  ///   carry checksums of their own and are verified where they are read.
  init(
    paths: [String], bands: Int, policy: KeepPolicy, ages: [Int] = [], configuration: UInt64, verifiesTables: Bool
  ) throws(Diagnostic) {
    var files: [SectionFile] = []
    var runs: [[KeyRun]] = []
    var evidence: [Evidence] = []
    for path in paths {
      let file = try SectionFile(path: path, kind: .keyMap, configuration: configuration)
      runs.append(try Self.runs(of: file, bands: bands))
      let own = Evidence(
        words: Pieces(try file.pieces(.evidence, of: UInt32.self, verified: false)),
        ends: try file.section(.evidenceEnds, of: UInt64.self, verified: verifiesTables))
      guard own.ends.last ?? 0 == UInt64(own.words.count) else { throw file.damaged("its evidence does not fit") }
      evidence.append(own)
      files.append(file)
    }
    self.files = files
    self.runs = runs
    self.evidence = evidence
    self.bands = bands
    documents = try DocumentTables(files, policy: policy, ages: ages, verified: verifiesTables)
    for (partition, own) in evidence.enumerated() where own.ends.count != documents.count(in: partition) {
      throw files[partition].damaged("evidence is not one piece per document")
    }
  }

  private static func runs(of file: SectionFile, bands: Int) throws(Diagnostic) -> [KeyRun] {
    let keys = try file.pieces(.keys, of: UInt64.self, verified: false)
    let ordinals = try file.pieces(.keyOrdinals, of: UInt32.self, verified: false)
    let ends = try file.pieces(.bandEnds, of: UInt64.self)
    let blockKeys = try file.pieces(.blockKeys, of: UInt64.self)
    let blockChecks = try file.pieces(.blockChecks, of: UInt64.self)
    guard [ordinals.count, ends.count, blockKeys.count, blockChecks.count].allSatisfy({ $0 == keys.count }) else {
      throw file.damaged("a run of keys is not complete")
    }
    var runs: [KeyRun] = []
    for index in keys.indices {
      guard
        let run = KeyRun(
          keys: keys[index], ordinals: ordinals[index], bandEnds: ends[index], blockKeys: blockKeys[index],
          blockChecks: blockChecks[index], bands: bands)
      else { throw file.damaged("its key table contradicts itself") }
      runs.append(run)
    }
    return runs
  }

  /// The keys of a band that fall into share `range` of `ranges` equal shares of the key space, with their documents, sorted.
  ///
  /// - Complexity: O(runs × log keys + result). Memory: 16 bytes per record of the result.
  func records(band: Int, range: Int, of ranges: Int) throws(Diagnostic) -> [KeyedRecord] {
    let low = firstKey(ofShare: range, of: ranges)
    let high = range + 1 == ranges ? nil : firstKey(ofShare: range + 1, of: ranges)
    var parts: [(partition: Int, run: KeyRun, keys: Range<Int>)] = []
    for partition in runs.indices {
      for run in runs[partition] {
        guard let keys = run.verifiedKeys(band: band, from: low, to: high) else {
          throw files[partition].damaged("a block of keys has another checksum than recorded")
        }
        parts.append((partition, run, keys))
      }
    }
    var records: [KeyedRecord] = []
    records.reserveCapacity(parts.reduce(0) { $0 + $1.keys.count })
    for (partition, run, keys) in parts {
      let count = documents.count(in: partition)
      for index in keys {
        let ordinal = Int(run.ordinals[index])
        guard ordinal < count else { throw files[partition].damaged("a key names a document that does not exist") }
        let document = DocumentReference(partition: partition, ordinal: ordinal)
        records.append(KeyedRecord(key: run.keys[index], value: document.packed))
      }
      files[partition].release()
    }
    radixSort(&records)
    return records
  }

  /// A document's evidence as the map step wrote it, in place.
  func evidence(_ document: DocumentReference) throws(Diagnostic) -> UnsafeBufferPointer<UInt32> {
    let piece = try piece(document)
    let words = UnsafeBufferPointer(rebasing: piece[1...])
    try check(UnsafeRawBufferPointer(words), piece[0], document)
    return words
  }

  /// The same, copied.
  func copyEvidence(
    _ document: DocumentReference, by reader: PieceReader, into words: inout [UInt32]
  ) throws(Diagnostic) {
    let piece = try piece(document)
    words.removeAll(keepingCapacity: true)
    words.append(contentsOf: repeatElement(0, count: piece.count))
    let result: Result<Void, Diagnostic> = words.withUnsafeMutableBytes { target in
      do throws(Diagnostic) {
        return .success(try reader.read(UnsafeRawBufferPointer(piece), ofFile: document.partition, into: target))
      } catch { return .failure(error) }
    }
    try result.get()
    let recorded = words.removeFirst()
    try words.withBytes { bytes throws(Diagnostic) in try check(bytes, recorded, document) }
  }

  /// Nil where there are too many files to have open.
  func pieceReader() throws(Diagnostic) -> PieceReader? { try PieceReader(files) }

  /// The checksum of a document's evidence, and the evidence.
  private func piece(_ document: DocumentReference) throws(Diagnostic) -> UnsafeBufferPointer<UInt32> {
    let own = evidence[document.partition]
    let start = document.ordinal == 0 ? 0 : own.ends[document.ordinal - 1]
    let end = own.ends[document.ordinal]
    guard start < end, end <= UInt64(own.words.count), let piece = own.words[Int(start)..<Int(end)] else {
      throw files[document.partition].damaged("the evidence of document \(document.ordinal) lies across pieces")
    }
    return piece
  }

  private func check(_ words: UnsafeRawBufferPointer, _ recorded: UInt32, _ document: DocumentReference) throws(Diagnostic) {
    guard evidenceCheck(words) == recorded else {
      throw files[document.partition].damaged("the evidence of document \(document.ordinal) has another checksum than recorded")
    }
  }

  /// Takes the files' pages out of this process's resident memory.
  func release() { for file in files { file.release() } }
}
