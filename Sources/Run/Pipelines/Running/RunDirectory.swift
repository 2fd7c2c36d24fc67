import Documents
import Foundation
import Storage

/// The folder of one run (DESIGN section 6): every path that the run writes is made here.
public struct RunDirectory: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  public func file(_ relative: String) -> String { path + "/" + relative }

  public var pipelineFile: String { file("pipeline.yaml") }
  public var planFile: String { file("plan.json") }
  public var catalogFile: String { file("catalog.sqlite") }

  /// Work in progress; a new run starts with it empty.
  var workFolder: String { file("work") }

  /// Survives an interruption, goes when the task commits: checkpoints of long tasks.
  func scratchFolder(_ phase: Phase, _ task: Int) -> String {
    file("scratch/\(phase.name.replacingOccurrences(of: "/", with: "."))-\(taskNumber(task))")
  }

  func makeFolder(_ path: String) throws(Diagnostic) {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw Diagnostic(systemCall: "create the folder", path: path)
    }
  }

  /// Keeps a second coordinator out while this value lives.
  final class Lock: Sendable {
    private let descriptor: Int32

    init(_ directory: RunDirectory) throws(Diagnostic) {
      let path = directory.file("lock")
      descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw Diagnostic(systemCall: "create", path: path) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw Diagnostic(
          "run-in-use", "another 'winnow run' works in this run directory", at: .init(file: directory.path),
          fix: "wait for it, or name another directory with --run")
      }
    }

    deinit { close(descriptor) }
  }
}
