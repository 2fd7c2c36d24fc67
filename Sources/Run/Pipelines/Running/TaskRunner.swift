import Documents
import Foundation
import Storage

/// Runs single tasks and commits what they wrote. Knows nothing of schedules: a thread, a process or a cluster node calls it alike.
struct TaskRunner: Sendable {
  let plan: Plan
  let run: RunDirectory
  let threads: Int
  let stop: StopFlag
  let observer: any RunObserver
  var predecessor: Predecessor?

  /// Performs a task in a folder of its own and commits it: outputs are renamed into place, the manifest comes last.
  ///
  /// - Parameter revisable: the predecessor's manifest of the task, when its outputs can be revised instead.
  func perform(_ phase: Phase, task: Int, key: UInt64, revising revisable: TaskManifest? = nil) throws -> TaskManifest {
    let started = ContinuousClock.now
    let name =
      "\(phase.index)-\(taskNumber(task))-\(ProcessInfo.processInfo.processIdentifier)-\(UInt64.random(in: 0 ... .max).hexadecimal)"
    let folder = run.workFolder + "/" + name
    try run.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let counts: TaskCounts
    switch phase.work {
    case .documents(let chain):
      let work = DocumentTask(
        plan: plan, phase: phase, chain: chain, run: run, task: task, folder: folder, stop: stop, observer: observer)
      if let predecessor, let revisable {
        counts = try TaskRevision(predecessor: predecessor, old: revisable, task: work).perform()
      } else {
        counts = try work.perform()
      }
    case .step(let stage, let step):
      let context = StepContext(
        stage: stage, plan: plan, phase: phase, run: run, task: task, folder: folder,
        threads: step.usesAllThreads ? threads : 1,
        stop: stop, observer: observer)
      counts = try step.run(context)
    }
    if stop.isSet { throw Interrupted() }
    var manifest = TaskManifest(key: key, phase: phase.name, task: task, outputs: [])
    manifest.counts = counts
    let elapsed = ContinuousClock.now - started
    manifest.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    manifest.peakMemory = ResidentMemory.peak
    try commit(&manifest, from: folder, phase)
    try? FileManager.default.removeItem(atPath: run.scratchFolder(phase, task))
    return manifest
  }

  private func commit(_ manifest: inout TaskManifest, from folder: String, _ phase: Phase) throws {
    let manager = FileManager.default
    let files = (manager.enumerator(atPath: folder)?.allObjects as? [String] ?? []).filter { path in
      var isFolder: ObjCBool = false
      return manager.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder) && !isFolder.boolValue
    }
    for file in files.sorted() {
      let (bytes, checksum) = try fileChecksum(folder + "/" + file)
      manifest.outputs.append(.init(path: "\(phase.folder)/\(file)", bytes: bytes, checksum: checksum))
    }
    for file in files {
      let target = run.file("\(phase.folder)/\(file)")
      try run.makeFolder((target as NSString).deletingLastPathComponent)
      guard rename(folder + "/" + file, target) == 0 else { throw Diagnostic(systemCall: "rename into place", path: target) }
    }
    try AtomicFile.write(manifest.json.prettyPrinted, to: run.file(phase.manifestPath(manifest.task)))
  }

  /// The manifest of a task that is committed under this key with every output in place and intact; nil when it must run.
  ///
  /// - Parameter temporary: outputs whose names end so are not asked for.
  func committed(
    _ phase: Phase, task: Int, key: UInt64, without temporary: String? = nil
  ) -> (manifest: TaskManifest?, warning: Diagnostic?) {
    let path = run.file(phase.manifestPath(task))
    do throws(Diagnostic) {
      try predecessor?.adopt(phase, task: task, key: key, into: run)
      guard let manifest = try TaskManifest.read(path: path), manifest.key == key else { return (nil, nil) }
      for output in manifest.outputs {
        let file = run.file(output.path)
        if let temporary, output.path.hasSuffix(temporary) { continue }
        // Let go of when the stage was done: that is no damage, but its next step needs it again.
        if let ending = phase.temporaryFiles, output.path.hasSuffix(ending), !FileManager.default.fileExists(atPath: file) {
          return (nil, nil)
        }
        guard let found = try? fileChecksum(file), found.bytes == output.bytes, found.checksum == output.checksum else {
          return (
            nil,
            Diagnostic(
              "damaged-output", "the file does not match its checksum or is gone: its task is run again", at: .init(file: file),
              severity: .warning)
          )
        }
      }
      return (manifest, nil)
    } catch {
      var warning = error
      warning.severity = .warning
      return (nil, warning)
    }
  }
}
