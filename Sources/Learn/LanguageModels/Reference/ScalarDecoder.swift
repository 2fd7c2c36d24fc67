/// The whole decoder as plain loops in Double: what the fast one must compute.
package struct ScalarDecoder {
  package let shape: DecoderConfiguration
  package let layout: ParameterLayout
  package var parameters: [Double]

  package init(_ decoder: Decoder) {
    shape = decoder.configuration
    layout = decoder.layout
    parameters = decoder.parameters.values.map(Double.init)
  }

  private func weights(_ offset: Int, _ count: Int) -> [Double] { Array(parameters[offset..<offset + count]) }

  /// x [rows, input] times the transpose of a weight [output, input].
  private func project(_ x: [Double], _ offset: Int, input: Int, output: Int) -> [Double] {
    let w = Scalar.transpose(weights(offset, input * output), rows: output, columns: input)
    return Scalar.multiply(x, w, m: x.count / input, n: output, k: input)
  }

  /// Logits of one sequence, [length, vocabulary].
  package func logits(_ tokens: [UInt32], firstKeys: [Int32]? = nil) -> [Double] {
    let d = shape.hiddenSize, length = tokens.count
    let qkvWidth = (shape.headCount + 2 * shape.keyValueHeadCount) * shape.headSize
    let epsilon = Double(shape.normEpsilon)
    let attention = Scalar.Attention(
      length: length, headSize: shape.headSize, headCount: shape.headCount, keyHeadCount: shape.keyValueHeadCount,
      firstKeys: firstKeys)
    var x = tokens.flatMap { weights(layout.embedding + Int($0) * d, d) }
    for layer in layout.layers {
      let normalized = Scalar.rmsNorm(x, weight: weights(layer.attentionNorm, d), epsilon: epsilon)
      let qkv = rotate(project(normalized, layer.qkv, input: d, output: qkvWidth), width: qkvWidth)
      let mixed = attention.forward(qkv)
      x = add(x, project(mixed, layer.output, input: shape.headCount * shape.headSize, output: d))
      let inner = Scalar.rmsNorm(x, weight: weights(layer.feedForwardNorm, d), epsilon: epsilon)
      let gateUp = project(inner, layer.gateUp, input: d, output: 2 * shape.intermediateSize)
      let active = Scalar.swiglu(gateUp, n: shape.intermediateSize)
      x = add(x, project(active, layer.down, input: shape.intermediateSize, output: d))
    }
    let final = Scalar.rmsNorm(x, weight: weights(layout.finalNorm, d), epsilon: epsilon)
    return project(final, layout.head, input: d, output: shape.vocabularySize)
  }

  /// The loss of each token of one sequence.
  package func losses(_ tokens: [UInt32], targets: [Int32], firstKeys: [Int32]? = nil) -> [Double] {
    Scalar.crossEntropy(logits(tokens, firstKeys: firstKeys), targets: targets).losses
  }

  /// Rotates the queries and keys of fused rows, leaves the values.
  private func rotate(_ qkv: [Double], width: Int) -> [Double] {
    let heads = shape.headCount + shape.keyValueHeadCount
    let rotated = heads * shape.headSize, rows = qkv.count / width
    var queriesAndKeys: [Double] = []
    for row in 0..<rows { queriesAndKeys += qkv[row * width..<row * width + rotated] }
    let turned = Scalar.rope(
      queriesAndKeys, heads: heads, headSize: shape.headSize, theta: Double(shape.ropeTheta), length: rows)
    var out = qkv
    for row in 0..<rows {
      for i in 0..<rotated { out[row * width + i] = turned[row * rotated + i] }
    }
    return out
  }

  private func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
}
