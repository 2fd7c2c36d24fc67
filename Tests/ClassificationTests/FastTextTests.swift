import Classification
import Documents
import Storage
import TestSupport
import Testing

@Suite("fastText models")
struct FastTextTests {
  private static let examples: [FastTextTrainer.Example] = {
    let subjects: [(String, [String])] = [
      ("animals", ["cat", "dog", "horse", "bird", "fish"]), ("tools", ["hammer", "saw", "drill", "wrench", "pliers"]),
      ("fruits", ["apple", "pear", "plum", "cherry", "grape"]),
    ]
    var random = SeededRandom(seed: 3)
    return (0..<300).map { _ in
      let (label, words) = subjects[Int(random.next(below: 3))]
      let text = (0..<4).map { _ in words[Int(random.next(below: 5))] }.joined(separator: " the ")
      return .init(labels: [label], text: Array(text.utf8))
    }
  }()

  private func arguments(_ loss: FastTextArguments.Loss = .softmax, words: Int32 = 1, ngrams: Int32 = 0) -> FastTextArguments {
    var arguments = FastTextArguments()
    arguments.dimension = 10
    arguments.epochs = 10
    arguments.loss = loss
    arguments.wordNgrams = words
    arguments.minimumNgram = ngrams > 0 ? 2 : 0
    arguments.maximumNgram = ngrams
    arguments.buckets = 500
    return arguments
  }

  private func predictions(_ model: FastTextModel, _ text: String) -> [(label: String, probability: Float)] {
    var scratch = FastTextModel.Scratch()
    return model.predict(Array(text.utf8), count: 3, using: &scratch)
  }

  @Test(
    "each loss learns, and its file reads back with the same predictions and bytes",
    arguments: [FastTextArguments.Loss.softmax, .hierarchicalSoftmax, .oneVersusAll, .negativeSampling], [0, 4] as [Int32])
  func learnsAndRoundTrips(_ loss: FastTextArguments.Loss, _ ngrams: Int32) throws {
    let trainer = FastTextTrainer(arguments: arguments(loss, words: 2, ngrams: ngrams), learningRate: 0.5)
    let model = try trainer.train(Self.examples)
    #expect(ClassifierScores.measure(model, Self.examples).macroF1 > 0.95)
    #expect(predictions(model, "saw drill hammer").first?.label == "tools")
    let bytes = model.serialized()
    let again = try bytes.withUnsafeBytes { try FastTextModel(bytes: $0) }
    #expect(again.serialized() == bytes)
    let (a, b) = (predictions(model, "the cat and the plum"), predictions(again, "the cat and the plum"))
    #expect(a.map(\.label) == b.map(\.label))
    #expect(a.map(\.probability) == b.map(\.probability))
  }

  @Test("the same seed gives the same bytes, another seed others")
  func isDeterministic() throws {
    let trainer = FastTextTrainer(arguments: arguments(), seed: 5)
    let bytes = try trainer.train(Self.examples).serialized()
    #expect(try trainer.train(Self.examples).serialized() == bytes)
    #expect(try FastTextTrainer(arguments: arguments(), seed: 6).train(Self.examples).serialized() != bytes)
  }

  @Test(
    "any number of threads gives the same bytes, for every loss and for lines with several labels",
    arguments: [FastTextArguments.Loss.softmax, .hierarchicalSoftmax, .oneVersusAll, .negativeSampling])
  func isIndependentOfThreads(_ loss: FastTextArguments.Loss) throws {
    var examples = Self.examples
    for index in stride(from: 0, to: examples.count, by: 7) { examples[index].labels.append("seventh") }
    for index in stride(from: 0, to: examples.count, by: 11) { examples[index].text = [] }
    var trainer = FastTextTrainer(arguments: arguments(loss, words: 2, ngrams: 3), learningRate: 0.5, seed: 5)
    let bytes = try trainer.train(examples).serialized()
    for threads in [2, 3, 8] {
      trainer.threads = threads
      #expect(try trainer.train(examples).serialized() == bytes, "\(threads) threads")
    }
  }

