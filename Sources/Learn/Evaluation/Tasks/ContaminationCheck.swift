import Documents
import TokenShards

/// Which test texts share a run of tokens with the training data, as GPT-3's report looked for runs of 13 words (Brown et al. 2020,
/// appendix C).
public struct ContaminationCheck {
  /// Tokens of a run. Texts that are shorter are looked for whole when they have at least `minimumLength`.
  public static let length = 13
  public static let minimumLength = 8

  private let training: ShardSplit

  public init(_ training: ShardSplit) { self.training = training }

  /// One answer a text; nil when it is too short to tell.
  /// - Complexity: one pass over the training split for each of at most six lengths of runs, in memory bounded by the texts.
  /// - Throws: `damaged-file` and what else reading throws.
  public func overlaps(of texts: [[UInt32]]) throws(Diagnostic) -> [Bool?] {
    var result: [Bool?] = texts.map { $0.count < Self.minimumLength ? nil : false }
    for length in Self.minimumLength...Self.length {
      let own = texts.indices.filter { length == Self.length ? texts[$0].count >= length : texts[$0].count == length }
      guard !own.isEmpty else { continue }
      var owners: [UInt64: [Int]] = [:]
      for index in own {
        var hash = RunHash(length: length)
        for (position, token) in texts[index].enumerated() {
          hash.push(token, dropping: position >= length ? texts[index][position - length] : nil)
          if position + 1 >= length, owners[hash.value]?.last != index { owners[hash.value, default: []].append(index) }
        }
      }
      try scan(length, Candidates(owners)) { found in for index in found { result[index] = true } }
    }
    return result
  }

  /// Calls `body` with the texts of each run of the training split that some text has.
  private func scan(_ length: Int, _ candidates: Candidates, _ body: ([Int]) -> Void) throws(Diagnostic) {
    let reader = TokenReader(training, frameLimit: 1)
    var hash = RunHash(length: length)
    var tokens: [UInt32] = []
    var position = 0
    let step = 1 << 16
    while position < training.tokenCount {
      // The tokens that leave the run are kept in front of those that come.
      tokens.removeFirst(max(0, tokens.count - length))
      let kept = tokens.count
      try reader.read(position..<min(training.tokenCount, position + step), into: &tokens)
      for index in kept..<tokens.count {
        hash.push(tokens[index], dropping: index >= length ? tokens[index - length] : nil)
        if let found = candidates.owners(of: hash.value) { body(found) }
      }
      position += tokens.count - kept
    }
  }

  /// A polynomial of the last tokens modulo 2^64, mixed.
  private struct RunHash {
    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    private let leaving: UInt64
    private var sum: UInt64 = 0

    init(length: Int) { leaving = (0..<length).reduce(1) { power, _ in power &* Self.base } }

    mutating func push(_ token: UInt32, dropping old: UInt32?) {
      sum = sum &* Self.base &+ UInt64(token) &+ 1
      if let old { sum &-= (UInt64(old) &+ 1) &* leaving }
    }

    var value: UInt64 { SeededRandom.mix(sum) }
  }

  /// Runs of the texts, behind a bit each that most runs of the training data fail.
  private struct Candidates {
    private let owners: [UInt64: [Int]]
    private let bits: [UInt64]
    private let shift: UInt64

    init(_ owners: [UInt64: [Int]]) {
      self.owners = owners
      let size = max(6, Int.bitWidth - (owners.count * 16).leadingZeroBitCount)
      shift = UInt64(64 - size)
      var bits = [UInt64](repeating: 0, count: 1 << (size - 6))
      for hash in owners.keys { bits[Int(hash >> (shift + 6))] |= 1 << ((hash >> shift) & 63) }
      self.bits = bits
    }

    func owners(of hash: UInt64) -> [Int]? {
      let place = hash >> shift
      return (bits[Int(place >> 6)] >> (place & 63)) & 1 == 1 ? owners[hash] : nil
    }
  }
}
