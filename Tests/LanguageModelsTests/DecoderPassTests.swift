import LanguageModels
import Testing

@Suite("decoder pass")
struct DecoderPassTests {
  static let shapes: [DecoderConfiguration] = {
    var untied = tinyShape
    untied.tiedEmbeddings = false
    untied.keyValueHeadCount = 4
    var normalized = tinyShape
    normalized.queryKeyNorm = true
    var capped = tinyShape
    capped.attentionSoftcap = 2
    capped.logitSoftcap = 3
    var encoder = tinyShape
    encoder.family = .encoder
    return [tinyShape, untied, tinyGPT2, normalized, capped, encoder, scaledShape]
  }()

  @Test("token losses equal the scalar decoder's", arguments: shapes, Kernels.all)
  func lossesEqualReference(shape: DecoderConfiguration, kernels: Kernels) throws {
    let decoder = try testDecoder(shape)
    let pass = DecoderPass(
      decoder, batch: 2, length: 19, engine: Engine(pool: ThreadPool(width: 2), kernels: kernels), trains: false)
    let inputs = randomTokens(38, below: 37, seed: 1)
    var targets = randomTokens(38, below: 37, seed: 2).map(Int32.init)
    targets[5] = -1
    let reference = ScalarDecoder(decoder)
    var expected: [Double] = []
    for row in [0..<19, 19..<38] {
      expected += reference.losses(Array(inputs[row]), targets: Array(targets[row]))
    }
    let losses = pass.tokenLosses(inputs: inputs, targets: targets)
    #expect(losses[5] == 0)
    #expect(relativeError(losses, expected) < 1e-5)
  }

  @Test("gradients equal numeric differences of the scalar decoder", arguments: shapes)
  func gradientsEqualNumericDifferences(shape: DecoderConfiguration) throws {
    let decoder = try testDecoder(shape)
    let length = 9
    let pass = DecoderPass(decoder, batch: 1, length: length, pool: ThreadPool(width: 2), trains: true)
    let inputs = randomTokens(length, below: 37, seed: 1), targets = randomTokens(length, below: 37, seed: 2).map(Int32.init)
    let firstKeys: [Int32] = [0, 0, 0, 0, 4, 4, 4, 7, 7]
    let sum = pass.accumulateGradient(
      inputs: inputs, targets: targets, scale: 0.5, adding: false, documentStarts: firstKeys)
    var reference = ScalarDecoder(decoder)
    func loss() -> Double { reference.losses(inputs, targets: targets, firstKeys: firstKeys).reduce(0, +) }
    #expect(abs(sum - loss()) < 1e-5 * abs(sum))
    let gradient = try #require(pass.gradient)
    for tensor in decoder.layout.tensors {
      // Norms whole, of each matrix about 12 entries spread over it.
      let step = tensor.decays ? max(1, tensor.count / 12) : 1
      for index in stride(from: tensor.offset, to: tensor.range.upperBound, by: step) {
        let start = reference.parameters[index]
        reference.parameters[index] = start + 1e-4
        let up = loss()
        reference.parameters[index] = start - 1e-4
        let down = loss()
        reference.parameters[index] = start
        let numeric = 0.5 * (up - down) / 2e-4
        #expect(abs(Double(gradient[index]) - numeric) < 2e-5 * max(1, abs(numeric)), "\(tensor.name)[\(index - tensor.offset)]")
      }
    }
  }

