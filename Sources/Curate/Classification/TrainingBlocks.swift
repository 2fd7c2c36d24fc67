import Documents
import Foundation

/// One training: blocks of a fixed number of examples, one after the other.
///
/// In the first half of a block the parameters stand still, and what each example asks of them is computed, whichever thread does it.
/// In the second half every row of the parameters has one thread, which adds what the examples ask of the row, in their order. So
/// no sum depends on the number of threads. With blocks of one example this is stochastic gradient descent as fastText has it.
final class TrainingBlocks: @unchecked Sendable {
  /// What one example asks of the parameters.
  private struct Steps {
    var rows: [Int32] = []
    var words: [Int32] = []
    var hidden: [Float]
    /// To be added to every row of `rows`.
    var gradient: [Float]
    /// Rows of the output that get `steps` times `hidden`; nothing is listed when all do.
    var outputs: [Int32] = []
    var steps: [Float]
  }

  private let dictionary: FastTextDictionary
  private let loss: FastTextArguments.Loss
  private let negativeCount: Int
  private let parameters: TrainingParameters
  private let labelCount: Int
  private let negatives: NegativeLabels
  private let paths: [[(node: Int, isRight: Bool)]]
  private let size: Int
  private let seed: UInt64
  // Invariant: in the first half of a block a slot is used by the thread that claimed it alone, in the second half it is only read.
  private let slots: UnsafeMutableBufferPointer<Steps>

  init(
    _ parameters: TrainingParameters, _ arguments: FastTextArguments, _ dictionary: FastTextDictionary, size: Int, seed: UInt64
  ) {
    self.parameters = parameters
    self.dictionary = dictionary
    self.size = size
    loss = arguments.loss
    negativeCount = max(0, Int(arguments.negatives))
    self.seed = SeededRandom(seed: seed, stream: "example").state
    labelCount = dictionary.labels.count
    negatives = NegativeLabels(counts: dictionary.labels.map(\.count))
    let tree = HuffmanTree(counts: dictionary.labels.map(\.count))
    paths = arguments.loss == .hierarchicalSoftmax && labelCount > 1 ? (0..<labelCount).map { tree.path(to: $0) } : []
    slots = .allocate(capacity: size)
    let zeros = [Float](repeating: 0, count: parameters.columns)
    slots.initialize(repeating: Steps(hidden: zeros, gradient: zeros, steps: [Float](repeating: 0, count: labelCount)))
  }

  deinit {
    slots.deinitialize()
    slots.deallocate()
  }

  /// One pass over the examples in `order`. `first` is the number of examples learned before; `rate` gives the learning rate of an example
  /// by its number.
  func learn(
    _ order: [Int], of examples: [FastTextTrainer.Example], _ targets: [[Int]], first: Int, threads: Int,
    rate: @escaping @Sendable (Int) -> Float
  ) {
    TrainingTeam.run(width: min(threads, size)) { [self] team, member in
      var start = 0
      while start < order.count {
        let count = min(size, order.count - start)
        while true {
          let slot = team.claim()
          guard slot < count else { break }
          let index = order[start + slot]
          compute(&slots[slot], examples[index].text, targets[index], number: first + start + slot, rate(first + start + slot))
        }
        team.wait()
        if member == 0 { team.restart() }
        let width = team.width
        for slot in 0..<count { apply(slots[slot], as: member, of: width) }
        team.wait()
        start += count
      }
    }
  }

  // MARK: What an example asks for

  private func compute(_ example: inout Steps, _ text: [UInt8], _ targets: [Int], number: Int, _ rate: Float) {
    text.withUnsafeBufferPointer { dictionary.features($0, into: &example.rows, words: &example.words) }
    example.outputs.removeAll(keepingCapacity: true)
    guard !example.rows.isEmpty else { return }
    let columns = parameters.columns
    let scale = 1 / Float(example.rows.count)
    for column in 0..<columns { (example.hidden[column], example.gradient[column]) = (0, 0) }
    example.hidden.withUnsafeMutableBufferPointer { hidden in
      guard let hidden = hidden.baseAddress else { return }
      example.rows.withUnsafeBufferPointer { rows in
        for row in rows { FloatVector.add(parameters.inputRow(row), to: hidden, columns) }
      }
      for column in 0..<columns { hidden[column] *= scale }
    }
    var random = SeededRandom(seed: seed ^ SeededRandom.mix(UInt64(number)))
    if loss == .oneVersusAll {
      scoreAll(&example)
      for label in 0..<labelCount {
        example.steps[label] = rate * ((targets.contains(label) ? 1 : 0) - Self.sigmoid(example.steps[label]))
      }
      followAll(&example)
    } else {
      let target = targets[targets.count == 1 ? 0 : Int(random.next(below: UInt64(targets.count)))]
      switch loss {
      case .softmax: softmax(&example, target, rate)
      case .hierarchicalSoftmax:
        if !paths.isEmpty { for step in paths[target] { ask(&example, step.node - labelCount, step.isRight, rate) } }
      default:
        ask(&example, target, true, rate)
        for _ in 0..<negativeCount {
          if let other = negatives.draw(except: target, &random) { ask(&example, other, false, rate) }
        }
      }
    }
    for column in 0..<columns { example.gradient[column] *= scale }
  }

