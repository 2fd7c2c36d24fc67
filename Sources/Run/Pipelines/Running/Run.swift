import Documents
import Foundation
import Storage
import Synchronization

/// A run: brings a run directory to the state that a pipeline describes, doing only what is not yet done.
public struct Run: Sendable {
  public let plan: Plan
  public let directory: RunDirectory
  public let threads: Int
  public let stop: StopFlag
  /// Leave what a stage's steps hand each other where it is.
  public let keepsTemporaryFiles: Bool
  /// A run whose work is taken over where it is still right.
  public let predecessor: Predecessor?
  public let observer: any RunObserver

  public init(
    plan: Plan, directory: RunDirectory, threads: Int, stop: StopFlag = StopFlag(), keepsTemporaryFiles: Bool = false,
    predecessor: Predecessor? = nil, observer: any RunObserver
  ) {
    self.plan = plan
    self.directory = directory
    self.threads = max(1, threads)
    self.stop = stop
    self.keepsTemporaryFiles = keepsTemporaryFiles
    self.predecessor = predecessor
    self.observer = observer
  }

  /// - Throws: `Interrupted` when the stop flag was set; `Diagnostic` when a task failed. Committed tasks stay committed either way.
  @discardableResult
  public func perform(on executor: any Executor) async throws -> [[TaskManifest]] {
    let clock = ContinuousClock()
    let started = clock.now
    try directory.makeFolder(directory.path)
    let lock = try RunDirectory.Lock(directory)
    defer { withExtendedLifetime(lock) {} }
    try? FileManager.default.removeItem(atPath: directory.workFolder)
    try writePlan()
    observer.handle(.runStarted(name: plan.pipeline.name, folder: directory.path, phases: plan.phases.count))
    let runner = TaskRunner(
      plan: plan, run: directory, threads: threads, stop: stop, observer: observer, predecessor: predecessor)
    var keys = TaskKeys(plan: plan, run: directory)
    var manifests: [[TaskManifest]] = []
    for phase in plan.phases {
      if manifests.count == phase.index {
        if let settled = try settledStage(startingAt: phase, runner, &keys, manifests) {
          manifests += settled
        } else {
          manifests.append(try await perform(phase, runner, &keys, manifests, executor))
        }
      }
      try Catalog.rebuild(directory, plan: plan, manifests: Array(manifests[...phase.index]))
      if !keepsTemporaryFiles { removeTemporaryFiles(behind: phase, manifests) }
    }
    try? FileManager.default.removeItem(atPath: directory.workFolder)
    observer.handle(.runFinished(seconds: (clock.now - started).seconds))
    return manifests
  }

  private func perform(
    _ phase: Phase, _ runner: TaskRunner, _ keys: inout TaskKeys, _ before: [[TaskManifest]], _ executor: any Executor
  ) async throws -> [TaskManifest] {
    let started = ContinuousClock.now
    ResidentMemory.resetPeak()
    var taskKeys: [UInt64] = []
    for task in phase.tasks.indices { taskKeys.append(try keys.key(of: phase, task: task, committed: before)) }
    let results = Mutex<[TaskManifest?]>(Array(repeating: nil, count: phase.tasks.count))
    var pending: [Int] = []
    for task in phase.tasks.indices {
      let (manifest, warning) = runner.committed(phase, task: task, key: taskKeys[task])
      if let warning { observer.handle(.warning(warning)) }
      if let manifest { results.withLock { $0[task] = manifest } } else { pending.append(task) }
    }
    observer.handle(
      .phaseStarted(
        index: phase.index, name: phase.name, tasks: phase.tasks.count, committed: phase.tasks.count - pending.count))
    try removeStale(phase)
    let revisable = try revisable(pending, of: phase, before)
    let allKeys = taskKeys
    let observer = observer
    try await executor.run(pending, of: phase) { task in
      if runner.stop.isSet { throw Interrupted() }
      let manifest = try runner.perform(phase, task: task, key: allKeys[task], revising: revisable[task])
      results.withLock { $0[task] = manifest }
      observer.handle(.taskFinished(phase: phase.index, task: task, seconds: manifest.seconds))
    }
    let manifests = results.withLock { $0 }.compactMap { $0 }
    guard manifests.count == phase.tasks.count else {
      throw Diagnostic(
        "incomplete-phase", "phase '\(phase.name)' ended with \(manifests.count) of \(phase.tasks.count) tasks committed")
    }
    try checkBalance(phase, manifests, before)
    observer.handle(
      .phaseFinished(
        index: phase.index, name: phase.name, seconds: (ContinuousClock.now - started).seconds, counts: manifests.stageCounts))
    return manifests
  }

