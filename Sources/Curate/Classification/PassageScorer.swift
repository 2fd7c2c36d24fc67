import Foundation

/// A model laid out for speed: what `FastTextModel.score` computes, with input rows in fixed point and for chosen labels only.
///
/// A text is given in passages; its vector is the mean over the features of all of them, as if it had been given at once. One per
/// worker: it reuses its buffers.
package struct PassageScorer: Sendable {
  private let model: FastTextModel
  private let input: FixedPointMatrix
  /// Of a softmax model, `[columns, labels]`, eight labels in a vector: a column is read for all of them at once.
  private let output: [SIMD8<Float>]
  private var responses: [SIMD8<Float>]
  /// Words are looked up in `wordSums`.
  private let hasOnlyNgrams: Bool
  private var wordSums = WordSums()
  private var scratch = FastTextModel.Scratch()
  private var passage: [Float]
  private var text: [Float]
  /// Features of the passage and of the text.
  private var passageCount = 0
  private var textCount = 0

  package init(_ model: FastTextModel) {
    self.model = model
    input = FixedPointMatrix(model.input)
    hasOnlyNgrams = model.dictionary.hasOnlyNgrams && input.isOneBlock
    output = model.arguments.loss == .softmax ? Self.byColumn(model.output) : []
    responses = [SIMD8<Float>](repeating: .zero, count: (model.output.rows + 7) / 8)
    passage = [Float](repeating: 0, count: model.input.columns)
    text = passage
  }

  private static func byColumn(_ matrix: FastTextMatrix) -> [SIMD8<Float>] {
    let width = (matrix.rows + 7) / 8
    var values = [SIMD8<Float>](repeating: .zero, count: matrix.columns * width)
    var unit = [Float](repeating: 0, count: matrix.columns)
    for column in 0..<matrix.columns {
      unit[column] = 1
      for row in 0..<matrix.rows { values[column * width + row / 8][row % 8] = matrix.dot(row: row, unit) }
      unit[column] = 0
    }
    return values
  }

  /// Forgets the passages so far.
  package mutating func begin() {
    for column in text.indices { text[column] = 0 }
    textCount = 0
  }

  /// Reads a passage. False when it has no feature that the model knows.
  package mutating func read(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    for column in passage.indices { passage[column] = 0 }
    if hasOnlyNgrams {
      readNgrams(line)
    } else {
      model.dictionary.features(line, into: &scratch.rows, words: &scratch.words)
      input.add(rows: scratch.rows, to: &passage)
      passageCount = scratch.rows.count
    }
    for column in text.indices { text[column] += passage[column] }
    textCount += passageCount
    return passageCount > 0
  }

  private mutating func readNgrams(_ line: UnsafeBufferPointer<UInt8>) {
    var sum = FixedPointSum()
    let (dictionary, input) = (model.dictionary, input)
    passageCount = dictionary.forEachWord(of: line) { word in
      wordSums.add(word, to: &sum) { word, sum in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 256) { rows in
          var (pending, count) = (0, 0)
          dictionary.forEachNgramRow(of: word) { row in
            rows[pending] = row
            pending &+= 1
            count &+= 1
            if pending == rows.count {
              input.addUnits(UnsafeBufferPointer(rows), to: &sum)
              pending = 0
            }
          }
          input.addUnits(UnsafeBufferPointer(rebasing: rows[..<pending]), to: &sum)
          return count
        }
      }
    }
    if let last = dictionary.endOfLineRow {
      withUnsafePointer(to: last) { input.addUnits(UnsafeBufferPointer(start: $0, count: 1), to: &sum) }
      passageCount &+= 1
    }
    sum.add(to: &passage, from: 0, step: input.step)
  }

  /// Probabilities by label number, of the passage read last; those of `labels` sum to 1, the others mean nothing.
  package mutating func scorePassage(among labels: [Int]) -> [Float] { score(passage, passageCount, labels) }

  /// As `scorePassage`, of all passages together; nil when there was no feature in any.
  package mutating func scoreText(among labels: [Int]) -> [Float]? { textCount == 0 ? nil : score(text, textCount, labels) }

  private mutating func score(_ sum: [Float], _ count: Int, _ labels: [Int]) -> [Float] {
    let scale = 1 / Float(count)
    scratch.hidden.removeAll(keepingCapacity: true)
    for value in sum { scratch.hidden.append(value * scale) }
    if output.isEmpty { model.respond(&scratch) } else { softmax(labels) }
    var all: Float = 0
    for label in labels { all += scratch.probabilities[label] }
    if all > 0 { for label in labels { scratch.probabilities[label] /= all } }
    return scratch.probabilities
  }

  private mutating func softmax(_ labels: [Int]) {
    if scratch.probabilities.count != model.labels.count {
      scratch.probabilities = [Float](repeating: 0, count: model.labels.count)
    }
    respond()
    var largest = -Float.infinity
    for label in labels { largest = max(largest, responses[label / 8][label % 8]) }
    for label in labels { scratch.probabilities[label] = exp(responses[label / 8][label % 8] - largest) }
  }

  /// The scalar product of `hidden` with every label's row.
  private mutating func respond() {
    let width = responses.count
    responses.withUnsafeMutableBufferPointer { responses in
      output.withUnsafeBufferPointer { output in
        for vector in responses.indices { responses[vector] = .zero }
        for (column, value) in scratch.hidden.enumerated() {
          for vector in 0..<width { responses[vector] += output[column &* width &+ vector] * value }
        }
      }
    }
  }
}
