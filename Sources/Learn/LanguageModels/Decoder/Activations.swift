/// The memory of one pass over `rows` tokens: what the backward pass needs of each layer, and scratch that all layers share.
///
/// Kept per layer and token: 2 residual rows, qkv, attention output and its log-sums, gate and up (or up alone), the norms' factors.
/// Normalized rows and activated rows are recomputed. Without training all layers share one layer's memory; with `recomputes` they
/// share all of it but the residual rows, and the backward pass computes each layer once more. With `storesBFloat16` they share it too, and
/// what the backward pass needs of a layer is kept as bfloat16 meanwhile.
struct Activations {
  struct Layer {
    /// Input of the attention block, [rows, hidden].
    let residual: FloatBuffer
    let attentionNorm: FloatBuffer
    /// After rotation, [rows, qkvWidth]; where queries and keys are normalized, before both.
    let qkv: FloatBuffer
    /// [rows, attentionWidth] and [rows, heads].
    let attention, logSum: FloatBuffer
    /// Input of the feed-forward block, [rows, hidden].
    let middle: FloatBuffer
    let feedForwardNorm: FloatBuffer
    /// Before the activation, [rows, gate | up] or [rows, up].
    let up: FloatBuffer

    /// The wide rows the same memory, the factors of its own.
    func sharingRows(rows: Int, factors: Int, heads: Int) -> Layer {
      Layer(
        residual: residual, attentionNorm: FloatBuffer(count: rows * factors), qkv: qkv, attention: attention,
        logSum: FloatBuffer(count: rows * heads), middle: middle, feedForwardNorm: FloatBuffer(count: rows * factors), up: up)
    }

    /// Another residual, the rest the same memory.
    func sharing(residual: FloatBuffer) -> Layer {
      Layer(
        residual: residual, attentionNorm: attentionNorm, qkv: qkv, attention: attention, logSum: logSum, middle: middle,
        feedForwardNorm: feedForwardNorm, up: up)
    }
  }

  /// The wide rows of a layer between its forward and its backward pass.
  struct Kept {
    let residual, qkv, attention, middle, up: BFloatBuffer

    init(_ layer: Layer) {
      residual = BFloatBuffer(count: layer.residual.count)
      qkv = BFloatBuffer(count: layer.qkv.count)
      attention = BFloatBuffer(count: layer.attention.count)
      middle = BFloatBuffer(count: layer.middle.count)
      up = BFloatBuffer(count: layer.up.count)
    }

    /// The residual rows, before the next layer's take their place.
    func storeResidual(_ layer: Layer, by engine: Engine) { residual.store(layer.residual.base, by: engine) }

    func storeRest(_ layer: Layer, by engine: Engine) {
      for (buffer, values) in [(qkv, layer.qkv), (attention, layer.attention), (middle, layer.middle), (up, layer.up)] {
        buffer.store(values.base, by: engine)
      }
    }

    func load(into layer: Layer, by engine: Engine) {
      for (buffer, values) in [
        (residual, layer.residual), (qkv, layer.qkv), (attention, layer.attention), (middle, layer.middle), (up, layer.up),
      ] { buffer.load(into: values.base, by: engine) }
    }
  }

  /// Scratch of the backward pass.
  struct Gradients {
    /// Of the residual stream, [rows, hidden].
    let residual: FloatBuffer
    /// Of a block's normalized input, [rows, hidden].
    let normalized: FloatBuffer
    let qkv, attention: FloatBuffer
    /// The memory of `Activations.activated`: the backward pass of the activation leaves the activated rows there.
    let activated: FloatBuffer
    /// Rows of norm gradients (weight, and bias where there is one; queries and keys), one set per piece of rows.
    let normPartials: FloatBuffer
    /// Of a block's output, [rows, hidden]; empty unless values are dropped.
    let branch: FloatBuffer
  }

