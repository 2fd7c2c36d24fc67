import Documents

/// How rotary frequencies were changed so that a model reads contexts longer than it was first trained on.
public enum RotaryScaling: Sendable, Hashable {
  /// Each is divided by `factor` (Chen et al. 2023, arXiv:2306.15595, section 3).
  case linear(factor: Float)
  /// As Llama 3.1 does it: pairs that turn fewer than `lowFrequencyFactor` times within the original context are slowed by `factor`, those
  /// that turn more than `highFrequencyFactor` times stay, and between them the two are blended.
  case llama3(factor: Float, lowFrequencyFactor: Float, highFrequencyFactor: Float, originalContextLength: Int)

  /// Radians from one position to the next, in fp32 and in the order of `_compute_llama3_parameters` and
  /// `_compute_linear_scaling_rope_parameters` of transformers 5.23.0.
  func scaled(_ frequency: Float) -> Float {
    switch self {
    case .linear(let factor): return frequency / factor
    case .llama3(let factor, let low, let high, let originalContextLength):
      let length = Float(originalContextLength)
      let wavelength = Float(2 * Double.pi) / frequency
      if wavelength > length / low { return frequency / factor }
      if wavelength < length / high { return frequency }
      let share = (length / wavelength - low) / (high - low)
      return (1 - share) * frequency / factor + share * frequency
    }
  }

  func validate() throws(Diagnostic) {
    func require(_ holds: Bool, _ message: @autoclosure () -> String, _ fix: String) throws(Diagnostic) {
      if !holds { throw Diagnostic("model-shape", message(), fix: fix) }
    }
    try require(factor >= 1 && factor.isFinite, "the factor of rope scaling is \(factor)", "use at least 1")
    guard case .llama3(_, let low, let high, let originalContextLength) = self else { return }
    try require(
      low > 0 && high > low && high.isFinite, "the frequency factors of rope scaling are \(low) and \(high)",
      "use a low_freq_factor above 0 and a high_freq_factor above that, for example 1 and 4")
    try require(
      originalContextLength >= 1, "the original context of rope scaling has \(originalContextLength) tokens", "use at least 1")
  }

  private var factor: Float {
    switch self {
    case .linear(let factor), .llama3(let factor, _, _, _): factor
    }
  }
}

extension DecoderConfiguration {
  /// Radians by which each pair of dimensions turns from one position to the next: headSize / 2 values, rounded to fp32 as transformers
  /// rounds them.
  package var rotaryFrequencies: [Float] {
    let frequencies = RotaryTable.frequencies(headSize: headSize, theta: ropeTheta)
    guard let ropeScaling else { return frequencies }
    return frequencies.map(ropeScaling.scaled)
  }
}
