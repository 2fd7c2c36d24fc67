import CKernels
import Foundation
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
    let given = dout.values
    kernels.table.pointee.gelu_backward(x.base, dout.base, n)
    #expect(relativeError(dout.values, doubles(start).map(Scalar.gelu), floor: 1e-3) < 1e-6)
    let expected = zip(start, given).map { Scalar.geluBackward(Double($0), dout: Double($1)) }
    #expect(relativeError(x.values, expected, floor: 1e-3) < 2e-6)
  }

  // inv_freq and its products with positions in fp32, as LlamaRotaryEmbedding of transformers 5.23.0 computes them (PyTorch 2.15.0).
  @Test("angles of rotation are rounded as transformers rounds them", arguments: [(499, 1, 374.19720458984375), (1023, 3, 431.3955383300781)])
  func anglesOfRotation(position: Int, pair: Int, angle: Double) {
    let table = RotaryTable(length: position + 1, frequencies: RotaryTable.frequencies(headSize: 64, theta: 10_000))
    #expect(table.cosines.base[position * 32 + pair] == Float(cos(angle)))
    #expect(table.sines.base[position * 32 + pair] == Float(sin(angle)))
  }

  // inv_freq of LlamaRotaryEmbedding of transformers 5.23.0 (PyTorch 2.15.0), heads of 64: Llama 3.2's with theta 500,000, and linear ones.
  @Test("rotary frequencies are scaled as transformers scales them")
  func scaledFrequencies() {
    var shape = DecoderConfiguration(
      vocabularySize: 1, hiddenSize: 64, intermediateSize: 1, layerCount: 1, headCount: 1, contextLength: 131_072, ropeTheta: 500_000)
    let pairs = [0, 13, 15, 16, 17, 18, 31]
    shape.ropeScaling = .llama3(factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192)
    let expected: [UInt32] = [0x3f80_0000, 0x3b9e_9402, 0x3aa9_279b, 0x39e1_3620, 0x38cb_98f7, 0x37a3_418d, 0x33ca_41b0]
    #expect(pairs.map { shape.rotaryFrequencies[$0].bitPattern } == expected)
    shape.ropeTheta = 10_000
    shape.ropeScaling = .linear(factor: 4)
    let linear: [UInt32] = [0x3e80_0000, 0x3bc2_434f, 0x3b5a_7bf2, 0x3b23_d70a, 0x3af5_b9b0, 0x3ab8_449c, 0x380b_d472]
    #expect(pairs.map { shape.rotaryFrequencies[$0].bitPattern } == linear)
  }

  @Test("rotation equals its twin, and turning back undoes it", arguments: Kernels.all, [2, 6, 16, 34])
  func rope(kernels: Kernels, headSize: Int) {
    let heads = 3, length = 5, rows = 10
    let frequencies = RotaryTable.frequencies(headSize: headSize, theta: 10_000)
    let table = RotaryTable(length: length, frequencies: frequencies)
    let start = randomValues(rows * heads * headSize, seed: 1)
    let x = FloatBuffer(start)
    kernels.table.pointee.rope(
      x.base, rows, heads * headSize, heads, headSize, table.cosines.base, table.sines.base, 0, length, 1)
    let expected = Scalar.rope(doubles(start), heads: heads, headSize: headSize, frequencies: frequencies, length: length)
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
    let given = doubles(dout.values)
    kernels.table.pointee.swiglu_backward(x.base, dout.base, rows, n)
    #expect(relativeError(x.values, Scalar.swigluBackward(doubles(start), n: n, dout: given)) < 1e-6)
    #expect(relativeError(dout.values, Scalar.swiglu(doubles(start), n: n)) < 1e-6)
  }

  @Test("the norm of heads and its backward pass equal RMSNorm's twin, and leave what stands between heads", arguments: Kernels.all, [2, 6, 16, 20])
  func headNorm(kernels: Kernels, size: Int) {
    let rows = 3, heads = 2, stride = heads * size + 5, epsilon: Float = 1e-5
    let x = FloatBuffer(randomValues(rows * stride, seed: 1)), weight = FloatBuffer(randomValues(size, seed: 2))
    let start = randomValues(rows * stride, seed: 3), d = FloatBuffer(start), dweight = FloatBuffer(count: size)
    let y = FloatBuffer(x.values)
    kernels.table.pointee.head_norm(x.base, rows, stride, heads, size, weight.base, epsilon, y.base)
    kernels.table.pointee.head_norm_backward(x.base, rows, stride, heads, size, weight.base, epsilon, d.base, dweight.base)
    func parts(_ values: [Float]) -> [Double] {
      (0..<rows).flatMap { doubles(Array(values[$0 * stride..<$0 * stride + heads * size])) }
    }
    func rests(_ values: [Float]) -> [Float] { (0..<rows).flatMap { values[$0 * stride + heads * size..<($0 + 1) * stride] } }
    let w = doubles(weight.values), plain = parts(x.values)
    let expected = Scalar.rmsNorm(plain, weight: w, epsilon: Double(epsilon))
    let (dx, dw) = Scalar.rmsNormBackward(plain, weight: w, epsilon: Double(epsilon), dy: parts(start))
    #expect(relativeError(parts(y.values).map { Float($0) }, expected) < 1e-6)
    #expect(relativeError(parts(d.values).map { Float($0) }, dx) < 3e-6)
    #expect(relativeError(dweight.values, dw) < 2e-6)
    #expect(rests(y.values) == rests(x.values) && rests(d.values) == rests(start))
  }

  @Test("the soft cap and its backward pass equal their twins, far beyond the cap too", arguments: Kernels.all, widths)
  func softcap(kernels: Kernels, n: Int) {
    for (spread, cap) in [(1, 30), (100, 30), (1e5, 2), (1e-4, 50)] as [(Float, Float)] {
      let x = FloatBuffer(randomValues(n, seed: 1).map { $0 * spread }), y = FloatBuffer(count: n)
      let d = FloatBuffer(randomValues(n, seed: 2)), dout = doubles(d.values)
      kernels.table.pointee.softcap(x.base, n, cap, y.base)
      let expected = x.values.map { Scalar.softcap(Double($0), cap: Double(cap)) }
      for (a, e) in zip(y.values, expected) { #expect(abs(Double(a) - e) <= 4e-7 * abs(e)) }
      kernels.table.pointee.softcap_backward(y.base, n, cap, d.base)
      let slopes = zip(x.values, dout).map { Scalar.softcapBackward(Double($0), cap: Double(cap), dout: $1) }
      #expect(relativeError(d.values, slopes, floor: 1) < 5e-7)
    }
  }

  @Test("Philox gives the words of its authors' known answers")
  func philox() {
    let zero = Philox.words(counter: (0, 0, 0, 0), key: (0, 0))
    #expect(zero == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    let ones = Philox.words(
      counter: (.max, .max, .max, .max), key: (.max, .max))
    #expect(ones == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    let pi = Philox.words(
      counter: (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), key: (0xA409_3822, 0x299F_31D0))
    #expect(pi == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test("dropout equals its twin from any first element", arguments: Kernels.all, [0, 1, 31, 32, 1 << 40])
  func dropout(kernels: Kernels, first: Int) {
    let n = 77, probability = 0.3
    var draw = winnow_drop(
      key: (7, 9), step: 3, site: 5, threshold: UInt32(probability * 0x1p32), scale: Float(1 / (1 - probability)))
    let x = FloatBuffer(randomValues(n, seed: 1)), source = FloatBuffer(randomValues(n, seed: 2)), out = FloatBuffer(count: n)
    kernels.table.pointee.drop(&draw, UInt64(first), n, x.base, source.base, out.base)
    for i in 0..<n {
      let element = first + i, block = element / 32 * 8 + element % 8
      let words = Philox.words(
        counter: (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), 3, 5), key: (7, 9))
      let word = [words.0, words.1, words.2, words.3][element % 32 / 8]
      let kept = word < draw.threshold ? 0 : x[i] * draw.scale
      #expect(abs(out[i] - (source[i] + kept)) <= 1e-6, "element \(element)")
    }
    kernels.table.pointee.drop(&draw, UInt64(first), n, x.base, nil, x.base)
    #expect(zip(x.values, zip(out.values, source.values)).allSatisfy { abs($0 - ($1.0 - $1.1)) < 1e-6 })
  }

  @Test("bfloat16 storage rounds as its twin, and the product with a vector reads it", arguments: Kernels.all, widths)
  func bfloat(kernels: Kernels, n: Int) {
    var values = randomValues(3 * n, seed: 1)
    values[0] = .nan
    values[n] = .infinity
    values[2 * n] = -0.0
    let x = FloatBuffer(values), back = FloatBuffer(count: 3 * n)
    var bits = [UInt16](repeating: 0, count: 3 * n)
    kernels.table.pointee.to_bfloat(x.base, 3 * n, &bits)
    #expect(bits == values.map(HalfPrecision.bfloat))
    kernels.table.pointee.from_bfloat(&bits, 3 * n, back.base)
    #expect(back.values.map(\.bitPattern) == bits.map { UInt32($0) << 16 })
    bits = randomValues(3 * n, seed: 3).map(HalfPrecision.bfloat)
    let vector = FloatBuffer(randomValues(n, seed: 2)), y = FloatBuffer(count: 3)
    kernels.table.pointee.gemv_bfloat(&bits, 3, n, vector.base, y.base)
    let matrix = bits.map { Double(Float(bitPattern: UInt32($0) << 16)) }
    #expect(relativeError(y.values, Scalar.multiply(matrix, doubles(vector.values), m: 3, n: 1, k: n), floor: 0.1) < 2e-6)
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
