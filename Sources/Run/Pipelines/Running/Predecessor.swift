import Curation
import Documents
import Foundation
import Storage

/// A finished run that a new one takes over from: tasks with the same key as they are, and tasks that differ by nothing but the bounds of
/// one filter for all documents whose verdict its measured values settle.
public struct Predecessor: Sendable {
  let run: RunDirectory
  let plan: Plan
  let change: ChangedFilter

  /// - Parameter settings: `pack.rule=30`, `pack.rule=3..12`, `pack.rule=off`, of one filter stage.
  public init(_ settings: [String], run: RunDirectory, plan: Plan) throws(Diagnostic) {
    self.run = run
    self.plan = plan
    change = try ChangedFilter(settings, plan)
  }

  /// Writes the pipeline of the new run, the old one with the settings in its filter stage, into the new run's folder.
  /// - Returns: its plan.
  public func makePlan(in directory: RunDirectory) throws -> Plan {
    guard directory.path != run.path else {
      throw Diagnostic(
        "same-run", "the new run cannot be in the folder of the old one", at: .init(file: run.path),
        fix: "name another with --run")
    }
    let text = String(decoding: try MappedFile.contents(of: run.pipelineFile), as: UTF8.self)
    let changed = try YAMLTree.setting("set", to: change.settings, ofStage: change.stage.id, in: text, file: run.pipelineFile)
    try directory.makeFolder(directory.path)
    try AtomicFile.write(Array(changed.utf8), to: directory.pipelineFile)
    return Plan(try Pipeline.load(path: directory.pipelineFile).pipeline)
  }

  /// Brings the files of a task that the old run committed under this key into the new run, without copying where the file system allows
  /// it. What the old run let go of is left out.
  func adopt(_ phase: Phase, task: Int, key: UInt64, into directory: RunDirectory) throws(Diagnostic) {
    let path = phase.manifestPath(task)
    guard !FileManager.default.fileExists(atPath: directory.file(path)),
      let manifest = try TaskManifest.read(path: run.file(path)),
      manifest.key == key
    else { return }
    for output in manifest.outputs where FileManager.default.fileExists(atPath: run.file(output.path)) {
      try share(output.path, with: directory)
    }
    try AtomicFile.write(manifest.json.prettyPrinted, to: directory.file(path))
  }

  /// The outputs of a run are never written to, only replaced: two runs can share them.
  private func share(_ path: String, with directory: RunDirectory) throws(Diagnostic) {
    let target = directory.file(path)
    try directory.makeFolder((target as NSString).deletingLastPathComponent)
    unlink(target)
    if link(run.file(path), target) == 0 { return }
    do { try FileManager.default.copyItem(atPath: run.file(path), toPath: target) } catch {
      throw Diagnostic(systemCall: "copy", path: target)
    }
  }

  /// The old run's manifest of a task whose outputs can be revised: it has the changed filter, and everything else that it depends on is
  /// what it was.
  ///
  /// - Parameter committed: the new run's manifests of the phases before this one.
  func manifest(toRevise phase: Phase, task: Int, committed: [[TaskManifest]], keys: inout TaskKeys) throws(Diagnostic)
    -> TaskManifest?
  {
    guard phase.index == change.phase, plan.phases.indices.contains(phase.index),
      plan.phases[phase.index].tasks.count == phase.tasks.count,
      let manifest = try TaskManifest.read(path: run.file(phase.manifestPath(task)))
    else { return nil }
    return try keys.key(of: plan.phases[phase.index], task: task, committed: committed) == manifest.key ? manifest : nil
  }
}
