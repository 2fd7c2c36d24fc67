import TokenShards

/// What zstd makes of the ids of a split, as they are and transformed, in frames of 65,536 tokens and in others, with a dictionary and with a
/// long window.
struct Transforms {
  private let tokens: [UInt32]
  /// Ids by descending frequency: rank of each.
  private let ranks: [UInt32]

  init(_ split: ShardSplit) throws {
    let tokens = try TokenReader(split, frameLimit: 1).tokens(0..<min(split.tokenCount, 16_000_000))
    var counts: [Int] = []
    for token in tokens {
      while counts.count <= token { counts.append(0) }
      counts[Int(token)] += 1
    }
    var ranks = [UInt32](repeating: 0, count: counts.count)
    for (rank, id) in counts.indices.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }).enumerated() {
      ranks[id] = UInt32(rank)
    }
    self.tokens = tokens
    self.ranks = ranks
  }

  func measure() throws {
    let ranked = tokens.map { ranks[Int($0)] }
    var last: UInt32 = 0
    let deltas = tokens.map { token in
      defer { last = token }
      return (token &- last) & 0xFFFF
    }
    let frame = 1 << 16
    print(
      "\n| form | frames | level | bits/token | of raw uint16 | compress M tokens/s | decompress M tokens/s |"
        + "\n| --- | --- | --- | --- | --- | --- | --- |")
    let forms: [(String, [UInt32], ([UInt32]) -> [UInt8])] = [
      ("uint16", tokens, Self.narrow), ("uint32", tokens, Self.wide), ("uint16, byte planes", tokens, Self.planes),
      ("uint32, byte planes", tokens, Self.widePlanes), ("uint16, differences", deltas, Self.narrow),
      ("uint16, ids by frequency", ranked, Self.narrow), ("byte planes of ids by frequency", ranked, Self.planes),
      ("varints of ids by frequency", ranked, Self.varints),
    ]
    for (name, ids, encode) in forms {
      for level in [1, 2, 3, 9, 19] as [Int32] { try row(name, ids, frame, TrialCompressor(level: level), encode) }
    }
    for frame in [1 << 14, 1 << 18, 1 << 20] { try row("uint16", tokens, frame, TrialCompressor(level: 2), Self.narrow) }
    for level in [2, 19] as [Int32] {
      // Trained on one frame of sixteen, which it then compresses too: a little better than true.
      let dictionary = Self.dictionary(of: tokens, frame)
      try row("uint16, dictionary", tokens, frame, TrialCompressor(level: level, dictionary: dictionary), Self.narrow)
      try row("uint16, one frame", tokens, tokens.count, TrialCompressor(level: level), Self.narrow)
      try row("uint16, one frame, long window", tokens, tokens.count, TrialCompressor(level: level, windowLog: 27), Self.narrow)
    }
  }

  private func row(
    _ name: String, _ ids: [UInt32], _ frameTokens: Int, _ compressor: TrialCompressor, _ encode: ([UInt32]) -> [UInt8]
  ) throws {
    // The slow levels have enough to say about less.
    let ids = compressor.level > 9 ? Array(ids.prefix(4_000_000)) : ids
    var size = compressor.dictionary.count
    var compressing = Duration.zero
    var decompressing = Duration.zero
    for start in stride(from: 0, to: ids.count, by: frameTokens) {
      let raw = encode(Array(ids[start..<min(ids.count, start + frameTokens)]))
      var begin = ContinuousClock.now
      let packed = compressor.compress(raw)
      compressing += ContinuousClock.now - begin
      size += packed.count
      begin = ContinuousClock.now
      let content = compressor.decompress(packed, size: raw.count)
      decompressing += ContinuousClock.now - begin
      precondition(content == raw, "what was compressed comes back")
    }
    let count = Double(ids.count)
    let fixed = TokenShardsBenchmark.fixed
    print(
      "| \(name) | \(frameTokens >= ids.count ? "1" : "of \(frameTokens)") | \(compressor.level) | \(fixed(Double(size) * 8 / count, 2)) | "
        + "\(fixed(100 * Double(size) / (2 * count), 1)) % | \(fixed(count / (compressing / .seconds(1)) / 1e6, 0)) | "
        + "\(fixed(count / (decompressing / .seconds(1)) / 1e6, 0)) |")
  }

  /// 110 KB learned from every sixteenth frame.
  private static func dictionary(of ids: [UInt32], _ frame: Int) -> [UInt8] {
    var samples: [UInt8] = []
    var sizes: [Int] = []
    for start in stride(from: 0, to: ids.count, by: 16 * frame) {
      // Pieces of 4,096 tokens: the trainer wants many samples.
      for piece in stride(from: start, to: min(ids.count, start + frame), by: 4096) {
        let bytes = narrow(Array(ids[piece..<min(ids.count, piece + 4096)]))
        samples += bytes
        sizes.append(bytes.count)
      }
    }
    return TrialCompressor.dictionary(samples, sizes, size: 110 << 10)
  }

  private static func narrow(_ ids: [UInt32]) -> [UInt8] {
    ids.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  private static func wide(_ ids: [UInt32]) -> [UInt8] {
    ids.flatMap { id in (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * UInt32($0))) } }
  }

  private static func planes(_ ids: [UInt32]) -> [UInt8] {
    ids.map { UInt8(truncatingIfNeeded: $0) } + ids.map { UInt8(truncatingIfNeeded: $0 >> 8) }
  }

  private static func widePlanes(_ ids: [UInt32]) -> [UInt8] {
    (0..<4).flatMap { byte in ids.map { UInt8(truncatingIfNeeded: $0 >> (8 * UInt32(byte))) } }
  }

  private static func varints(_ ids: [UInt32]) -> [UInt8] {
    var bytes: [UInt8] = []
    for id in ids {
      var rest = id
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    return bytes
  }
}
