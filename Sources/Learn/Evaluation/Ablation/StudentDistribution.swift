import Foundation

/// Student's t distribution.
package enum StudentDistribution {
  /// The value that |t| stays under with probability `level` (0 ..< 1).
  ///
  /// - Parameter degrees: of freedom, above 0; infinite for the normal distribution.
  package static func twoSidedQuantile(_ level: Double, degrees: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while coverage(high, degrees) < level, high < 1e12 { high *= 2 }
    for _ in 0..<200 where high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if coverage(middle, degrees) < level { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// P(|T| <= t).
  static func coverage(_ t: Double, _ degrees: Double) -> Double {
    guard degrees < 1e7 else { return erf(t / 2.0.squareRoot()) }
    return 1 - incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  }

  /// The regularized incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8), with Lentz's method.
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges fast on this side of the mean.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let logBeta: Double = lgamma(a) + lgamma(b) - lgamma(a + b)
    let logPower: Double = a * log(x) + b * log(1 - x)
    let front: Double = exp(logPower - logBeta) / a
    let tiny = 1e-300
    var (fraction, c, d) = (1.0, 1.0, 0.0)
    for index in 0..<1000 {
      let m = Double(index / 2)
      let even = a + 2 * m
      var numerator = 1.0
      if index > 0, index.isMultiple(of: 2) {
        numerator = m * (b - m) * x / ((even - 1) * even)
      } else if index > 0 {
        numerator = -(a + m) * (a + b + m) * x / (even * (even + 1))
      }
      d = 1 + numerator * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + numerator / c
      c = abs(c) < tiny ? tiny : c
      fraction *= c * d
      if abs(1 - c * d) < 1e-15 { break }
    }
    return front * (fraction - 1)
  }
}
