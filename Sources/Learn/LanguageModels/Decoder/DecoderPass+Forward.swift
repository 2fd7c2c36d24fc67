import CKernels

extension DecoderPass {
  /// Embedding and all layers: leaves the residual stream in `activations.final`.
  func forwardLayers() {
    embed(into: activations.layers.first?.residual ?? activations.final)
    for index in activations.layers.indices {
      let next = index + 1 < activations.layers.count ? activations.layers[index + 1].residual : activations.final
      forwardAttention(decoder.layout.layers[index], activations.layers[index])
      forwardFeedForward(decoder.layout.layers[index], activations.layers[index], into: next)
    }
  }

  /// What the backward pass needs of a layer, from its residual rows.
  func recompute(_ index: Int) {
    let parameters = decoder.layout.layers[index], layer = activations.layers[index]
    forwardAttention(parameters, layer)
    normalize(layer.middle, parameters.feedForwardNorm, into: activations.normalized, factors: layer.feedForwardNorm)
    project(activations.normalized, parameters.up, into: layer.up)
  }

  private func embed(into out: FloatBuffer) {
    let d = shape.hiddenSize, table = engine.kernels.table, layout = decoder.layout
    let embedding = weights(layout.embedding)
    inputs.withUnsafeBufferPointer { tokens in
      guard let tokens = tokens.baseAddress else { return }
      engine.forRows(rows) { rows, _ in
        table.pointee.embed(embedding, tokens + rows.lowerBound, rows.count, d, out.base + rows.lowerBound * d)
        guard let positions = layout.positions.map(weights) else { return }
        for row in rows { table.pointee.sum_rows(positions + position(of: row) * d, 1, d, 0, d, out.base + row * d) }
      }
    }
  }

  /// Where a row stands in its sequence, or in its document where attention keeps to documents.
  func position(of row: Int) -> Int { row % length - Int(firstKeys?[row] ?? 0) }

  /// middle = residual + attention(norm(residual)).
  private func forwardAttention(_ parameters: ParameterLayout.Layer, _ layer: Activations.Layer) {
    let width = shape.qkvWidth, table = engine.kernels.table
    normalize(layer.residual, parameters.attentionNorm, into: activations.normalized, factors: layer.attentionNorm)
    project(activations.normalized, parameters.qkv, into: layer.qkv)
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
    project(layer.attention, parameters.output, adding: layer.residual, into: layer.middle)
  }

  /// next = middle + down(activation(up(norm(middle)))).
  private func forwardFeedForward(_ parameters: ParameterLayout.Layer, _ layer: Activations.Layer, into next: FloatBuffer) {
    normalize(layer.middle, parameters.feedForwardNorm, into: activations.normalized, factors: layer.feedForwardNorm)
    project(activations.normalized, parameters.up, into: layer.up)
    activate(layer.up)
    project(activations.activated, parameters.down, adding: layer.middle, into: next)
  }

  /// y = x * weight^T + bias + source, all rows.
  private func project(
    _ x: FloatBuffer, _ projection: ParameterLayout.Projection, adding source: FloatBuffer? = nil, into y: FloatBuffer
  ) {
    engine.multiply(
      Matrix(x.base, width: projection.input), Matrix(weights(projection.weight), width: projection.input).transposed, m: rows,
      n: projection.output, k: projection.input, beta: source == nil ? 0 : 1, source: source.map { UnsafePointer($0.base) },
      bias: projection.bias.map { UnsafePointer(weights($0)) }, into: y.base, stride: projection.output)
  }

  // MARK: Row-wise steps, shared with the backward pass

  func normalize(_ x: FloatBuffer, _ norm: ParameterLayout.Norm, into y: FloatBuffer, factors: FloatBuffer) {
    let d = shape.hiddenSize, epsilon = shape.normEpsilon, table = engine.kernels.table
    let weight = weights(norm.weight), bias = norm.bias.map(weights)
    engine.forRows(rows) { rows, _ in
      let at = rows.lowerBound * d
      if let bias {
        table.pointee.layer_norm(
          x.base + at, weight, bias, rows.count, d, epsilon, y.base + at, factors.base + 2 * rows.lowerBound)
      } else {
        table.pointee.rms_norm(x.base + at, weight, rows.count, d, epsilon, y.base + at, factors.base + rows.lowerBound)
      }
    }
  }

  func normalizeFinal() {
    normalize(activations.final, decoder.layout.finalNorm, into: activations.normalized, factors: activations.finalNorm)
  }

  /// activations.activated = silu(gate) * up, or gelu(up).
  func activate(_ up: FloatBuffer) {
    let ff = shape.intermediateSize, width = shape.upWidth, table = engine.kernels.table, out = activations.activated
    let gated = shape.family == .llama
    engine.forRows(rows) { rows, _ in
      let x = up.base + rows.lowerBound * width, y = out.base + rows.lowerBound * ff
      if gated { table.pointee.swiglu(x, rows.count, ff, y) } else { table.pointee.gelu(x, rows.count * ff, y) }
    }
  }

  /// Rotates queries and keys of a fused qkv buffer in place, where positions are rotations.
  func rotate(_ qkv: FloatBuffer, direction: Float) {
    guard shape.family == .llama else { return }
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
