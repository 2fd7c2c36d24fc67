import CKernels

extension DecoderPass {
  /// Embedding and all layers: leaves the residual stream in `activations.final`.
  /// - Parameter visit: sees the queries, keys and values of each layer as attention read them, [rows, qkvWidth], rows `qkvStride` apart, while they are there.
  func forwardLayers(_ visit: (_ layer: Int, _ qkv: FloatBuffer) -> Void = { _, _ in }) {
    embed(into: activations.layers.first?.residual ?? activations.final)
    for index in activations.layers.indices {
      let next = index + 1 < activations.layers.count ? activations.layers[index + 1].residual : activations.final
      let kept = index < activations.kept.count ? activations.kept[index] : nil
      forwardAttention(index)
      visit(index, shape.queryKeyNorm ? activations.rotated : activations.layers[index].qkv)
      kept?.storeResidual(activations.layers[index], by: engine)
      forwardFeedForward(index, into: next)
      kept?.storeRest(activations.layers[index], by: engine)
    }
  }

  /// What the backward pass needs of a layer, from its residual rows.
  func recompute(_ index: Int) {
    let parameters = decoder.layout.layers[index]
    let layer = activations.layers[index]
    forwardAttention(index)
    normalize(layer.middle, parameters.feedForwardNorm, into: activations.normalized, factors: layer.feedForwardNorm)
    project(hidden(activations.normalized), parameters.up, into: layer.up, stride: activations.upStride)
  }

  private func embed(into out: FloatBuffer) {
    let d = shape.hiddenSize
    let table = engine.kernels.table
    let layout = decoder.layout
    let embedding = weights(layout.embedding)
    inputs.withUnsafeBufferPointer { tokens in
      guard let tokens = tokens.baseAddress else { return }
      engine.forRows(rows) { rows, _ in
        table.pointee.embed(embedding, tokens + rows.lowerBound, rows.count, d, out.base + rows.lowerBound * d)
        guard let positions = layout.positions.map(weights) else { return }
        for row in rows { table.pointee.sum_rows(positions + position(of: row) * d, 1, d, 0, d, out.base + row * d) }
      }
    }
    drop(out, at: .embedding, adding: nil, into: out)
  }

  /// Where a row stands in its sequence, or in its document where attention keeps to documents.
  func position(of row: Int) -> Int { row % length - Int(firstKeys?[row] ?? 0) }

  /// middle = residual + attention(norm(residual)).
  private func forwardAttention(_ index: Int) {
    let parameters = decoder.layout.layers[index]
    let layer = activations.layers[index]
    let table = engine.kernels.table
    normalize(layer.residual, parameters.attentionNorm, into: activations.normalized, factors: layer.attentionNorm)
    project(hidden(activations.normalized), parameters.qkv, into: layer.qkv, stride: activations.qkvStride)
    if !shape.queryKeyNorm { rotate(layer.qkv, direction: 1) }
    let qkv = attentionInput(index)
    let groups = shape.keyValueHeadCount
    let scratch = attentionScratch()
    engine.pool.loop(batch * groups) { piece, worker in
      let sequence = piece / groups
      let row = sequence * length
      withAttention(of: sequence, layer: index) { attention in
        table.pointee.attention(
          attention, piece % groups, qkv.base + row * activations.qkvStride, layer.attention.base + row * shape.attentionWidth,
          layer.logSum.base + row * shape.headCount, scratch[worker].base)
      }
    }
    add(
      Matrix(layer.attention.base, width: shape.attentionWidth), parameters.output, to: layer.residual,
      at: .attention(layer: index), into: layer.middle)
  }

  /// The rotated queries and keys, and the values, of a layer whose projections are there.
  func attentionInput(_ index: Int) -> FloatBuffer {
    guard shape.queryKeyNorm else { return activations.layers[index].qkv }
    normalizeHeads(index)
    rotate(activations.rotated, direction: 1)
    return activations.rotated
  }

  /// Copies a layer's qkv with queries and keys normalized.
  private func normalizeHeads(_ index: Int) {
    let parameters = decoder.layout.layers[index]
    let x = activations.layers[index].qkv
    let y = activations.rotated
    guard let query = parameters.queryNorm.map(weights), let key = parameters.keyNorm.map(weights) else { return }
    let table = engine.kernels.table
    let width = activations.qkvStride
    let size = shape.headSize
    let epsilon = shape.normEpsilon
    let queries = shape.attentionWidth
    let keys = shape.keyValueHeadCount * size
    engine.forRows(rows) { rows, _ in
      let from = x.base + rows.lowerBound * width
      let to = y.base + rows.lowerBound * width
      to.update(from: from, count: rows.count * width)
      table.pointee.head_norm(from, rows.count, width, shape.headCount, size, query, epsilon, to)
      table.pointee.head_norm(
        from + queries, rows.count, width, keys / size, size, key, epsilon, to + queries)
    }
  }

