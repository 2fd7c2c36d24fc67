/// The whole decoder as plain loops in Double: what the fast one must compute.
package struct ScalarDecoder {
  package let shape: DecoderConfiguration
  package let layout: ParameterLayout
  package var parameters: [Double]
  /// The factor on element (row * hidden size + column) of what a site adds, and on element ((head * length + query) * row + key) of the
  /// probabilities, where row is the length rounded up to 32, for training with regularization.
  package var factor: ((Regularization.Site, Int) -> Double)?

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
    let d = shape.hiddenSize
    let length = tokens.count
    let qkvWidth = (shape.headCount + 2 * shape.keyValueHeadCount) * shape.headSize
    var attention = Scalar.Attention(
      length: length, headSize: shape.headSize, headCount: shape.headCount, keyHeadCount: shape.keyValueHeadCount,
      firstKeys: firstKeys, endKeys: shape.isCausal ? nil : endKeys(firstKeys, length),
      softcap: shape.attentionSoftcap.map(Double.init))
    var x = tokens.flatMap { weights(layout.embedding + Int($0) * d, d) }
    if let positions = layout.positions {
      x = add(x, tokens.indices.flatMap { weights(positions + ($0 - Int(firstKeys?[$0] ?? 0)) * d, d) })
    }
    x = kept(x, .embedding)
    for (index, layer) in layout.layers.enumerated() {
      let qkv = normalizeHeads(project(normalize(x, layer.attentionNorm), layer.qkv), layer, width: qkvWidth)
      attention.factor = factor.map { factor in
        { head, query, key in
          factor(.probabilities(layer: index), (head * length + query) * ((length + 31) / 32 * 32) + key)
        }
      }
      let mixed = attention.forward(shape.rotates ? rotate(qkv, width: qkvWidth) : qkv)
      x = add(x, kept(project(mixed, layer.output), .attention(layer: index)))
      let up = project(normalize(x, layer.feedForwardNorm), layer.up)
      let active = shape.isGated ? Scalar.swiglu(up, n: shape.intermediateSize) : up.map(Scalar.gelu)
      x = add(x, kept(project(active, layer.down), .feedForward(layer: index)))
    }
    let logits = project(normalize(x, layout.finalNorm), layout.head, input: d, output: shape.vocabularySize)
    return shape.logitSoftcap.map { cap in logits.map { Scalar.softcap($0, cap: Double(cap)) } } ?? logits
  }

  private func kept(_ x: [Double], _ site: Regularization.Site) -> [Double] {
    guard let factor else { return x }
    return x.indices.map { x[$0] * factor(site, $0) }
  }

  /// The end of each position's document.
  private func endKeys(_ firstKeys: [Int32]?, _ length: Int) -> [Int32] {
    (0..<length).map { position in
      Int32((position..<length).last { (firstKeys?[$0] ?? 0) == (firstKeys?[position] ?? 0) } ?? position) + 1
    }
  }

  private func normalizeHeads(_ qkv: [Double], _ layer: ParameterLayout.Layer, width: Int) -> [Double] {
    guard let query = layer.queryNorm, let key = layer.keyNorm else { return qkv }
    let size = shape.headSize
    let queries = shape.headCount * size
    let keys = shape.keyValueHeadCount * size
    var out = qkv
    for row in stride(from: 0, to: qkv.count, by: width) {
      for (part, weight) in [(row..<row + queries, query), (row + queries..<row + queries + keys, key)] {
        out[part] =
          Scalar.rmsNorm(
            Array(qkv[part]), weight: weights(weight, size), epsilon: Double(shape.normEpsilon))[...]
      }
    }
    return out
  }

  private func normalize(_ x: [Double], _ norm: ParameterLayout.Norm) -> [Double] {
    let d = shape.hiddenSize
    let weight = weights(norm.weight, d)
    let epsilon = Double(shape.normEpsilon)
    guard let bias = norm.bias else { return Scalar.rmsNorm(x, weight: weight, epsilon: epsilon) }
    return Scalar.layerNorm(x, weight: weight, bias: weights(bias, d), epsilon: epsilon)
  }

  private func project(_ x: [Double], _ projection: ParameterLayout.Projection) -> [Double] {
    let y = project(x, projection.weight, input: projection.input, output: projection.output)
    guard let bias = projection.bias else { return y }
    return y.indices.map { y[$0] + parameters[bias + $0 % projection.output] }
  }

  /// The loss of each token of one sequence.
  package func losses(_ tokens: [UInt32], targets: [Int32], firstKeys: [Int32]? = nil) -> [Double] {
    Scalar.crossEntropy(logits(tokens, firstKeys: firstKeys), targets: targets).losses
  }

  /// Rotates the queries and keys of fused rows, leaves the values.
  private func rotate(_ qkv: [Double], width: Int) -> [Double] {
    let heads = shape.headCount + shape.keyValueHeadCount
    let rotated = heads * shape.headSize
    let rows = qkv.count / width
    var queriesAndKeys: [Double] = []
    for row in 0..<rows { queriesAndKeys += qkv[row * width..<row * width + rotated] }
    let turned = Scalar.rope(
      queriesAndKeys, heads: heads, headSize: shape.headSize, frequencies: shape.rotaryFrequencies, length: rows)
    var out = qkv
    for row in 0..<rows {
      for i in 0..<rotated { out[row * width + i] = turned[row * rotated + i] }
    }
    return out
  }

  private func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
}