  private static func sigmoid(_ value: Float) -> Float { 1 / (1 + exp(-value)) }

  /// Fills `steps` with the scalar products of `hidden` with all rows.
  private func scoreAll(_ example: inout Steps) {
    let columns = parameters.columns
    if example.steps.count != labelCount { example.steps = [Float](repeating: 0, count: labelCount) }
    example.hidden.withUnsafeBufferPointer { hidden in
      guard let hidden = hidden.baseAddress else { return }
      for label in 0..<labelCount { example.steps[label] = FloatVector.dot(parameters.outputRow(label), hidden, columns) }
    }
  }

  private func softmax(_ example: inout Steps, _ target: Int, _ rate: Float) {
    scoreAll(&example)
    let largest = example.steps.max() ?? 0
    var total: Float = 0
    for label in 0..<labelCount {
      example.steps[label] = exp(example.steps[label] - largest)
      total += example.steps[label]
    }
    for label in 0..<labelCount { example.steps[label] = rate * ((label == target ? 1 : 0) - example.steps[label] / total) }
    followAll(&example)
  }

  /// Adds what all rows say to the gradient.
  private func followAll(_ example: inout Steps) {
    let columns = parameters.columns
    example.gradient.withUnsafeMutableBufferPointer { gradient in
      guard let gradient = gradient.baseAddress else { return }
      for label in 0..<labelCount {
        FloatVector.add(parameters.outputRow(label), times: example.steps[label], to: gradient, columns)
      }
    }
  }

  /// One row as a binary classifier of its own.
  private func ask(_ example: inout Steps, _ row: Int, _ isTrue: Bool, _ rate: Float) {
    if example.outputs.isEmpty { example.steps.removeAll(keepingCapacity: true) }
    let columns = parameters.columns
    let weights = parameters.outputRow(row)
    let sum = example.hidden.withUnsafeBufferPointer { $0.baseAddress.map { FloatVector.dot(weights, $0, columns) } ?? 0 }
    let step = rate * ((isTrue ? 1 : 0) - Self.sigmoid(sum))
    example.gradient.withUnsafeMutableBufferPointer { gradient in
      if let gradient = gradient.baseAddress { FloatVector.add(weights, times: step, to: gradient, columns) }
    }
    example.outputs.append(Int32(row))
    example.steps.append(step)
  }

  // MARK: Giving it

  private func apply(_ example: borrowing Steps, as member: Int, of width: Int) {
    guard !example.rows.isEmpty else { return }
    let columns = parameters.columns
    let own = labelCount * member / width..<labelCount * (member + 1) / width
    example.hidden.withUnsafeBufferPointer { hidden in
      guard let hidden = hidden.baseAddress else { return }
      if example.outputs.isEmpty {
        if loss == .softmax || loss == .oneVersusAll {
          for label in own { FloatVector.add(hidden, times: example.steps[label], to: parameters.outputRow(label), columns) }
        }
      } else {
        for (index, row) in example.outputs.enumerated() where own.contains(Int(row)) {
          FloatVector.add(hidden, times: example.steps[index], to: parameters.outputRow(Int(row)), columns)
        }
      }
    }
    example.gradient.withUnsafeBufferPointer { gradient in
      guard let gradient = gradient.baseAddress else { return }
      example.rows.withUnsafeBufferPointer { rows in
        for row in rows where width == 1 || Self.owner(of: row, width) == member {
          FloatVector.add(gradient, to: parameters.inputRow(row), columns)
        }
      }
    }
  }

  /// The thread that a row of the input belongs to: neighbours, which are used alike, go to different ones.
  @inline(__always) private static func owner(of row: Int32, _ width: Int) -> Int {
    Int((UInt64(UInt32(bitPattern: row) &* 0x9E37_79B1) &* UInt64(width)) >> 32)
  }
}
