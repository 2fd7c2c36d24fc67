import Foundation

extension Scalar {
  // MARK: AdamW (Loshchilov and Hutter 2019, algorithm 2)

  package struct AdamW {
    package var rate, beta1, beta2, epsilon, decay: Double
    package var step: Int

    package init(rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, step: Int) {
      self.rate = rate
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.decay = decay
      self.step = step
    }

    package func update(_ w: inout [Double], _ gradient: [Double], _ m: inout [Double], _ v: inout [Double]) {
      for i in w.indices {
        m[i] = beta1 * m[i] + (1 - beta1) * gradient[i]
        v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i]
        let mean = m[i] / (1 - pow(beta1, Double(step)))
        let square = v[i] / (1 - pow(beta2, Double(step)))
        w[i] -= rate * (mean / (square.squareRoot() + epsilon) + decay * w[i])
      }
    }
  }

  // MARK: LAMB (You et al. 2020, algorithm 2)

  /// One tensor's step; `isMatrix` decides whether the trust ratio applies.
  package static func lamb(
    _ adam: AdamW, _ w: inout [Double], _ gradient: [Double], _ m: inout [Double], _ v: inout [Double], isMatrix: Bool
  ) {
    // AdamW at rate 1 subtracts the direction.
    var one = adam
    var moved = w
    one.rate = 1
    one.update(&moved, gradient, &m, &v)
    let direction = zip(w, moved).map { $0 - $1 }
    func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let ratio = isMatrix && norm(w) > 0 && norm(direction) > 0 ? norm(w) / norm(direction) : 1
    for i in w.indices { w[i] -= adam.rate * ratio * direction[i] }
  }

  // MARK: Muon (Jordan et al. 2024; Liu et al. 2025)

  package static func orthogonalize(_ x: [Double], rows: Int, columns: Int) -> [Double] {
    if rows > columns {
      return transpose(
        orthogonalize(transpose(x, rows: rows, columns: columns), rows: columns, columns: rows), rows: columns, columns: rows)
    }
    let norm = max(1e-7, x.reduce(0) { $0 + $1 * $1 }.squareRoot())
    let (a, b, c) = NewtonSchulz.coefficients
    var x = x.map { $0 / norm }
    for _ in 0..<NewtonSchulz.steps {
      let gram = multiply(x, transpose(x, rows: rows, columns: columns), m: rows, n: rows, k: columns)
      let polynomial = multiply(gram, gram, m: rows, n: rows, k: rows, alpha: c, beta: b, c: gram)
      x = multiply(polynomial, x, m: rows, n: columns, k: rows, beta: a, c: x)
    }
    return x
  }

  /// One matrix's step.
  package static func muon(
    _ w: inout [Double], _ gradient: [Double], _ momentum: inout [Double], rows: Int, columns: Int, rate: Double, decay: Double,
    factor: Double
  ) {
    var ahead = gradient
    for i in w.indices {
      momentum[i] = factor * momentum[i] + (1 - factor) * gradient[i]
      ahead[i] = (1 - factor) * gradient[i] + factor * momentum[i]
    }
    let direction = orthogonalize(ahead, rows: rows, columns: columns)
    let scale = 0.2 * Double(max(rows, columns)).squareRoot()
    for i in w.indices { w[i] -= rate * (scale * direction[i] + decay * w[i]) }
  }
}
