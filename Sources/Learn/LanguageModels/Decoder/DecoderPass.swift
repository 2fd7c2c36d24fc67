import CKernels

/// Forward and backward passes of a decoder over batches of one shape, with all their memory.
///
/// Tokens are row-major [batch, length]. Targets are the tokens that should follow; a negative target is not counted.
/// Results do not depend on the width of the pool.
public final class DecoderPass {
  public let decoder: Decoder
  public let batch: Int
  public let length: Int
  /// Gradient of the loss by parameter, as the decoder's layout says; nil for a pass that only evaluates.
  public let gradient: FloatBuffer?
  let recomputes: Bool
  /// What `accumulateGradient` drops; nil: nothing.
  let regularization: Regularization?
  /// The optimizer step, and the number within its batch of the pass's first sequence: what is dropped depends on them.
  public var draw = (step: 0, firstSequence: 0)
  /// Whether the pass at work is one that drops.
  var drops = false
  let engine: Engine
  let activations: Activations
  let rotary: RotaryTable
  lazy var newtonSchulz = NewtonSchulz(engine)
  var inputs: [Int32]
  var targets: [Int32]
  var losses: FloatBuffer
  var firstKeys: [Int32]?
  /// For each query the key after the last one of its document; nil where attention is causal or not cut at documents.
  var endKeys: [Int32]?

  var shape: DecoderConfiguration { decoder.configuration }
  var rows: Int { batch * length }

  /// - Parameters:
  ///   - length: at most the decoder's context length.
  ///   - trains: whether `accumulateGradient` will be called; takes several times the memory.
  ///   - storesBFloat16: whether activations wait for the backward pass as bfloat16; without effect where they are recomputed.
  ///   - regularization: what training leaves out at random.
  ///   - recomputes: whether the backward pass computes each layer's activations once more instead of keeping them: the same
  ///     results for about a third more work and a fraction of the memory.
  public convenience init(
    _ decoder: Decoder, batch: Int, length: Int, pool: ThreadPool, trains: Bool, recomputes: Bool = false,
    storesBFloat16: Bool = false, regularization: Regularization? = nil
  ) {
    self.init(
      decoder, batch: batch, length: length, engine: Engine(pool: pool), trains: trains, recomputes: recomputes,
      storesBFloat16: storesBFloat16, regularization: regularization)
  }

  package init(
    _ decoder: Decoder, batch: Int, length: Int, engine: Engine, trains: Bool, recomputes: Bool = false,
    storesBFloat16: Bool = false, regularization: Regularization? = nil
  ) {
    precondition(batch > 0 && length > 0 && length <= decoder.configuration.contextLength)
    self.decoder = decoder
    self.batch = batch
    self.length = length
    self.engine = engine
    gradient = trains ? FloatBuffer(count: decoder.layout.count) : nil
    self.recomputes = recomputes && trains
    self.regularization = trains && regularization?.isActive == true ? regularization : nil
    activations = Activations(
      decoder.configuration, rows: batch * length, trains: trains, recomputes: recomputes,
      storesBFloat16: storesBFloat16 && !recomputes, drops: self.regularization != nil)
    rotary = RotaryTable(length: length, frequencies: decoder.configuration.rotaryFrequencies)
    inputs = [Int32](repeating: 0, count: batch * length)
    targets = inputs
    losses = FloatBuffer(count: batch * length)
  }

  /// The loss of each token in nats, 0 where its target is negative: [batch, length].
  public func tokenLosses(inputs: [UInt32], targets: [Int32], documentStarts: [Int32]? = nil) -> [Float] {
    load(inputs, targets, documentStarts)
    forwardLayers()
    forwardHead(gradientScale: 0, adding: false)
    return losses.values
  }

  /// Adds the gradient of `scale * (sum of token losses)` to `gradient`, or replaces it when `adding` is false.
  /// - Returns: the sum of token losses in nats.
  public func accumulateGradient(
    inputs: [UInt32], targets: [Int32], scale: Float, adding: Bool, documentStarts: [Int32]? = nil
  ) -> Double {
    load(inputs, targets, documentStarts)
    drops = regularization != nil
    defer { drops = false }
    forwardLayers()
    forwardHead(gradientScale: scale, adding: adding)
    backwardLayers(adding: adding)
    var sum = 0.0
    for row in 0..<rows { sum += Double(losses.base[row]) }
    return sum
  }

