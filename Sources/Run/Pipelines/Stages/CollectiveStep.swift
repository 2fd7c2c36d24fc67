import Documents

/// One step of a stage that must see the whole corpus: map over partitions, merge, apply.
///
/// A step is a number of tasks; a task is a pure function from committed files to the files it writes into its own folder.
public struct CollectiveStep: Sendable {
  public enum Tasks: Sendable {
    /// One task for each part of the input documents, with the same index.
    case eachPart
    case one
    case fixed(Int)
  }

  public let name: String
  public let tasks: Tasks
  /// The task uses all threads that the run has; nothing else runs beside it.
  public let usesAllThreads: Bool
  /// The task writes `part-` and `ledger-` files: the stage's documents.
  public let writesDocuments: Bool
  /// The result depends on every committed phase, not only on the inputs: reports.
  public let readsWholeRun: Bool
  /// How names of outputs end that only later steps of the stage read: they go when the stage's last step has committed.
  public let temporaryFiles: String?
  /// Writes into the context's folder; returns what happened to documents where the step handles them.
  public let run: @Sendable (StepContext) throws -> TaskCounts

  public init(
    _ name: String, _ tasks: Tasks, usesAllThreads: Bool = false, writesDocuments: Bool = false, readsWholeRun: Bool = false,
    temporaryFiles: String? = nil, run: @escaping @Sendable (StepContext) throws -> TaskCounts
  ) {
    self.name = name
    self.tasks = tasks
    self.usesAllThreads = usesAllThreads
    self.writesDocuments = writesDocuments
    self.readsWholeRun = readsWholeRun
    self.temporaryFiles = temporaryFiles
    self.run = run
  }
}
