import Foundation

/// What models of one variant make of the texts or questions that judge them.
public struct VariantScores: Sendable, Hashable {
  /// What an item counts: a document its UTF-8 bytes, a question 1.
  public var weights: [Double]
  /// A row for each seed, in it a value for each item, such as its bits. A model's score is their sum by that of the weights.
  public var values: [[Double]]

  public init(weights: [Double], values: [[Double]]) {
    self.weights = weights
    self.values = values
  }

  /// Bits per byte.
  /// - Parameter negativeLogLikelihoods: in nats: a row for each seed, in it a value for each document.
  public init(bytes: [Int], negativeLogLikelihoods: [[Double]]) {
    self.init(weights: bytes.map(Double.init), values: negativeLogLikelihoods.map { row in row.map { $0 / log(2) } })
  }

  /// By seed.
  public var scores: [Double] {
    let total = weights.reduce(0, +)
    return values.map { $0.reduce(0, +) / total }
  }

  /// The same of some items.
  public func restricted(to items: [Int]) -> VariantScores {
    VariantScores(weights: items.map { weights[$0] }, values: values.map { row in items.map { row[$0] } })
  }
}

/// How far apart models of the same variant come to lie by their seeds alone, pooled over variants: three seeds of one variant
/// say little about that, those of all variants together more.
///
/// Variants are taken to scatter alike. What seeds do to all variants alike counts as chance too, although a difference is
/// free of it, so that the variance is rather too great.
public struct SeedChance: Sendable {
  /// Of the score of one model.
  public let variance: Double
  /// Of freedom.
  public let degrees: Double

  /// - Precondition: at least two seeds of each.
  public init(_ variants: [VariantScores]) {
    precondition(variants.allSatisfy { $0.values.count > 1 }, "chance cannot be told from one value")
    // Models of equal documents and seeds are the same, and no second witness.
    let scores = Set(variants).map(\.scores)
    degrees = scores.reduce(0) { $0 + Double($1.count - 1) }
    let squares = scores.reduce(0) { sum, own in
      let mean = own.reduce(0, +) / Double(own.count)
      return sum + own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    variance = squares / degrees
  }

  /// Variants whose models lie farther apart than those of the others by more than chance: with a probability of 0.1 % at most for
  /// any of them (F test, Bonferroni), where chance is the same for all.
  /// - Returns: their places and how many times as far apart their models lie (deviations).
  /// - Precondition: at least two seeds of each.
  public static func scattering(_ variants: [VariantScores]) -> [(variant: Int, ratio: Double)] {
    guard variants.count > 1 else { return [] }
    return variants.indices.compactMap { index in
      let own = SeedChance([variants[index]])
      let others = SeedChance(variants.indices.filter { $0 != index }.map { variants[$0] })
      guard others.variance > 0 else { return nil }
      let ratio = own.variance / others.variance
      // P(F > ratio)
      let tail = StudentDistribution.incompleteBeta(
        others.degrees / (others.degrees + own.degrees * ratio), others.degrees / 2, own.degrees / 2)
      return tail < 0.001 / Double(variants.count) ? (index, ratio.squareRoot()) : nil
    }
  }
}
