import Foundation
import Synchronization

/// Threads that go through the same steps together and wait for each other between them: for a moment awake, then asleep, so that on a
/// busy machine the thread that is waited for gets the processor.
///
/// Invariant: `lock` and `wake` are set up by `init` and destroyed when the last reference goes.
final class TrainingTeam: @unchecked Sendable {
  /// How many threads take part; 0 until all have been started.
  private let size = Atomic<Int>(0)
  private let arrived = Atomic<Int>(0)
  /// Counts the times that all were at `wait`.
  private let generation = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>

  /// About 20 µs.
  private static let spins = 20_000

  private init() {
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

  /// Calls `body` once on each of `width` threads, the calling one included, and returns when all are done. Fewer threads are used
  /// where the system gives no more.
  static func run(width: Int, _ body: @escaping @Sendable (_ team: TrainingTeam, _ member: Int) -> Void) {
    let team = TrainingTeam()
    var threads: [pthread_t] = []
    for member in 1..<max(2, width) where member < width {
      guard let thread = start(Start(team: team, member: member, body: body)) else { break }
      threads.append(thread)
    }
    team.size.store(threads.count + 1, ordering: .releasing)
    body(team, 0)
    for thread in threads { pthread_join(thread, nil) }
  }

  var width: Int { size.load(ordering: .acquiring) }

  /// Returns when all have come here. What any of them wrote before, all can read afterwards.
  func wait() {
    let width = width
    guard width > 1 else { return }
    let now = generation.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == width {
      arrived.store(0, ordering: .relaxed)
      generation.add(1, ordering: .sequentiallyConsistent)
      wakeSleepers()
      return
    }
    var spins = 0
    while generation.load(ordering: .acquiring) == now {
      spins += 1
      if spins > Self.spins {
        sleep(until: now)
        return
      }
    }
  }

  /// Sleeps until `generation` is no longer `now`. Who raises it looks for sleepers afterwards, and who sleeps is counted before it looks.
  private func sleep(until now: Int) {
    pthread_mutex_lock(lock)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while generation.load(ordering: .sequentiallyConsistent) == now { pthread_cond_wait(wake, lock) }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(lock)
  }

  private func wakeSleepers() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(lock)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
  }

  /// The next number, from 0, that no other thread gets.
  func claim() -> Int { next.add(1, ordering: .relaxed).oldValue }

  /// Numbers begin at 0 again. One thread calls it, while no other claims.
  func restart() { next.store(0, ordering: .relaxed) }

  private final class Start: Sendable {
    let team: TrainingTeam
    let member: Int
    let body: @Sendable (TrainingTeam, Int) -> Void

    init(team: TrainingTeam, member: Int, body: @escaping @Sendable (TrainingTeam, Int) -> Void) {
      (self.team, self.member, self.body) = (team, member, body)
    }

    func run() {
      while team.width == 0 { sched_yield() }
      body(team, member)
    }
  }

  private static func start(_ start: Start) -> pthread_t? {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(start)
    let status = pthread_create(
      &thread, nil,
      { @Sendable raw in
        if let raw { Unmanaged<Start>.fromOpaque(raw).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque())
    if status != 0 { argument.release() }
    return status == 0 ? thread : nil
  }
}