  @Test(
    "with dropout, of attention too, and stochastic depth, loss and gradients equal the scalar decoder's with the same values left out",
    arguments: [tinyShape, tinyGPT2])
  func dropsLikeReference(shape: DecoderConfiguration) throws {
    let decoder = try testDecoder(shape)
    let length = 9, first = 3, step = 5
    let regularization = Regularization(dropout: 0.2, attentionDropout: 0.25, stochasticDepth: 0.5, seed: 4)
    let pass = DecoderPass(
      decoder, batch: 1, length: length, pool: ThreadPool(width: 2), trains: true, regularization: regularization)
    pass.draw = (step: step, firstSequence: first)
    let inputs = randomTokens(length, below: 37, seed: 1), targets = randomTokens(length, below: 37, seed: 2).map(Int32.init)
    let sum = pass.accumulateGradient(inputs: inputs, targets: targets, scale: 1, adding: false)
    var reference = ScalarDecoder(decoder)
    reference.factor = { site, element in
      let firstElement =
        if case .probabilities = site { first * shape.headCount * length * 32 } else { first * length * shape.hiddenSize }
      return regularization.factor(
        site, step: step, sequence: first, layers: shape.layerCount, element: firstElement + element)
    }
    func loss() -> Double { reference.losses(inputs, targets: targets).reduce(0, +) }
    #expect(abs(sum - loss()) < 1e-5 * abs(sum))
    let gradient = try #require(pass.gradient)
    for tensor in decoder.layout.tensors {
      for index in stride(from: tensor.offset, to: tensor.range.upperBound, by: max(1, tensor.count / 6)) {
        let start = reference.parameters[index]
        reference.parameters[index] = start + 1e-4
        let up = loss()
        reference.parameters[index] = start - 1e-4
        let down = loss()
        reference.parameters[index] = start
        #expect(abs(Double(gradient[index]) - (up - down) / 2e-4) < 4e-5 * max(1, abs(up - down) / 2e-4), "\(tensor.name)")
      }
    }
    // Evaluation drops nothing.
    let plain = DecoderPass(decoder, batch: 1, length: length, pool: ThreadPool(width: 1), trains: false)
    #expect(pass.tokenLosses(inputs: inputs, targets: targets) == plain.tokenLosses(inputs: inputs, targets: targets))
  }

  @Test("what is dropped does not depend on how a batch is cut, nor on recomputation")
  func dropsAlikeForEveryCut() throws {
    let decoder = try testDecoder(), pool = ThreadPool(width: 2)
    let inputs = randomTokens(40, below: 37, seed: 1), targets = randomTokens(40, below: 37, seed: 2).map(Int32.init)
    let regularization = Regularization(dropout: 0.3, attentionDropout: 0.2, stochasticDepth: 0.3, seed: 9)
    func gradient(perPass: Int, recomputes: Bool) throws -> [Float] {
      let pass = DecoderPass(
        decoder, batch: perPass, length: 10, pool: pool, trains: true, recomputes: recomputes, regularization: regularization)
      for first in stride(from: 0, to: 4, by: perPass) {
        let rows = first * 10..<(first + perPass) * 10
        pass.draw = (step: 2, firstSequence: first)
        _ = pass.accumulateGradient(inputs: Array(inputs[rows]), targets: Array(targets[rows]), scale: 1, adding: first > 0)
      }
      return try #require(pass.gradient).values
    }
    let whole = try gradient(perPass: 4, recomputes: false)
    try #expect(whole == gradient(perPass: 4, recomputes: true))
    try #expect(relativeError(gradient(perPass: 1, recomputes: false), doubles(whole)) < 1e-5)
  }

  @Test("an encoder's token sees what follows it, but nothing of another document")
  func bidirectional() throws {
    var shape = tinyShape
    shape.family = .encoder
    let pass = DecoderPass(try testDecoder(shape), batch: 1, length: 60, pool: ThreadPool(width: 1), trains: false)
    let inputs = randomTokens(60, below: 37, seed: 1), targets = randomTokens(60, below: 37, seed: 2).map(Int32.init)
    var changed = inputs
    changed[50] = (changed[50] + 1) % 37
    let before = pass.tokenLosses(inputs: inputs, targets: targets), after = pass.tokenLosses(inputs: changed, targets: targets)
    #expect(zip(before, after).allSatisfy { $0 != $1 })
    let starts = (0..<60).map { $0 < 20 ? Int32(0) : 20 }
    let separate = pass.tokenLosses(inputs: inputs, targets: targets, documentStarts: starts)
    let other = pass.tokenLosses(inputs: changed, targets: targets, documentStarts: starts)
    #expect(separate[..<20] == other[..<20])
    #expect(zip(separate[20...], other[20...]).allSatisfy { $0 != $1 })
  }

