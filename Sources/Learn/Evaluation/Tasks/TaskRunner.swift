import Documents
import LanguageModels

/// Runs tasks on one model.
public final class TaskRunner {
  /// What the model did with one record.
  public struct Outcome: Sendable {
    public var context: String
    public var choices: [String] = []
    public var correct: [Int] = []
    /// Sum of log p in nats, by choice.
    public var logLikelihoods: [Double] = []
    /// The same after no context; empty unless asked for.
    public var unconditional: [Double] = []
    public var answer: String?
    public var references: [String] = []
    public var group: String?
    /// Whether the training data has a run of the record's tokens; nil: not looked for, or too short to tell.
    public var isContaminated: Bool?
  }

  private let decoder: Decoder
  private let evaluator: LikelihoodEvaluator
  private let prefix: UInt32
  private let endOfText: UInt32?
  private let pool: ThreadPool
  private let encode: (String) -> [UInt32]
  private let decode: ([UInt32]) -> [UInt8]

  /// - Parameters:
  ///   - prefix: the token before a text that has no context.
  ///   - encode, decode: of the model's tokenizer, nothing added.
  public init(
    _ decoder: Decoder, prefix: UInt32, endOfText: UInt32?, pool: ThreadPool, encode: @escaping (String) -> [UInt32],
    decode: @escaping ([UInt32]) -> [UInt8]
  ) throws(Diagnostic) {
    self.decoder = decoder
    evaluator = try LikelihoodEvaluator(decoder, prefix: prefix, pool: pool)
    self.prefix = prefix
    self.endOfText = endOfText
    self.pool = pool
    self.encode = encode
    self.decode = decode
  }

  /// - Parameters:
  ///   - limit: at most so many records, from the start.
  ///   - contamination: looks each record up in the training data; examples and description are left out of that.
  /// - Throws: what reading the task's files and filling its templates throws.
  public func run(
    _ task: EvaluationTask, limit: Int = .max, contamination: ContaminationCheck? = nil
  ) throws(Diagnostic) -> TaskReport {
    let records = try EvaluationTask.records(task.testFile, limit: limit)
    guard !records.isEmpty else { throw Diagnostic("empty-file", "the task has no records", at: .init(file: task.testFile)) }
    let examples = try TaskPrompt.examples(task)
    var prompts: [TaskPrompt] = []
    for (index, record) in records.enumerated() {
      do throws(Diagnostic) {
        prompts.append(try TaskPrompt(task, record, examples: examples))
      } catch {
        throw Diagnostic(error.code, error.message, at: .init(file: task.testFile, line: index + 1), fix: error.fix)
      }
    }
    var outcomes = task.kind == .multipleChoice ? try compare(prompts, task) : try write(prompts, task)
    for (index, prompt) in prompts.enumerated() { outcomes[index].group = prompt.group }
    if let contamination {
      let overlaps = try contamination.overlaps(
        of: prompts.map { encode(String($0.context.dropFirst(examples.count)) + answer($0, task)) })
      for (index, overlap) in overlaps.enumerated() { outcomes[index].isContaminated = overlap }
    }
    return TaskReport(task, outcomes)
  }

  private func answer(_ prompt: TaskPrompt, _ task: EvaluationTask) -> String {
    (prompt.correct.first.map { prompt.choices[$0] } ?? prompt.references.first).map { task.targetDelimiter + $0 } ?? ""
  }

  // MARK: Choices

  private func compare(_ prompts: [TaskPrompt], _ task: EvaluationTask) throws(Diagnostic) -> [Outcome] {
    func windows(_ context: (TaskPrompt) -> String) -> [RollingWindow] {
      prompts.flatMap { prompt in
        prompt.choices.map { choice in
          RollingWindow(
            context: context(prompt), continuation: task.targetDelimiter + choice, prefix: prefix, length: evaluator.length,
            encode: encode)
        }
      }
    }
    let likelihoods = try evaluator.negativeLogLikelihoods(windows(\.context)).map { -$0 }
    let alone =
      task.metrics.contains(.accuracyByMutualInformation)
      ? try evaluator.negativeLogLikelihoods(windows { _ in "" }).map { -$0 } : []
    var start = 0
    return prompts.map { prompt in
      let range = start..<start + prompt.choices.count
      start = range.upperBound
      return Outcome(
        context: prompt.context, choices: prompt.choices, correct: prompt.correct, logLikelihoods: Array(likelihoods[range]),
        unconditional: alone.isEmpty ? [] : Array(alone[range]))
    }
  }

  // MARK: Generation

  private func write(_ prompts: [TaskPrompt], _ task: EvaluationTask) throws(Diagnostic) -> [Outcome] {
    let room = max(1, decoder.configuration.contextLength - task.maximumGeneratedTokens)
    let generator = try Generator(decoder, sampling: .greedy, pool: pool)
    var outcomes: [Outcome] = []
    for prompt in prompts {
      let tokens = Array(encode(prompt.context).suffix(room))
      var drawn: [UInt32] = []
      var stop: String.Index?
      var text = ""
      _ = try generator.generate(
        after: tokens.isEmpty ? [prefix] : tokens, count: task.maximumGeneratedTokens, stop: endOfText.map { [$0] } ?? []
      ) { token in
        if token == endOfText { return false }
        drawn.append(token)
        text = String(decoding: decode(drawn), as: UTF8.self)
        stop = task.stops.compactMap { $0.isEmpty ? nil : text.firstRange(of: $0)?.lowerBound }.min()
        return stop == nil
      }
      outcomes.append(
        Outcome(context: prompt.context, answer: String(stop.map { text[..<$0] } ?? text[...]), references: prompt.references))
    }
    return outcomes
  }
}
