/// The 95 % interval of a share (Wilson 1927). Of no trials anything can be: 0 to 1.
public func wilsonInterval(_ successes: Int, of trials: Int) -> ClosedRange<Double> {
  guard trials > 0 else { return 0...1 }
  let z = 1.959964
  let n = Double(trials)
  let p = Double(successes) / n
  let scale = 1 + z * z / n
  let center = (p + z * z / (2 * n)) / scale
  let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
  return (successes == 0 ? 0 : center - half)...(successes == trials ? 1 : center + half)
}