  /// next = middle + down(activation(up(norm(middle)))).
  private func forwardFeedForward(_ index: Int, into next: FloatBuffer) {
    let parameters = decoder.layout.layers[index]
    let layer = activations.layers[index]
    normalize(layer.middle, parameters.feedForwardNorm, into: activations.normalized, factors: layer.feedForwardNorm)
    project(hidden(activations.normalized), parameters.up, into: layer.up, stride: activations.upStride)
    activate(layer.up)
    add(
      Matrix(activations.activated.base, width: activations.activatedStride), parameters.down, to: layer.middle,
      at: .feedForward(layer: index), into: next)
  }

  /// y = source + what is kept of (x * weight^T + bias).
  private func add(
    _ x: Matrix, _ projection: ParameterLayout.Projection, to source: FloatBuffer, at site: Regularization.Site,
    into y: FloatBuffer
  ) {
    let d = shape.hiddenSize
    guard drops else { return project(x, projection, adding: source, into: y, stride: d) }
    project(x, projection, into: activations.branch, stride: d)
    drop(activations.branch, at: site, adding: source, into: y)
  }

  /// y = source + what is kept of x, all [rows, hidden]; without regularization y is x already.
  func drop(_ x: FloatBuffer, at site: Regularization.Site, adding source: FloatBuffer?, into y: FloatBuffer) {
    guard drops, let regularization else { return }
    let d = shape.hiddenSize
    let table = engine.kernels.table
    let draws = (0..<batch).map {
      regularization.draw(site, step: draw.step, sequence: draw.firstSequence + $0, layers: shape.layerCount)
    }
    let firstRow = draw.firstSequence * length
    engine.forRows(rows) { rows, _ in
      for row in rows {
        withUnsafePointer(to: draws[row / length]) { draw in
          table.pointee.drop(
            draw, UInt64((firstRow + row) * d), d, x.base + row * d, source.map { UnsafePointer($0.base + row * d) },
            y.base + row * d)
        }
      }
    }
  }

  /// y = x * weight^T + bias + source, all rows.
  private func project(
    _ x: Matrix, _ projection: ParameterLayout.Projection, adding source: FloatBuffer? = nil, into y: FloatBuffer, stride: Int
  ) {
    engine.multiply(
      x, Matrix(weights(projection.weight), width: projection.input).transposed, m: rows,
      n: projection.output, k: projection.input, beta: source == nil ? 0 : 1, source: source.map { UnsafePointer($0.base) },
      bias: projection.bias.map { UnsafePointer(weights($0)) }, into: y.base, stride: stride)
  }

  /// Rows [rows, hidden] as a matrix.
  private func hidden(_ rows: FloatBuffer) -> Matrix { Matrix(rows.base, width: shape.hiddenSize) }

  // MARK: Row-wise steps, shared with the backward pass

  func normalize(_ x: FloatBuffer, _ norm: ParameterLayout.Norm, into y: FloatBuffer, factors: FloatBuffer) {
    let d = shape.hiddenSize
    let epsilon = shape.normEpsilon
    let table = engine.kernels.table
    let weight = weights(norm.weight)
    let bias = norm.bias.map(weights)
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
    let ff = shape.intermediateSize
    let table = engine.kernels.table
    let gated = shape.isGated
    let activations = activations
    engine.forRows(rows) { rows, _ in
      for row in rows {
        let x = up.base + row * activations.upStride
        let y = activations.activated.base + row * activations.activatedStride
        if gated { table.pointee.swiglu(x, 1, ff, y) } else { table.pointee.gelu(x, ff, y) }
      }
    }
  }

  /// Rotates queries and keys of a fused qkv buffer in place, where positions are rotations.
  func rotate(_ qkv: FloatBuffer, direction: Float) {
    guard shape.rotates else { return }
    let table = engine.kernels.table
    let heads = shape.headCount + shape.keyValueHeadCount
    let stride = activations.qkvStride
    engine.forRows(rows) { rows, _ in
      table.pointee.rope(
        qkv.base + rows.lowerBound * stride, rows.count, stride, heads, shape.headSize, rotary.cosines.base,
        rotary.sines.base, rows.lowerBound, length, direction)
    }
  }

  func attentionScratch() -> [FloatBuffer] {
    var count = 0
    withAttention(of: 0, layer: 0) { count = engine.table.attention_scratch($0) }
    return engine.workerScratch(count)
  }
}
