import Documents
import Foundation

/// Trains supervised fastText models (Joulin et al. 2016, "Bag of Tricks for Efficient Text Classification").
///
/// Stochastic gradient descent in one thread over examples in a seeded order: the same examples, options and seed give the same
/// bytes on every run. (The library's own training races its threads and does not.)
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

  public init(arguments: FastTextArguments = FastTextArguments(), learningRate: Float = 0.1, seed: UInt64 = 1) {
    self.arguments = arguments
    self.learningRate = learningRate
    self.seed = seed
  }

  public func train(_ examples: [Example]) throws(Diagnostic) -> FastTextModel {
    var arguments = arguments
    if arguments.maximumNgram == 0, arguments.wordNgrams <= 1 { arguments.buckets = 0 }
    let dictionary = Self.dictionary(examples, arguments)
    guard !dictionary.labels.isEmpty else {
      throw Diagnostic("no-labels", "no training line has a label", fix: "begin each line with __label__NAME")
    }
    var run = TrainingRun(arguments, dictionary, seed: seed)
    var numbers: [[UInt8]: Int] = [:]
    for (index, entry) in dictionary.labels.enumerated() { numbers[entry.text] = index }
    let targets = examples.map { $0.labels.compactMap { numbers[FastTextDictionary.labelPrefix + Array($0.utf8)] } }
    var order = examples.indices.filter { !targets[$0].isEmpty }
    var random = SeededRandom(seed: seed, stream: "order")
    let epochs = max(1, Int(arguments.epochs))
    let total = Double(order.count * epochs)
    var done = 0
    for _ in 0..<epochs {
      order.shuffle(using: &random)
      for index in order {
        let rate = learningRate * Float(1 - Double(done) / total)
        run.learn(examples[index].text, targets[index], rate: rate, &random)
        done += 1
      }
    }
    return run.model()
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
      entries: kept + entries(labels, isLabel: true), wordCount: kept.count, tokenCount: tokens, prunedRows: nil, arguments: arguments)
  }
}

/// The moving parts of one training.
private struct TrainingRun {
  let arguments: FastTextArguments
  let dictionary: FastTextDictionary
  let columns: Int
  let labelCount: Int
  let paths: [[(node: Int, isRight: Bool)]]
  let negatives: NegativeLabels
  var input: [Float]
  var output: [Float]
  private var rows: [Int32] = []
  private var words: [Int32] = []
  private var hidden: [Float]
  private var gradient: [Float]
  private var scores: [Float]

  init(_ arguments: FastTextArguments, _ dictionary: FastTextDictionary, seed: UInt64) {
    self.arguments = arguments
    self.dictionary = dictionary
    columns = Int(arguments.dimension)
    labelCount = dictionary.labels.count
    var random = SeededRandom(seed: seed, stream: "input")
    let bound = 1 / Double(columns)
    let count = (dictionary.wordCount + Int(arguments.buckets)) * columns
    input = (0..<count).map { _ in Float((random.nextUnit() * 2 - 1) * bound) }
    output = [Float](repeating: 0, count: labelCount * columns)
    hidden = [Float](repeating: 0, count: columns)
    gradient = hidden
    scores = [Float](repeating: 0, count: labelCount)
    negatives = NegativeLabels(counts: dictionary.labels.map(\.count))
    let tree = HuffmanTree(counts: dictionary.labels.map(\.count))
    paths = arguments.loss == .hierarchicalSoftmax && labelCount > 1 ? (0..<labelCount).map { tree.path(to: $0) } : []
  }

  func model() -> FastTextModel {
    FastTextModel(
      arguments, dictionary,
      input: .dense(DenseMatrix(rows: input.count / columns, columns: columns, values: input)),
      output: .dense(DenseMatrix(rows: labelCount, columns: columns, values: output)))
  }

  mutating func learn(_ text: [UInt8], _ targets: [Int], rate: Float, _ random: inout SeededRandom) {
    text.withUnsafeBufferPointer { dictionary.features($0, into: &rows, words: &words) }
    guard !rows.isEmpty else { return }
    let scale = 1 / Float(rows.count)
    for column in 0..<columns { (hidden[column], gradient[column]) = (0, 0) }
    input.withUnsafeBufferPointer { input in
      hidden.withUnsafeMutableBufferPointer { hidden in
        for row in rows {
          let base = Int(row) &* columns
          for column in 0..<columns { hidden[column] += input[base &+ column] }
        }
        for column in 0..<columns { hidden[column] *= scale }
      }
    }
    switch arguments.loss {
    case .oneVersusAll:
      for label in 0..<labelCount { learnBinary(row: label, isTrue: targets.contains(label), rate) }
    case .hierarchicalSoftmax:
      let target = targets[targets.count == 1 ? 0 : Int(random.next(below: UInt64(targets.count)))]
      if !paths.isEmpty { for step in paths[target] { learnBinary(row: step.node - labelCount, isTrue: step.isRight, rate) } }
    case .negativeSampling:
      let target = targets[targets.count == 1 ? 0 : Int(random.next(below: UInt64(targets.count)))]
      learnBinary(row: target, isTrue: true, rate)
      for _ in 0..<max(0, arguments.negatives) {
        if let other = negatives.draw(except: target, &random) { learnBinary(row: other, isTrue: false, rate) }
      }
    case .softmax:
      learnSoftmax(targets[targets.count == 1 ? 0 : Int(random.next(below: UInt64(targets.count)))], rate)
    }
    input.withUnsafeMutableBufferPointer { input in
      gradient.withUnsafeMutableBufferPointer { gradient in
        for column in 0..<columns { gradient[column] *= scale }
        for row in rows {
          let base = Int(row) &* columns
          for column in 0..<columns { input[base &+ column] += gradient[column] }
        }
      }
    }
  }

  private mutating func learnBinary(row: Int, isTrue: Bool, _ rate: Float) {
    let base = row * columns
    var sum: Float = 0
    for column in 0..<columns { sum += output[base + column] * hidden[column] }
    let step = rate * ((isTrue ? 1 : 0) - 1 / (1 + exp(-sum)))
    for column in 0..<columns {
      gradient[column] += step * output[base + column]
      output[base + column] += step * hidden[column]
    }
  }

  private mutating func learnSoftmax(_ target: Int, _ rate: Float) {
    output.withUnsafeMutableBufferPointer { output in
      hidden.withUnsafeMutableBufferPointer { hidden in
        gradient.withUnsafeMutableBufferPointer { gradient in
          var largest = -Float.infinity
          for label in 0..<labelCount {
            let base = label &* columns
            var sum = SIMD4<Float>.zero
            var column = 0
            while column &+ 4 <= columns {
              let a = SIMD4(output[base &+ column], output[base &+ column &+ 1], output[base &+ column &+ 2], output[base &+ column &+ 3])
              let b = SIMD4(hidden[column], hidden[column &+ 1], hidden[column &+ 2], hidden[column &+ 3])
              sum += a * b
              column &+= 4
            }
            var value = sum.sum()
            while column < columns {
              value += output[base &+ column] * hidden[column]
              column &+= 1
            }
            scores[label] = value
            largest = max(largest, value)
          }
          var total: Float = 0
          for label in 0..<labelCount {
            scores[label] = exp(scores[label] - largest)
            total += scores[label]
          }
          for label in 0..<labelCount {
            let step = rate * ((label == target ? 1 : 0) - scores[label] / total)
            let base = label &* columns
            for column in 0..<columns {
              gradient[column] += step * output[base &+ column]
              output[base &+ column] += step * hidden[column]
            }
          }
        }
      }
    }
  }
}
