import Foundation

/// Predicts each token by its share of the training tokens, with add-one smoothing: what a model must beat.
public struct UnigramBaseline: Sendable {
  /// Loss in nats by token.
  private let losses: [Double]

  /// - Parameter counts: occurrences in the training data by token id; as long as the vocabulary.
  public init(counts: [Int]) {
    let total = log(Double(counts.reduce(0, +) + counts.count))
    losses = counts.map { total - log(Double($0 + 1)) }
  }

  /// Nil for a token outside the vocabulary.
  public func loss(of token: UInt32) -> Double? { token < losses.count ? losses[Int(token)] : nil }
}
