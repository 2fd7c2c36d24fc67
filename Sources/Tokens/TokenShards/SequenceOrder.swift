import Documents

/// A random order of 0 ..< count that needs no memory: position to index is a pure function of seed and epoch.
///
/// A Feistel network of four rounds permutes the numbers below the next power of four; results outside the range are permuted again until
/// they fall inside ("cycle walking", Black and Rogaway 2002), fewer than four steps on average.
public struct SequenceOrder: Sendable {
  public let count: Int
  private let halfBits: UInt64
  private let keys: [UInt64]

  public init(count: Int, seed: UInt64, epoch: Int) {
    precondition(count > 0, "an order of nothing")
    self.count = count
    var bits: UInt64 = 1
    while bits < 31, 1 << (2 * bits) < count { bits += 1 }
    precondition(count <= 1 << 62, "more than 2^62 sequences")
    halfBits = bits
    var random = SeededRandom(seed: seed ^ SeededRandom.mix(UInt64(bitPattern: Int64(epoch))), stream: "sequence order")
    keys = (0..<4).map { _ in random.next() }
  }

  /// The index at a position; both in 0 ..< count. A bijection.
  public subscript(position: Int) -> Int {
    precondition(position >= 0 && position < count, "position outside the order")
    var value = UInt64(position)
    repeat { value = permute(value) } while value >= UInt64(count)
    return Int(value)
  }

  private func permute(_ value: UInt64) -> UInt64 {
    let mask = (1 << halfBits) - 1 as UInt64
    var (left, right) = (value >> halfBits, value & mask)
    for key in keys { (left, right) = (right, left ^ SeededRandom.mix(right ^ key) & mask) }
    return left << halfBits | right
  }
}

/// Training batches from a split: which sequences a step reads is a pure function of (seed, step), so resuming is naming a step.
///
/// The split is cut into sequences of `sequenceLength` inputs; each is read with one token more, the last target. Documents are packed
/// by concatenation: a sequence may hold several, each ended by the end-of-document token. Every epoch visits every sequence once, in an
/// order of its own; a batch that reaches the end of an epoch continues with the next.
public final class BatchSource {
  /// `[batchSize, sequenceLength + 1]`, row by row: inputs are the first `sequenceLength` of a row, targets the last.
  public struct Batch: Sendable, Equatable {
    public var step: Int
    public var batchSize: Int
    public var sequenceLength: Int
    public var tokens: [UInt32]

    /// One row: `sequenceLength + 1` tokens.
    public func row(_ number: Int) -> ArraySlice<UInt32> {
      tokens[number * (sequenceLength + 1)..<(number + 1) * (sequenceLength + 1)]
    }
  }

  public let sequenceLength: Int
  public let batchSize: Int
  public let seed: UInt64
  /// False: sequences in the order of the shards.
  public let isShuffled: Bool
  private let reader: TokenReader
  private var order: (epoch: Int, order: SequenceOrder)

  /// Sequences in an epoch.
  public let sequenceCount: Int

  /// - Throws: `too-small` when the split holds less than one sequence and its last target.
  public init(
    _ split: ShardSplit, sequenceLength: Int, batchSize: Int, seed: UInt64, isShuffled: Bool = true, frameLimit: Int = 64
  ) throws(Diagnostic) {
    precondition(sequenceLength > 0 && batchSize > 0, "a batch of nothing")
    sequenceCount = (split.tokenCount - 1) / sequenceLength
    guard sequenceCount > 0 else {
      throw Diagnostic(
        "too-small", "the split '\(split.name)' has \(split.tokenCount) tokens; a sequence needs \(sequenceLength + 1)",
        fix: "use a shorter sequence or a larger corpus")
    }
    self.sequenceLength = sequenceLength
    self.batchSize = batchSize
    self.seed = seed
    self.isShuffled = isShuffled
    reader = TokenReader(split, frameLimit: frameLimit)
    order = (0, SequenceOrder(count: sequenceCount, seed: seed, epoch: 0))
  }

  /// Steps in an epoch, rounded up.
  public var stepsPerEpoch: Int { (sequenceCount + batchSize - 1) / batchSize }

  /// The sequence that row `row` of step `step` reads, and its epoch. Steps count from 0 and go on through epochs.
  public func sequence(step: Int, row: Int) -> (epoch: Int, index: Int) {
    let number = step * batchSize + row
    let epoch = number / sequenceCount
    let position = number % sequenceCount
    guard isShuffled else { return (epoch, position) }
    if order.epoch != epoch { order = (epoch, SequenceOrder(count: sequenceCount, seed: seed, epoch: epoch)) }
    return (epoch, order.order[position])
  }

  /// The batch of a step, from 0 on, in any order of calls.
  /// - Parameter rows: which rows to read; nil reads all. A worker of several reads its share.
  public func batch(step: Int, rows: Range<Int>? = nil) throws(Diagnostic) -> Batch {
    let rows = rows ?? 0..<batchSize
    precondition(step >= 0 && rows.lowerBound >= 0 && rows.upperBound <= batchSize, "step or rows outside the batch")
    var tokens: [UInt32] = []
    tokens.reserveCapacity(rows.count * (sequenceLength + 1))
    for row in rows {
      let start = sequence(step: step, row: row).index * sequenceLength
      try reader.read(start..<start + sequenceLength + 1, into: &tokens)
    }
    return Batch(step: step, batchSize: rows.count, sequenceLength: sequenceLength, tokens: tokens)
  }
}
