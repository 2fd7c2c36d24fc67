import Documents
import Foundation
import Storage

/// A supervised fastText model: reads and writes the files of fastText 0.9 (`.bin`, and `.ftz` with quantized and pruned
/// matrices), predicts with softmax, hierarchical softmax, one-versus-all and negative sampling outputs.
///
/// Probabilities follow the library to the letter, its tables and its 1e-5 in logarithms included.
public struct FastTextModel: Sendable {
  public let arguments: FastTextArguments
  public let dictionary: FastTextDictionary
  /// Labels without `__label__`, in the order of the file (by descending count).
  public let labels: [String]
  let input: FastTextMatrix
  let output: FastTextMatrix
  let tree: HuffmanTree?

  init(_ arguments: FastTextArguments, _ dictionary: FastTextDictionary, input: FastTextMatrix, output: FastTextMatrix) {
    self.arguments = arguments
    self.dictionary = dictionary
    self.input = input
    self.output = output
    labels = dictionary.labels.map { entry in
      let prefix = FastTextDictionary.labelPrefix
      return String(
        decoding: entry.text.starts(with: prefix) ? entry.text.dropFirst(prefix.count) : entry.text[...], as: UTF8.self)
    }
    tree = arguments.loss == .hierarchicalSoftmax ? HuffmanTree(counts: dictionary.labels.map(\.count)) : nil
  }

  /// Reads a model file.
  public init(path: String) throws(Diagnostic) {
    let file = try MappedFile(path: path)
    defer { withExtendedLifetime(file) {} }
    try self.init(bytes: file.bytes, name: path)
  }

  /// Buffers that predictions reuse: one per worker.
  public struct Scratch: Sendable {
    var rows: [Int32] = []
    var words: [Int32] = []
    var hidden: [Float] = []
    /// The probability of every label after `score`.
    public internal(set) var probabilities: [Float] = []

    public init() {}
  }

  /// Fills `scratch.probabilities`, one for each of `labels`. False when the text has no feature that the model knows: there is
  /// no prediction then.
  public func score(_ line: UnsafeBufferPointer<UInt8>, using scratch: inout Scratch) -> Bool {
    guard hide(line, &scratch) else { return false }
    respond(&scratch)
    return true
  }

  /// Fills `scratch.probabilities` from `scratch.hidden`.
  func respond(_ scratch: inout Scratch) {
    if scratch.probabilities.count != labels.count { scratch.probabilities = [Float](repeating: 0, count: labels.count) }
    switch arguments.loss {
    case .softmax: softmax(&scratch)
    case .hierarchicalSoftmax: descend(&scratch)
    case .oneVersusAll, .negativeSampling:
      for label in labels.indices { scratch.probabilities[label] = Self.tableSigmoid(output.dot(row: label, scratch.hidden)) }
    }
  }

  /// The best labels of one line, most probable first; ties in the order of `labels`. As in fastText, a reported probability is
  /// exp(log(p + 1e-5)), so that a certain label can read as 1.00001.
  public func predict(
    _ text: [UInt8], count: Int = 1, threshold: Float = 0, using scratch: inout Scratch
  ) -> [(label: String, probability: Float)] {
    let known = text.withUnsafeBufferPointer { score($0, using: &scratch) }
    guard known else { return [] }
    let isLogarithmic = arguments.loss != .hierarchicalSoftmax
    return scratch.probabilities.indices.sorted { a, b in
      let (left, right) = (scratch.probabilities[a], scratch.probabilities[b])
      return left == right ? a < b : left > right
    }.prefix(count).map { index in
      let probability = scratch.probabilities[index]
      return (label: labels[index], probability: isLogarithmic ? probability + 1e-5 : probability)
    }.filter { $0.probability > threshold }
  }

