import Documents
import Foundation

/// Scores of one task.
public struct TaskReport: Sendable {
  public struct Score: Sendable {
    public var metric: TaskMetric
    public var value: Double
    /// Standard error: of the mean from the sample's deviation; of BLEU from 1,000 bootstrap samples. Nil for one record.
    public var standardError: Double?
  }

  public var name: String
  public var scores: [Score]
  /// The scores of the records that are not contaminated; empty when that was not looked for, or there are none.
  public var cleanScores: [Score] = []
  /// By the task's `group_by`; sorted by name.
  public var groups: [(name: String, records: Int, scores: [Score])] = []
  public var outcomes: [TaskRunner.Outcome]
  /// For scores that others have to compare: sacreBLEU's.
  public var signature: String?

  init(_ task: EvaluationTask, _ outcomes: [TaskRunner.Outcome]) {
    name = task.name
    self.outcomes = outcomes
    scores = Self.scores(task, outcomes)
    let byGroup = Dictionary(grouping: outcomes.filter { $0.group != nil }, by: { $0.group ?? "" })
    groups = byGroup.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count, Self.scores(task, $0.value)) }
    if outcomes.contains(where: { $0.isContaminated != nil }) {
      let clean = outcomes.filter { $0.isContaminated != true }
      if !clean.isEmpty { cleanScores = Self.scores(task, clean) }
    }
    if task.metrics.contains(.bleu) { signature = BLEU.signature(references: outcomes.map(\.references.count).max() ?? 1) }
  }

  private static func scores(_ task: EvaluationTask, _ outcomes: [TaskRunner.Outcome]) -> [Score] {
    task.metrics.map { metric in
      if metric == .bleu { return bleu(outcomes) }
      let values = outcomes.map { value(metric, $0) }
      return Score(metric: metric, value: mean(values), standardError: standardError(values))
    }
  }

  /// Records that share a run of tokens with the training data, and those too short to tell; nil when it was not looked for.
  public var contamination: (found: Int, undecided: Int)? {
    guard outcomes.contains(where: { $0.isContaminated != nil }) else { return nil }
    return (outcomes.count { $0.isContaminated == true }, outcomes.count { $0.isContaminated == nil })
  }

  private static func value(_ metric: TaskMetric, _ outcome: TaskRunner.Outcome) -> Double {
    let answer = outcome.answer ?? ""
    let likelihoods = outcome.logLikelihoods
    func isCorrect(_ scores: [Double]) -> Double { first(scores).map { outcome.correct.contains($0) } == true ? 1 : 0 }
    func best(_ score: (String) -> ROUGE.Score) -> Double { outcome.references.map { score($0).f1 }.max() ?? 0 }
    let characters = outcome.choices.map { Double($0.unicodeScalars.count) }
    switch metric {
    case .accuracy: return isCorrect(likelihoods)
    case .accuracyByCharacter: return isCorrect(zip(likelihoods, characters).map { $0 / $1 })
    case .accuracyByByte: return isCorrect(zip(likelihoods, outcome.choices).map { $0 / Double($1.utf8.count) })
    case .accuracyByMutualInformation: return isCorrect(zip(likelihoods, outcome.unconditional).map { $0 - $1 })
    case .correctChoiceLikelihood: return outcome.correctChoiceLikelihood
    case .stereotypeShare: return likelihoods.count > 1 && likelihoods[0] > likelihoods[1] ? 1 : 0
    case .likelihoodDifference: return likelihoods.count > 1 ? abs(likelihoods[0] - likelihoods[1]) : 0
    case .exactMatch: return outcome.references.contains(answer) ? 1 : 0
    case .answerExactMatch: return AnswerMatch.isExact(answer, references: outcome.references) ? 1 : 0
    case .answerF1: return AnswerMatch.f1(answer, references: outcome.references)
    case .rouge1: return best { ROUGE.grams(candidate: answer, reference: $0, size: 1) }
    case .rouge2: return best { ROUGE.grams(candidate: answer, reference: $0, size: 2) }
    case .rougeL: return best { ROUGE.longest(candidate: answer, reference: $0) }
    case .rougeLsum: return best { ROUGE.longestOfSummary(candidate: answer, reference: $0) }
    case .bleu: return 0
    }
  }

  /// The first of the greatest; NaN, of an empty choice, comes first as in NumPy.
  private static func first(_ scores: [Double]) -> Int? {
    if let invalid = scores.firstIndex(where: \.isNaN) { return invalid }
    return scores.max().flatMap { scores.firstIndex(of: $0) }
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

  /// Sample deviation by the root of the number.
  static func standardError(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = mean(values)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    return (variance / Double(values.count)).squareRoot()
  }

  private static func bleu(_ outcomes: [TaskRunner.Outcome]) -> Score {
    let counts = outcomes.map { outcome in
      var bleu = BLEU()
      bleu.add(candidate: outcome.answer ?? "", references: outcome.references)
      return bleu
    }
    func score(_ sample: some Sequence<BLEU>) -> Double {
      var sum = BLEU()
      for part in sample { sum.add(part) }
      return sum.score
    }
    guard counts.count > 1 else { return Score(metric: .bleu, value: score(counts), standardError: nil) }
    var random = SeededRandom(seed: 1, stream: "bootstrap")
    let samples = (0..<1000).map { _ in
      score((0..<counts.count).map { _ in counts[Int(random.next(below: UInt64(counts.count)))] })
    }
    let mean = mean(samples)
    let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples.count - 1)
    return Score(metric: .bleu, value: score(counts), standardError: variance.squareRoot())
  }

  // MARK: As JSON

  public var description: JSONObject {
    var object = Self.description(outcomes.count, scores)
    object.members.insert(.init(key: "task", value: .string(name)), at: 0)
    if !groups.isEmpty {
      object["groups"] = .object(
        JSONObject(groups.map { .init(key: $0.name, value: .object(Self.description($0.records, $0.scores))) }))
    }
    if let contamination {
      object["contaminated"] = .integer(Int64(contamination.found))
      object["too_short_to_tell"] = .integer(Int64(contamination.undecided))
      for score in cleanScores { object[score.metric.rawValue + "_clean"] = .number(score.value) }
    }
    if let signature { object["bleu_signature"] = .string(signature) }
    return object
  }

  private static func description(_ records: Int, _ scores: [Score]) -> JSONObject {
    var object: JSONObject = ["records": .integer(Int64(records))]
    for score in scores {
      object[score.metric.rawValue] = .number(score.value)
      object[score.metric.rawValue + "_stderr"] = score.standardError.map { .number($0) } ?? .null
    }
    return object
  }

  /// One line a record: prompt, choices with their likelihoods or the answer, and what would have been right.
  public var lines: [UInt8] {
    var output: [UInt8] = []
    for outcome in outcomes {
      var object: JSONObject = ["task": .string(name), "context": .string(outcome.context)]
      if let answer = outcome.answer {
        object["answer"] = .string(answer)
        object["references"] = .array(outcome.references.map { .string($0) })
      } else {
        object["choices"] = .array(outcome.choices.map { .string($0) })
        object["log-likelihoods"] = .array(outcome.logLikelihoods.map { .number($0) })
        object["correct"] = .array(outcome.correct.map { .integer(Int64($0)) })
      }
      if let isContaminated = outcome.isContaminated { object["contaminated"] = .bool(isContaminated) }
      object.write(to: &output)
      output.append(0x0A)
    }
    return output
  }
}
