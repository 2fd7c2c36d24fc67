import Documents

/// From a pair of tokens to its rank and the token it becomes. Immutable after it is built, so it can be read from any thread.
///
/// Three tables answer together: pairs of single bytes, which every word begins with, are found by their two bytes; of all other pairs a
/// filter of about 20 bits a merge says at once of most that they are not merged; an open hash table knows the rest.
final class MergeTable: Sendable {
  /// No such merge: larger than every rank, and with 6 bits to spare for a position.
  static let none: UInt32 = 1 << 26 - 1
  /// More merges than this cannot be told from `none`.
  static let maximumCount = 1 << 25

  private struct Slot {
    var key: UInt64
    var rank: UInt32
    var result: UInt32
  }

  struct Pair {
    /// `none` when the pair is not merged.
    var rank: UInt32
    var result: UInt32
  }

  private nonisolated(unsafe) let slots: LargeTable<Slot>
  private nonisolated(unsafe) let filter: LargeTable<UInt64>
  private nonisolated(unsafe) let bytePairs: LargeTable<Pair>
  /// The token of each byte.
  private nonisolated(unsafe) let bytes: LargeTable<UInt32>
  private let shift: UInt64
  private let filterShift: UInt64
  private let mask: Int

  /// `results[n]` is the token that `merges[n]` makes, `bytes` the tokens of the 256 bytes. Of equal merges the last one counts.
  init(_ merges: [BytePairModel.Merge], results: [UInt32], bytes firstTokens: [UInt32]) {
    var bits: UInt64 = 8
    while 1 << bits < merges.count * 3 { bits += 1 }
    mask = 1 << bits - 1
    shift = 64 - bits
    // Eight filter bits a slot: a byte.
    filterShift = shift - 3
    slots = LargeTable(count: 1 << Int(bits), of: Slot(key: .max, rank: Self.none, result: 0))
    filter = LargeTable(count: 1 << Int(bits - 3), of: 0)
    bytes = LargeTable(count: 256, of: 0)
    for byte in 0..<256 { bytes.base[byte] = firstTokens[byte] }
    bytePairs = LargeTable(count: 1 << 16, of: Pair(rank: Self.none, result: 0))
    for (rank, merge) in merges.enumerated() {
      let hash = Self.hash(merge.left, merge.right)
      slots.base[find(hash, merge.left, merge.right)] = Slot(
        key: Self.key(merge.left, merge.right), rank: UInt32(rank), result: results[rank])
      let bit = Int(truncatingIfNeeded: hash >> filterShift)
      filter.base[bit >> 6] |= 1 << UInt64(bit & 63)
    }
    fillBytePairs(merges, results, firstTokens)
  }

  private func fillBytePairs(_ merges: [BytePairModel.Merge], _ results: [UInt32], _ firstTokens: [UInt32]) {
    var byteOfToken = [Int16](repeating: -1, count: Int(firstTokens.max() ?? 0) + 1)
    for (byte, token) in firstTokens.enumerated() { byteOfToken[Int(token)] = Int16(byte) }
    for (rank, merge) in merges.enumerated() where merge.left < byteOfToken.count && merge.right < byteOfToken.count {
      let (first, second) = (byteOfToken[Int(merge.left)], byteOfToken[Int(merge.right)])
      guard first >= 0, second >= 0 else { continue }
      bytePairs.base[Int(first) << 8 | Int(second)] = Pair(rank: UInt32(rank), result: results[rank])
    }
  }

  @inline(__always) private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  @inline(__always) private static func hash(_ left: UInt32, _ right: UInt32) -> UInt64 {
    key(left, right) &* 0x9E37_79B9_7F4A_7C15
  }

  @inline(__always) private func find(_ hash: UInt64, _ left: UInt32, _ right: UInt32) -> Int {
    let key = Self.key(left, right)
    var index = Int(truncatingIfNeeded: hash &>> shift)
    while slots.base[index].key != key && slots.base[index].key != .max { index = (index &+ 1) & mask }
    return index
  }

  /// The rank of a pair, `none` when it is not merged, and its result.
  @inline(__always) func merge(_ left: UInt32, _ right: UInt32) -> Pair {
    let hash = Self.hash(left, right)
    let bit = Int(truncatingIfNeeded: hash &>> filterShift)
    if filter.base[bit >> 6] &>> UInt64(bit & 63) & 1 == 0 { return Pair(rank: Self.none, result: 0) }
    let slot = slots.base[find(hash, left, right)]
    return Pair(rank: slot.rank, result: slot.result)
  }

  /// As `merge(token(first), token(second))`.
  @inline(__always) func merge(bytes first: UInt8, _ second: UInt8) -> Pair { bytePairs.base[Int(first) << 8 | Int(second)] }

  /// The token of a byte.
  @inline(__always) func token(_ byte: UInt8) -> UInt32 { bytes.base[Int(byte)] }
}
