import Documents
import Foundation
import Storage

/// The hash of everything a task's outputs depend on. A committed task whose key still matches is never redone; a changed parameter,
/// rule file or input changes exactly the keys of what depends on it.
struct TaskKeys {
  let plan: Plan
  let run: RunDirectory
  /// Checksums of rule files, lexicons and models, read once.
  private var fileHashes: [String: UInt64] = [:]

  init(plan: Plan, run: RunDirectory) {
    self.plan = plan
    self.run = run
  }

  /// - Parameter committed: the manifests of the phases before this one.
  mutating func key(of phase: Phase, task: Int, committed: [[TaskManifest]]) throws(Diagnostic) -> UInt64 {
    var text = "winnow \(Winnow.version)\n\(phase.name) \(task)\n"
    switch phase.work {
    case .documents(let chain): for stage in chain { text += try description(of: stage) }
    case .step(let stage, let step): text += "\(try description(of: stage))step \(step.name)\n"
    }
    text += description(of: phase.tasks[task], committed)
    if case .step(let stage, let step) = phase.work {
      let ownPartOnly =
        if case .eachPart = step.tasks, plan.steps(of: stage.id).first?.index == phase.index { true } else { false }
      for dependency in phase.dependsOn {
        let isDocumentInput = plan.phases[dependency].writesDocuments && plan.phases[dependency].stageID != stage.id
        if ownPartOnly && isDocumentInput { continue }
        for manifest in committed[dependency] {
          for output in manifest.outputs { text += "\(output.path) \(output.checksum.hexadecimal)\n" }
        }
      }
    }
    return XXH64.hash(text)
  }

  private mutating func description(of stage: Stage) throws(Diagnostic) -> String {
    let parameters = String(decoding: JSONValue.object(stage.parameters.json).serialized, as: UTF8.self)
    var text = "stage \(stage.id) \(stage.kind.name) \(parameters) \(stage.inputs)\n"
    for path in stage.kind.referencedFiles(stage.parameters) {
      if fileHashes[path] == nil { fileHashes[path] = try fileChecksum(path).checksum }
      text += "file \(path) \((fileHashes[path] ?? 0).hexadecimal)\n"
    }
    return text
  }

  /// Source files count by name, size and time of change: their content is not read to decide whether to read it.
  private func description(of input: TaskInput, _ committed: [[TaskManifest]]) -> String {
    switch input {
    case .archive(let source, let path, let range):
      "archive \(source.kind.name) \(source.parameters.json) \(fileStamp(path)) \(range)\n"
    case .files(let source, let paths): "files \(source.kind.name) " + paths.map(fileStamp).joined(separator: " ") + "\n"
    case .part(let phase, let index, let share):
      "part \(share) " + (committed[phase][index].outputs.first { $0.path.contains("/part-") }?.checksum ?? 0).hexadecimal
        + "\n"
    case .none: ""
    }
  }
}

/// Name, size and time of change of a file.
func fileStamp(_ path: String) -> String {
  var status = stat()
  guard stat(path, &status) == 0 else { return "\(path) missing" }
  return "\(path) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
}
