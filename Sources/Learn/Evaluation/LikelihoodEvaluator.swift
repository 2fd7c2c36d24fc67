import Documents
import LanguageModels

/// Scores held-out documents by the likelihood that a model gives them.
///
/// Each document is cut into rolling windows that begin with the prefix token; windows of several documents share a row of
/// the batch, and attention does not cross from one into another.
public final class LikelihoodEvaluator {
  public let decoder: Decoder
  private let prefix: UInt32
  private let baseline: UnigramBaseline?
  private let pass: DecoderPass
  private var batch: Batch

  /// - Parameters:
  ///   - prefix: the token before the first of each document: begin-of-text, or end-of-text where there is no other.
  ///   - length: tokens per window; nil: the model's context length.
  public init(
    _ decoder: Decoder, prefix: UInt32, baseline: UnigramBaseline? = nil, length: Int? = nil, pool: ThreadPool
  ) throws(Diagnostic) {
    let length = length ?? decoder.configuration.contextLength
    guard length >= 1, length <= decoder.configuration.contextLength else {
      throw Diagnostic(
        "evaluation", "a window of \(length) tokens",
        fix: "use 1 to \(decoder.configuration.contextLength), the model's context")
    }
    guard prefix < decoder.configuration.vocabularySize else {
      throw Diagnostic("unknown-token", "the prefix token \(prefix) is not in the model's vocabulary")
    }
    guard decoder.configuration.isCausal else {
      throw Diagnostic(
        "unsupported-model", "an encoder gives no likelihood of a text", fix: "score a model trained with a causal preset")
    }
    self.decoder = decoder
    self.prefix = prefix
    self.baseline = baseline
    let rows = max(1, 4096 / length)
    pass = DecoderPass(decoder, batch: rows, length: length, pool: pool, trains: false)
    batch = Batch(rows: rows, length: length, padding: prefix)
  }

  /// - Returns: the score of all documents, and of each group by name.
  /// - Throws: a `Diagnostic` for a token outside the model's vocabulary, and what reading throws.
  public func score(
    _ documents: some Sequence<TokenizedDocument>
  ) throws(Diagnostic) -> (total: LikelihoodScore, groups: [(name: String, score: LikelihoodScore)]) {
    try ledger(of: documents).result
  }

  /// - Returns: the score of each document, in their order.
  public func scores(of documents: some Sequence<TokenizedDocument>) throws(Diagnostic) -> [LikelihoodScore] {
    try ledger(of: documents).scores
  }

  private func ledger(of documents: some Sequence<TokenizedDocument>) throws(Diagnostic) -> Ledger {
    var ledger = Ledger()
    batch.clear()
    for document in documents {
      try check(document.tokens)
      let index = ledger.open(document, baseline)
      for window in RollingWindow.all(document.tokens, prefix: prefix, length: pass.length) {
        if !batch.append(window, document: index) {
          flush(into: &ledger)
          _ = batch.append(window, document: index)
        }
      }
    }
    flush(into: &ledger)
    return ledger
  }

  /// -log p of the targets of each window, summed, in nats.
  /// - Precondition: windows of at most the evaluator's length.
  /// - Throws: a `Diagnostic` for a token outside the model's vocabulary.
  func negativeLogLikelihoods(_ windows: [RollingWindow]) throws(Diagnostic) -> [Double] {
    var sums = [Double](repeating: 0, count: windows.count)
    func flush() {
      guard !batch.isEmpty else { return }
      let losses = pass.tokenLosses(inputs: batch.inputs, targets: batch.targets, documentStarts: batch.starts)
      for (position, loss) in losses.enumerated() where batch.targets[position] >= 0 {
        sums[batch.documents[position]] += Double(loss)
      }
      batch.clear()
    }
    batch.clear()
    for (index, window) in windows.enumerated() {
      try check(window.inputs + window.targets)
      if !batch.append(window, document: index) {
        flush()
        _ = batch.append(window, document: index)
      }
    }
    flush()
    return sums
  }

  var length: Int { pass.length }

  private func check(_ tokens: [UInt32]) throws(Diagnostic) {
    let size = decoder.configuration.vocabularySize
    if let token = tokens.first(where: { $0 >= size }) {
      throw Diagnostic(
        "unknown-token", "a text has token \(token), the model's vocabulary has \(size)",
        fix: "evaluate with the tokenizer that the model was trained with")
    }
  }

  private func flush(into ledger: inout Ledger) {
    guard !batch.isEmpty else { return }
    let losses = pass.tokenLosses(inputs: batch.inputs, targets: batch.targets, documentStarts: batch.starts)
    for (position, loss) in losses.enumerated() where batch.targets[position] >= 0 {
      ledger.add(loss: Double(loss), to: batch.documents[position])
    }
    batch.clear()
  }

  /// Losses by document, so that sums do not depend on how documents fell into batches.
  private struct Ledger {
    private(set) var scores: [LikelihoodScore] = []
    private var groups: [String?] = []

    mutating func open(_ document: TokenizedDocument, _ baseline: UnigramBaseline?) -> Int {
      var score = LikelihoodScore()
      score.documents = 1
      score.tokens = document.tokens.count
      score.bytes = document.byteCount
      score.words = document.wordCount
      if let baseline {
        score.baselineNegativeLogLikelihood = document.tokens.reduce(0) { $0 + (baseline.loss(of: $1) ?? 0) }
      }
      scores.append(score)
      groups.append(document.group)
      return scores.count - 1
    }

    mutating func add(loss: Double, to document: Int) { scores[document].negativeLogLikelihood += loss }

    var result: (total: LikelihoodScore, groups: [(name: String, score: LikelihoodScore)]) {
      var total = LikelihoodScore()
      var byGroup: [String: LikelihoodScore] = [:]
      for (score, group) in zip(scores, groups) {
        total.add(score)
        if let group { byGroup[group, default: LikelihoodScore()].add(score) }
      }
      return (total, byGroup.sorted { $0.key < $1.key }.map { (name: $0.key, score: $0.value) })
    }
  }

  /// Windows side by side in the rows of one pass.
  private struct Batch {
    let rows: Int, length: Int, padding: UInt32
    private(set) var inputs: [UInt32]
    private(set) var targets: [Int32]
    private(set) var starts: [Int32]
    /// The document that a position's target belongs to.
    private(set) var documents: [Int]
    private var row = 0
    private var used = 0

    init(rows: Int, length: Int, padding: UInt32) {
      self.rows = rows
      self.length = length
      self.padding = padding
      inputs = []
      targets = []
      starts = []
      documents = []
      clear()
    }

    var isEmpty: Bool { row == 0 && used == 0 }

    mutating func clear() {
      let count = rows * length
      inputs = [UInt32](repeating: padding, count: count)
      targets = [Int32](repeating: -1, count: count)
      starts = (0..<count).map { Int32($0 % length) }
      documents = [Int](repeating: 0, count: count)
      row = 0
      used = 0
    }

    /// - Returns: false when the window does not fit any more.
    mutating func append(_ window: RollingWindow, document: Int) -> Bool {
      if used + window.inputs.count > length {
        row += 1
        used = 0
      }
      guard row < rows else { return false }
      let at = row * length + used
      let firstTarget = window.inputs.count - window.targets.count
      for (index, token) in window.inputs.enumerated() {
        inputs[at + index] = token
        starts[at + index] = Int32(used)
        if index >= firstTarget { targets[at + index] = Int32(window.targets[index - firstTarget]) }
        documents[at + index] = document
      }
      used += window.inputs.count
      return true
    }
  }
}
