import Documents
import Evaluation

extension AblationReport {
  public var json: JSONObject {
    [
      "preset": .string(options.preset), "optimizer": .string(options.optimizer.rawValue),
      "training-tokens": .integer(Int64(options.tokens)), "steps": .integer(Int64(steps)), "seeds": .integer(Int64(options.seeds)),
      "held-out": [
        "documents": .integer(Int64(heldOutDocuments)), "bytes": .integer(Int64(heldOutBytes)),
        "files": .array(options.heldOut.map { .string($0) }),
      ], "variants": .array(rows.map { .object(json($0)) }), "notes": .array(notes.map { .string($0) }),
    ]
  }

  private func json(_ row: Row) -> JSONObject {
    var object: JSONObject = [
      "name": .string(row.name), "documents": .integer(Int64(row.documents)), "tokens": .integer(Int64(row.tokens)),
      "epochs": .number(row.epochs), "bits-per-byte": .number(row.meanBitsPerByte),
      "bits-per-byte-by-seed": .array(row.bitsPerByte.map { .number($0) }),
    ]
    if let comparison = row.comparison {
      object.members += Self.json(comparison).members
      object["\(options.grouping.rawValue)s"] = .array(
        row.groups.map { group in
          var object: JSONObject = [
            options.grouping.rawValue: .string(group.name), "documents": .integer(Int64(group.documents)),
          ]
          object.members += Self.json(group.comparison).members
          return .object(object)
        })
    }
    if !tasks.isEmpty {
      object["tasks"] = .array(
        zip(tasks, row.tasks).map { task, found in
          var object: JSONObject = [
            "task": .string(task.name), "records": .integer(Int64(task.records)),
            "correct_choice_logprob_norm": .number(Self.mean(found.scores)),
            "correct_choice_logprob_norm-by-seed": .array(found.scores.map { .number($0) }),
          ]
          if let comparison = found.comparison { object.members += Self.json(comparison).members }
          return .object(object)
        })
    }
    return object
  }

  private static func json(_ comparison: PairedComparison) -> JSONObject {
    [
      "difference": .number(comparison.difference), "lower": .number(comparison.interval.lowerBound),
      "upper": .number(comparison.interval.upperBound), "verdict": .string(comparison.verdict.rawValue),
    ]
  }
}
