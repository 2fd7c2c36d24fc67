import Documents

/// Trains supervised fastText models (Joulin et al. 2016, "Bag of Tricks for Efficient Text Classification").
///
/// Stochastic gradient descent over examples in a seeded order, `blockSize` of them at a time: the same examples, options and seed give the
/// same bytes on every run and with any number of threads. (The library's own threads race each other, Recht et al. 2011, and do not.)
public struct FastTextTrainer: Sendable {
  /// A text and its labels, without `__label__`.
  public struct Example: Sendable {
    public var labels: [String]
    public var text: [UInt8]

    public init(labels: [String], text: [UInt8]) {
      self.labels = labels
      self.text = text
    }
  }

  public var arguments: FastTextArguments
  public var learningRate: Float
  public var seed: UInt64
  /// They share the work and change nothing in the result.
  public var threads: Int
  /// Examples that are learned from the same state of the parameters, at least 1. Part of the recipe: another size gives other bytes.
  public var blockSize = FastTextTrainer.defaultBlockSize

  /// So few that the model is as good as with blocks of one, so many that threads seldom wait for each other.
  public static let defaultBlockSize = 8

  public init(arguments: FastTextArguments = FastTextArguments(), learningRate: Float = 0.1, seed: UInt64 = 1, threads: Int = 1)
  {
    self.arguments = arguments
    self.learningRate = learningRate
    self.seed = seed
    self.threads = threads
  }

  public func train(_ examples: [Example]) throws(Diagnostic) -> FastTextModel {
    var arguments = arguments
    if arguments.maximumNgram == 0, arguments.wordNgrams <= 1 { arguments.buckets = 0 }
    let dictionary = Self.dictionary(examples, arguments)
    guard !dictionary.labels.isEmpty else {
      throw Diagnostic("no-labels", "no training line has a label", fix: "begin each line with __label__NAME")
    }
    var numbers: [[UInt8]: Int] = [:]
    for (index, entry) in dictionary.labels.enumerated() { numbers[entry.text] = index }
    let targets = examples.map { $0.labels.compactMap { numbers[FastTextDictionary.labelPrefix + Array($0.utf8)] } }
    var order = examples.indices.filter { !targets[$0].isEmpty }
    var random = SeededRandom(seed: seed, stream: "order")
    let epochs = max(1, Int(arguments.epochs))
    let (total, firstRate, threads) = (Double(order.count * epochs), learningRate, max(1, threads))
    let matrices = TrainingParameters.trained(
      columns: Int(arguments.dimension), inputRows: dictionary.wordCount + Int(arguments.buckets),
      outputRows: dictionary.labels.count, seed: seed,
      threads: threads
    ) { parameters in
      let blocks = TrainingBlocks(parameters, arguments, dictionary, size: max(1, blockSize), seed: seed)
      for epoch in 0..<epochs {
        order.shuffle(using: &random)
        blocks.learn(order, of: examples, targets, first: epoch * order.count, threads: threads) { number in
          firstRate * Float(1 - Double(number) / total)
        }
      }
    }
    return FastTextModel(arguments, dictionary, input: .dense(matrices.input), output: .dense(matrices.output))
  }

  /// Words and labels by descending count (ties by their bytes), as the library orders them.
  private static func dictionary(_ examples: [Example], _ arguments: FastTextArguments) -> FastTextDictionary {
    var words: [[UInt8]: Int64] = [:]
    var labels: [[UInt8]: Int64] = [:]
    var tokens: Int64 = 0
    for example in examples {
      for label in example.labels { labels[FastTextDictionary.labelPrefix + Array(label.utf8), default: 0] += 1 }
      for word in example.text.split(whereSeparator: FastTextDictionary.isSeparator) {
        tokens += 1
        if !word.starts(with: FastTextDictionary.labelPrefix) { words[Array(word), default: 0] += 1 }
      }
      words[FastTextDictionary.endOfLine, default: 0] += 1
      tokens += 1 + Int64(example.labels.count)
    }
    func entries(_ counts: [[UInt8]: Int64], isLabel: Bool) -> [FastTextDictionary.Entry] {
      let kept = counts.filter { isLabel || $0.value >= Int64(arguments.minimumCount) }
      return kept.sorted { $0.value == $1.value ? $0.key.lexicographicallyPrecedes($1.key) : $0.value > $1.value }
        .map { .init(text: $0.key, count: $0.value, isLabel: isLabel) }
    }
    let kept = entries(words, isLabel: false)
    return FastTextDictionary(
      entries: kept + entries(labels, isLabel: true), wordCount: kept.count, tokenCount: tokens, prunedRows: nil,
      arguments: arguments)
  }
}
