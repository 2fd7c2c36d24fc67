import Documents
import Foundation
import Storage

/// A test of a model: records, how they become prompts, and what is measured. Keys and meanings are those of lm-evaluation-harness 0.4.
public struct EvaluationTask: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// The likelihoods of given choices are compared.
    case multipleChoice = "multiple_choice"
    /// The model writes until a stop string, greedily.
    case generation = "generate_until"
  }

  public var name: String
  public var kind: Kind
  /// Stands before the few-shot examples.
  public var description: String
  public var testFile: String
  public var fewShotFile: String?
  /// How many records of `fewShotFile`, from its start, are shown as examples.
  public var fewShotCount: Int
  public var text: TaskTemplate
  /// The correct choice's number or text; for generation the wanted text or a list of them.
  public var target: TaskTemplate
  /// One template for a list of choices, or one for each.
  public var choices: [TaskTemplate]
  public var targetDelimiter: String
  public var fewShotDelimiter: String
  public var stops: [String]
  public var maximumGeneratedTokens: Int
  public var metrics: [TaskMetric]
  /// What scores are also given by, such as a subject.
  public var group: TaskTemplate?

  /// Reads a task file.
  /// - Parameter testFile: the records, instead of the file's own `test_file`.
  /// - Throws: `invalid-task`, `invalid-template` and others, with the file's place.
  public init(path: String, testFile: String? = nil) throws(Diagnostic) {
    let content = try MappedFile.contents(of: path)
    do throws(Diagnostic) {
      let reader = try TaskFile(String(decoding: content, as: UTF8.self))
      let folder = (path as NSString).deletingLastPathComponent
      name = try reader.text("task") ?? (path as NSString).lastPathComponent
      let kindName = try reader.required("output_type")
      guard let kind = Kind(rawValue: kindName) else {
        throw TaskFile.wrong(
          "output_type '\(kindName)'", fix: "one of: \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self.kind = kind
      description = try reader.text("description") ?? ""
      let ownFile = try reader.text("test_file").map { Self.resolved($0, folder) }
      guard let records = testFile ?? ownFile else {
        throw TaskFile.wrong("'test_file' is missing", fix: "name the records there, or behind the task: --task TASK=FILE")
      }
      self.testFile = records
      fewShotFile = try reader.text("fewshot_file").map { Self.resolved($0, folder) }
      fewShotCount = try reader.count("num_fewshot") ?? 0
      text = try reader.template("doc_to_text")
      target = try reader.template("doc_to_target")
      choices = kind == .multipleChoice ? try reader.templates("doc_to_choice") : []
      targetDelimiter = try reader.text("target_delimiter") ?? " "
      fewShotDelimiter = try reader.text("fewshot_delimiter") ?? "\n\n"
      let generation = try reader.mapping("generation_kwargs")
      stops = try generation?.texts("until") ?? [fewShotDelimiter]
      maximumGeneratedTokens = try generation?.count("max_gen_toks") ?? 256
      try generation?.expectNoOthers(["until", "max_gen_toks", "do_sample"])
      guard try generation?.text("do_sample") ?? "false" == "false" else {
        throw TaskFile.wrong("do_sample is not false", fix: "leave it out: text is generated greedily")
      }
      metrics = try reader.metrics(of: kind)
      group = try reader.text("group_by") == nil ? nil : reader.template("group_by")
      try reader.expectNoOthers([
        "task", "output_type", "description", "test_file", "fewshot_file", "num_fewshot", "doc_to_text", "doc_to_target",
        "doc_to_choice", "target_delimiter", "fewshot_delimiter", "generation_kwargs", "metric_list", "group_by", "metadata",
        "tag",
      ])
      if fewShotCount > 0, fewShotFile == nil {
        throw TaskFile.wrong("num_fewshot without fewshot_file", fix: "name the file with examples")
      }
    } catch {
      throw error.place == nil ? Diagnostic(error.code, error.message, at: .init(file: path), fix: error.fix) : error
    }
  }

  private static func resolved(_ path: String, _ folder: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }

  /// Records of a JSON-lines file.
  static func records(_ path: String, limit: Int = .max) throws(Diagnostic) -> [JSONObject] {
    var records: [JSONObject] = []
    var lines = try LineReader(path: path)
    while records.count < limit {
      let number = lines.lineNumber + 1
      let record = try lines.next { (line) throws(Diagnostic) -> JSONObject in
        do throws(Diagnostic) {
          guard let object = try JSONScanner.parse(line).object else {
            throw Diagnostic("invalid-json", "a line is no JSON object")
          }
          return object
        } catch {
          throw Diagnostic(error.code, error.message, at: .init(file: path, line: number), fix: error.fix)
        }
      }
      guard let record else { break }
      records.append(record)
    }
    return records
  }
}

/// What a task measures.
public enum TaskMetric: String, Sendable, CaseIterable {
  /// The likeliest choice is right.
  case accuracy = "acc"
  /// Likelihood by character of the choice (code points).
  case accuracyByCharacter = "acc_norm"
  /// Likelihood by UTF-8 byte of the choice.
  case accuracyByByte = "acc_bytes"
  /// Log-likelihood less that of the choice after no context at all.
  case accuracyByMutualInformation = "acc_mutual_info"
  /// Log-likelihood of the right choice by character, a measure that moves before accuracy does.
  case correctChoiceLikelihood = "correct_choice_logprob_norm"
  /// The first choice is likelier than the second: for pairs of a stereotype and its opposite, where one half is even.
  case stereotypeShare = "pct_stereotype"
  /// How far the log-likelihoods of the first two choices lie apart.
  case likelihoodDifference = "likelihood_diff"
  case exactMatch = "exact_match"
  case answerExactMatch = "squad_exact"
  case answerF1 = "squad_f1"
  case bleu
  case rouge1, rouge2, rougeL, rougeLsum

  /// Which kinds of task have it.
  var kind: EvaluationTask.Kind {
    switch self {
    case .accuracy, .accuracyByCharacter, .accuracyByByte, .accuracyByMutualInformation, .correctChoiceLikelihood,
      .stereotypeShare,
      .likelihoodDifference:
      .multipleChoice
    default: .generation
    }
  }
}
