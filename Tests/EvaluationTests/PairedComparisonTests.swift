import Documents
import Evaluation
import Foundation
import Testing

@Suite("Comparing variants of a corpus")
struct PairedComparisonTests {
  /// Quantiles of tables of Student's distribution (Abramowitz and Stegun, table 26.10).
  @Test(arguments: [
    (0.95, 1.0, 12.706), (0.95, 2, 4.303), (0.95, 5, 2.571), (0.95, 30, 2.042), (0.99, 2, 9.925), (0.99, 10, 3.169),
    (0.9, 3, 2.353),
    (0.95, Double.infinity, 1.960),
  ])
  func quantilesAreThoseOfTheTables(level: Double, degrees: Double, expected: Double) {
    #expect(abs(StudentDistribution.twoSidedQuantile(level, degrees: degrees) - expected) < 6e-4)
  }

  /// Scores around `bits` per byte, with chance by document and by seed.
  private func scores(_ bits: Double, documents: Int = 200, seeds: Int = 3, noise: Double, random: inout SeededRandom)
    -> VariantScores
  {
    let bytes = (0..<documents).map { 500 + 37 * ($0 % 41) }
    let rows = (0..<seeds).map { _ in
      let seed = noise * (random.nextUnit() - 0.5)
      return bytes.map { Double($0) * log(2) * (bits + seed + 0.2 * noise * (random.nextUnit() - 0.5)) }
    }
    return VariantScores(bytes: bytes, negativeLogLikelihoods: rows)
  }

