import Documents

/// A record of a task as the model meets it.
struct TaskPrompt {
  var context: String
  /// Empty for generation.
  var choices: [String] = []
  /// Numbers of the right choices; for generation empty.
  var correct: [Int] = []
  /// Wanted texts, for generation.
  var references: [String] = []
  var group: String?

  /// - Parameter examples: what stands before the record: description and few-shot examples.
  /// - Throws: `invalid-template`, and `invalid-task` for a target that is no choice.
  init(_ task: EvaluationTask, _ record: JSONObject, examples: String) throws(Diagnostic) {
    context = try examples + task.text.render(record)
    group = try task.group?.render(record)
    let target = try task.target.value(record)
    guard task.kind == .multipleChoice else {
      references = (target.array ?? [target]).map(TemplateValue.text)
      return
    }
    choices = try Self.choices(task, record)
    for item in target.array ?? [target] { correct.append(try Self.number(item, choices)) }
  }

  /// Description and examples, each ending with the delimiter.
  static func examples(_ task: EvaluationTask) throws(Diagnostic) -> String {
    var text = task.description
    guard let path = task.fewShotFile, task.fewShotCount > 0 else { return text }
    let records = try EvaluationTask.records(path, limit: task.fewShotCount)
    guard records.count == task.fewShotCount else {
      throw Diagnostic(
        "invalid-task", "num_fewshot is \(task.fewShotCount), the file has \(records.count) records", at: .init(file: path))
    }
    for record in records {
      let prompt = try TaskPrompt(task, record, examples: "")
      let answer = prompt.correct.first.map { prompt.choices[$0] } ?? prompt.references.first ?? ""
      text += prompt.context + task.targetDelimiter + answer + task.fewShotDelimiter
    }
    return text
  }

  private static func choices(_ task: EvaluationTask, _ record: JSONObject) throws(Diagnostic) -> [String] {
    var values: [JSONValue] = []
    for template in task.choices { values.append(try template.value(record)) }
    if values.count == 1, let list = values[0].array { values = list }
    guard !values.isEmpty else { throw Diagnostic("invalid-task", "a record has no choices") }
    return values.map(TemplateValue.text)
  }

  /// A number from 0, also as text, or the text of a choice.
  private static func number(_ target: JSONValue, _ choices: [String]) throws(Diagnostic) -> Int {
    let text = TemplateValue.text(target)
    let number = target.integer.map { Int(clamping: $0) } ?? Int(text) ?? choices.firstIndex(of: text)
    guard let number, choices.indices.contains(number) else {
      throw Diagnostic("invalid-task", "the target '\(text.prefix(60))' is none of \(choices.count) choices")
    }
    return number
  }
}

extension RollingWindow {
  /// Scores `continuation` after `context` as lm-evaluation-harness does: white space at the end of the context belongs to the
  /// continuation, whose tokens are those that follow the context's own in the joined text; of what is longer than the model's context
  /// the end counts.
  init(context: String, continuation: String, prefix: UInt32, length: Int, encode: (String) -> [UInt32]) {
    guard !context.isEmpty else {
      self.init([prefix], encode(continuation), length)
      return
    }
    var trimmed = context.unicodeScalars
    while trimmed.last?.properties.isWhitespace == true { trimmed.removeLast() }
    let known = encode(String(trimmed))
    let whole = encode(context + continuation)
    self.init(known.isEmpty ? [prefix] : known, Array(whole.dropFirst(known.count)), length)
  }

  private init(_ context: [UInt32], _ continuation: [UInt32], _ length: Int) {
    let tokens = (context + continuation).suffix(length + 1)
    self.init(inputs: Array(tokens.dropLast()), targets: Array(continuation.suffix(min(continuation.count, length))))
  }
}
