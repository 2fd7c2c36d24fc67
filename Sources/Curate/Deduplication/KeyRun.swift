import Documents

/// One sorted run of a map file: the keys of all bands, band after band, each band sorted, with the ordinals of their documents.
///
/// Each band is cut into blocks. The first key and a checksum of every block are kept apart, so that a reader of a small range of keys
/// finds and verifies what it reads and nothing else: r key ranges read the file once, not r times.
struct KeyRun {
  /// Keys of a block; the last of a band may be shorter. 12 bytes each, 16 bytes of index for all.
  static let blockSize = 1024

  let keys: UnsafeBufferPointer<UInt64>
  let ordinals: UnsafeBufferPointer<UInt32>
  private let bandEnds: UnsafeBufferPointer<UInt64>
  private let blockKeys: UnsafeBufferPointer<UInt64>
  private let blockChecks: UnsafeBufferPointer<UInt64>
  /// By band: its first block.
  private let firstBlocks: [Int]

  /// Nil when the tables do not fit each other.
  init?(
    keys: UnsafeBufferPointer<UInt64>, ordinals: UnsafeBufferPointer<UInt32>, bandEnds: UnsafeBufferPointer<UInt64>,
    blockKeys: UnsafeBufferPointer<UInt64>, blockChecks: UnsafeBufferPointer<UInt64>, bands: Int
  ) {
    guard bandEnds.count == bands, keys.count == ordinals.count, bandEnds.last ?? 0 == UInt64(keys.count),
      zip(bandEnds, bandEnds.dropFirst()).allSatisfy({ $0 <= $1 })
    else { return nil }
    var firstBlocks = [0]
    var start = 0
    for end in bandEnds {
      firstBlocks.append(firstBlocks[firstBlocks.count - 1] + (Int(end) - start + Self.blockSize - 1) / Self.blockSize)
      start = Int(end)
    }
    guard blockKeys.count == firstBlocks.last, blockChecks.count == blockKeys.count else { return nil }
    self.keys = keys
    self.ordinals = ordinals
    self.bandEnds = bandEnds
    self.blockKeys = blockKeys
    self.blockChecks = blockChecks
    self.firstBlocks = firstBlocks
  }

  /// Where the keys of a band in `low ..< high` stand, after their blocks were compared with their checksums.
  ///
  /// - Parameter high: nil for no end.
  /// - Returns: nil when a block is damaged.
  /// - Complexity: O(log blocks + keys found).
  func verifiedKeys(band: Int, from low: UInt64, to high: UInt64?) -> Range<Int>? {
    let bandStart = band == 0 ? 0 : Int(bandEnds[band - 1])
    let bandEnd = Int(bandEnds[band])
    let blocks = firstBlocks[band]..<firstBlocks[band + 1]
    // The block before the first that starts at `low` or behind it may hold some.
    let atLow = blocks.lowerBound + partitionPoint(blocks.count) { blockKeys[blocks.lowerBound + $0] >= low }
    let first = max(blocks.lowerBound, atLow - 1)
    let last =
      high.map { high in blocks.lowerBound + partitionPoint(blocks.count) { blockKeys[blocks.lowerBound + $0] >= high } }
      ?? blocks.upperBound
    guard first < last else { return bandStart..<bandStart }
    for block in first..<last {
      let start = bandStart + (block - blocks.lowerBound) * Self.blockSize
      let range = start..<min(start + Self.blockSize, bandEnd)
      let check = keyBlockCheck(range.map { KeyedRecord(key: keys[$0], value: UInt64(ordinals[$0])) }[...])
      guard check == blockChecks[block] else { return nil }
    }
    let start = bandStart + (first - blocks.lowerBound) * Self.blockSize
    let size = min(bandStart + (last - blocks.lowerBound) * Self.blockSize, bandEnd) - start
    let from = start + partitionPoint(size) { keys[start + $0] >= low }
    let to = high.map { high in start + partitionPoint(size) { keys[start + $0] >= high } } ?? start + size
    return from..<max(from, to)
  }
}

/// Guards a block of keys and their documents' ordinals.
func keyBlockCheck(_ records: ArraySlice<KeyedRecord>) -> UInt64 {
  var hash = XXH64()
  records.withUnsafeBytes { hash.update($0) }
  return hash.finalize()
}