  @Test("gradients of two half batches add up to the whole batch's")
  func accumulates() throws {
    let decoder = try testDecoder()
    let inputs = randomTokens(40, below: 37, seed: 1), targets = randomTokens(40, below: 37, seed: 2).map(Int32.init)
    let pool = ThreadPool(width: 2)
    let whole = DecoderPass(decoder, batch: 4, length: 10, pool: pool, trains: true)
    let half = DecoderPass(decoder, batch: 2, length: 10, pool: pool, trains: true)
    let sum = whole.accumulateGradient(inputs: inputs, targets: targets, scale: 1, adding: false)
    let first = half.accumulateGradient(
      inputs: Array(inputs[..<20]), targets: Array(targets[..<20]), scale: 1, adding: false)
    let second = half.accumulateGradient(inputs: Array(inputs[20...]), targets: Array(targets[20...]), scale: 1, adding: true)
    #expect(abs(sum - first - second) < 1e-4)
    let expected = try #require(whole.gradient), actual = try #require(half.gradient)
    #expect(relativeError(actual.values, doubles(expected.values)) < 1e-5)
  }

  @Test("recomputed activations give the same bits", arguments: shapes)
  func recomputes(shape: DecoderConfiguration) throws {
    let decoder = try testDecoder(shape)
    let inputs = randomTokens(40, below: 37, seed: 1), targets = randomTokens(40, below: 37, seed: 2).map(Int32.init)
    let pool = ThreadPool(width: 2)
    let gradients = try [false, true].map { recomputes in
      let pass = DecoderPass(decoder, batch: 2, length: 20, pool: pool, trains: true, recomputes: recomputes)
      _ = pass.accumulateGradient(inputs: inputs, targets: targets, scale: 1, adding: false)
      return try #require(pass.gradient).values
    }
    #expect(gradients[0] == gradients[1])
  }

  @Test("a token's loss does not depend on what follows it, nor on another document")
  func causality() throws {
    let decoder = try testDecoder()
    let pass = DecoderPass(decoder, batch: 1, length: 60, pool: ThreadPool(width: 1), trains: false)
    let inputs = randomTokens(60, below: 37, seed: 1), targets = randomTokens(60, below: 37, seed: 2).map(Int32.init)
    let before = pass.tokenLosses(inputs: inputs, targets: targets)
    var changed = inputs
    changed[50] = (changed[50] + 1) % 37
    let after = pass.tokenLosses(inputs: changed, targets: targets)
    #expect(before[..<50] == after[..<50])
    #expect(before[50] != after[50])

    let starts = (0..<60).map { $0 < 20 ? Int32(0) : 20 }
    let separate = pass.tokenLosses(inputs: inputs, targets: targets, documentStarts: starts)
    changed = inputs
    changed[3] = (changed[3] + 1) % 37
    let other = pass.tokenLosses(inputs: changed, targets: targets, documentStarts: starts)
    #expect(separate[20...] == other[20...])
    #expect(separate[3..<20] != other[3..<20])
  }

  @Test("losses and gradients have the same bits for every width of the pool")
  func sameBitsForAnyWidth() throws {
    let shape = DecoderConfiguration(
      vocabularySize: 300, hiddenSize: 64, intermediateSize: 96, layerCount: 2, headCount: 4, contextLength: 64)
    let decoder = try Decoder(shape, seed: 3)
    let inputs = randomTokens(256, below: 300, seed: 1), targets = randomTokens(256, below: 300, seed: 2).map(Int32.init)
    let results = try [1, 2, 4].map { width in
      let pass = DecoderPass(decoder, batch: 4, length: 64, pool: ThreadPool(width: width), trains: true)
      let sum = pass.accumulateGradient(inputs: inputs, targets: targets, scale: 1, adding: false)
      return (sum, try #require(pass.gradient).values)
    }
    for other in results.dropFirst() {
      #expect(other.0 == results[0].0)
      #expect(other.1 == results[0].1)
    }
  }

  @Test("fresh weights depend on the seed alone")
  func freshWeights() throws {
    let a = try Decoder(tinyShape, seed: 1), b = try Decoder(tinyShape, seed: 1), c = try Decoder(tinyShape, seed: 2)
    #expect(a.parameters.values == b.parameters.values)
    #expect(a.parameters.values != c.parameters.values)
    let embedding = try #require(a.values(of: "model.embed_tokens.weight"))
    let deviation = (doubles(embedding).reduce(0) { $0 + $1 * $1 } / Double(embedding.count)).squareRoot()
    #expect(abs(deviation - 0.02) < 0.002)
  }
}
