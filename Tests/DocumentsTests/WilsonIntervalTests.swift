import Documents
import Testing

/// Expected values by the formula of Wilson 1927, worked out apart from the code.
@Test(
  "Wilson's interval of a share",
  arguments: [
    (0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0), (5, 10, 0.23659, 0.76341), (5, 50, 0.04348, 0.21360), (81, 263, 0.25529, 0.36621),
    (0, 0, 0, 1),
  ])
func computesWilsonInterval(_ successes: Int, _ trials: Int, _ lower: Double, _ upper: Double) {
  let interval = wilsonInterval(successes, of: trials)
  #expect(abs(interval.lowerBound - lower) < 1e-4 && abs(interval.upperBound - upper) < 1e-4, "\(interval)")
}
