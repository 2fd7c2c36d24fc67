/// Adds up the weighted probabilities of labels by language and by confusable group.
struct LanguageTally: Sendable {
  /// The best language, its group, and the runner-up.
  struct Ranking: Sendable {
    /// The most probable label of the best language.
    var label: Int
    var probability: Double
    var groupProbability: Double
    var second: Int?
    var secondProbability: Double
  }

  /// Languages by label, groups by language.
  private let languages: [Int]
  private let groups: [Int]
  private let weights: [Double]
  private var byLanguage: [Double]
  private var byGroup: [Double]
  private var bestLabel: [Int]
  private var bestProbability: [Float]
  /// Languages that have a label among those counted, in order.
  private var present: [Int] = []
  private var isPresent: [Bool]

  init(labels: [Int], groups: [Int], weights: [Double]) {
    languages = labels
    self.groups = groups
    self.weights = weights
    byLanguage = [Double](repeating: 0, count: groups.count)
    byGroup = byLanguage
    bestLabel = [Int](repeating: 0, count: groups.count)
    bestProbability = [Float](repeating: -1, count: groups.count)
    isPresent = [Bool](repeating: false, count: groups.count)
  }

  /// Starts anew with `probabilities` of the chosen labels, weighted by language.
  mutating func count(_ probabilities: [Float], of labels: [Int]) {
    for language in present {
      (byLanguage[language], byGroup[groups[language]]) = (0, 0)
      (bestProbability[language], isPresent[language]) = (-1, false)
    }
    present.removeAll(keepingCapacity: true)
    for label in labels {
      let language = languages[label]
      if !isPresent[language] {
        isPresent[language] = true
        present.append(language)
      }
      byLanguage[language] += Double(probabilities[label]) * weights[language]
      if probabilities[label] > bestProbability[language] {
        (bestLabel[language], bestProbability[language]) = (label, probabilities[label])
      }
    }
    let sum = present.reduce(0) { $0 + byLanguage[$1] }
    for language in present {
      byLanguage[language] /= sum
      byGroup[groups[language]] += byLanguage[language]
    }
  }

  /// Ties go to the language counted first.
  func ranking() -> Ranking {
    var best = present[0]
    var second: Int?
    for language in present.dropFirst() {
      if byLanguage[language] > byLanguage[best] {
        (best, second) = (language, best)
      } else if second.map({ byLanguage[language] > byLanguage[$0] }) ?? true {
        second = language
      }
    }
    return Ranking(
      label: bestLabel[best], probability: byLanguage[best], groupProbability: byGroup[groups[best]], second: second,
      secondProbability: second.map { byLanguage[$0] } ?? 0)
  }
}