  @Test("blocks of one example are plain stochastic gradient descent")
  func isPlainDescentInBlocksOfOne() throws {
    let examples = Array(Self.examples.prefix(40))
    var trainer = FastTextTrainer(arguments: arguments(), learningRate: 0.3, seed: 2, threads: 2)
    trainer.blockSize = 1
    let model = try trainer.train(examples)
    let plain = PlainDescent(examples, arguments(), learningRate: 0.3, seed: 2, like: model)
    for text in ["saw drill hammer", "the cat and the plum", "pear"] {
      let expected = plain.probabilities(text)
      for (label, probability) in predictions(model, text) { #expect(abs(Float(expected[label] ?? 0) - probability) < 1e-4) }
    }
  }

  @Test("a quantized model is smaller, reads back and still predicts")
  func quantizes() throws {
    let model = try FastTextTrainer(arguments: arguments(ngrams: 3), learningRate: 0.5).train(Self.examples)
    for norms in [true, false] {
      let quantized = model.quantized(separatesNorms: norms)
      let bytes = quantized.serialized()
      #expect(bytes.count < model.serialized().count)
      let again = try bytes.withUnsafeBytes { try FastTextModel(bytes: $0) }
      #expect(again.serialized() == bytes)
      #expect(ClassifierScores.measure(again, Self.examples).accuracy > 0.9)
    }
  }

  @Test("a damaged file is an error at every length and never a crash")
  func rejectsDamage() throws {
    let bytes = try FastTextTrainer(arguments: arguments(ngrams: 3)).train(Self.examples).quantized().serialized()
    for length in stride(from: 0, to: bytes.count, by: 37) {
      #expect(throws: Diagnostic.self) { try bytes[..<length].withUnsafeBytes { _ = try FastTextModel(bytes: $0) } }
    }
    var random = SeededRandom(seed: 9)
    var scratch = FastTextModel.Scratch()
    for _ in 0..<400 {
      var damaged = bytes
      damaged[Int(random.next(below: 300))] = UInt8(truncatingIfNeeded: random.next())
      if let model = try? damaged.withUnsafeBytes({ try FastTextModel(bytes: $0) }) {
        _ = model.predict(Array("the cat".utf8), using: &scratch)
      }
    }
  }

  @Test("seeds of the fuzzer hold, also with a damaged byte", arguments: ModelFileProperties.seeds.indices)
  func seedsHold(_ number: Int) {
    var random = SeededRandom(seed: UInt64(number))
    let seed = ModelFileProperties.seeds[number]
    #expect(seed.withUnsafeBytes(ModelFileProperties().violation) == nil)
    for _ in 0..<200 {
      var damaged = seed
      damaged[Int(random.next(below: UInt64(min(seed.count, 400))))] = UInt8(truncatingIfNeeded: random.next())
      let violation = damaged.withUnsafeBytes(ModelFileProperties().violation)
      #expect(violation == nil)
    }
  }

  @Test(
    "weights that no fixed-point step fits are survived",
    arguments: [Float.leastNonzeroMagnitude, Float.leastNormalMagnitude / 1024, .greatestFiniteMagnitude, .infinity, -.infinity, .nan])
  func survivesWeights(_ weight: Float) throws {
    // The file ends with the input matrix and that of 3 labels: a flag, rows, columns, values.
    var file = ModelFileProperties.seeds[0]
    let end = file.count - (1 + 8 + 8) - 3 * 2 * 4
    let rows = try #require((1..<40).first { rows in
      Array(file[(end - rows * 8 - 16)..<(end - rows * 8)]) == [UInt8(rows), 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    })
    for value in 1..<(2 * rows) {
      withUnsafeBytes(of: weight.bitPattern.littleEndian) { file.replaceSubrange((end - 4 * value)..<(end - 4 * value + 4), with: $0) }
    }
    #expect(file.withUnsafeBytes(ModelFileProperties().violation) == nil)
    withUnsafeBytes(of: weight.bitPattern.littleEndian) { file.replaceSubrange((end - 8 * rows)..<(end - 8 * rows + 4), with: $0) }
    #expect(file.withUnsafeBytes(ModelFileProperties().violation) == nil)
  }

  @Test("training lines come in both forms, and a line without label is named")
  func readsTrainingLines() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("lines").path
      try AtomicFile.write(Array("__label__a __label__b some text\nc\tother text\n".utf8), to: path)
      let examples = try TrainingLines.read(path: path)
      #expect(examples.map(\.labels) == [["a", "b"], ["c"]])
      #expect(examples.map { String(decoding: $0.text, as: UTF8.self) } == ["some text", "other text"])
      try AtomicFile.write(Array("a\tfine\nno label here\n".utf8), to: path)
      let error = #expect(throws: Diagnostic.self) { try TrainingLines.read(path: path) }
      #expect(error?.place?.line == 2)
    }
  }
}
