import Documents
import Storage

/// What a pipeline becomes: phases of independent tasks, each phase behind the ones it reads from.
public struct Plan: Sendable {
  public let pipeline: Pipeline
  public let phases: [Phase]
  /// Where each node's documents stand once its phase is done.
  let documentSets: [String: DocumentSet]
}

/// Documents at rest: parts `part-00000.jsonl.zst` … in one folder.
struct DocumentSet: Sendable {
  let phase: Int
  let folder: String
  let parts: Int
}

public struct Phase: Sendable {
  public enum Work: Sendable {
    /// A chain of per-document stages, fused into one streaming pass. Empty when documents are only copied into parts.
    case documents(chain: [Stage])
    /// One step of a collective stage.
    case step(Stage, CollectiveStep)
  }

  public let index: Int
  /// `privacy` for a chain that ends there, `fuzzy/signatures` for a step.
  public let name: String
  /// Relative to the run directory.
  public let folder: String
  public let work: Work
  public let tasks: [TaskInput]
  public let dependsOn: [Int]

  public var usesAllThreads: Bool { if case .step(_, let step) = work { step.usesAllThreads } else { false } }

  /// The node whose documents this phase writes.
  public var writesDocuments: Bool {
    switch work {
    case .documents: true
    case .step(_, let step): step.writesDocuments
    }
  }

  /// The last stage of the chain, or the collective stage.
  public var stageID: String {
    switch work {
    case .documents(let chain): chain.last?.id ?? name
    case .step(let stage, _): stage.id
    }
  }

  func manifestPath(_ task: Int) -> String { "\(folder)/\(writesDocuments ? "part" : "task")-\(taskNumber(task)).done.json" }
}

/// What one task reads.
public enum TaskInput: Sendable {
  /// Records that start in `range` of an archive.
  case archive(source: Source, path: String, range: Range<UInt64>)
  /// Whole files.
  case files(source: Source, paths: [String])
  /// A committed part of another phase; `share` of its documents enters.
  case part(phase: Int, index: Int, share: Double)
  /// What the step's own context offers.
  case none
}

/// `7` as `00007`: task numbers in file names sort as they count.
func taskNumber(_ index: Int) -> String {
  let digits = String(index)
  return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
}

extension Plan {
  /// The phase that writes a node's artifact last.
  func finalPhase(of node: String) -> Phase? {
    phases.last { phase in
      switch phase.work {
      case .documents(let chain): chain.last?.id == node || (chain.isEmpty && phase.name == node)
      case .step(let stage, _): stage.id == node
      }
    }
  }

  /// The steps of a collective stage, in order.
  func steps(of stage: String) -> [Phase] {
    phases.filter { if case .step(let candidate, _) = $0.work { candidate.id == stage } else { false } }
  }

  /// The folder, relative to the run directory, that holds a node's artifact.
  func artifactFolder(of node: String) -> String? { finalPhase(of: node)?.folder }

  /// A hash of the stages, their parameters and how they are connected: not of the inputs, nor of files they refer to.
  public var configurationHash: UInt64 {
    XXH64.hash(pipeline.stages.map { "\($0.id) \($0.kind.name) \($0.parameters.json) \($0.inputs)" }.joined(separator: "\n"))
  }

  /// As written to `plan.json`.
  public func json(version: String) -> JSONValue {
    let phases: [JSONValue] = phases.map { phase in
      var object: JSONObject = [
        "index": .integer(Int64(phase.index)), "name": .string(phase.name), "folder": .string(phase.folder),
      ]
      switch phase.work {
      case .documents(let chain): object["chain"] = .array(chain.map { .string($0.id) })
      case .step(let stage, let step):
        object["stage"] = .string(stage.id)
        object["step"] = .string(step.name)
      }
      object["dependsOn"] = .array(phase.dependsOn.map { .integer(Int64($0)) })
      object["tasks"] = .array(phase.tasks.map(\.json))
      return .object(object)
    }
    let stages: [JSONValue] = pipeline.stages.map { stage in
      [
        "id": .string(stage.id), "use": .string(stage.kind.name),
        "inputs": .array(stage.inputs.map { .string("\($0.port): \($0.node)" + ($0.part.map { ".\($0)" } ?? "")) }),
        "parameters": .object(stage.parameters.json),
      ]
    }
    return [
      "winnow": .string(version), "name": .string(pipeline.name), "file": .string(pipeline.file), "stages": .array(stages),
      "phases": .array(phases),
    ]
  }
}

extension TaskInput {
  var json: JSONValue {
    switch self {
    case .archive(let source, let path, let range):
      return [
        "source": .string(source.id), "file": .string(path), "from": .integer(Int64(range.lowerBound)),
        "to": .integer(Int64(range.upperBound)),
      ]
    case .files(let source, let paths): return ["source": .string(source.id), "files": .array(paths.map { .string($0) })]
    case .part(let phase, let index, let share):
      var object: JSONObject = ["phase": .integer(Int64(phase)), "part": .integer(Int64(index))]
      if share < 1 { object["share"] = .number(share) }
      return .object(object)
    case .none: return [:]
    }
  }
}