  /// The predecessor's manifests of those tasks whose outputs can be revised.
  private func revisable(_ tasks: [Int], of phase: Phase, _ before: [[TaskManifest]]) throws(Diagnostic) -> [Int: TaskManifest]
  {
    guard let predecessor else { return [:] }
    var keys = TaskKeys(plan: predecessor.plan, run: directory)
    var result: [Int: TaskManifest] = [:]
    for task in tasks { result[task] = try predecessor.manifest(toRevise: phase, task: task, committed: before, keys: &keys) }
    return result
  }

  /// What an earlier, larger plan left in this phase's folder must not be taken for a part of it.
  private func removeStale(_ phase: Phase) throws {
    let prefix = phase.writesDocuments ? "part-" : "task-"
    let folder = directory.file(phase.folder)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard name.hasPrefix(prefix), name.hasSuffix(".done.json"), let task = Int(name.dropFirst(prefix.count).prefix(5)),
        task >= phase.tasks.count
      else { continue }
      for output in (try? TaskManifest.read(path: folder + "/" + name))?.outputs ?? [] { unlink(directory.file(output.path)) }
      unlink(folder + "/" + name)
    }
  }

  /// What a phase took in is what the phases before it gave out.
  private func checkBalance(_ phase: Phase, _ manifests: [TaskManifest], _ before: [[TaskManifest]]) throws(Diagnostic) {
    guard phase.writesDocuments else { return }
    var expected: [Int: Int] = [:]
    for (task, input) in phase.tasks.enumerated() {
      guard case .part(let source, let index, _) = input,
        let given = before[source][index].counts.stages.last?.kept ?? before[source][index].counts.input?.kept
      else { continue }
      expected[task] = given
    }
    for (task, manifest) in manifests.enumerated() {
      guard let counts = manifest.counts.input, counts.balances, expected[task].map({ $0 == counts.entered }) ?? true else {
        throw Diagnostic(
          "unbalanced",
          "task \(task) of phase '\(phase.name)' took in \(manifest.counts.input?.entered ?? 0) documents, \(expected[task] ?? 0) were given",
          fix: "this is a defect of Winnow: please report it with the pipeline file")
      }
    }
  }

  private func writePlan() throws {
    try AtomicFile.write(MappedFile.contents(of: plan.pipeline.file), to: directory.pipelineFile)
    var object = plan.json(version: Winnow.version).object ?? JSONObject()
    object["workingFolder"] = .string(FileManager.default.currentDirectoryPath)
    try AtomicFile.write(JSONValue.object(object).prettyPrinted, to: directory.planFile)
  }
}

extension Run {
  /// Runs one task of a planned run alone, as a cluster scheduler does; a task that is already committed is left as it is.
  public func performTask(phase index: Int, task: Int) throws {
    guard plan.phases.indices.contains(index), plan.phases[index].tasks.indices.contains(task) else {
      throw Diagnostic(
        "no-such-task", "the plan has no task \(task) in phase \(index)", fix: "'winnow plan' lists phases and tasks")
    }
    let runner = TaskRunner(plan: plan, run: directory, threads: threads, stop: stop, observer: observer)
    var keys = TaskKeys(plan: plan, run: directory)
    var manifests: [[TaskManifest]] = []
    let needed = plan.phasesBefore(index)
    for phase in plan.phases[..<index] {
      var committed: [TaskManifest] = []
      if needed.contains(phase.index) {
        for number in phase.tasks.indices {
          let key = try keys.key(of: phase, task: number, committed: manifests)
          guard let manifest = try TaskManifest.read(path: directory.file(phase.manifestPath(number))), manifest.key == key
          else {
            throw Diagnostic(
              "input-not-committed", "task \(number) of phase '\(phase.name)' is not committed",
              fix: "run it first: phases go in order")
          }
          committed.append(manifest)
        }
      }
      manifests.append(committed)
    }
    let key = try keys.key(of: plan.phases[index], task: task, committed: manifests)
    if runner.committed(plan.phases[index], task: task, key: key).manifest != nil { return }
    ResidentMemory.resetPeak()
    _ = try runner.perform(plan.phases[index], task: task, key: key)
  }
}

extension Plan {
  /// The phases that a phase depends on, directly or through others.
  func phasesBefore(_ index: Int) -> Set<Int> {
    var found: Set<Int> = []
    var open = phases[index].dependsOn
    while let next = open.popLast() {
      if found.insert(next).inserted { open += phases[next].dependsOn }
    }
    return found
  }
}

extension [TaskManifest] {
  /// Counts by stage over all tasks, the reader's first.
  public var stageCounts: [StageCounts] {
    var result: [StageCounts] = []
    for manifest in self {
      for counts in [manifest.counts.input].compactMap({ $0 }) + manifest.counts.stages {
        if let index = result.firstIndex(where: { $0.stage == counts.stage }) {
          result[index].add(counts)
        } else {
          result.append(counts)
        }
      }
    }
    return result
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
