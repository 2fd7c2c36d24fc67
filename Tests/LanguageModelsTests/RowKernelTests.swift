import CKernels
import LanguageModels
import Testing

/// Row-wise kernels against their scalar twins. Tolerances: a few fp32 roundings (6e-8 each) on values near 1; `exp` is good to
/// 2e-7; sums over n add about sqrt(n) roundings.
@Suite("row kernels")
struct RowKernelTests {
  static let widths = [1, 7, 8, 9, 24, 100, 257]

  @Test("RMSNorm and its backward pass equal their twins", arguments: Kernels.all, widths)
  func rmsNorm(kernels: Kernels, n: Int) {
    let rows = 5, epsilon: Float = 1e-5
    let x = FloatBuffer(randomValues(rows * n, seed: 1)), weight = FloatBuffer(randomValues(n, seed: 2))
    let dy = FloatBuffer(randomValues(rows * n, seed: 3))
    let y = FloatBuffer(count: rows * n), factors = FloatBuffer(count: rows)
    kernels.table.pointee.rms_norm(x.base, weight.base, rows, n, epsilon, y.base, factors.base)
    let expected = Scalar.rmsNorm(doubles(x.values), weight: doubles(weight.values), epsilon: Double(epsilon))
    #expect(relativeError(y.values, expected) < 1e-6)

    let start = randomValues(rows * n, seed: 4)
    let dx = FloatBuffer(start), dweight = FloatBuffer(count: n)
    kernels.table.pointee.rms_norm_backward(x.base, weight.base, factors.base, dy.base, rows, n, dx.base, dweight.base)
    let (expectedDx, expectedDweight) = Scalar.rmsNormBackward(
      doubles(x.values), weight: doubles(weight.values), epsilon: Double(epsilon), dy: doubles(dy.values))
    #expect(relativeError(dx.values, zip(expectedDx, start).map { $0 + Double($1) }) < 3e-6)
    #expect(relativeError(dweight.values, expectedDweight) < 2e-6)
  }

  @Test("LayerNorm and its backward pass equal their twins", arguments: Kernels.all, widths.filter { $0 > 1 })
  func layerNorm(kernels: Kernels, n: Int) {
    let rows = 5, epsilon: Float = 1e-5
    // Far from zero, where the variance as a difference of squares would lose its digits.
    let x = FloatBuffer(randomValues(rows * n, seed: 1).map { $0 + 10 }), weight = FloatBuffer(randomValues(n, seed: 2))
    let bias = FloatBuffer(randomValues(n, seed: 5)), dy = FloatBuffer(randomValues(rows * n, seed: 3))
    let y = FloatBuffer(count: rows * n), factors = FloatBuffer(count: 2 * rows)
    kernels.table.pointee.layer_norm(x.base, weight.base, bias.base, rows, n, epsilon, y.base, factors.base)
    let expected = Scalar.layerNorm(
      doubles(x.values), weight: doubles(weight.values), bias: doubles(bias.values), epsilon: Double(epsilon))
    #expect(relativeError(y.values, expected) < 1e-5)

    let start = randomValues(rows * n, seed: 4)
    let dx = FloatBuffer(start), dweight = FloatBuffer(count: n), dbias = FloatBuffer(count: n)
    kernels.table.pointee.layer_norm_backward(
      x.base, weight.base, factors.base, dy.base, rows, n, dx.base, dweight.base, dbias.base)
    let (expectedDx, expectedDweight, expectedDbias) = Scalar.layerNormBackward(
      doubles(x.values), weight: doubles(weight.values), epsilon: Double(epsilon), dy: doubles(dy.values))
    #expect(relativeError(dx.values, zip(expectedDx, start).map { $0 + Double($1) }) < 2e-5)
    #expect(relativeError(dweight.values, expectedDweight) < 1e-5)
    #expect(relativeError(dbias.values, expectedDbias) < 1e-6)
  }

