import Foundation

/// Cosines and sines of the rotary positions (Su et al. 2021) in the rotate-half convention of Hugging Face's Llama:
/// dimensions i and i + headSize/2 form a pair that turns by `position * frequency`, unscaled `position * theta^(-2i/headSize)`.
package final class RotaryTable {
  package let length: Int
  /// [length, headSize / 2].
  package let cosines, sines: FloatBuffer

  /// - Parameter frequencies: radians from one position to the next, by pair.
  package init(length: Int, frequencies: [Float]) {
    self.length = length
    let half = frequencies.count
    cosines = FloatBuffer(count: length * half)
    sines = FloatBuffer(count: length * half)
    for (i, frequency) in frequencies.enumerated() {
      for position in 0..<length {
        let angle = Double(Float(position) * frequency)
        cosines.base[position * half + i] = Float(cos(angle))
        sines.base[position * half + i] = Float(sin(angle))
      }
    }
  }

  /// Radians from one position to the next, by pair. Frequencies and angles are rounded to fp32 as transformers rounds them: exact ones are
  /// 1.5e-5 off at position 1,023 of pair 3 of 32, and moved logits of a trained model by up to 1e-4.
  package static func frequencies(headSize: Int, theta: Float) -> [Float] {
    (0..<headSize / 2).map { 1 / Float(pow(Double(theta), Double(Float(2 * $0) / Float(headSize)))) }
  }
}
