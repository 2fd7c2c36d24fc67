import Documents
import LanguageModels

/// What a task says of a model before it gets answers right: how likely the right choice is to it, by code point (nats; higher
/// is better), as `correct_choice_logprob_norm` has it.
extension TaskRunner {
  /// A value for each record.
  /// - Throws: what `run` throws.
  public func correctChoiceLikelihoods(of task: EvaluationTask) throws(Diagnostic) -> [Double] {
    try run(task).outcomes.map(\.correctChoiceLikelihood)
  }
}

extension TaskRunner.Outcome {
  /// Log p of the right choice by code point, of several right ones the likeliest.
  var correctChoiceLikelihood: Double {
    correct.map { logLikelihoods[$0] / max(1, Double(choices[$0].unicodeScalars.count)) }.max() ?? 0
  }
}

extension EvaluationTask {
  /// Prompt and right answer of each record, without description and examples: what training data should not have.
  /// - Throws: what reading the records and filling the templates throws.
  public func textsWithAnswers() throws(Diagnostic) -> [String] {
    var texts: [String] = []
    for (index, record) in try Self.records(testFile).enumerated() {
      do throws(Diagnostic) {
        let prompt = try TaskPrompt(self, record, examples: "")
        texts.append(prompt.context + (prompt.correct.first.map { targetDelimiter + prompt.choices[$0] } ?? ""))
      } catch {
        throw Diagnostic(error.code, error.message, at: .init(file: testFile, line: index + 1), fix: error.fix)
      }
    }
    return texts
  }
}
