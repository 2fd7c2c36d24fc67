import CKernels

/// How a gradient becomes a step.
public enum Optimizer: String, Sendable, Hashable, CaseIterable {
  /// Loshchilov and Hutter 2019.
  case adamW = "adamw"
  /// AdamW's direction, scaled for each matrix so that the step is as long as its weights times the learning rate (You et al. 2020,
  /// algorithm 2); norms and biases step as AdamW does.
  case lamb
  /// Momentum made orthogonal, for the matrices inside the layers (Jordan et al. 2024), with the weight decay and the scale of
  /// Liu et al. 2025 that let it take AdamW's learning rate; AdamW for embeddings, output projection, norms and biases.
  case muon
}

extension DecoderPass {
  /// One optimizer step of the decoder's parameters by `gradient`, matrices with weight decay, norms and biases without. The optimizers
  /// other than AdamW leave their direction in `gradient`.
  public func update(
    _ step: AdamWStep, by optimizer: Optimizer = .adamW, firstMoment: FloatBuffer, secondMoment: FloatBuffer
  ) {
    for tensor in decoder.layout.tensors {
      switch optimizer {
      case .lamb: updateLAMB(tensor, step, firstMoment, secondMoment)
      case .muon where isInsideLayers(tensor): updateMuon(tensor, step, firstMoment)
      case .adamW, .muon: updateAdamW(tensor, step, firstMoment, secondMoment)
      }
    }
  }

  /// The Euclidean norm of the whole gradient, summed in Double.
  public var gradientNorm: Double { gradient.map { engine.sumOfSquares($0).squareRoot() } ?? 0 }

  private func isInsideLayers(_ tensor: ParameterLayout.Tensor) -> Bool {
    let layout = decoder.layout
    return tensor.decays && ![layout.embedding, layout.head].contains(tensor.offset) && tensor.offset != layout.positions
  }

  private var gradientBase: UnsafeMutablePointer<Float> {
    guard let gradient else { preconditionFailure("this pass was made for evaluation only") }
    return gradient.base
  }

  private func updateAdamW(_ tensor: ParameterLayout.Tensor, _ step: AdamWStep, _ first: FloatBuffer, _ second: FloatBuffer) {
    let table = engine.kernels.table
    let parameters = decoder.parameters.base
    let gradient = gradientBase
    var options = step.c(decays: tensor.decays)
    withUnsafePointer(to: &options) { options in
      engine.forElements(tensor.range) { range, _ in
        let at = range.lowerBound
        table.pointee.adamw(options, parameters + at, gradient + at, first.base + at, second.base + at, range.count)
      }
    }
  }

  private func updateLAMB(_ tensor: ParameterLayout.Tensor, _ step: AdamWStep, _ first: FloatBuffer, _ second: FloatBuffer) {
    let table = engine.kernels.table
    let parameters = decoder.parameters.base
    let gradient = gradientBase
    var options = step.c(decays: tensor.decays)
    withUnsafePointer(to: &options) { options in
      engine.forElements(tensor.range) { range, _ in
        let at = range.lowerBound
        table.pointee.adam_direction(
          options, parameters + at, gradient + at, first.base + at, second.base + at, range.count)
      }
    }
    var ratio = 1.0
    if tensor.decays {
      let weights = engine.sumOfSquares(parameters + tensor.offset, tensor.count).squareRoot()
      let direction = engine.sumOfSquares(gradient + tensor.offset, tensor.count).squareRoot()
      if weights > 0, direction > 0 { ratio = weights / direction }
    }
    scaleAndAdd(tensor, scale: 1, factor: -step.learningRate * ratio)
  }

  private func updateMuon(_ tensor: ParameterLayout.Tensor, _ step: AdamWStep, _ first: FloatBuffer) {
    let table = engine.kernels.table
    let gradient = gradientBase
    let rows = tensor.shape[0]
    let columns = tensor.shape[1]
    engine.forElements(tensor.range) { range, _ in
      let at = range.lowerBound
      table.pointee.nesterov(
        Float(step.momentum), Float(step.gradientScale), gradient + at, first.base + at, range.count)
    }
    newtonSchulz.orthogonalize(gradient + tensor.offset, rows: rows, columns: columns)
    // So scaled, an orthogonal step has the root mean square that AdamW's usually has (Liu et al. 2025, section 2.2).
    let scale = 0.2 * Double(max(rows, columns)).squareRoot()
    scaleAndAdd(tensor, scale: 1 - step.learningRate * step.weightDecay, factor: -step.learningRate * scale)
  }

  /// weights = scale * weights + factor * gradient.
  private func scaleAndAdd(_ tensor: ParameterLayout.Tensor, scale: Double, factor: Double) {
    let table = engine.kernels.table
    let parameters = decoder.parameters.base
    let gradient = gradientBase
    engine.forElements(tensor.range) { range, _ in
      table.pointee.scale_and_add(
        Float(scale), parameters + range.lowerBound, Float(factor), gradient + range.lowerBound, range.count)
    }
  }
}
