import CKernels

extension DecoderPass {
  /// From the gradient by the final normalized rows (left by `forwardHead`) to the gradient of every parameter.
  func backwardLayers(adding: Bool) {
    guard let gradient, let gradients = activations.gradients else {
      preconditionFailure("this pass was made for evaluation only")
    }
    let backward = Backward(
      pass: self, gradient: gradient.base, gradients: gradients, beta: adding ? 1 : 0)
    gradients.residual.zero()
    backward.norm(activations.final, decoder.layout.finalNorm, activations.finalNorm)
    for index in activations.layers.indices.reversed() {
      // The last layer's are still there.
      if recomputes && index + 1 < activations.layers.count { recompute(index) }
      if index < activations.kept.count { activations.kept[index].load(into: activations.layers[index], by: engine) }
      backward.feedForward(index)
      backward.attention(index)
    }
    backward.embedding()
  }
}

/// The steps of one backward pass. `gradients.residual` holds the gradient by the residual stream, each block adds its own.
private struct Backward {
  let pass: DecoderPass
  let gradient: UnsafeMutablePointer<Float>
  let gradients: Activations.Gradients
  /// 1 when parameter gradients are added to what is there, 0 when they replace it.
  let beta: Float

  private var shape: DecoderConfiguration { pass.shape }
  private var activations: Activations { pass.activations }
  private var engine: Engine { pass.engine }
  private var table: UnsafePointer<winnow_kernel_table> { pass.engine.kernels.table }
  private var rows: Int { pass.rows }

  func feedForward(_ index: Int) {
    let parameters = pass.decoder.layout.layers[index]
    let layer = activations.layers[index]
    let ff = shape.intermediateSize
    let activations = activations
    let gated = shape.isGated
    let dy = branch(.feedForward(layer: index))
    inputGradient(
      of: parameters.down, dy: hidden(dy), into: gradients.activated, stride: activations.activatedStride)
    engine.forRows(rows) { rows, _ in
      for row in rows {
        let x = layer.up.base + row * activations.upStride
        let dout = gradients.activated.base + row * activations.activatedStride
        if gated { table.pointee.swiglu_backward(x, dout, 1, ff) } else { table.pointee.gelu_backward(x, dout, ff) }
      }
    }
    // The activated rows have taken the place of their gradient.
    parameterGradient(
      of: parameters.down, dy: hidden(dy), x: Matrix(gradients.activated.base, width: activations.activatedStride))
    pass.normalize(layer.middle, parameters.feedForwardNorm, into: activations.normalized, factors: layer.feedForwardNorm)
    let dup = Matrix(layer.up.base, width: activations.upStride)
    parameterGradient(of: parameters.up, dy: dup, x: hidden(activations.normalized))
    inputGradient(of: parameters.up, dy: dup, into: gradients.normalized, stride: shape.hiddenSize)
    norm(layer.middle, parameters.feedForwardNorm, layer.feedForwardNorm)
  }

  func attention(_ index: Int) {
    let parameters = pass.decoder.layout.layers[index]
    let layer = activations.layers[index]
    let width = activations.qkvStride
    let heads = shape.attentionWidth
    let length = pass.length
    let dy = branch(.attention(layer: index))
    let qkv = pass.attentionInput(index)
    parameterGradient(of: parameters.output, dy: hidden(dy), x: Matrix(layer.attention.base, width: heads))
    inputGradient(of: parameters.output, dy: hidden(dy), into: gradients.attention, stride: heads)
    let groups = shape.keyValueHeadCount
    let scratch = pass.attentionScratch()
    engine.pool.loop(pass.batch * groups) { piece, worker in
      let sequence = piece / groups
      let row = sequence * length
      pass.withAttention(of: sequence, layer: index) { attention in
        table.pointee.attention_backward(
          attention, piece % groups, qkv.base + row * width, layer.attention.base + row * heads,
          layer.logSum.base + row * shape.headCount, gradients.attention.base + row * heads,
          gradients.qkv.base + row * width, scratch[worker].base)
      }
    }
    pass.rotate(gradients.qkv, direction: -1)
    headNorms(parameters, layer.qkv)
    pass.normalize(layer.residual, parameters.attentionNorm, into: activations.normalized, factors: layer.attentionNorm)
    let dqkv = Matrix(gradients.qkv.base, width: width)
    parameterGradient(of: parameters.qkv, dy: dqkv, x: hidden(activations.normalized))
    inputGradient(of: parameters.qkv, dy: dqkv, into: gradients.normalized, stride: shape.hiddenSize)
    norm(layer.residual, parameters.attentionNorm, layer.attentionNorm)
  }

  /// The gradient of what a block added to the residual stream: the stream's own, but for what was dropped.
  private func branch(_ site: Regularization.Site) -> FloatBuffer {
    guard pass.drops else { return gradients.residual }
    pass.drop(gradients.residual, at: site, adding: nil, into: gradients.branch)
    return gradients.branch
  }

