import CKernels

extension DecoderPass {
  /// From the gradient by the final normalized rows (left by `forwardHead`) to the gradient of every parameter.
  func backwardLayers(adding: Bool) {
    guard let gradient, let gradients = activations.gradients else {
      preconditionFailure("this pass was made for evaluation only")
    }
    gradients.residual.zero()
    backwardNorm(
      activations.final, weights(decoder.layout.finalNorm), activations.finalNorm,
      into: gradient.base + decoder.layout.finalNorm, adding: adding)
    for index in activations.layers.indices.reversed() {
      backwardFeedForward(decoder.layout.layers[index], activations.layers[index], adding: adding)
      backwardAttention(decoder.layout.layers[index], activations.layers[index], adding: adding)
    }
    backwardEmbedding(adding: adding)
  }

  private func backwardFeedForward(_ parameters: ParameterLayout.Layer, _ layer: Activations.Layer, adding: Bool) {
    guard let gradient, let gradients = activations.gradients else { return }
    let d = shape.hiddenSize, ff = shape.intermediateSize, table = engine.kernels.table
    let dout = Matrix(gradients.residual.base, width: d), beta: Float = adding ? 1 : 0
    activate(layer.gateUp)
    engine.multiply(
      dout.transposed, Matrix(activations.swiglu.base, width: ff), m: d, n: ff, k: rows, beta: beta,
      into: gradient.base + parameters.down, stride: ff)
    engine.multiply(
      dout, Matrix(weights(parameters.down), width: ff), m: rows, n: ff, k: d, into: gradients.swiglu.base, stride: ff)
    engine.forRows(rows) { rows, _ in
      table.pointee.swiglu_backward(
        layer.gateUp.base + rows.lowerBound * 2 * ff, gradients.swiglu.base + rows.lowerBound * ff, rows.count, ff)
    }
    normalize(layer.middle, weights(parameters.feedForwardNorm), into: activations.normalized, factors: layer.feedForwardNorm)
    let dgateUp = Matrix(layer.gateUp.base, width: 2 * ff)
    engine.multiply(
      dgateUp.transposed, Matrix(activations.normalized.base, width: d), m: 2 * ff, n: d, k: rows, beta: beta,
      into: gradient.base + parameters.gateUp, stride: d)
    engine.multiply(
      dgateUp, Matrix(weights(parameters.gateUp), width: d), m: rows, n: d, k: 2 * ff, into: gradients.normalized.base,
      stride: d)
    backwardNorm(
      layer.middle, weights(parameters.feedForwardNorm), layer.feedForwardNorm,
      into: gradient.base + parameters.feedForwardNorm, adding: adding)
  }

  private func backwardAttention(_ parameters: ParameterLayout.Layer, _ layer: Activations.Layer, adding: Bool) {
    guard let gradient, let gradients = activations.gradients else { return }
    let d = shape.hiddenSize, width = shape.qkvWidth, heads = shape.attentionWidth, table = engine.kernels.table
    let dout = Matrix(gradients.residual.base, width: d), beta: Float = adding ? 1 : 0
    engine.multiply(
      dout.transposed, Matrix(layer.attention.base, width: heads), m: d, n: heads, k: rows, beta: beta,
      into: gradient.base + parameters.output, stride: heads)
    engine.multiply(
      dout, Matrix(weights(parameters.output), width: heads), m: rows, n: heads, k: d, into: gradients.attention.base,
      stride: heads)
    let groups = shape.keyValueHeadCount, scratch = attentionScratch()
    engine.pool.loop(batch * groups) { piece, worker in
      let sequence = piece / groups, row = sequence * length
      withAttention(of: sequence) { attention in
        table.pointee.attention_backward(
          attention, piece % groups, layer.qkv.base + row * width, layer.attention.base + row * heads,
          layer.logSum.base + row * shape.headCount, gradients.attention.base + row * heads,
          gradients.qkv.base + row * width, scratch[worker].base)
      }
    }
    rotate(gradients.qkv, direction: -1)
    normalize(layer.residual, weights(parameters.attentionNorm), into: activations.normalized, factors: layer.attentionNorm)
    let dqkv = Matrix(gradients.qkv.base, width: width)
    engine.multiply(
      dqkv.transposed, Matrix(activations.normalized.base, width: d), m: width, n: d, k: rows, beta: beta,
      into: gradient.base + parameters.qkv, stride: d)
    engine.multiply(
      dqkv, Matrix(weights(parameters.qkv), width: d), m: rows, n: d, k: width, into: gradients.normalized.base, stride: d)
    backwardNorm(
      layer.residual, weights(parameters.attentionNorm), layer.attentionNorm,
      into: gradient.base + parameters.attentionNorm, adding: adding)
  }

  /// Adds the gradient of a norm's input to the residual gradient, and its weight's gradient over pieces in order.
  private func backwardNorm(
    _ x: FloatBuffer, _ weight: UnsafePointer<Float>, _ factors: FloatBuffer, into dweight: UnsafeMutablePointer<Float>,
    adding: Bool
  ) {
    guard let gradients = activations.gradients else { return }
    let d = shape.hiddenSize, table = engine.kernels.table
    let partials = gradients.normPartials
    partials.zero()
    engine.forRows(rows) { rows, piece in
      let at = rows.lowerBound * d
      table.pointee.rms_norm_backward(
        x.base + at, weight, factors.base + rows.lowerBound, gradients.normalized.base + at, rows.count, d,
        gradients.residual.base + at, partials.base + piece * d)
    }
    if !adding { dweight.update(repeating: 0, count: d) }
    table.pointee.sum_rows(partials.base, partials.count / d, d, 0, d, dweight)
  }

  private func backwardEmbedding(adding: Bool) {
    guard let gradient, let gradients = activations.gradients else { return }
    let d = shape.hiddenSize, table = engine.kernels.table
    let dtable = gradient.base + decoder.layout.embedding
    if !adding && !shape.tiedEmbeddings { dtable.update(repeating: 0, count: shape.vocabularySize * d) }
    let columnsPerPiece = 64
    inputs.withUnsafeBufferPointer { tokens in
      guard let tokens = tokens.baseAddress else { return }
      engine.pool.loop((d + columnsPerPiece - 1) / columnsPerPiece) { piece, _ in
        table.pointee.embed_backward(
          dtable, tokens, gradients.residual.base, rows, d, piece * columnsPerPiece, min(d, (piece + 1) * columnsPerPiece))
      }
    }
  }
}