  /// Logits of every position, [batch, length, vocabulary]: for tests and small batches.
  package func logits(inputs: [UInt32]) -> [Float] {
    load(inputs, [Int32](repeating: -1, count: rows), nil)
    forwardLayers()
    normalizeFinal()
    let out = FloatBuffer(count: rows * shape.vocabularySize)
    engine.multiply(
      Matrix(activations.normalized.base, width: shape.hiddenSize), headWeights.transposed, m: rows, n: shape.vocabularySize,
      k: shape.hiddenSize, into: out.base, stride: shape.vocabularySize)
    if let cap = shape.logitSoftcap { engine.table.softcap(out.base, out.count, cap, out.base) }
    return out.values
  }

  /// A forward pass for somebody who goes on from it: leaves the normalized last rows in `activations.normalized`.
  func takeIn(_ inputs: [UInt32], visit: (_ layer: Int, _ qkv: FloatBuffer) -> Void) {
    load(inputs, [Int32](repeating: -1, count: rows), nil)
    forwardLayers(visit)
    normalizeFinal()
  }

  /// - Precondition: as many inputs and targets as the pass has rows, inputs below the vocabulary size.
  private func load(_ inputs: [UInt32], _ targets: [Int32], _ documentStarts: [Int32]?) {
    precondition(inputs.count == rows && targets.count == rows && (documentStarts?.count ?? rows) == rows)
    for row in 0..<rows {
      precondition(inputs[row] < shape.vocabularySize && targets[row] < shape.vocabularySize)
      self.inputs[row] = Int32(inputs[row])
    }
    self.targets = targets
    firstKeys = documentStarts
    endKeys = shape.isCausal ? nil : documentStarts.map(documentEnds)
  }

  /// For each row the end of its document within its sequence.
  private func documentEnds(_ starts: [Int32]) -> [Int32] {
    var ends = starts
    for row in ends.indices.reversed() {
      let position = row % length
      ends[row] = position == length - 1 || starts[row + 1] != starts[row] ? Int32(position + 1) : ends[row + 1]
    }
    return ends
  }

  // MARK: Access to parameters

  func weights(_ offset: Int) -> UnsafeMutablePointer<Float> { decoder.parameters.base + offset }

  var headWeights: Matrix { Matrix(weights(decoder.layout.head), width: shape.hiddenSize) }

  /// The shape of a layer's attention for one sequence of the batch, valid during `body`.
  func withAttention(of sequence: Int, layer: Int, _ body: (UnsafePointer<winnow_attention>) -> Void) {
    guard drops, let regularization, regularization.attentionDropout > 0 else {
      return withAttention(of: sequence, dropping: nil, body)
    }
    let draw = regularization.draw(
      .probabilities(layer: layer), step: draw.step, sequence: draw.firstSequence + sequence, layers: shape.layerCount)
    withUnsafePointer(to: draw) { withAttention(of: sequence, dropping: $0, body) }
  }

  private func withAttention(
    of sequence: Int, dropping: UnsafePointer<winnow_drop>?, _ body: (UnsafePointer<winnow_attention>) -> Void
  ) {
    func call(_ firstKey: UnsafePointer<Int32>?, _ endKey: UnsafePointer<Int32>?) {
      var attention = winnow_attention(
        length: length, head_size: shape.headSize, head_count: shape.headCount,
        group_size: shape.headCount / shape.keyValueHeadCount, qkv_stride: activations.qkvStride,
        output_stride: shape.attentionWidth, scale: 1 / Float(shape.headSize).squareRoot(),
        softcap: shape.attentionSoftcap ?? 0,
        bidirectional: shape.isCausal ? 0 : 1, first_key: firstKey, end_key: endKey, drop: dropping,
        first_draw: UInt64((draw.firstSequence + sequence) * shape.headCount))
      withUnsafePointer(to: &attention, body)
    }
    guard let firstKeys else { return call(nil, nil) }
    let row = sequence * length
    firstKeys.withUnsafeBufferPointer { first in
      guard let endKeys else { return call(first.baseAddress.map { $0 + row }, nil) }
      endKeys.withUnsafeBufferPointer { call(first.baseAddress.map { $0 + row }, $0.baseAddress.map { $0 + row }) }
    }
  }
}
