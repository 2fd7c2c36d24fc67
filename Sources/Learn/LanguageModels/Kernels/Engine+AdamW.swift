import CKernels
import Foundation

/// The settings of one AdamW step (Loshchilov and Hutter 2019): decay is decoupled from the gradient.
public struct AdamWStep: Sendable, Hashable {
  public var learningRate, beta1, beta2, epsilon, weightDecay: Double
  /// From 1.
  public var step: Int
  /// Factor on the gradient, for clipping.
  public var gradientScale: Double

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8, weightDecay: Double,
    step: Int, gradientScale: Double = 1
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.step = step
    self.gradientScale = gradientScale
  }

  func c(decays: Bool) -> winnow_adamw {
    winnow_adamw(
      learning_rate: Float(learningRate), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      weight_decay: decays ? Float(weightDecay) : 0, correction1: Float(1 - pow(beta1, Double(step))),
      correction2: Float(1 - pow(beta2, Double(step))), gradient_scale: Float(gradientScale))
  }
}

extension DecoderPass {
  /// One optimizer step of the decoder's parameters by `gradient`, matrices with weight decay and norms without.
  public func update(_ step: AdamWStep, firstMoment: FloatBuffer, secondMoment: FloatBuffer) {
    guard let gradient else { preconditionFailure("this pass was made for evaluation only") }
    let table = engine.kernels.table, parameters = decoder.parameters.base
    for tensor in decoder.layout.tensors {
      var options = step.c(decays: tensor.decays)
      withUnsafePointer(to: &options) { options in
        engine.forElements(tensor.range) { range, _ in
          let at = range.lowerBound
          table.pointee.adamw(
            options, parameters + at, gradient.base + at, firstMoment.base + at, secondMoment.base + at, range.count)
        }
      }
    }
  }

  /// The Euclidean norm of the whole gradient, summed in Double.
  public var gradientNorm: Double { gradient.map { engine.sumOfSquares($0).squareRoot() } ?? 0 }
}
