import Documents
import Evaluation
import Foundation
import LanguageModels
import Storage
import Training

extension Ablation {
  public struct Options: Sendable {
    public var seeds = 3
    public var preset = "tiny"
    /// Of each training.
    public var tokens = 2_000_000
    public var batchTokens = 4096
    public var sequenceLength: Int?
    public var learningRate = 3e-3
    /// Muon learns more from few steps than AdamW, and leaves models of other seeds much nearer together (docs/decisions/0011).
    public var optimizer = Optimizer.muon
    /// Of the tokenizer that is trained on the first variant, unless one is given.
    public var vocabulary = 4096
    /// A folder with `tokenizer.json`.
    public var tokenizer: String?
    /// Share (0 ..< 1) of the documents that are held out, unless texts are given.
    public var heldOutShare = 0.02
    /// JSON lines to judge by.
    public var heldOut: [String] = []
    /// What differences are also given by.
    public var grouping = DocumentGrouping.language
    /// Questions with choices, judged by how likely the right one is.
    public var tasks: [EvaluationTask] = []

    public init() {}

    /// What each training is told.
    /// - Throws: a `Diagnostic` for an unknown preset.
    var training: TrainingConfiguration {
      get throws(Diagnostic) {
        var training = TrainingConfiguration(model: try .preset(preset, vocabularySize: max(257, vocabulary)), tokens: tokens)
        training.batchTokens = batchTokens
        training.sequenceLength = sequenceLength
        training.learningRate = learningRate
        training.optimizer = optimizer
        return training
      }
    }

    /// What can be said before any work is done.
    func check() throws(Diagnostic) {
      let training = try training
      guard training.model.isCausal else {
        let names = DecoderConfiguration.presets.filter(\.isCausal).map(\.name)
        throw Diagnostic(
          "unknown-preset", "preset '\(preset)' gives no likelihood of a text", fix: "one of: \(names.joined(separator: ", "))")
      }
      try training.validate()
      if let task = tasks.first(where: { $0.kind != .multipleChoice }) {
        throw Diagnostic(
          "unsupported-task", "task '\(task.name)' has no choices", fix: "use tasks of output_type multiple_choice")
      }
      for path in heldOut + tasks.map(\.testFile) + (tokenizer.map { ["\($0)/tokenizer.json"] } ?? []) {
        guard access(path, R_OK) == 0 else { throw Diagnostic(systemCall: "open", path: path) }
      }
    }
  }
}
