import Documents
import Synchronization

/// Asked by every loop that runs long; set by Ctrl-C.
public final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  public init() {}
  public var isSet: Bool { flag.load(ordering: .relaxed) }
  public func set() { flag.store(true, ordering: .relaxed) }
}

/// Thrown by work that the stop flag ended; what it wrote is dropped.
public struct Interrupted: Error {
  public init() {}
}

/// What a run tells while it works. Called from worker threads.
public protocol RunObserver: Sendable {
  func handle(_ event: RunEvent)
}

public enum RunEvent: Sendable {
  case runStarted(name: String, folder: String, phases: Int)
  /// `committed` of `tasks` were found committed and intact.
  case phaseStarted(index: Int, name: String, tasks: Int, committed: Int)
  /// Documents and bytes that a task has worked through since its last tick.
  case progress(phase: Int, documents: Int, kept: Int, bytes: Int, share: Double)
  /// Anything a step says of itself: training step and loss, merges learned.
  case message(phase: Int, text: String)
  case taskFinished(phase: Int, task: Int, seconds: Double)
  case phaseFinished(index: Int, name: String, seconds: Double, counts: [StageCounts])
  case warning(Diagnostic)
  case runFinished(seconds: Double)
}
