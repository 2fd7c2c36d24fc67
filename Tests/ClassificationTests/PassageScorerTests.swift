import Classification
import Documents
import TestSupport
import Testing

@Suite("PassageScorer: the fast form of a model")
struct PassageScorerTests {
  private static let texts = [
    "the committee will publish its report next week", "комиссия опубликует доклад", "委员会 将 于 下周 发布 报告", "a", "zzz qqq xxx",
    "ein sehr langes wort " + String(repeating: "donaudampfschiff", count: 30),
  ]

  private static func examples(seed: UInt64) -> [FastTextTrainer.Example] {
    var random = SeededRandom(seed: seed)
    return (0..<200).map { _ in
      let label = Int(random.next(below: 5))
      let words = (0..<6).map { _ in String((0..<4).map { _ in Character(UnicodeScalar(UInt8(97 + 5 * label + Int(random.next(below: 8))))) }) }
      return .init(labels: ["l\(label)"], text: Array(words.joined(separator: " ").utf8))
    }
  }

  private static func model(dimension: Int32, loss: FastTextArguments.Loss = .softmax, minimumCount: Int32 = 1_000_000) throws -> FastTextModel {
    var arguments = FastTextArguments()
    arguments.dimension = dimension
    arguments.minimumNgram = 1
    arguments.maximumNgram = 4
    arguments.buckets = 997
    arguments.minimumCount = minimumCount
    arguments.loss = loss
    return try FastTextTrainer(arguments: arguments, learningRate: 0.5).train(examples(seed: 3))
  }

  private func compare(_ model: FastTextModel, within tolerance: Float) {
    var scorer = PassageScorer(model)
    var scratch = FastTextModel.Scratch()
    let all = Array(model.labels.indices)
    for text in Self.texts + Self.examples(seed: 4).map({ String(decoding: $0.text, as: UTF8.self) }) {
      let bytes = Array(text.utf8)
      let isKnown = bytes.withUnsafeBufferPointer { model.score($0, using: &scratch) }
      scorer.begin()
      #expect(bytes.withUnsafeBufferPointer { scorer.read($0) } == isKnown)
      guard isKnown else { continue }
      let sum = scratch.probabilities.reduce(0, +)
      let fast = scorer.scorePassage(among: all)
      for (a, b) in zip(fast, scratch.probabilities) { #expect(abs(a - b / sum) < tolerance) }
      #expect(scorer.scoreText(among: all) == fast)
    }
  }

  @Test("agrees with the model to 0.02, whatever the length of the vectors", arguments: [1, 8, 24, 32, 33, 70])
  func agrees(_ dimension: Int32) throws { compare(try Self.model(dimension: dimension), within: 0.02) }

  @Test("agrees for every loss, for quantized models and for models with words", arguments: [FastTextArguments.Loss.softmax, .hierarchicalSoftmax, .oneVersusAll])
  func agreesForEveryKind(_ loss: FastTextArguments.Loss) throws {
    compare(try Self.model(dimension: 16, loss: loss), within: 0.02)
    compare(try Self.model(dimension: 16, loss: loss).quantized(), within: 0.02)
    compare(try Self.model(dimension: 16, loss: loss, minimumCount: 1), within: 0.02)
  }

  @Test("words remembered from other texts change nothing")
  func remembersExactly() throws {
    let model = try Self.model(dimension: 24)
    var worn = PassageScorer(model)
    let all = Array(model.labels.indices)
    var random = SeededRandom(seed: 8)
    for _ in 0..<300 {
      let words = (0..<Int(random.next(below: 9)) + 1).map { _ in
        String((0..<Int(random.next(below: 30)) + 1).map { _ in Character(UnicodeScalar(UInt8(97 + random.next(below: 3)))) })
      }
      let text = Array(words.joined(separator: " ").utf8)
      var fresh = PassageScorer(model)
      fresh.begin()
      worn.begin()
      #expect(text.withUnsafeBufferPointer { worn.read($0) } == text.withUnsafeBufferPointer { fresh.read($0) })
      #expect(worn.scorePassage(among: all) == fresh.scorePassage(among: all))
    }
  }

  @Test("scores among chosen labels sum to one")
  func choosesLabels() throws {
    var scorer = PassageScorer(try Self.model(dimension: 8))
    scorer.begin()
    #expect(Array("abcd efgh".utf8).withUnsafeBufferPointer { scorer.read($0) })
    let scores = scorer.scorePassage(among: [1, 3])
    #expect(abs(scores[1] + scores[3] - 1) < 1e-5)
  }

  @Test("remainders by multiplication are those of division", arguments: [1, 2, 3, 7, 997, 131_072, 150_000, 200_000, 2_000_000, .max])
  func remainders(_ divisor: UInt32) {
    var random = SeededRandom(seed: 5)
    let fixed = FixedDivisor(divisor)
    for value in [0, 1, divisor - 1, divisor, .max - 1, .max] + (0..<2000).map({ _ in UInt32(truncatingIfNeeded: random.next()) }) {
      #expect(fixed.remainder(of: value) == value % divisor)
    }
  }
}
