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
      let frequency = pow(Double(theta), -2 * Double(i) / Double(headSize))
      for position in 0..<length {
        cosines.base[position * half + i] = Float(cos(Double(position) * frequency))
        sines.base[position * half + i] = Float(sin(Double(position) * frequency))
      }
    }
  }
}
