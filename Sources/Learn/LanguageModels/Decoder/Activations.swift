/// The memory of one pass over `rows` tokens: what the backward pass needs of each layer, and scratch that all layers share.
///
/// Kept per layer and token: 2 residual rows, qkv, attention output and its log-sums, gate and up (or up alone), the norms' factors.
/// Normalized rows and activated rows are recomputed. Without training all layers share one layer's memory; with `recomputes` they
/// share all of it but the residual rows, and the backward pass computes each layer once more.
struct Activations {
  struct Layer {
    /// Input of the attention block, [rows, hidden].
    let residual: FloatBuffer
    let attentionNorm: FloatBuffer
    /// After rotation, [rows, qkvWidth].
    let qkv: FloatBuffer
    /// [rows, attentionWidth] and [rows, heads].
    let attention, logSum: FloatBuffer
    /// Input of the feed-forward block, [rows, hidden].
    let middle: FloatBuffer
    let feedForwardNorm: FloatBuffer
    /// Before the activation, [rows, gate | up] or [rows, up].
    let up: FloatBuffer

    /// Another residual, the rest the same memory.
    func sharing(residual: FloatBuffer) -> Layer {
      Layer(
        residual: residual, attentionNorm: attentionNorm, qkv: qkv, attention: attention, logSum: logSum, middle: middle,
        feedForwardNorm: feedForwardNorm, up: up)
    }
  }

  /// Scratch of the backward pass.
  struct Gradients {
    /// Of the residual stream, [rows, hidden].
    let residual: FloatBuffer
    /// Of a block's normalized input, [rows, hidden].
    let normalized: FloatBuffer
    let qkv, attention, activated: FloatBuffer
    /// Rows of norm gradients (weight, and bias where there is one), one set per piece of rows.
    let normPartials: FloatBuffer
  }

  let layers: [Layer]
  /// The residual stream after the last layer and its norm factors.
  let final, finalNorm: FloatBuffer
  /// [rows, hidden] and [rows, intermediate].
  let normalized, activated: FloatBuffer
  /// [rowsPerHeadPiece, vocabulary].
  let logits: FloatBuffer
  let rowsPerHeadPiece: Int
  let gradients: Gradients?

  /// Logits are held for so many floats at a time.
  private static let logitElements = 1 << 22

  init(_ shape: DecoderConfiguration, rows: Int, trains: Bool, recomputes: Bool = false) {
    let d = shape.hiddenSize
    func makeLayer(residual: FloatBuffer) -> Layer {
      Layer(
        residual: residual, attentionNorm: FloatBuffer(count: rows * shape.normFactors), qkv: FloatBuffer(count: rows * shape.qkvWidth),
        attention: FloatBuffer(count: rows * shape.attentionWidth), logSum: FloatBuffer(count: rows * shape.headCount),
        middle: FloatBuffer(count: rows * d), feedForwardNorm: FloatBuffer(count: rows * shape.normFactors),
        up: FloatBuffer(count: rows * shape.upWidth))
    }
    if trains && recomputes {
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
    finalNorm = FloatBuffer(count: rows * shape.normFactors)
    normalized = FloatBuffer(count: rows * d)
    activated = FloatBuffer(count: rows * shape.intermediateSize)
    rowsPerHeadPiece = min(rows, max(96, Self.logitElements / shape.vocabularySize / 96 * 96))
    logits = FloatBuffer(count: rowsPerHeadPiece * shape.vocabularySize)
    gradients =
      trains
      ? Gradients(
        residual: FloatBuffer(count: rows * d), normalized: FloatBuffer(count: rows * d),
        qkv: FloatBuffer(count: rows * shape.qkvWidth), attention: FloatBuffer(count: rows * shape.attentionWidth),
        activated: FloatBuffer(count: rows * shape.intermediateSize),
        normPartials: FloatBuffer(count: (rows + Engine.rowsPerPiece - 1) / Engine.rowsPerPiece * d * shape.normFactors))
      : nil
  }
}
