import LanguageModels
import Testing

/// The scalar twins' backward forms against central differences in Double.
@Suite("gradients of the scalar twins")
struct ScalarGradientTests {
  /// d(sum of weights * f(x)) / dx by central differences.
  private func numericGradient(_ x: [Double], _ weights: [Double], _ f: ([Double]) -> [Double]) -> [Double] {
    func value(_ x: [Double]) -> Double { zip(f(x), weights).reduce(0) { $0 + $1.0 * $1.1 } }
    let step = 1e-5
    return x.indices.map { index in
      var up = x, down = x
      up[index] += step
      down[index] -= step
      return (value(up) - value(down)) / (2 * step)
    }
  }

  private func expectClose(_ a: [Double], _ b: [Double], _ comment: Comment) {
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-8 * max(1, abs($0)) }, comment)
    #expect(a.count == b.count)
  }

  @Test func rmsNorm() {
    let x = doubles(randomValues(12, seed: 1)), weight = doubles(randomValues(6, seed: 2)), dy = doubles(randomValues(12, seed: 3))
    let (dx, dweight) = Scalar.rmsNormBackward(x, weight: weight, epsilon: 1e-5, dy: dy)
    expectClose(dx, numericGradient(x, dy) { Scalar.rmsNorm($0, weight: weight, epsilon: 1e-5) }, "by x")
    expectClose(dweight, numericGradient(weight, dy) { Scalar.rmsNorm(x, weight: $0, epsilon: 1e-5) }, "by weight")
  }

  @Test func layerNorm() {
    let x = doubles(randomValues(12, seed: 1)), weight = doubles(randomValues(6, seed: 2)), dy = doubles(randomValues(12, seed: 3))
    let bias = doubles(randomValues(6, seed: 4))
    let (dx, dweight, dbias) = Scalar.layerNormBackward(x, weight: weight, epsilon: 1e-5, dy: dy)
    expectClose(dx, numericGradient(x, dy) { Scalar.layerNorm($0, weight: weight, bias: bias, epsilon: 1e-5) }, "by x")
    expectClose(dweight, numericGradient(weight, dy) { Scalar.layerNorm(x, weight: $0, bias: bias, epsilon: 1e-5) }, "by weight")
    expectClose(dbias, numericGradient(bias, dy) { Scalar.layerNorm(x, weight: weight, bias: $0, epsilon: 1e-5) }, "by bias")
  }

  @Test func gelu() {
    let x = doubles(randomValues(20, seed: 1)).map { $0 * 4 }, dy = doubles(randomValues(20, seed: 2))
    let backward = zip(x, dy).map { Scalar.geluBackward($0, dout: $1) }
    expectClose(backward, numericGradient(x, dy) { $0.map(Scalar.gelu) }, "by x")
  }

  @Test func softcap() {
    let x = doubles(randomValues(20, seed: 1)).map { $0 * 4 }, dy = doubles(randomValues(20, seed: 2))
    let backward = zip(x, dy).map { Scalar.softcapBackward($0, cap: 1.5, dout: $1) }
    expectClose(backward, numericGradient(x, dy) { $0.map { Scalar.softcap($0, cap: 1.5) } }, "by x")
  }

  @Test func cappedBidirectionalAttention() {
    let attention = Scalar.Attention(
      length: 5, headSize: 4, headCount: 4, keyHeadCount: 2, firstKeys: [0, 0, 2, 2, 4], endKeys: [2, 2, 4, 4, 5], softcap: 0.7)
    let qkv = doubles(randomValues(5 * 32, seed: 1)), dout = doubles(randomValues(5 * 16, seed: 2))
    expectClose(attention.backward(qkv, dout: dout), numericGradient(qkv, dout, attention.forward), "by qkv")
  }

  @Test func attentionWithDropout() {
    var attention = Scalar.Attention(length: 5, headSize: 4, headCount: 4, keyHeadCount: 2)
    attention.factor = { head, query, key in (head + 2 * query + 3 * key) % 4 == 0 ? 0 : 1.25 }
    let qkv = doubles(randomValues(5 * 32, seed: 1)), dout = doubles(randomValues(5 * 16, seed: 2))
    expectClose(attention.backward(qkv, dout: dout), numericGradient(qkv, dout, attention.forward), "by qkv")
  }

  @Test func rope() {
    let x = doubles(randomValues(24, seed: 1)), dy = doubles(randomValues(24, seed: 2))
    let frequencies: [Float] = [1, 0.1]
    let backward = Scalar.rope(dy, heads: 2, headSize: 4, frequencies: frequencies, length: 3, direction: -1)
    expectClose(
      backward, numericGradient(x, dy) { Scalar.rope($0, heads: 2, headSize: 4, frequencies: frequencies, length: 3) }, "by x")
  }

  @Test func swiglu() {
    let x = doubles(randomValues(20, seed: 1)), dy = doubles(randomValues(10, seed: 2))
    expectClose(
      Scalar.swigluBackward(x, n: 5, dout: dy), numericGradient(x, dy) { Scalar.swiglu($0, n: 5) }, "by x")
  }

  @Test(arguments: [nil, [0, 0, 2, 2, 4] as [Int32]]) func attention(firstKeys: [Int32]?) {
    let attention = Scalar.Attention(length: 5, headSize: 4, headCount: 4, keyHeadCount: 2, firstKeys: firstKeys)
    let qkv = doubles(randomValues(5 * 32, seed: 1)), dout = doubles(randomValues(5 * 16, seed: 2))
    expectClose(attention.backward(qkv, dout: dout), numericGradient(qkv, dout, attention.forward), "by qkv")
  }

  @Test func crossEntropy() {
    let logits = doubles(randomValues(21, seed: 1)), targets: [Int32] = [4, -1, 0]
    let gradient = Scalar.crossEntropy(logits, targets: targets, scale: 1).gradient
    let numeric = numericGradient(logits, [1, 1, 1]) { Scalar.crossEntropy($0, targets: targets).losses }
    expectClose(gradient, numeric, "by logits")
  }
}
