import Foundation
import LanguageModels

extension Training {
  /// Logits for `Tests/Conformance/model_in_transformers.py`. TOKENS holds 32-bit integers; OUTPUT gets fp32 rows of the vocabulary: one
  /// after each token, taken in one by one, and one more after all, taken in at once.
  static func logits(_ arguments: [String], _ pool: ThreadPool) throws {
    guard arguments.count == 3 else {
      print("usage: training logits MODEL TOKENS OUTPUT")
      exit(2)
    }
    let tokens = try Data(contentsOf: URL(fileURLWithPath: arguments[1])).withUnsafeBytes {
      $0.bindMemory(to: Int32.self).map { UInt32($0) }
    }
    let state = DecoderState(try HuggingFaceModel.read(arguments[0]), pool: pool)
    var output = Data()
    func add(_ row: [Float]) { row.withUnsafeBytes { output.append(contentsOf: $0) } }
    for token in tokens { add(state.advance(token)) }
    state.reset()
    add(state.advance(tokens))
    try output.write(to: URL(fileURLWithPath: arguments[2]))
  }

  /// A prompt that fills half the context, at once and token by token, in turns.
  static func prompt(_ configuration: Configuration, _ pool: ThreadPool, rounds: Int) throws {
    let state = DecoderState(try Decoder(configuration.model, seed: 0), pool: pool)
    let length = configuration.model.contextLength / 2
    let tokens = (0..<length).map { UInt32(($0 * 7919 + 1) % configuration.model.vocabularySize) }
    var atOnce: [Double] = []
    var oneByOne: [Double] = []
    for _ in 0..<rounds + 1 {
      state.reset()
      atOnce.append(measure { _ = state.advance(tokens) })
      state.reset()
      oneByOne.append(measure { for token in tokens { _ = state.advance(token) } })
    }
    func rate(_ times: [Double]) -> String { fixed(Double(length) / times.dropFirst().sorted()[rounds / 2]) }
    report([
      ("what", "\"prompt\""), ("tokens", "\(length)"), ("at-once-tokens-per-second", rate(atOnce)),
      ("one-by-one-tokens-per-second", rate(oneByOne)),
    ])
  }
}
