import Documents

/// Draws labels that an example does not have, each as often as the square root of its count says (as fastText does; Mikolov et al. 2013 have
/// the power 3/4).
struct NegativeLabels: Sendable {
  /// Sums of the weights up to and including each label.
  private var sums: [Double] = []

  init(counts: [Int64]) {
    var sum = 0.0
    for count in counts {
      sum += Double(max(1, count)).squareRoot()
      sums.append(sum)
    }
  }

  /// A label other than `target`; nil when there is none.
  func draw(except target: Int, _ random: inout SeededRandom) -> Int? {
    guard sums.count > 1, let all = sums.last else { return nil }
    // The target's share is cut out of the line that the weights make, so that one number is enough.
    let start = target == 0 ? 0 : sums[target - 1]
    let share = sums[target] - start
    var place = random.nextUnit() * (all - share)
    if place >= start { place += share }
    let label = sums.partitioningIndex { $0 > place }
    // Rounding can lead back to the target or behind the last.
    return label == target || label == sums.count ? (target + 1 < sums.count ? target + 1 : target - 1) : label
  }
}

extension [Double] {
  /// The first place whose element, and every one behind it, satisfies the predicate.
  fileprivate func partitioningIndex(_ belongsToSecond: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