  /// The mean of the input rows of a line's features.
  private func hide(_ line: UnsafeBufferPointer<UInt8>, _ scratch: inout Scratch) -> Bool {
    dictionary.features(line, into: &scratch.rows, words: &scratch.words)
    guard !scratch.rows.isEmpty else { return false }
    scratch.hidden.removeAll(keepingCapacity: true)
    scratch.hidden.append(contentsOf: repeatElement(0, count: input.columns))
    input.add(rows: scratch.rows, to: &scratch.hidden)
    let scale = 1 / Float(scratch.rows.count)
    for index in scratch.hidden.indices { scratch.hidden[index] *= scale }
    return true
  }

  private func softmax(_ scratch: inout Scratch) {
    var largest = -Float.infinity
    for label in labels.indices {
      let value = output.dot(row: label, scratch.hidden)
      scratch.probabilities[label] = value
      largest = max(largest, value)
    }
    var sum: Float = 0
    for label in labels.indices {
      let value = exp(scratch.probabilities[label] - largest)
      scratch.probabilities[label] = value
      sum += value
    }
    for label in labels.indices { scratch.probabilities[label] /= sum }
  }

  /// Walks the tree from its root; a probability is the product along the path, each factor with fastText's 1e-5.
  private func descend(_ scratch: inout Scratch) {
    guard let tree, labels.count > 1 else {
      for label in labels.indices { scratch.probabilities[label] = 1 }
      return
    }
    var pending: [(node: Int, score: Float)] = [(tree.root, 0)]
    while let (node, score) = pending.popLast() {
      if node < labels.count {
        scratch.probabilities[node] = exp(score)
        continue
      }
      let right = 1 / (1 + exp(-output.dot(row: node - labels.count, scratch.hidden)))
      pending.append((tree.left[node], score + log(1 - right + 1e-5)))
      pending.append((tree.right[node], score + log(right + 1e-5)))
    }
  }

  private static let sigmoidTable: [Float] = (0...512).map { index in
    let x = Float(index * 2 * 8) / 512 - 8
    return Float(1 / (1 + exp(Double(-x))))
  }

  /// The library's sigmoid: 512 steps over -8 ... 8, rounded down.
  static func tableSigmoid(_ x: Float) -> Float {
    // Written so that a damaged model's NaN ends here too.
    if !(x >= -8) { return 0 }
    if x > 8 { return 1 }
    return sigmoidTable[Int((x + 8) * 512 / 8 / 2)]
  }
}

/// The Huffman tree over label counts that hierarchical softmax walks. Nodes below `counts.count` are the labels.
struct HuffmanTree: Sendable {
  private(set) var left: [Int]
  private(set) var right: [Int]
  private(set) var parent: [Int]
  let root: Int

  /// `counts` in descending order. A label is chosen before an inner node only when its count is strictly smaller.
  init(counts: [Int64]) {
    let labels = counts.count
    let size = max(2 * labels - 1, 0)
    var all = counts + [Int64](repeating: 1_000_000_000_000_000, count: size - min(labels, size))
    left = [Int](repeating: -1, count: size)
    right = left
    parent = left
    root = size - 1
    var leaf = labels - 1
    var node = labels
    for index in labels..<max(labels, size) {
      var picked: [Int] = []
      for _ in 0..<2 {
        if leaf >= 0, node >= index || all[leaf] < all[node] {
          picked.append(leaf)
          leaf -= 1
        } else {
          picked.append(node)
          node += 1
        }
      }
      left[index] = picked[0]
      right[index] = picked[1]
      all[index] = all[picked[0]] &+ all[picked[1]]
      parent[picked[0]] = index
      parent[picked[1]] = index
    }
  }

  /// The inner nodes above a label and, for each, whether the label lies to the right.
  func path(to label: Int) -> [(node: Int, isRight: Bool)] {
    var result: [(node: Int, isRight: Bool)] = []
    var child = label
    while child != root {
      let above = parent[child]
      result.append((above, right[above] == child))
      child = above
    }
    return result
  }
}
