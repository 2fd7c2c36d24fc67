import Documents
import Foundation
import Storage

/// What a run has done so far, from its manifests: the numbers behind `winnow status`, the summary of `winnow run` and the datasheet.
public struct RunReport: Sendable {
  public struct StageLine: Sendable {
    public let phase: Int
    public let counts: StageCounts
    /// The reader of a phase: a source, or a committed stage that is read again.
    public let isReader: Bool
    public let rules: [RuleCount]
  }

  public let plan: Plan
  public let run: RunDirectory
  public let manifests: [[TaskManifest]]

  public init(_ run: RunDirectory, plan: Plan) throws(Diagnostic) {
    self.init(run, plan: plan, manifests: try Catalog.manifests(of: run, plan: plan))
  }

  public init(_ run: RunDirectory, plan: Plan, manifests: [[TaskManifest]]) {
    self.run = run
    self.plan = plan
    self.manifests = manifests
  }

  /// Sources and stages in flow order. Stages that read what another stage wrote appear once; their reader is left out.
  public var stageLines: [StageLine] {
    var lines: [StageLine] = []
    for phase in plan.phases where phase.writesDocuments {
      let done = manifests[phase.index]
      let rules = done.ruleCounts
      for (position, counts) in done.stageCounts.enumerated() {
        let isReader = position == 0
        if isReader, plan.pipeline.source(counts.stage) == nil { continue }
        lines.append(
          StageLine(phase: phase.index, counts: counts, isReader: isReader, rules: rules.filter { $0.stage == counts.stage }))
      }
    }
    return lines
  }

  public func committed(_ phase: Phase) -> Int { manifests[phase.index].count }

  public var isComplete: Bool { plan.phases.allSatisfy { committed($0) == $0.tasks.count } }

  /// The path of an output of a stage's final phase, when it is committed.
  public func output(of kind: ArtifactKind, named name: String) -> String? {
    for stage in plan.pipeline.stages where stage.kind.output == kind {
      guard let phase = plan.finalPhase(of: stage.id) else { continue }
      for output in manifests[phase.index].flatMap(\.outputs) where output.path.hasSuffix("/" + name) {
        return run.file(output.path)
      }
    }
    return nil
  }
}

extension RunReport {
  /// What a deduplication took.
  public struct DeduplicationMeasurement: Sendable {
    public let stage: String
    /// Peak resident memory of the process while the stage's steps ran.
    public let memoryBytes: Int
    /// What the steps wrote; the most that stood on disk at once.
    public let diskBytes: Int
    /// Of one thread.
    public let seconds: Double
  }

  /// Of each deduplication that is committed.
  public var deduplications: [DeduplicationMeasurement] {
    plan.pipeline.stages.filter { $0.kind.deduplication != nil }.compactMap { stage in
      let steps = plan.steps(of: stage.id)
      let done = steps.flatMap { manifests[$0.index] }
      guard done.count == steps.reduce(0, { $0 + $1.tasks.count }) else { return nil }
      return DeduplicationMeasurement(
        stage: stage.id, memoryBytes: done.map(\.peakMemory).max() ?? 0,
        diskBytes: done.flatMap(\.outputs).reduce(0) { $0 + Int($1.bytes) }, seconds: done.reduce(0) { $0 + $1.seconds })
    }
  }

  /// One sentence of each committed artifact stage about itself, from its `note.txt`.
  public var artifactNotes: [(stage: String, text: String)] {
    plan.pipeline.stages.compactMap { stage in
      guard stage.kind.output != .documents, let phase = plan.finalPhase(of: stage.id),
        manifests[phase.index].count == phase.tasks.count,
        let note = try? String(contentsOfFile: run.file("\(phase.folder)/note.txt"), encoding: .utf8)
      else { return nil }
      return (stage.id, note.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
}

extension Plan {
  /// An existing run directory with the plan that it keeps.
  ///
  /// The paths of a pipeline are relative to the folder in which the run was started: when that is another one than the current, the
  /// process moves there, and the run directory's path becomes absolute.
  public static func open(run path: String) throws -> (run: RunDirectory, plan: Plan) {
    var run = RunDirectory(path: path)
    let file: [UInt8]
    do { file = try MappedFile.contents(of: run.planFile) } catch {
      throw Diagnostic(
        "not-a-run", "not a run directory: it has no plan.json", at: .init(file: path),
        fix: "name a folder that 'winnow run' has written, such as runs/NAME")
    }
    guard let object = try JSONScanner.parse(file).object, let folder = object["workingFolder"]?.string else {
      throw Diagnostic(
        "damaged-file", "not a plan of this release", at: .init(file: run.planFile),
        fix: "start the run again with 'winnow run'")
    }
    let current = FileManager.default.currentDirectoryPath
    if folder != current {
      if !path.hasPrefix("/") { run = RunDirectory(path: current + "/" + path) }
      guard chdir(folder) == 0 else {
        throw Diagnostic(systemCall: "enter the folder in which the run was started", path: folder)
      }
    }
    return (run, Plan(try Pipeline.load(path: run.pipelineFile).pipeline))
  }
}