  /// From the gradient of normalized queries and keys to that of the projections, in place, where they are normalized.
  private func headNorms(_ parameters: ParameterLayout.Layer, _ qkv: FloatBuffer) {
    guard let query = parameters.queryNorm, let key = parameters.keyNorm else { return }
    let size = shape.headSize
    let width = activations.qkvStride
    let keys = shape.keyValueHeadCount
    let partials = gradients.normPartials
    let pieces = (rows + Engine.rowsPerPiece - 1) / Engine.rowsPerPiece
    let epsilon = shape.normEpsilon
    partials.zero()
    engine.forRows(rows) { rows, piece in
      let x = qkv.base + rows.lowerBound * width
      let d = gradients.qkv.base + rows.lowerBound * width
      let queries = shape.attentionWidth
      let dquery = partials.base + piece * size
      let dkey = dquery + pieces * size
      table.pointee.head_norm_backward(x, rows.count, width, shape.headCount, size, pass.weights(query), epsilon, d, dquery)
      table.pointee.head_norm_backward(
        x + queries, rows.count, width, keys, size, pass.weights(key), epsilon, d + queries, dkey)
    }
    sumRows(partials.base, pieces, width: size, into: gradient + query)
    sumRows(partials.base + pieces * size, pieces, width: size, into: gradient + key)
  }

  /// dweight = dy^T * x and dbias = sum over rows of dy.
  private func parameterGradient(of projection: ParameterLayout.Projection, dy: Matrix, x: Matrix) {
    let input = projection.input
    let output = projection.output
    engine.multiply(
      dy.transposed, x, m: output, n: input, k: rows, beta: beta, into: gradient + projection.weight, stride: input)
    if let bias = projection.bias { sumRows(dy.data, rows, width: output, stride: dy.row, into: gradient + bias) }
  }

  /// dx = dy * weight.
  private func inputGradient(of projection: ParameterLayout.Projection, dy: Matrix, into dx: FloatBuffer, stride: Int) {
    engine.multiply(
      dy, Matrix(pass.weights(projection.weight), width: projection.input), m: rows, n: projection.input, k: projection.output,
      into: dx.base, stride: stride)
  }

  /// Rows [rows, hidden] as a matrix.
  private func hidden(_ rows: FloatBuffer) -> Matrix { Matrix(rows.base, width: shape.hiddenSize) }

  /// Adds the gradient of a norm's input to the residual gradient, and its parameters' gradients over pieces in order.
  func norm(_ x: FloatBuffer, _ norm: ParameterLayout.Norm, _ factors: FloatBuffer) {
    let d = shape.hiddenSize
    let partials = gradients.normPartials
    let pieces = (rows + Engine.rowsPerPiece - 1) / Engine.rowsPerPiece
    let weight = pass.weights(norm.weight)
    partials.zero()
    engine.forRows(rows) { rows, piece in
      let at = rows.lowerBound * d
      let dy = gradients.normalized.base + at
      let dx = gradients.residual.base + at
      let dweight = partials.base + piece * d
      if norm.bias == nil {
        table.pointee.rms_norm_backward(x.base + at, weight, factors.base + rows.lowerBound, dy, rows.count, d, dx, dweight)
      } else {
        table.pointee.layer_norm_backward(
          x.base + at, weight, factors.base + 2 * rows.lowerBound, dy, rows.count, d, dx, dweight, dweight + pieces * d)
      }
    }
    sumRows(partials.base, pieces, width: d, into: gradient + norm.weight)
    if let bias = norm.bias { sumRows(partials.base + pieces * d, pieces, width: d, into: gradient + bias) }
  }

  /// The sum over rows in order, by pieces of columns.
  private func sumRows(
    _ x: UnsafePointer<Float>, _ rows: Int, width: Int, stride: Int? = nil, into out: UnsafeMutablePointer<Float>
  ) {
    let columns = 64
    engine.pool.loop((width + columns - 1) / columns) { piece, _ in
      let begin = piece * columns
      let end = min(width, begin + columns)
      if beta == 0 { (out + begin).update(repeating: 0, count: end - begin) }
      table.pointee.sum_rows(x, rows, stride ?? width, begin, end, out)
    }
  }

  func embedding() {
    let d = shape.hiddenSize
    let layout = pass.decoder.layout
    let dtable = gradient + layout.embedding
    pass.drop(gradients.residual, at: .embedding, adding: nil, into: gradients.residual)
    if beta == 0 && !shape.tiedEmbeddings { dtable.update(repeating: 0, count: shape.vocabularySize * d) }
    scatter(pass.inputs, into: dtable)
    guard let positions = layout.positions else { return }
    if beta == 0 { (gradient + positions).update(repeating: 0, count: shape.contextLength * d) }
    scatter((0..<rows).map { Int32(pass.position(of: $0)) }, into: gradient + positions)
  }

  /// Adds each row of the residual gradient to the row of `out` that its index names, in order.
  private func scatter(_ indices: [Int32], into out: UnsafeMutablePointer<Float>) {
    let d = shape.hiddenSize
    let columns = 64
    indices.withUnsafeBufferPointer { indices in
      guard let indices = indices.baseAddress else { return }
      engine.pool.loop((d + columns - 1) / columns) { piece, _ in
        table.pointee.embed_backward(
          out, indices, gradients.residual.base, rows, d, piece * columns, min(d, (piece + 1) * columns))
      }
    }
  }
}
