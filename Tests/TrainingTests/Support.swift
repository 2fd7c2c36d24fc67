import Documents
import LanguageModels
import Training

let testShape = DecoderConfiguration(
  vocabularySize: 50, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headCount: 2, contextLength: 16)

func testConfiguration(steps: Int = 12) -> TrainingConfiguration {
  var configuration = TrainingConfiguration(model: testShape, tokens: steps * 64)
  configuration.batchTokens = 64
  configuration.sequencesPerPass = 2
  configuration.learningRate = 1e-2
  configuration.seed = 11
  configuration.checkpointInterval = 5
  configuration.validationInterval = 4
  configuration.validationSequences = 3
  return configuration
}

/// A text with structure to learn: each token mostly decides the next.
func testTokens(_ count: Int, seed: UInt64 = 1) -> TokensInMemory {
  var random = SeededRandom(seed: seed, stream: "text")
  var tokens: [UInt32] = [0]
  while tokens.count < count {
    let next = random.nextUnit() < 0.8 ? (tokens[tokens.count - 1] &* 7 &+ 3) % 50 : UInt32(random.next(below: 50))
    tokens.append(next)
  }
  return TokensInMemory(tokens, seed: 5)
}
