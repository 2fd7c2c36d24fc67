import CKernels
import Foundation
import Synchronization

/// Threads that stay alive between parallel loops, for work that comes in thousands of short loops.
///
/// A loop's pieces are numbered by the caller and each runs exactly once on some thread, so a result that depends only on
/// the piece (and is combined in piece order afterwards) is the same for any width. Between loops the threads spin for a
/// moment, then sleep. A loop never waits for a thread that has not begun to help: on a busy machine the caller does the
/// work itself.
public final class ThreadPool: Sendable {
  /// Threads that take part in a loop, the calling one included.
  public let width: Int
  private let shared = Shared()
  private let threads: [pthread_t]

  /// - Parameter width: at least 1; nil for one thread per processor.
  public init(width: Int? = nil) {
    let wanted = max(1, width ?? ProcessInfo.processInfo.activeProcessorCount)
    var threads: [pthread_t] = []
    for worker in 1..<max(2, wanted) where worker < wanted {
      guard let thread = Self.start(WorkerStart(shared: shared, worker: worker)) else { break }
      threads.append(thread)
    }
    self.threads = threads
    self.width = threads.count + 1
  }

  deinit {
    shared.stop()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Calls `body(piece, worker)` once for each piece in `0 ..< pieces`; returns when all are done. `worker` in
  /// `0 ..< width` names the thread, for scratch memory. Loops of one pool run one after the other; they do not nest.
  package func loop(_ pieces: Int, _ body: (_ piece: Int, _ worker: Int) -> Void) {
    guard width > 1, pieces > 1 else {
      for piece in 0..<pieces { body(piece, 0) }
      return
    }
    withoutActuallyEscaping(body) { shared.run(pieces, $0) }
  }

  private static func start(_ start: WorkerStart) -> pthread_t? {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(start)
    let status = pthread_create(
      &thread, nil,
      { @Sendable raw in
        guard let raw else { return nil }
        let start = Unmanaged<WorkerStart>.fromOpaque(raw).takeRetainedValue()
        start.shared.work(as: start.worker)
        return nil
      }, argument.toOpaque())
    if status != 0 { argument.release() }
    return status == 0 ? thread : nil
  }
}

private final class WorkerStart: Sendable {
  let shared: Shared
  let worker: Int
  init(shared: Shared, worker: Int) {
    self.shared = shared
    self.worker = worker
  }
}

/// What caller and workers share. Invariant: `body` and `pieces` are written only by the caller of `run` while the gate is
/// closed and empty; a worker reads them only between entering and leaving the gate.
private final class Shared: @unchecked Sendable {
  /// Counts loops, so that workers see a new one.
  private let generation = Atomic<Int>(0)
  /// Workers inside the current loop, plus `closed` when no more may enter.
  private let gate = Atomic<Int>(Shared.closed)
  private let next = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let callers = Mutex<Void>(())
  private var body: ((Int, Int) -> Void)?
  private var pieces = 0
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>

  private static let spins = 20_000
  private static let closed = 1 << 32

  init() {
    lock = .allocate(capacity: 1)
    wake = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wake, nil)
  }

  deinit {
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(lock)
    wake.deallocate()
    lock.deallocate()
  }

  func run(_ pieces: Int, _ body: @escaping (Int, Int) -> Void) {
    callers.withLock { _ in
      self.body = body
      self.pieces = pieces
      next.store(0, ordering: .relaxed)
      gate.store(0, ordering: .releasing)
      generation.add(1, ordering: .sequentiallyConsistent)
      wakeSleepers()
      drain(body, pieces, worker: 0)
      gate.add(Self.closed, ordering: .acquiringAndReleasing)
      var spins = 0
      while gate.load(ordering: .acquiring) != Self.closed {
        spins += 1
        if spins < Self.spins { winnow_pause() } else { sched_yield() }
      }
      self.body = nil
    }
  }

  func work(as worker: Int) {
    var seen = 0
    while true {
      seen = waitForWork(after: seen)
      if stopping.load(ordering: .acquiring) { return }
      guard enter() else { continue }
      if let body { drain(body, pieces, worker: worker) }
      gate.subtract(1, ordering: .acquiringAndReleasing)
    }
  }

  /// False when the loop is over.
  private func enter() -> Bool {
    var inside = gate.load(ordering: .relaxed)
    while inside < Self.closed {
      let (exchanged, original) = gate.compareExchange(
        expected: inside, desired: inside + 1, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      inside = original
    }
    return false
  }

  func stop() {
    stopping.store(true, ordering: .releasing)
    generation.add(1, ordering: .sequentiallyConsistent)
    wakeSleepers()
  }

  private func drain(_ body: (Int, Int) -> Void, _ pieces: Int, worker: Int) {
    while true {
      let piece = next.add(1, ordering: .relaxed).oldValue
      if piece >= pieces { return }
      body(piece, worker)
    }
  }

  private func wakeSleepers() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(lock)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
  }

  private func waitForWork(after seen: Int) -> Int {
    for _ in 0..<Self.spins {
      let now = generation.load(ordering: .acquiring)
      if now != seen { return now }
      winnow_pause()
    }
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
    while true {
      let now = generation.load(ordering: .sequentiallyConsistent)
      if now != seen { return now }
      pthread_cond_wait(wake, lock)
    }
  }
}
