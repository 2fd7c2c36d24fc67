/// How well a model's best label agrees with labelled examples.
public struct ClassifierScores: Sendable {
  public struct Label: Sendable {
    public let name: String
    /// Examples that have the label.
    public let lines: Int
    public let precision: Double
    public let recall: Double
    /// Harmonic mean of precision and recall; 0 when both are.
    public let f1: Double
  }

  /// The labels that occur in the examples, sorted by name.
  public let labels: [Label]
  public let lines: Int
  /// Share of examples whose best label is one of theirs; an example without prediction counts as wrong.
  public let accuracy: Double

  /// The mean of F1 over the labels of the examples.
  public var macroF1: Double { labels.isEmpty ? 0 : labels.reduce(0) { $0 + $1.f1 } / Double(labels.count) }

  public static func measure(_ model: FastTextModel, _ examples: [FastTextTrainer.Example]) -> ClassifierScores {
    var scratch = FastTextModel.Scratch()
    var (right, predicted, actual) = ([String: Int](), [String: Int](), [String: Int]())
    var correct = 0
    for example in examples {
      for label in example.labels { actual[label, default: 0] += 1 }
      guard let best = model.predict(example.text, using: &scratch).first?.label else { continue }
      predicted[best, default: 0] += 1
      if example.labels.contains(best) {
        right[best, default: 0] += 1
        correct += 1
      }
    }
    let labels = actual.keys.sorted().map { name in
      let hits = Double(right[name] ?? 0)
      let (guesses, lines) = (predicted[name] ?? 0, actual[name] ?? 0)
      return Label(
        name: name, lines: lines, precision: guesses == 0 ? 0 : hits / Double(guesses), recall: hits / Double(lines),
        f1: 2 * hits / Double(max(1, guesses + lines)))
    }
    return ClassifierScores(
      labels: labels, lines: examples.count, accuracy: examples.isEmpty ? 0 : Double(correct) / Double(examples.count))
  }
}
