import Documents
import LanguageModels

/// The state that a training run advances: a decoder, its optimizer moments and the number of steps done.
package final class Trainer {
  package let configuration: TrainingConfiguration
  package let decoder: Decoder
  package let firstMoment, secondMoment: FloatBuffer
  /// Optimizer steps done so far.
  package var step = 0
  /// Batches of data behind, those passed over after a rollback included.
  package var batchesBehind = 0
  /// How often training went back to an earlier state.
  package var rollbacks = 0
  /// The processes that share each batch.
  package let group: RankGroup
  /// The parts of each batch that are this rank's, and their gradients while the others are computed; empty for a single part.
  private let parts: [Range<Int>]
  private let partGradients: [FloatBuffer]
  private let pass: DecoderPass
  private var sequence: [UInt32] = []
  private var inputs: [UInt32] = []
  private var targets: [Int32] = []
  /// An encoder's inputs before tokens were hidden.
  private var unmasked: [UInt32] = []
  private let masking: TokenMasking?

  package struct StepResult: Sendable, Hashable {
    /// From 1.
    package var step: Int
    /// Mean loss of the step's tokens in nats, before the update.
    package var loss: Double
    package var learningRate: Double
    /// Before clipping.
    package var gradientNorm: Double
  }

  /// - Precondition: the configuration says how many ranks the group has.
  package init(_ configuration: TrainingConfiguration, pool: ThreadPool, group: RankGroup = .alone) throws(Diagnostic) {
    try configuration.validate()
    precondition(configuration.ranks == group.count)
    self.configuration = configuration
    self.group = group
    masking = configuration.masking
    decoder = try configuration.initialDecoder()
    firstMoment = FloatBuffer(count: decoder.parameters.count)
    secondMoment = FloatBuffer(count: decoder.parameters.count)
    let parts = configuration.parts(of: group)
    let count = decoder.parameters.count
    self.parts = parts
    partGradients = parts.count > 1 ? parts.map { _ in FloatBuffer(count: count) } : []
    pass = DecoderPass(
      decoder, batch: configuration.passSequences(of: parts[0].count), length: configuration.length, pool: pool, trains: true,
      recomputes: configuration.recomputesActivations, storesBFloat16: configuration.storesBFloat16,
      regularization: configuration.regularization)
  }

  /// Back to the first step, with the weights of the beginning.
  package func reset() throws(Diagnostic) {
    decoder.parameters.copy(from: try configuration.initialDecoder().parameters)
    firstMoment.zero()
    secondMoment.zero()
    step = 0
    batchesBehind = 0
  }

  /// One optimizer step on the next batch.
  /// - Parameter learningRate: nil: the schedule's.
  /// - Throws: what reading the data throws; `diverged` when loss or gradient are not finite or the loss is above `greatestLoss`,
  ///   with weights and moments as before the step.
  package func advance(
    on data: some TokenSequences, greatestLoss: Double? = nil, learningRate: Double? = nil
  ) throws(Diagnostic) -> StepResult {
    let (lossSums, counted) = try group.together { () throws(Diagnostic) in try computeGradients(of: data) }
    let loss = try sum(lossSums) / Double(counted)
    try sumGradients()
    let norm = pass.gradientNorm
    let fix = "lower the learning rate (now \(configuration.learningRate)) or lengthen the warm-up"
    guard loss.isFinite, norm.isFinite else {
      throw Diagnostic(
        "diverged", "loss \(loss) and gradient norm \(norm) at step \(step + 1) are not finite", fix: fix)
    }
    if let greatestLoss, loss > greatestLoss {
      throw Diagnostic("diverged", "the loss of step \(step + 1) jumped to \(loss), above \(greatestLoss)", fix: fix)
    }
    let rate = learningRate ?? configuration.learningRate(at: step)
    let clip = configuration.maximumGradientNorm.map { min(1, $0 / max(norm, 1e-12)) } ?? 1
    step += 1
    batchesBehind += 1
    pass.update(
      AdamWStep(
        learningRate: rate, beta1: configuration.beta1, beta2: configuration.beta2, epsilon: configuration.epsilon,
        weightDecay: configuration.weightDecay, step: step, gradientScale: clip, momentum: configuration.momentum),
      by: configuration.optimizer, firstMoment: firstMoment, secondMoment: secondMoment)
    return StepResult(step: step, loss: loss, learningRate: rate, gradientNorm: norm)
  }

  /// The gradients of this rank's parts of the next batch, of the mean loss over all of the batch's targets.
  /// - Returns: the sum of each part's losses, and the targets of the whole batch.
  private func computeGradients(of data: some TokenSequences) throws(Diagnostic) -> (lossSums: [Double], targets: Int) {
    let perBatch = configuration.sequencesPerBatch
    let first = batchesBehind * perBatch
    let counted = try targetCount(data, first..<first + perBatch)
    var lossSums: [Double] = []
    for (number, part) in parts.enumerated() {
      var sum = 0.0
      for offset in stride(from: part.lowerBound, to: part.upperBound, by: pass.batch) {
        try load(data, first + offset, pass.batch)
        pass.draw = (step: batchesBehind, firstSequence: offset)
        sum += pass.accumulateGradient(
          inputs: inputs, targets: targets, scale: 1 / Float(counted), adding: offset > part.lowerBound,
          documentStarts: documentStarts())
      }
      lossSums.append(sum)
      if !partGradients.isEmpty, let gradient = pass.gradient { partGradients[number].copy(from: gradient) }
    }
    return (lossSums, counted)
  }

  /// The sum over all parts of all ranks, in order.
  private func sum(_ lossSums: [Double]) throws(Diagnostic) -> Double {
    var byPart: [[Double]] = []
    for sum in lossSums { byPart.append(try group.gather(sum)) }
    var total = 0.0
    for rank in 0..<group.count { for sums in byPart { total += sums[rank] } }
    return total
  }

  private func sumGradients() throws(Diagnostic) {
    guard let gradient = pass.gradient else { return }
    let sums = UnsafeMutableBufferPointer(start: gradient.base, count: gradient.count)
    try group.sum(
      partGradients.isEmpty ? [sums] : partGradients.map { UnsafeMutableBufferPointer(start: $0.base, count: $0.count) },
      into: sums)
  }

  /// Mean loss in nats over the first sequences of `data`; nil when it has none.
  package func validationLoss(on data: some TokenSequences) throws(Diagnostic) -> Double? {
    let available = data.sequenceCount(length: configuration.length)
    let count = min(available, configuration.validationSequences ?? available)
    guard count > 0 else { return nil }
    var sum = 0.0
    for first in stride(from: 0, to: count, by: pass.batch) {
      try load(data, first, pass.batch)
      let losses = pass.tokenLosses(inputs: inputs, targets: targets, documentStarts: documentStarts())
      // A last pass that is not full wraps around to the first sequences: those are not counted.
      for loss in losses.prefix((min(count, first + pass.batch) - first) * configuration.length) { sum += Double(loss) }
    }
    return sum / Double(try targetCount(data, 0..<count))
  }

  /// Targets of sequences that are not padding; at least 1.
  private func targetCount(_ data: some TokenSequences, _ numbers: Range<Int>) throws(Diagnostic) -> Int {
    var count = 0
    for number in numbers {
      let text = try data.textTokens(of: number, length: configuration.length)
      count += masking?.targetCount(textTokens: min(text, configuration.length), number: number) ?? text - 1
    }
    return max(1, count)
  }

  private func load(_ data: some TokenSequences, _ first: Int, _ count: Int) throws(Diagnostic) {
    inputs.removeAll(keepingCapacity: true)
    unmasked.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    for number in first..<first + count {
      try data.read(number, length: configuration.length, into: &sequence)
      if let token = sequence.first(where: { $0 >= configuration.model.vocabularySize }) {
        throw Diagnostic(
          "unknown-token",
          "sequence \(number) has token \(token), the model's vocabulary has \(configuration.model.vocabularySize)",
          fix: "train with the vocabulary size of the tokenizer that made the shards")
      }
      let text = try data.textTokens(of: number, length: configuration.length)
      // The kernel counts no loss where the target is negative.
      if let masking {
        sequence.removeLast()
        unmasked.append(contentsOf: sequence)
        targets += masking.hide(&sequence, textTokens: min(text, configuration.length), number: number)
        inputs += sequence
        continue
      }
      inputs.append(contentsOf: sequence.dropLast())
      for (position, token) in sequence.enumerated().dropFirst() { targets.append(position < text ? Int32(token) : -1) }
    }
  }

  private func documentStarts() -> [Int32]? {
    // Where tokens are hidden, documents end where they did before.
    configuration.endOfText.map {
      DocumentBoundaries.starts(masking == nil ? inputs : unmasked, length: configuration.length, endOfText: $0)
    }
  }
}

/// Where documents begin inside packed sequences.
package enum DocumentBoundaries {
  /// For each position of each row the first position of its document in that row; a document ends with `endOfText`.
  package static func starts(_ tokens: [UInt32], length: Int, endOfText: UInt32) -> [Int32] {
    var starts = [Int32](repeating: 0, count: tokens.count)
    for row in stride(from: 0, to: tokens.count, by: length) {
      var start: Int32 = 0
      for position in 0..<length {
        starts[row + position] = start
        if tokens[row + position] == endOfText { start = Int32(position + 1) }
      }
    }
    return starts
  }
}
