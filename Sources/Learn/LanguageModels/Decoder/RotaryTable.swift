import Foundation

/// Cosines and sines of the rotary positions (Su et al. 2021) in the rotate-half convention of Hugging Face's Llama:
/// dimensions i and i + headSize/2 form a pair that turns by `position * theta^(-2i/headSize)`.
package final class RotaryTable {
  package let length: Int
  /// [length, headSize / 2].
  package let cosines, sines: FloatBuffer

  package init(length: Int, headSize: Int, theta: Float) {
    self.length = length
    let half = headSize / 2
    cosines = FloatBuffer(count: length * half)
    sines = FloatBuffer(count: length * half)
    for i in 0..<half {
      let frequency = Self.frequency(i, headSize: headSize, theta: theta)
      for position in 0..<length {
        let angle = Double(Float(position) * frequency)
        cosines.base[position * half + i] = Float(cos(angle))
        sines.base[position * half + i] = Float(sin(angle))
      }
    }
  }

  /// Radians from one position to the next of pair i. Frequencies and angles are rounded to fp32 as transformers rounds them: exact ones are
  /// 1.5e-5 off at position 1,023 of pair 3 of 32, and moved logits of a trained model by up to 1e-4.
  package static func frequency(_ i: Int, headSize: Int, theta: Float) -> Float {
    1 / Float(pow(Double(theta), Double(Float(2 * i) / Float(headSize))))
  }
}