  /// Floats from one token's row to the next in `qkv`, `up`, `activated` and `logits` of any kind; other rows lie close together.
  let qkvStride, upStride, activatedStride, logitStride: Int
  let layers: [Layer]
  /// Of all layers but the last, whose rows are still there when the backward pass begins; empty when fp32 is kept.
  let kept: [Kept]
  /// The residual stream after the last layer and its norm factors.
  let final, finalNorm: FloatBuffer
  /// [rows, hidden] and [rows, intermediate].
  let normalized, activated: FloatBuffer
  /// [rowsPerHeadPiece, vocabulary].
  let logits: FloatBuffer
  let rowsPerHeadPiece: Int
  /// The logits after their soft cap, for its slope; empty without one.
  let cappedLogits: FloatBuffer
  /// Normalized and rotated queries and keys, and the values, [rows, qkvWidth]; empty where `Layer.qkv` has them.
  let rotated: FloatBuffer
  /// What a block adds to the residual stream, [rows, hidden]; empty unless values are dropped.
  let branch: FloatBuffer
  let gradients: Gradients?

  /// Logits are held for about so many floats at a time.
  private static let logitElements = 1 << 23

  init(
    _ shape: DecoderConfiguration, rows: Int, trains: Bool, recomputes: Bool = false, storesBFloat16: Bool = false,
    drops: Bool = false
  ) {
    let d = shape.hiddenSize
    let qkvStride = DecoderConfiguration.stride(of: shape.qkvWidth)
    let upStride = DecoderConfiguration.stride(of: shape.upWidth)
    self.qkvStride = qkvStride
    self.upStride = upStride
    activatedStride = DecoderConfiguration.stride(of: shape.intermediateSize)
    logitStride = DecoderConfiguration.stride(of: shape.vocabularySize)
    func makeLayer(residual: FloatBuffer) -> Layer {
      Layer(
        residual: residual, attentionNorm: FloatBuffer(count: rows * shape.normFactors),
        qkv: FloatBuffer(count: rows * qkvStride),
        attention: FloatBuffer(count: rows * shape.attentionWidth), logSum: FloatBuffer(count: rows * shape.headCount),
        middle: FloatBuffer(count: rows * d), feedForwardNorm: FloatBuffer(count: rows * shape.normFactors),
        up: FloatBuffer(count: rows * upStride))
    }
    if trains && storesBFloat16 {
      let shared = makeLayer(residual: FloatBuffer(count: rows * d))
      layers = (0..<shape.layerCount).map { _ in
        shared.sharingRows(rows: rows, factors: shape.normFactors, heads: shape.headCount)
      }
      final = FloatBuffer(count: rows * d)
    } else if trains && recomputes {
      let shared = makeLayer(residual: FloatBuffer(count: 0))
      layers = (0..<shape.layerCount).map { _ in shared.sharing(residual: FloatBuffer(count: rows * d)) }
      final = FloatBuffer(count: rows * d)
    } else if trains {
      layers = (0..<shape.layerCount).map { _ in makeLayer(residual: FloatBuffer(count: rows * d)) }
      final = FloatBuffer(count: rows * d)
    } else {
      final = FloatBuffer(count: rows * d)
      layers = Array(repeating: makeLayer(residual: final), count: shape.layerCount)
    }
    kept = trains && storesBFloat16 ? layers.dropLast().map(Kept.init) : []
    finalNorm = FloatBuffer(count: rows * shape.normFactors)
    normalized = FloatBuffer(count: rows * d)
    activated = FloatBuffer(count: rows * activatedStride)
    // Pieces of about one size, of whole tiles of any instruction set.
    let headPieces = max(1, (rows * shape.vocabularySize + Self.logitElements - 1) / Self.logitElements)
    rowsPerHeadPiece = min(rows, ((rows + headPieces - 1) / headPieces + 95) / 96 * 96)
    logits = FloatBuffer(count: rowsPerHeadPiece * logitStride)
    cappedLogits = FloatBuffer(count: trains && shape.logitSoftcap != nil ? logits.count : 0)
    rotated = FloatBuffer(count: shape.queryKeyNorm ? rows * qkvStride : 0)
    branch = FloatBuffer(count: drops ? rows * d : 0)
    let pieces = (rows + Engine.rowsPerPiece - 1) / Engine.rowsPerPiece
    gradients =
      trains
      ? Gradients(
        residual: FloatBuffer(count: rows * d), normalized: FloatBuffer(count: rows * d),
        qkv: FloatBuffer(count: rows * qkvStride), attention: FloatBuffer(count: rows * shape.attentionWidth),
        activated: activated,
        normPartials: FloatBuffer(count: pieces * max(d * shape.normFactors, 2 * shape.headSize)),
        branch: FloatBuffer(count: drops ? rows * d : 0))
      : nil
  }
}