  /// Three models each, `deviation` apart; five variants leave 10 degrees of freedom. P(F > f) of 2 and 10 is (1 + f / 5)^-5, and 1/6000 at 23.484.
  @Test(arguments: [(1.0, false), (4.84, false), (4.85, true)])
  func aVariantWhoseModelsLieFartherApartIsNamed(ratio: Double, isNamed: Bool) {
    let variants = (0..<6).map { index in
      let deviation = 0.01 * (index == 4 ? ratio : 1)
      return VariantScores(weights: [1, 1], values: [-1, 0, 1].map { [1.5 + $0 * deviation, 1.5 + $0 * deviation] })
    }
    let distinct = variants.enumerated().map { index, scores in
      VariantScores(weights: scores.weights, values: scores.values.map { [$0[0] + Double(index), $0[1] - Double(index)] })
    }
    let found = SeedChance.scattering(distinct)
    #expect(found.map(\.variant) == (isNamed ? [4] : []))
    if let first = found.first { #expect(abs(first.ratio - ratio) < 1e-9) }
  }

  @Test func equalScoresCannotBeTold() {
    var random = SeededRandom(seed: 5)
    let one = scores(1.5, noise: 0.01, random: &random)
    let comparison = PairedComparison(one, against: one)
    #expect(comparison.verdict == .cannotTell && comparison.difference == 0 && comparison.interval == 0...0)
  }

  @Test(arguments: [(-0.1, PairedComparison.Verdict.helps), (0.1, .hurts)])
  func aDifferenceBeyondChanceIsNamed(shift: Double, verdict: PairedComparison.Verdict) {
    var random = SeededRandom(seed: 6)
    let baseline = scores(1.5, noise: 0.01, random: &random)
    let variant = scores(1.5 + shift, noise: 0.01, random: &random)
    let comparison = PairedComparison(variant, against: baseline)
    #expect(comparison.verdict == verdict && abs(comparison.difference - shift) < 0.02)
    #expect(PairedComparison(baseline, against: variant).verdict == (verdict == .helps ? .hurts : .helps))
  }

  @Test(arguments: [(-0.1, PairedComparison.Verdict.hurts), (0.1, .helps)])
  func ofLikelihoodsTheGreaterIsBetter(shift: Double, verdict: PairedComparison.Verdict) {
    var random = SeededRandom(seed: 6)
    let baseline = scores(1.5, noise: 0.01, random: &random)
    let variant = scores(1.5 + shift, noise: 0.01, random: &random)
    #expect(PairedComparison(variant, against: baseline, .higherIsBetter).verdict == verdict)
  }

  /// What `runs` comparisons of `count` variants without a difference wrongly tell, of the first variant with the baseline.
  private func falseVerdicts(
    _ runs: Int, variants count: Int, seeds: Int, ofDocuments: Double, levels: [Double], shift: Double = 0
  ) -> [Int] {
    var random = SeededRandom(seed: 7)
    func bell() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.nextUnit() } }
    let bytes = [Int](repeating: 1000, count: 60)
    var found = levels.map { _ in 0 }
    for _ in 0..<runs {
      let own = bytes.map { _ in bell() }
      let variants = (0..<count).map { variant in
        // What is hard for all models is no chance of the difference; what is hard for those of one variant is.
        let ofVariant = bytes.map { _ in ofDocuments * bell() }
        let rows = (0..<seeds).map { _ in
          let ofSeed = 1.5 + 0.03 * bell() + (variant == 1 ? shift : 0)
          return bytes.indices.map { Double(bytes[$0]) * log(2) * (ofSeed + own[$0] + 0.03 * ofVariant[$0]) }
        }
        return VariantScores(bytes: bytes, negativeLogLikelihoods: rows)
      }
      let chance = SeedChance(variants)
      for (index, level) in levels.enumerated() {
        let comparison = PairedComparison(variants[1], against: variants[0], chance: chance, level: level)
        if comparison.verdict != .cannotTell { found[index] += 1 }
      }
    }
    return found
  }

  /// Two to six variants, two to five seeds; documents that say much of each other and documents that do not. Wanted are at
  /// most 5 %, and 1 % at the level of 0.99: of 1,000 runs 50 and 10, here with three standard deviations more.
  @Test(arguments: [(2, 2, 1.0), (2, 3, 1), (2, 3, 6), (3, 3, 3), (6, 3, 1), (6, 3, 6), (2, 5, 3)])
  func chanceAloneSeldomLooksLikeADifference(variants: Int, seeds: Int, ofDocuments: Double) {
    let found = falseVerdicts(1000, variants: variants, seeds: seeds, ofDocuments: ofDocuments, levels: [0.95, 0.99])
    #expect(found[0] <= 70 && found[1] <= 19, "\(found) of 1,000")
  }

  /// A difference of three deviations of the seed, as that of a damaged corpus, is seen the more often the more variants there
  /// are.
  @Test func moreVariantsTellMoreOfTheSeeds() {
    func seen(_ variants: Int) -> Int {
      falseVerdicts(400, variants: variants, seeds: 3, ofDocuments: 1, levels: [0.95], shift: 0.09)[0]
    }
    let (two, six) = (seen(2), seen(6))
    #expect(two > 240 && six > two, "\(two) and \(six) of 400")
  }

  @Test func modelsThatAreTheSameAreOneWitness() {
    let one = VariantScores(bytes: [1, 1], negativeLogLikelihoods: [[1, 2], [2, 4], [3, 5]])
    let other = VariantScores(bytes: [1, 1], negativeLogLikelihoods: [[1, 2], [2, 3], [3, 8]])
    #expect(SeedChance([one, other]).degrees == 4)
    #expect(
      SeedChance([one, one, other]).degrees == 4
        && SeedChance([one, one, other]).variance == SeedChance([one, other]).variance)
  }

  @Test func restrictionKeepsSeedsAndDocumentsTogether() {
    let all = VariantScores(bytes: [1, 2, 3], negativeLogLikelihoods: [[10, 20, 30], [11, 21, 31]])
    let part = all.restricted(to: [2, 0])
    #expect(part == VariantScores(bytes: [3, 1], negativeLogLikelihoods: [[30, 10], [31, 11]]))
  }
}
