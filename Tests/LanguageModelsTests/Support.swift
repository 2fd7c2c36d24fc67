import CKernels
import Documents
import LanguageModels
import Testing

/// Values in -1 ..< 1.
func randomValues(_ count: Int, seed: UInt64) -> [Float] {
  var random = SeededRandom(seed: seed, stream: "values")
  return (0..<count).map { _ in Float(random.nextUnit() * 2 - 1) }
}

func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }

/// The greatest difference, relative to the greatest expected magnitude (at least `floor`).
func relativeError(_ actual: [Float], _ expected: [Double], floor: Double = 1e-30) -> Double {
  guard actual.count == expected.count else { return .infinity }
  let scale = max(floor, expected.reduce(0) { max($0, abs($1)) })
  var worst = 0.0
  for (a, e) in zip(actual, expected) {
    let difference = abs(Double(a) - e)
    if !(difference <= worst) { worst = difference }
  }
  return worst / scale
}

extension Kernels: CustomTestStringConvertible {
  public var testDescription: String { "\(level)" }
  /// Every level that this machine runs.
  static let all: [Kernels] = Level.allCases.compactMap { Kernels($0) }
}

let tinyShape = DecoderConfiguration(
  vocabularySize: 37, hiddenSize: 24, intermediateSize: 20, layerCount: 2, headCount: 4, keyValueHeadCount: 2, headSize: 6,
  contextLength: 64)

let tinyGPT2 = DecoderConfiguration(
  family: .gpt2, vocabularySize: 37, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 4, contextLength: 64)

/// Of its three pairs the first turns as often as before, the second a little slower, the third by the factor.
let scaledShape: DecoderConfiguration = {
  var shape = tinyShape
  shape.ropeScaling = .llama3(factor: 8, lowFrequencyFactor: 0.2, highFrequencyFactor: 1, originalContextLength: 64)
  return shape
}()

let linearlyScaledShape: DecoderConfiguration = {
  var shape = tinyShape
  shape.ropeScaling = .linear(factor: 2)
  return shape
}()

/// A decoder whose weights are large enough that every gradient matters.
func testDecoder(_ shape: DecoderConfiguration = tinyShape, seed: UInt64 = 7) throws -> Decoder {
  let decoder = try Decoder(shape, seed: seed)
  for (index, value) in randomValues(decoder.parameters.count, seed: seed).enumerated() {
    decoder.parameters[index] = decoder.parameters[index] + 0.2 * value
  }
  return decoder
}

func randomTokens(_ count: Int, below bound: Int, seed: UInt64) -> [UInt32] {
  var random = SeededRandom(seed: seed, stream: "tokens")
  return (0..<count).map { _ in UInt32(random.next(below: UInt64(bound))) }
}