  @Test("GELU and its backward pass equal their twins", arguments: Kernels.all, widths)
  func gelu(kernels: Kernels, n: Int) {
    let start = randomValues(n, seed: 1).map { $0 * 8 }
    let x = FloatBuffer(start), dout = FloatBuffer(randomValues(n, seed: 2)), out = FloatBuffer(count: n)
    kernels.table.pointee.gelu(x.base, n, out.base)
    #expect(relativeError(out.values, doubles(start).map(Scalar.gelu), floor: 1e-3) < 1e-6)
    kernels.table.pointee.gelu_backward(x.base, dout.base, n)
    let expected = zip(start, dout.values).map { Scalar.geluBackward(Double($0), dout: Double($1)) }
    #expect(relativeError(x.values, expected, floor: 1e-3) < 2e-6)
  }

  @Test("rotation equals its twin, and turning back undoes it", arguments: Kernels.all, [2, 6, 16, 34])
  func rope(kernels: Kernels, headSize: Int) {
    let heads = 3, length = 5, rows = 10
    let table = RotaryTable(length: length, headSize: headSize, theta: 10_000)
    let start = randomValues(rows * heads * headSize, seed: 1)
    let x = FloatBuffer(start)
    kernels.table.pointee.rope(
      x.base, rows, heads * headSize, heads, headSize, table.cosines.base, table.sines.base, 0, length, 1)
    let expected = Scalar.rope(doubles(start), heads: heads, headSize: headSize, theta: 10_000, length: length)
    #expect(relativeError(x.values, expected) < 5e-7)
    kernels.table.pointee.rope(
      x.base, rows, heads * headSize, heads, headSize, table.cosines.base, table.sines.base, 0, length, -1)
    #expect(relativeError(x.values, doubles(start)) < 5e-7)
  }

  @Test("SwiGLU and its backward pass equal their twins", arguments: Kernels.all, widths)
  func swiglu(kernels: Kernels, n: Int) {
    let rows = 3
    let start = randomValues(rows * 2 * n, seed: 1).map { $0 * 6 }
    let x = FloatBuffer(start), dout = FloatBuffer(randomValues(rows * n, seed: 2)), out = FloatBuffer(count: rows * n)
    kernels.table.pointee.swiglu(x.base, rows, n, out.base)
    #expect(relativeError(out.values, Scalar.swiglu(doubles(start), n: n)) < 1e-6)
    kernels.table.pointee.swiglu_backward(x.base, dout.base, rows, n)
    #expect(relativeError(x.values, Scalar.swigluBackward(doubles(start), n: n, dout: doubles(dout.values))) < 1e-6)
  }

  @Test("cross-entropy equals its twin, ignored targets give nothing", arguments: Kernels.all, [2, 15, 16, 33, 1000])
  func crossEntropy(kernels: Kernels, n: Int) {
    let targets: [Int32] = [0, Int32(n - 1), -1, Int32(n / 2)]
    let start = randomValues(4 * n, seed: 1).map { $0 * 30 }
    let losses = FloatBuffer(count: 4)
    let untouched = FloatBuffer(start)
    kernels.table.pointee.cross_entropy(untouched.base, 4, n, targets, 0, losses.base)
    #expect(untouched.values == start)
    let expected = Scalar.crossEntropy(doubles(start), targets: targets, scale: 0.25)
    #expect(relativeError(losses.values, expected.losses) < 1e-6)
    let logits = FloatBuffer(start)
    kernels.table.pointee.cross_entropy(logits.base, 4, n, targets, 0.25, losses.base)
    #expect(relativeError(losses.values, expected.losses) < 1e-6)
    #expect(relativeError(logits.values, expected.gradient) < 1e-6)
  }

