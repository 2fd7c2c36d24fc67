import CKernels

extension DecoderPass {
  /// Embedding and all layers: leaves the residual stream in `activations.final`.
  func forwardLayers() {
    let d = shape.hiddenSize, table = engine.kernels.table
    let first = activations.layers.first?.residual ?? activations.final
    inputs.withUnsafeBufferPointer { tokens in
      guard let tokens = tokens.baseAddress else { return }
      let embedding = weights(decoder.layout.embedding)
      engine.forRows(rows) { rows, _ in
        table.pointee.embed(
          embedding, tokens + rows.lowerBound, rows.count, d, first.base + rows.lowerBound * d)
      }
    }
    for index in activations.layers.indices {
      let next = index + 1 < activations.layers.count ? activations.layers[index + 1].residual : activations.final
      forwardAttention(decoder.layout.layers[index], activations.layers[index])
      forwardFeedForward(decoder.layout.layers[index], activations.layers[index], into: next)
    }
  }

  /// middle = residual + attention(norm(residual)).
  private func forwardAttention(_ parameters: ParameterLayout.Layer, _ layer: Activations.Layer) {
    let d = shape.hiddenSize, width = shape.qkvWidth, table = engine.kernels.table
    normalize(layer.residual, weights(parameters.attentionNorm), into: activations.normalized, factors: layer.attentionNorm)
    engine.multiply(
      Matrix(activations.normalized.base, width: d), Matrix(weights(parameters.qkv), width: d).transposed, m: rows, n: width,
      k: d, into: layer.qkv.base, stride: width)
    rotate(layer.qkv, direction: 1)
    let groups = shape.keyValueHeadCount
    let scratch = attentionScratch()
    engine.pool.loop(batch * groups) { piece, worker in
      let sequence = piece / groups, row = sequence * length
      withAttention(of: sequence) { attention in
        table.pointee.attention(
          attention, piece % groups, layer.qkv.base + row * width, layer.attention.base + row * shape.attentionWidth,
          layer.logSum.base + row * shape.headCount, scratch[worker].base)
      }
    }
    engine.multiply(
      Matrix(layer.attention.base, width: shape.attentionWidth),
      Matrix(weights(parameters.output), width: shape.attentionWidth).transposed, m: rows, n: d, k: shape.attentionWidth,
      beta: 1, source: layer.residual.base, into: layer.middle.base, stride: d)
  }

  /// next = middle + down(silu(gate) * up).
  private func forwardFeedForward(_ parameters: ParameterLayout.Layer, _ layer: Activations.Layer, into next: FloatBuffer) {
    let d = shape.hiddenSize, ff = shape.intermediateSize
    normalize(layer.middle, weights(parameters.feedForwardNorm), into: activations.normalized, factors: layer.feedForwardNorm)
    engine.multiply(
      Matrix(activations.normalized.base, width: d), Matrix(weights(parameters.gateUp), width: d).transposed, m: rows,
      n: 2 * ff, k: d, into: layer.gateUp.base, stride: 2 * ff)
    activate(layer.gateUp)
    engine.multiply(
      Matrix(activations.swiglu.base, width: ff), Matrix(weights(parameters.down), width: ff).transposed, m: rows, n: d,
      k: ff, beta: 1, source: layer.middle.base, into: next.base, stride: d)
  }

  // MARK: Row-wise steps, shared with the backward pass

  func normalize(
    _ x: FloatBuffer, _ weight: UnsafePointer<Float>, into y: FloatBuffer, factors: FloatBuffer
  ) {
    let d = shape.hiddenSize, epsilon = shape.normEpsilon, table = engine.kernels.table
    engine.forRows(rows) { rows, _ in
      let at = rows.lowerBound * d
      table.pointee.rms_norm(x.base + at, weight, rows.count, d, epsilon, y.base + at, factors.base + rows.lowerBound)
    }
  }

  func normalizeFinal() {
    normalize(
      activations.final, weights(decoder.layout.finalNorm), into: activations.normalized, factors: activations.finalNorm)
  }

  /// activations.swiglu = silu(gate) * up.
  func activate(_ gateUp: FloatBuffer) {
    let ff = shape.intermediateSize, table = engine.kernels.table, out = activations.swiglu
    engine.forRows(rows) { rows, _ in
      table.pointee.swiglu(gateUp.base + rows.lowerBound * 2 * ff, rows.count, ff, out.base + rows.lowerBound * ff)
    }
  }

  /// Rotates queries and keys of a fused qkv buffer in place.
  func rotate(_ qkv: FloatBuffer, direction: Float) {
    let table = engine.kernels.table, heads = shape.headCount + shape.keyValueHeadCount
    engine.forRows(rows) { rows, _ in
      table.pointee.rope(
        qkv.base + rows.lowerBound * shape.qkvWidth, rows.count, shape.qkvWidth, heads, shape.headSize, rotary.cosines.base,
        rotary.sines.base, rows.lowerBound, length, direction)
    }
  }

  func attentionScratch() -> [FloatBuffer] {
    var count = 0
    withAttention(of: 0) { count = engine.table.attention_scratch($0) }
    return engine.workerScratch(count)
  }
}
