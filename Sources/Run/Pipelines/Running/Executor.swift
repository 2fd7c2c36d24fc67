import Documents

/// Runs the pending tasks of one phase, wherever it likes: they are independent of each other and of their order.
public protocol Executor: Sendable {
  /// - Parameter body: performs and commits one task; throws to stop the phase.
  func run(_ tasks: [Int], of phase: Phase, body: @escaping @Sendable (Int) throws -> Void) async throws
}

/// Threads of this machine.
public struct LocalExecutor: Executor {
  /// How many tasks run at once.
  public let width: Int

  public init(width: Int) { self.width = max(1, width) }

  public func run(_ tasks: [Int], of phase: Phase, body: @escaping @Sendable (Int) throws -> Void) async throws {
    let width = phase.usesAllThreads ? 1 : width
    try await withThrowingTaskGroup(of: Void.self) { group in
      var waiting = tasks[...]
      for task in waiting.prefix(width) { group.addTask { try body(task) } }
      waiting = waiting.dropFirst(width)
      while try await group.next() != nil {
        if let task = waiting.popFirst() { group.addTask { try body(task) } }
      }
    }
  }
}
