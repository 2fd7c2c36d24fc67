import Documents
import TokenShards

/// The sequences of one split of a set of token shards: every epoch has each once, in an order of its own.
public final class ShardSequences: TokenSequences {
  public let split: ShardSplit
  /// Decides the order; nil keeps the order of the shards.
  public let seed: UInt64?
  private let reader: TokenReader
  private var order: SequenceOrder?
  private var orderEpoch = 0

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
        fix: "use shorter sequences or a larger corpus")
    }
    let (epoch, position) = number.quotientAndRemainder(dividingBy: count)
    let start = place(position, epoch: epoch, count: count) * length
    tokens.removeAll(keepingCapacity: true)
    try reader.read(start..<start + length + 1, into: &tokens)
  }

  private func place(_ position: Int, epoch: Int, count: Int) -> Int {
    guard let seed else { return position }
    if let order, orderEpoch == epoch, order.count == count { return order[position] }
    let fresh = SequenceOrder(count: count, seed: seed, epoch: epoch)
    order = fresh
    orderEpoch = epoch
    return fresh[position]
  }
}
