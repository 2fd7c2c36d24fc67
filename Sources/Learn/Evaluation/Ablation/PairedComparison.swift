/// Whether one variant of a corpus makes better models than another, judged by what models of equal seeds make of equal items.
///
/// The difference of scores has two sources of chance: the seeds (first weights, order of the data) and the items that
/// happened to be chosen to judge by. The first is pooled over variants (`SeedChance`), the second that of a ratio over paired
/// items (by linearization). Each has an interval of its own after Student; the half-width of both together is the root of the
/// sum of their squares. Degrees of freedom after Welch and Satterthwaite would promise too much, as few seeds often lie close
/// together by chance.
public struct PairedComparison: Sendable {
  public enum Verdict: String, Sendable, CaseIterable {
    case helps, hurts
    case cannotTell = "cannot tell at this scale"
  }

  /// Which scores are good.
  public enum Direction: Sendable {
    case lowerIsBetter, higherIsBetter
  }

  /// The score of the variant less that of the baseline.
  public let difference: Double
  public let interval: ClosedRange<Double>
  private let direction: Direction

  public var verdict: Verdict {
    if interval.lowerBound <= 0, interval.upperBound >= 0 { return .cannotTell }
    return (difference < 0) == (direction == .lowerIsBetter) ? .helps : .hurts
  }

  /// - Parameters:
  ///   - chance: of the seeds, from all variants that are compared; nil: from these two.
  ///   - level: of the interval, such as 0.95; with several variants less 0.05 divided among them (Bonferroni).
  /// - Precondition: the same items and as many seeds, at least two of each.
  public init(
    _ variant: VariantScores, against baseline: VariantScores, chance: SeedChance? = nil, level: Double = 0.95,
    _ direction: Direction = .lowerIsBetter
  ) {
    precondition(variant.weights == baseline.weights && variant.values.count == baseline.values.count)
    precondition(variant.weights.count > 1 && variant.values.count > 1, "chance cannot be told from one value")
    self.direction = direction
    let seeds = Double(variant.values.count)
    let mean = zip(variant.scores, baseline.scores).reduce(0) { $0 + $1.0 - $1.1 } / seeds
    difference = mean
    guard variant != baseline else {
      // The models are the same ones.
      interval = 0...0
      return
    }
    let chance = chance ?? SeedChance([variant, baseline])
    let ofSeeds = 2 * chance.variance / seeds
    let count = Double(variant.weights.count)
    let ofItems = Self.itemVariance(variant, baseline, mean)
    func square(_ variance: Double, _ degrees: Double) -> Double {
      guard variance > 0 else { return 0 }
      let quantile = StudentDistribution.twoSidedQuantile(level, degrees: degrees)
      return quantile * quantile * variance
    }
    let half = (square(ofSeeds, chance.degrees) + square(ofItems, count - 1)).squareRoot()
    interval = (mean - half)...(mean + half)
  }

  /// Of the difference, averaged over seeds, by the choice of items.
  private static func itemVariance(_ variant: VariantScores, _ baseline: VariantScores, _ mean: Double) -> Double {
    let seeds = Double(variant.values.count)
    let count = Double(variant.weights.count)
    let total = variant.weights.reduce(0, +)
    let squares = variant.weights.indices.reduce(0.0) { sum, item in
      let difference = zip(variant.values, baseline.values).reduce(0) { $0 + $1.0[item] - $1.1[item] } / seeds
      let residual = difference - mean * variant.weights[item]
      return sum + residual * residual
    }
    return squares * count / (count - 1) / (total * total)
  }
}
