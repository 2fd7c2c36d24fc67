import LanguageModels
import Testing

@Suite("matrix product")
struct MatrixProductTests {
  /// Odd shapes around every blocking border: tile 6 x 16, depth 384, rows 192.
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (5, 15, 3), (6, 16, 8), (7, 17, 9), (96, 32, 256), (97, 33, 257), (13, 130, 515), (200, 70, 31), (3, 300, 520),
    (192, 16, 384), (193, 20, 385),
  ]

  // A sum of k products in fp32: error grows like sqrt(k) * 6e-8 relative to the sum of magnitudes.
  @Test("equals the scalar twin in all four transposes", arguments: Kernels.all, shapes)
  func equalsTwin(kernels: Kernels, shape: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = shape
    let engine = Engine(pool: ThreadPool(width: 2), kernels: kernels)
    let a = randomValues(m * k, seed: 1), b = randomValues(k * n, seed: 2), c = randomValues(m * n, seed: 3)
    let da = doubles(a), db = doubles(b), dc = doubles(c)
    for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
      for (alpha, beta) in [(1.0, 0.0), (0.5, 1.0), (1.0, -2.0)] {
        let expected = Scalar.multiply(
          transposeA ? Scalar.transpose(da, rows: k, columns: m) : da,
          transposeB ? Scalar.transpose(db, rows: n, columns: k) : db, m: m, n: n, k: k, alpha: alpha, beta: beta, c: dc)
        let bufferA = FloatBuffer(a), bufferB = FloatBuffer(b), out = FloatBuffer(c)
        let left = transposeA ? Matrix(bufferA.base, width: m).transposed : Matrix(bufferA.base, width: k)
        let right = transposeB ? Matrix(bufferB.base, width: k).transposed : Matrix(bufferB.base, width: n)
        engine.multiply(left, right, m: m, n: n, k: k, alpha: Float(alpha), beta: Float(beta), into: out.base, stride: n)
        let error = relativeError(out.values, expected)
        #expect(error < 2e-6, "\(kernels.level) \(shape) transposes \(transposeA) \(transposeB) alpha \(alpha) beta \(beta)")
      }
    }
  }

  @Test("products too deep and too wide to pack B at once equal the twin", arguments: Kernels.all)
  func cutsSlabs(kernels: Kernels) {
    let (m, n, k) = (2, 701, 3073)
    let a = FloatBuffer(randomValues(m * k, seed: 1)), b = FloatBuffer(randomValues(k * n, seed: 2)), out = FloatBuffer(count: m * n)
    Engine(pool: ThreadPool(width: 2), kernels: kernels).multiply(
      Matrix(a.base, width: k), Matrix(b.base, width: n), m: m, n: n, k: k, into: out.base, stride: n)
    #expect(relativeError(out.values, Scalar.multiply(doubles(a.values), doubles(b.values), m: m, n: n, k: k)) < 2e-6)
  }

  @Test("adds another matrix and keeps to its columns")
  func addsSource() {
    let engine = Engine(pool: ThreadPool(width: 1))
    let a = FloatBuffer(randomValues(9 * 5, seed: 1)), b = FloatBuffer(randomValues(5 * 7, seed: 2))
    let source = FloatBuffer(randomValues(9 * 10, seed: 3)), out = FloatBuffer(count: 9 * 10)
    engine.multiply(
      Matrix(a.base, width: 5), Matrix(b.base, width: 7), m: 9, n: 7, k: 5, beta: 1, source: source.base, into: out.base,
      stride: 10)
    let product = Scalar.multiply(doubles(a.values), doubles(b.values), m: 9, n: 7, k: 5)
    for i in 0..<9 {
      for j in 0..<10 {
        let expected = j < 7 ? product[i * 7 + j] + Double(source[i * 10 + j]) : 0
        #expect(abs(Double(out[i * 10 + j]) - expected) < 1e-6)
      }
    }
  }

  @Test("adds a bias to every row once, however deep the product", arguments: Kernels.all)
  func addsBias(kernels: Kernels) {
    let (m, n, k) = (13, 37, 800)
    let engine = Engine(pool: ThreadPool(width: 2), kernels: kernels)
    let a = FloatBuffer(randomValues(m * k, seed: 1)), b = FloatBuffer(randomValues(k * n, seed: 2))
    let bias = FloatBuffer(randomValues(n, seed: 3))
    for beta in [Float(0), 1] {
      let out = FloatBuffer(randomValues(m * n, seed: 4)), start = doubles(out.values)
      engine.multiply(
        Matrix(a.base, width: k), Matrix(b.base, width: n), m: m, n: n, k: k, beta: beta, bias: UnsafePointer(bias.base),
        into: out.base, stride: n)
      let product = Scalar.multiply(doubles(a.values), doubles(b.values), m: m, n: n, k: k, beta: Double(beta), c: start)
      #expect(relativeError(out.values, product.indices.map { product[$0] + Double(bias[$0 % n]) }) < 2e-6)
    }
  }

  @Test("not-a-number in C is not read where beta is 0", arguments: Kernels.all)
  func ignoresOldContents(kernels: Kernels) {
    let engine = Engine(pool: ThreadPool(width: 1), kernels: kernels)
    let a = FloatBuffer(randomValues(20 * 4, seed: 1)), out = FloatBuffer([Float](repeating: .nan, count: 400))
    engine.multiply(
      Matrix(a.base, width: 4), Matrix(a.base, width: 4).transposed, m: 20, n: 20, k: 4, into: out.base, stride: 20)
    #expect(out.values.allSatisfy { $0.isFinite })
  }

  @Test("has the same bits for every width of the pool")
  func sameBitsForAnyWidth() {
    let (m, n, k) = (611, 123, 300)
    let a = FloatBuffer(randomValues(m * k, seed: 1)), b = FloatBuffer(randomValues(k * n, seed: 2))
    let results = [1, 2, 3, 5].map { width in
      let out = FloatBuffer(count: m * n)
      Engine(pool: ThreadPool(width: width)).multiply(
        Matrix(a.base, width: k), Matrix(b.base, width: n), m: m, n: n, k: k, into: out.base, stride: n)
      return out.values
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }
}