  @Test("cross-entropy of logits beyond e^88 stays finite", arguments: Kernels.all)
  func crossEntropyOfHugeLogits(kernels: Kernels) {
    let logits = FloatBuffer([1e4, -1e4, 0, 9_999, -3e38, 1e4, 2, 3, 1] as [Float]), losses = FloatBuffer(count: 1)
    let expected = Scalar.crossEntropy(doubles(logits.values), targets: [3])
    kernels.table.pointee.cross_entropy(logits.base, 1, 9, [3], 1, losses.base)
    #expect(relativeError(losses.values, expected.losses) < 1e-6)
    #expect(relativeError(logits.values, expected.gradient) < 1e-6)
  }

  @Test("embedding gathers rows and its backward pass adds them up", arguments: Kernels.all)
  func embedding(kernels: Kernels) {
    let n = 13, tokens: [Int32] = [3, 0, 3, 1]
    let table = FloatBuffer(randomValues(4 * n, seed: 1)), out = FloatBuffer(count: 4 * n), gradient = FloatBuffer(count: 4 * n)
    kernels.table.pointee.embed(table.base, tokens, 4, n, out.base)
    #expect(out.values == tokens.flatMap { table[Int($0) * n..<(Int($0) + 1) * n] })
    kernels.table.pointee.embed_backward(gradient.base, tokens, out.base, 4, n, 0, 8)
    kernels.table.pointee.embed_backward(gradient.base, tokens, out.base, 4, n, 8, n)
    var expected = [Float](repeating: 0, count: 4 * n)
    for (row, token) in tokens.enumerated() { for i in 0..<n { expected[Int(token) * n + i] += out[row * n + i] } }
    #expect(gradient.values == expected)
  }

  @Test("AdamW equals its twin over several steps", arguments: Kernels.all, [1, 8, 29])
  func adamW(kernels: Kernels, n: Int) {
    let weight = FloatBuffer(randomValues(n, seed: 1)), m = FloatBuffer(count: n), v = FloatBuffer(count: n)
    var w = doubles(weight.values), dm = [Double](repeating: 0, count: n), dv = dm
    for step in 1...5 {
      let gradient = FloatBuffer(randomValues(n, seed: UInt64(step)))
      let twin = Scalar.AdamW(rate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1, step: step)
      twin.update(&w, doubles(gradient.values), &dm, &dv)
      var options = winnow_adamw(
        learning_rate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weight_decay: 0.1,
        correction1: Float(1 - pow(0.9, step)), correction2: Float(1 - pow(0.95, step)), gradient_scale: 1)
      kernels.table.pointee.adamw(&options, weight.base, gradient.base, m.base, v.base, n)
    }
    #expect(relativeError(weight.values, w) < 1e-6)
    #expect(relativeError(m.values, dm) < 1e-6)
    #expect(relativeError(v.values, dv) < 1e-6)
  }

  @Test("reductions equal their twins", arguments: Kernels.all, widths)
  func reductions(kernels: Kernels, n: Int) {
    let x = FloatBuffer(randomValues(4 * n, seed: 1)), out = FloatBuffer(count: n)
    let squares = kernels.table.pointee.sum_of_squares(x.base, 4 * n)
    #expect(abs(squares - doubles(x.values).reduce(0) { $0 + $1 * $1 }) < 1e-12 * Double(4 * n))
    kernels.table.pointee.sum_rows(x.base, 4, n, 0, n, out.base)
    let expected = (0..<n).map { i in (0..<4).reduce(0.0) { $0 + Double(x[$1 * n + i]) } }
    #expect(relativeError(out.values, expected) < 1e-6)
  }

  @Test("matrix times vector equals its twin", arguments: Kernels.all, widths)
  func gemv(kernels: Kernels, n: Int) {
    let w = FloatBuffer(randomValues(6 * n, seed: 1)), x = FloatBuffer(randomValues(n, seed: 2)), y = FloatBuffer(count: 6)
    kernels.table.pointee.gemv(w.base, 6, n, x.base, y.base)
    #expect(relativeError(y.values, Scalar.multiply(doubles(w.values), doubles(x.values), m: 6, n: 1, k: n), floor: 0.1) < 2e-6)
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { value, _ in value * base } }
}
