import Foundation

/// The specification of the kernels: each one again as plain loops in Double, in the order of its formula.
///
/// Slow on purpose. Tests compare every kernel with its twin here, and the twins' backward forms with numeric differences.
package enum Scalar {
  /// `alpha * a * b + beta * c`, a [m, k], b [k, n], c [m, n], all row-major.
  package static func multiply(
    _ a: [Double], _ b: [Double], m: Int, n: Int, k: Int, alpha: Double = 1, beta: Double = 0, c: [Double] = []
  ) -> [Double] {
    var out = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        for p in 0..<k { sum += a[i * k + p] * b[p * n + j] }
        out[i * n + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * n + j])
      }
    }
    return out
  }

  package static func transpose(_ a: [Double], rows: Int, columns: Int) -> [Double] {
    var out = a
    for i in 0..<rows { for j in 0..<columns { out[j * rows + i] = a[i * columns + j] } }
    return out
  }

  // MARK: RMSNorm (Zhang and Sennrich 2019)

  package static func rmsNorm(_ x: [Double], weight: [Double], epsilon: Double) -> [Double] {
    let n = weight.count
    var y = x
    for row in stride(from: 0, to: x.count, by: n) {
      let inverse = inverseRMS(x[row..<row + n], epsilon)
      for i in 0..<n { y[row + i] = x[row + i] * inverse * weight[i] }
    }
    return y
  }

  package static func rmsNormBackward(
    _ x: [Double], weight: [Double], epsilon: Double, dy: [Double]
  ) -> (dx: [Double], dweight: [Double]) {
    let n = weight.count
    var dx = x
    var dweight = [Double](repeating: 0, count: n)
    for row in stride(from: 0, to: x.count, by: n) {
      let inverse = inverseRMS(x[row..<row + n], epsilon)
      var dot = 0.0
      for i in 0..<n { dot += dy[row + i] * weight[i] * x[row + i] }
      for i in 0..<n {
        dx[row + i] = dy[row + i] * weight[i] * inverse - x[row + i] * dot * inverse * inverse * inverse / Double(n)
        dweight[i] += dy[row + i] * x[row + i] * inverse
      }
    }
    return (dx, dweight)
  }

  private static func inverseRMS(_ row: ArraySlice<Double>, _ epsilon: Double) -> Double {
    1 / (row.reduce(0) { $0 + $1 * $1 } / Double(row.count) + epsilon).squareRoot()
  }

  // MARK: Soft cap (Gemma Team 2024, section 2)

  package static func softcap(_ x: Double, cap: Double) -> Double { cap * tanh(x / cap) }

  package static func softcapBackward(_ x: Double, cap: Double, dout: Double) -> Double {
    let t = tanh(x / cap)
    return dout * (1 - t * t)
  }

  // MARK: LayerNorm (Ba et al. 2016)

  package static func layerNorm(_ x: [Double], weight: [Double], bias: [Double], epsilon: Double) -> [Double] {
    let n = weight.count
    var y = x
    for row in stride(from: 0, to: x.count, by: n) {
      let (mean, inverse) = moments(x[row..<row + n], epsilon)
      for i in 0..<n { y[row + i] = (x[row + i] - mean) * inverse * weight[i] + bias[i] }
    }
    return y
  }

  package static func layerNormBackward(
    _ x: [Double], weight: [Double], epsilon: Double, dy: [Double]
  ) -> (dx: [Double], dweight: [Double], dbias: [Double]) {
    let n = weight.count
    var dx = x
    var dweight = [Double](repeating: 0, count: n)
    var dbias = dweight
    for row in stride(from: 0, to: x.count, by: n) {
      let (mean, inverse) = moments(x[row..<row + n], epsilon)
      var sum = 0.0
      var dot = 0.0
      for i in 0..<n {
        sum += dy[row + i] * weight[i]
        dot += dy[row + i] * weight[i] * (x[row + i] - mean) * inverse
      }
      for i in 0..<n {
        let normal = (x[row + i] - mean) * inverse
        dx[row + i] = (dy[row + i] * weight[i] - (sum + normal * dot) / Double(n)) * inverse
        dweight[i] += dy[row + i] * normal
        dbias[i] += dy[row + i]
      }
    }
    return (dx, dweight, dbias)
  }

  private static func moments(_ row: ArraySlice<Double>, _ epsilon: Double) -> (mean: Double, inverse: Double) {
    let mean = row.reduce(0, +) / Double(row.count)
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
    return (mean, 1 / (variance + epsilon).squareRoot())
  }

  // MARK: GELU (Hendrycks and Gimpel 2016), the approximation by tanh

  package static func gelu(_ x: Double) -> Double {
    0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  }

  package static func geluBackward(_ x: Double, dout: Double) -> Double {
    let factor = (2 / Double.pi).squareRoot()
    let t = tanh(factor * (x + 0.044715 * x * x * x))
    return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * factor * (1 + 3 * 0.044715 * x * x))
  }

  // MARK: Rotary positions (Su et al. 2021), rotate-half

  /// x: [rows, heads, headSize]; row r stands at position r % length. Direction -1 is the backward pass.
  package static func rope(
    _ x: [Double], heads: Int, headSize: Int, frequencies: [Float], length: Int, direction: Double = 1
  ) -> [Double] {
    let half = headSize / 2
    var y = x
    for head in 0..<x.count / headSize {
      let position = head / heads % length
      let at = head * headSize
      for i in 0..<half {
        let angle = Double(Float(position) * frequencies[i]) * direction
        y[at + i] = x[at + i] * cos(angle) - x[at + half + i] * sin(angle)
        y[at + half + i] = x[at + half + i] * cos(angle) + x[at + i] * sin(angle)
      }
    }
    return y
  }

  // MARK: SwiGLU (Shazeer 2020)

  /// x: rows of [gate (n) | up (n)].
  package static func swiglu(_ x: [Double], n: Int) -> [Double] {
    (0..<x.count / 2).map { index in
      let at = index / n * 2 * n + index % n
      return x[at] * sigmoid(x[at]) * x[at + n]
    }
  }

  package static func swigluBackward(_ x: [Double], n: Int, dout: [Double]) -> [Double] {
    var dx = x
    for index in dout.indices {
      let at = index / n * 2 * n + index % n
      let gate = x[at]
      let s = sigmoid(gate)
      dx[at] = dout[index] * x[at + n] * s * (1 + gate * (1 - s))
      dx[at + n] = dout[index] * gate * s
    }
    return dx
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  // MARK: Loss

  /// losses[row] = -log softmax(logits[row])[target]; gradient = scale * (softmax - one-hot); both 0 for a negative target.
  package static func crossEntropy(
    _ logits: [Double], targets: [Int32], scale: Double = 1
  ) -> (losses: [Double], gradient: [Double]) {
    let n = logits.count / targets.count
    var losses = [Double](repeating: 0, count: targets.count)
    var gradient = [Double](repeating: 0, count: logits.count)
    for (row, target) in targets.enumerated() where target >= 0 {
      let x = logits[row * n..<(row + 1) * n]
      let top = x.max() ?? 0
      let total = x.reduce(0) { $0 + exp($1 - top) }
      losses[row] = top + log(total) - logits[row * n + Int(target)]
      for i in 0..<n { gradient[row * n + i] = scale * exp(logits[row * n + i] - top) / total }
      gradient[row * n + Int(target)] -= scale
    }
    return (losses, gradient)
  }
}
