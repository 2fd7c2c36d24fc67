import Documents
import Foundation

/// A language model: its shape and its parameters, nothing of any run.
public final class Decoder {
  public let configuration: DecoderConfiguration
  public let layout: ParameterLayout
  /// All parameters, tensor by tensor as `layout` says.
  public let parameters: FloatBuffer

  /// All parameters zero: for reading weights into.
  /// - Throws: a `Diagnostic` when the shape cannot be.
  public init(shape configuration: DecoderConfiguration) throws(Diagnostic) {
    try configuration.validate()
    self.configuration = configuration
    layout = ParameterLayout(configuration)
    parameters = FloatBuffer(count: layout.count)
  }

  /// Fresh weights: N(0, 0.02), the projections back into the residual stream scaled by 1/sqrt(2 * layers) (Radford et al.
  /// 2019), norms 1, biases 0. Each tensor draws from its own stream of `seed`.
  public convenience init(_ configuration: DecoderConfiguration, seed: UInt64) throws(Diagnostic) {
    try self.init(shape: configuration)
    let residual = 0.02 / Double(2 * configuration.layerCount).squareRoot()
    for tensor in layout.tensors {
      if !tensor.decays {
        for index in tensor.range { parameters.base[index] = tensor.isBias ? 0 : 1 }
        continue
      }
      var random = SeededRandom(seed: seed, stream: tensor.name)
      let intoResidual = ["o_proj.weight", "down_proj.weight", "c_proj.weight"].contains { tensor.name.hasSuffix($0) }
      random.fillNormal(parameters.base + tensor.offset, tensor.count, deviation: intoResidual ? residual : 0.02)
    }
  }

  /// The parameters of one tensor, copied.
  public func values(of name: String) -> [Float]? { layout[name].map { parameters[$0.range] } }
}

extension SeededRandom {
  /// Normally distributed values by the Box-Muller transform, two at a time.
  mutating func fillNormal(_ out: UnsafeMutablePointer<Float>, _ count: Int, deviation: Double) {
    for index in stride(from: 0, to: count, by: 2) {
      let radius = (-2 * log(1 - nextUnit())).squareRoot() * deviation
      let angle = 2 * Double.pi * nextUnit()
      out[index] = Float(radius * cos(angle))
      if index + 1 < count { out[index + 1] = Float(radius * sin(angle)) }
    }
  }
}
