import Documents
import TokenShards

/// The sequences of one split of a shard set, in an order of its own for each epoch: what training reads.
///
/// Memory: a few decompressed frames of each shard in use, whatever the corpus size.
public final class ShardSequences: TokenSequences {
  private let split: ShardSplit
  private let reader: TokenReader
  /// Nil keeps the order of the shards, for validation.
  private let seed: UInt64?
  private var order: (epoch: Int, order: SequenceOrder)?

  public init(_ split: ShardSplit, seed: UInt64?) {
    self.split = split
    self.seed = seed
    reader = TokenReader(split, frameLimit: 64)
  }

  public func sequenceCount(length: Int) -> Int { max(0, (split.tokenCount - 1) / length) }

  public func read(_ number: Int, length: Int, into tokens: inout [UInt32]) throws(Diagnostic) {
    let count = sequenceCount(length: length)
    guard count > 0 else {
      throw Diagnostic(
        "too-few-tokens", "the split '\(split.name)' has \(split.tokenCount) tokens, one sequence needs \(length + 1)",
        fix: "use shorter sequences or more data")
    }
    let (epoch, position) = number.quotientAndRemainder(dividingBy: count)
    var place = position
    if let seed {
      if order?.epoch != epoch || order?.order.count != count {
        order = (epoch, SequenceOrder(count: count, seed: seed, epoch: epoch))
      }
      place = order?.order[position] ?? position
    }
    tokens.removeAll(keepingCapacity: true)
    try reader.read(place * length..<place * length + length + 1, into: &tokens)
  }
}
