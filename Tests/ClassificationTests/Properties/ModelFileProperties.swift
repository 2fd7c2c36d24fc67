import Classification
import Documents

/// What holds for any bytes that are read as a fastText model. `Fuzzing/` checks it on generated inputs, the tests on seeds and findings.
struct ModelFileProperties {
  /// Small models of every loss, with words, n-grams and both, whole and quantized.
  static let seeds: [[UInt8]] = FastTextArguments.Loss.allCases.flatMap { loss -> [[UInt8]] in
    [(1, 0, 0), (2, 0, 16), (1, 3, 16)].flatMap { wordNgrams, longest, buckets -> [[UInt8]] in
      var arguments = FastTextArguments()
      (arguments.loss, arguments.dimension, arguments.epochs, arguments.minimumCount) = (loss, 2, 1, 1)
      (arguments.wordNgrams, arguments.buckets) = (Int32(wordNgrams), Int32(buckets))
      (arguments.minimumNgram, arguments.maximumNgram) = (longest > 0 ? 2 : 0, Int32(longest))
      guard let model = try? FastTextTrainer(arguments: arguments).train(examples) else { return [] }
      return [model.serialized(), model.quantized().serialized()]
    }
  }

  private static let examples = [("en_Latn", "the cat"), ("de_Latn", "der Hund"), ("ru_Cyrl", "это кот")].map {
    FastTextTrainer.Example(labels: [$0], text: Array($1.utf8))
  }
  private static let texts = ["the cat and the dog", "", "\u{0} __label__x 猫 </s>", "der der der Hund"].map { Array($0.utf8) }

  /// What is wrong, or nil. A model that is read is written and read again as the same bytes, and says the same twice; one that is not says why.
  func violation(_ input: UnsafeRawBufferPointer) -> String? {
    do throws(Diagnostic) {
      let model = try FastTextModel(bytes: input)
      let bytes = model.serialized()
      let again = try reread(bytes)
      if again.serialized() != bytes { return "a model changes when it is written and read" }
      for text in Self.texts {
        var (one, two) = (FastTextModel.Scratch(), FastTextModel.Scratch())
        let first = model.predict(text, count: 3, using: &one)
        let second = again.predict(text, count: 3, using: &two)
        if first.map(\.label) != second.map(\.label) { return "a model says something else when it is read again" }
        if first.map(\.probability.bitPattern) != second.map(\.probability.bitPattern) { return "probabilities differ" }
      }
      if var identifier = try? LanguageIdentifier(model: model) {
        for text in Self.texts { _ = identifier.identify(text) }
      }
      return nil
    } catch {
      return error.message.isEmpty ? "refused without a word" : nil
    }
  }

  private func reread(_ bytes: [UInt8]) throws(Diagnostic) -> FastTextModel {
    try bytes.withUnsafeBytes { bytes in Result { () throws(Diagnostic) in try FastTextModel(bytes: bytes) } }.get()
  }
}
