import Classification
import Documents
import Foundation

/// Softmax regression on the mean of word vectors by stochastic gradient descent, one example after the other, in dictionaries and double
/// precision: the specification of `FastTextTrainer` for words alone.
struct PlainDescent {
  private var input: [String: [Double]] = [:]
  private var output: [[Double]]
  private let labels: [String]

  /// - Parameter model: trained on the same examples; tells only the order of words and labels.
  init(
    _ examples: [FastTextTrainer.Example], _ arguments: FastTextArguments, learningRate: Double, seed: UInt64,
    like model: FastTextModel
  ) {
    labels = model.labels
    let columns = Int(arguments.dimension)
    output = [[Double]](repeating: [Double](repeating: 0, count: columns), count: labels.count)
    var counts: [String: Int] = [:]
    for example in examples { for word in Self.words(example.text) { counts[word, default: 0] += 1 } }
    var random = SeededRandom(seed: seed, stream: "input")
    for word in counts.keys.sorted(by: { counts[$0] == counts[$1] ? $0 < $1 : (counts[$0] ?? 0) > (counts[$1] ?? 0) }) {
      input[word] = (0..<columns).map { _ in (random.nextUnit() * 2 - 1) / Double(columns) }
    }
    var order = Array(examples.indices)
    var shuffle = SeededRandom(seed: seed, stream: "order")
    let total = Double(order.count * Int(arguments.epochs))
    var done = 0
    for _ in 0..<arguments.epochs {
      order.shuffle(using: &shuffle)
      for index in order {
        learn(examples[index], rate: learningRate * (1 - Double(done) / total))
        done += 1
      }
    }
  }

  private static func words(_ text: [UInt8]) -> [String] {
    String(decoding: text, as: UTF8.self).split(separator: " ").map(String.init) + ["</s>"]
  }

  private mutating func learn(_ example: FastTextTrainer.Example, rate: Double) {
    let words = Self.words(example.text)
    let hidden = mean(words)
    let scores = softmax(hidden)
    var gradient = hidden.map { _ in 0.0 }
    for label in labels.indices {
      let step = rate * ((labels[label] == example.labels[0] ? 1 : 0) - scores[label])
      for column in hidden.indices {
        gradient[column] += step * output[label][column]
        output[label][column] += step * hidden[column]
      }
    }
    for word in words { for column in hidden.indices { input[word]?[column] += gradient[column] / Double(words.count) } }
  }

  private func mean(_ words: [String]) -> [Double] {
    let known = words.compactMap { input[$0] }
    return output[0].indices.map { column in known.reduce(0) { $0 + $1[column] } / Double(max(1, known.count)) }
  }

  private func softmax(_ hidden: [Double]) -> [Double] {
    let powers = output.map { row in exp(zip(row, hidden).reduce(0) { $0 + $1.0 * $1.1 }) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  func probabilities(_ text: String) -> [String: Double] {
    Dictionary(zip(labels, softmax(mean(Self.words(Array(text.utf8)))))) { first, _ in first }
  }
}
