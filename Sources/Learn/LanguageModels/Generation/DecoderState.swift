import CKernels

/// One text being generated: the keys and values of all tokens so far, so that each new token costs one row of work.
public final class DecoderState {
  public let decoder: Decoder
  /// Tokens taken in so far; at most the context length.
  public private(set) var position = 0
  private let engine: Engine
  private let rotary: RotaryTable
  /// Per layer, [key heads, context, head size].
  private let keys, values: [FloatBuffer]
  /// All parameters once more as bfloat16, which matrices are read from; nil: from fp32.
  private let stored: BFloatBuffer?
  private let residual, normalized, qkv, attention, up, activated, projected, logits, factor, scores: FloatBuffer

  /// - Parameter readsBFloat16: whether matrices are rounded to bfloat16 and read so: nearly half the memory traffic, which is what
  ///   bounds the speed of large models, for logits that differ a little.
  /// - Precondition: the model is causal.
  public init(_ decoder: Decoder, pool: ThreadPool, readsBFloat16: Bool = false) {
    let shape = decoder.configuration
    precondition(shape.isCausal)
    self.decoder = decoder
    engine = Engine(pool: pool)
    stored = readsBFloat16 ? BFloatBuffer(count: decoder.parameters.count) : nil
    stored?.store(decoder.parameters.base, by: engine)
    rotary = RotaryTable(length: shape.contextLength, frequencies: shape.rotaryFrequencies)
    let cache = shape.keyValueHeadCount * shape.contextLength * shape.headSize
    keys = (0..<shape.layerCount).map { _ in FloatBuffer(count: cache) }
    values = (0..<shape.layerCount).map { _ in FloatBuffer(count: cache) }
    residual = FloatBuffer(count: shape.hiddenSize)
    normalized = FloatBuffer(count: shape.hiddenSize)
    qkv = FloatBuffer(count: shape.qkvWidth)
    attention = FloatBuffer(count: shape.attentionWidth)
    up = FloatBuffer(count: shape.upWidth)
    activated = FloatBuffer(count: shape.intermediateSize)
    projected = FloatBuffer(count: shape.hiddenSize)
    logits = FloatBuffer(count: shape.vocabularySize)
    factor = FloatBuffer(count: shape.normFactors)
    scores = FloatBuffer(count: shape.headCount * shape.contextLength)
  }

  /// Forgets all tokens.
  public func reset() { position = 0 }

  /// Takes in one token.
  /// - Returns: the logits of the next one, [vocabulary].
  /// - Precondition: the token is in the vocabulary and the context is not full.
  public func advance(_ token: UInt32) -> [Float] {
    let shape = decoder.configuration
    precondition(token < shape.vocabularySize && position < shape.contextLength)
    embed(token)
    for (index, layer) in decoder.layout.layers.enumerated() {
      normalize(layer.attentionNorm)
      project(layer.qkv, normalized, into: qkv)
      attend(layer, keys[index], values[index])
      project(layer.output, attention, into: projected)
      addProjected()
      normalize(layer.feedForwardNorm)
      project(layer.up, normalized, into: up)
      activate()
      project(layer.down, activated, into: projected)
      addProjected()
    }
    normalize(decoder.layout.finalNorm)
    position += 1
    return nextLogits()
  }

  /// The fewest tokens that are worth a pass of their own.
  private static let leastInOnePass = 8

  /// Takes in a text from its beginning, all tokens in one pass through the blocked matrix products instead of one after the other: the
  /// same but for the order of sums. Where the state has tokens already, or reads bfloat16, they go in one by one.
  /// - Returns: the logits of the token after the last one, [vocabulary].
  /// - Precondition: at least one token; all are in the vocabulary and the context has room for them.
  public func advance(_ tokens: [UInt32]) -> [Float] {
    precondition(!tokens.isEmpty && position + tokens.count <= decoder.configuration.contextLength)
    guard position == 0, tokens.count >= Self.leastInOnePass, stored == nil else {
      for token in tokens.dropLast() { _ = advance(token) }
      return advance(tokens[tokens.count - 1])
    }
    let pass = DecoderPass(decoder, batch: 1, length: tokens.count, engine: engine, trains: false)
    pass.takeIn(tokens) { layer, qkv in
      remember(qkv, rows: tokens.count, stride: pass.activations.qkvStride, keys[layer], values[layer])
    }
    let width = decoder.configuration.hiddenSize
    normalized.base.update(from: pass.activations.normalized.base + (tokens.count - 1) * width, count: width)
    position = tokens.count
    return nextLogits()
  }

  /// Puts keys and values of rows [rows, qkvWidth], `stride` floats apart, into a layer's cache, from position 0.
  private func remember(_ qkv: FloatBuffer, rows: Int, stride: Int, _ keys: FloatBuffer, _ values: FloatBuffer) {
    let shape = decoder.configuration
    let size = shape.headSize
    let heads = shape.keyValueHeadCount
    for row in 0..<rows {
      let newKeys = qkv.base + row * stride + shape.attentionWidth
      let newValues = newKeys + heads * size
      for head in 0..<heads {
        let at = (head * shape.contextLength + row) * size
        (keys.base + at).update(from: newKeys + head * size, count: size)
        (values.base + at).update(from: newValues + head * size, count: size)
      }
    }
  }

  /// Of the normalized row.
  private func nextLogits() -> [Float] {
    let shape = decoder.configuration
    multiply(decoder.layout.head, rows: shape.vocabularySize, by: normalized, into: logits)
    if let cap = shape.logitSoftcap { engine.table.softcap(logits.base, logits.count, cap, logits.base) }
    return logits.values
  }

  private func weights(_ offset: Int) -> UnsafeMutablePointer<Float> { decoder.parameters.base + offset }

  private func embed(_ token: UInt32) {
    let d = decoder.configuration.hiddenSize
    let layout = decoder.layout
    residual.base.update(from: weights(layout.embedding) + Int(token) * d, count: d)
    if let positions = layout.positions { engine.table.sum_rows(weights(positions) + position * d, 1, d, 0, d, residual.base) }
  }

  private func normalize(_ norm: ParameterLayout.Norm) {
    let d = decoder.configuration.hiddenSize
    let epsilon = decoder.configuration.normEpsilon
    if let bias = norm.bias {
      engine.table.layer_norm(
        residual.base, weights(norm.weight), weights(bias), 1, d, epsilon, normalized.base, factor.base)
    } else {
      engine.table.rms_norm(residual.base, weights(norm.weight), 1, d, epsilon, normalized.base, factor.base)
    }
  }

  private func activate() {
    let ff = decoder.configuration.intermediateSize
    if decoder.configuration.isGated {
      engine.table.swiglu(up.base, 1, ff, activated.base)
    } else {
      engine.table.gelu(up.base, ff, activated.base)
    }
  }

  private func addProjected() {
    for index in 0..<residual.count { residual.base[index] += projected.base[index] }
  }

  private func project(_ projection: ParameterLayout.Projection, _ x: FloatBuffer, into y: FloatBuffer) {
    multiply(projection.weight, rows: projection.output, by: x, into: y)
    if let bias = projection.bias { engine.table.sum_rows(weights(bias), 1, projection.output, 0, projection.output, y.base) }
  }

  private func multiply(_ weight: Int, rows: Int, by x: FloatBuffer, into y: FloatBuffer) {
    let w = weights(weight)
    let half = stored.map { $0.base + weight }
    let table = engine.kernels.table
    let rowsPerPiece = max(16, 65536 / x.count)
    engine.pool.loop((rows + rowsPerPiece - 1) / rowsPerPiece) { piece, _ in
      let begin = piece * rowsPerPiece
      let count = min(rowsPerPiece, rows - begin)
      if let half {
        table.pointee.gemv_bfloat(half + begin * x.count, count, x.count, x.base, y.base + begin)
      } else {
        table.pointee.gemv(w + begin * x.count, count, x.count, x.base, y.base + begin)
      }
    }
  }

  /// Rotates the new query and key where positions are rotations, appends key and value to the cache, and attends over all of it.
  private func attend(_ layer: ParameterLayout.Layer, _ keys: FloatBuffer, _ values: FloatBuffer) {
    let shape = decoder.configuration
    let size = shape.headSize
    let table = engine.kernels.table
    if let query = layer.queryNorm.map(weights), let key = layer.keyNorm.map(weights) {
      table.pointee.head_norm(qkv.base, 1, shape.qkvWidth, shape.headCount, size, query, shape.normEpsilon, qkv.base)
      let newKeys = qkv.base + shape.attentionWidth
      table.pointee.head_norm(newKeys, 1, shape.qkvWidth, shape.keyValueHeadCount, size, key, shape.normEpsilon, newKeys)
    }
    if shape.rotates {
      table.pointee.rope(
        qkv.base, 1, shape.qkvWidth, shape.headCount + shape.keyValueHeadCount, size, rotary.cosines.base, rotary.sines.base,
        position, shape.contextLength, 1)
    }
    let newKeys = qkv.base + shape.attentionWidth
    let newValues = newKeys + shape.keyValueHeadCount * size
    for head in 0..<shape.keyValueHeadCount {
      let at = (head * shape.contextLength + position) * size
      (keys.base + at).update(from: newKeys + head * size, count: size)
      (values.base + at).update(from: newValues + head * size, count: size)
    }
    let length = position + 1
    let group = shape.headCount / shape.keyValueHeadCount
    func head(_ head: Int) {
      let cache = head / group * shape.contextLength * size
      table.pointee.attention_decode(
        qkv.base + head * size, keys.base + cache, values.base + cache, length, size, 1 / Float(size).squareRoot(),
        shape.attentionSoftcap ?? 0, scores.base + head * shape.contextLength, attention.base + head * size)
    }
    if length * shape.attentionWidth < 1 << 16 {
      for index in 0..<shape.headCount { head(index) }
    } else {
      engine.pool.loop(shape.headCount) { index, _ in head(index) }
    }
  }
}
