import Documents
import Foundation

extension Plan {
  /// Fuses per-document stages, cuts where a collective stage or a second consumer needs the documents at rest, and splits the sources
  /// into tasks. The plan is a function of the pipeline and the sizes of its files alone: never of the number of threads.
  public init(_ pipeline: Pipeline) {
    var planner = Planner(pipeline: pipeline)
    for stage in pipeline.stages { planner.place(stage) }
    self.init(pipeline: pipeline, phases: planner.phases, documentSets: planner.documentSets)
  }
}

private struct Planner {
  let pipeline: Pipeline
  var phases: [Phase] = []
  var documentSets: [String: DocumentSet] = [:]
  var placed: Set<String> = []

  init(pipeline: Pipeline) { self.pipeline = pipeline }

  /// Adds the phases of a stage unless another stage's chain takes it along.
  mutating func place(_ stage: Stage) {
    guard !placed.contains(stage.id) else { return }
    if stage.kind.isPerDocument {
      if !isFusedIntoConsumer(stage) { materialize(stage.id) }
    } else {
      placeSteps(of: stage)
    }
  }

  /// A per-document stage continues in its consumer when that is its only one, is per-document too and reads nothing else.
  private func isFusedIntoConsumer(_ stage: Stage) -> Bool {
    let consumers = pipeline.consumers(of: stage.id)
    guard consumers.count == 1, let consumer = consumers.first, consumer.kind.isPerDocument else { return false }
    return consumer.inputs.count == 1 && consumer.inputs[0].share == 1
  }

  @discardableResult
  private mutating func materialize(_ node: String) -> DocumentSet {
    if let set = documentSets[node] { return set }
    var chain: [Stage] = []
    var inputs: [Edge] = []
    if let stage = pipeline.stage(node) {
      if !stage.kind.isPerDocument {
        placeSteps(of: stage)
        if let set = documentSets[node] { return set }
      }
      chain = [stage]
      inputs = stage.inputs
      while inputs.count == 1, inputs[0].share == 1, let before = pipeline.stage(inputs[0].node), before.kind.isPerDocument,
        isFusedIntoConsumer(before)
      {
        chain.insert(before, at: 0)
        inputs = before.inputs
      }
    } else {
      inputs = [Edge(port: "from", node: node, part: nil, share: 1)]
    }
    return addDocumentPhase(node, chain, inputs)
  }

  private mutating func addDocumentPhase(_ node: String, _ chain: [Stage], _ inputs: [Edge]) -> DocumentSet {
    var tasks: [TaskInput] = []
    var dependsOn: [Int] = []
    for edge in inputs {
      if let source = pipeline.source(edge.node), edge.share == 1 {
        tasks += Self.tasks(of: source)
      } else {
        let set = materialize(edge.node)
        dependsOn.append(set.phase)
        tasks += (0..<set.parts).map { .part(phase: set.phase, index: $0, share: edge.share) }
      }
    }
    let set = DocumentSet(phase: phases.count, folder: "stages/\(node)", parts: tasks.count)
    phases.append(
      Phase(
        index: phases.count, name: node, folder: set.folder, work: .documents(chain: chain), tasks: tasks, dependsOn: dependsOn)
    )
    documentSets[node] = set
    placed.formUnion(chain.map(\.id))
    return set
  }

  private mutating func placeSteps(of stage: Stage) {
    guard !placed.contains(stage.id), case .collective(let makeSteps) = stage.kind.body else { return }
    placed.insert(stage.id)
    var parts: [TaskInput] = []
    var dependsOn: [Int] = []
    for edge in stage.inputs {
      if pipeline.output(of: edge.node) == .documents {
        let set = edge.share < 1 ? addDocumentPhase("\(stage.id)-\(edge.node)", [], [edge]) : materialize(edge.node)
        dependsOn.append(set.phase)
        parts += (0..<set.parts).map { .part(phase: set.phase, index: $0, share: 1) }
      } else if let feeder = pipeline.stage(edge.node) {
        placeSteps(of: feeder)
        dependsOn += phases.filter { $0.stageID == feeder.id }.map(\.index)
      }
    }
    let steps = makeSteps(stage.parameters)
    let folder = Self.folder(of: stage, in: pipeline)
    for (position, step) in steps.enumerated() {
      let tasks: [TaskInput]
      switch step.tasks {
      case .eachPart: tasks = parts
      case .one: tasks = [.none]
      case .fixed(let count): tasks = Array(repeating: .none, count: count)
      }
      let isLast = position == steps.count - 1
      let before = phases.filter { $0.stageID == stage.id }.map(\.index)
      let all = step.readsWholeRun ? Array(0..<phases.count) : Array(Set(dependsOn + before)).sorted()
      phases.append(
        Phase(
          index: phases.count, name: steps.count == 1 ? stage.id : "\(stage.id)/\(step.name)",
          folder: isLast ? folder : "\(folder)/\(step.name)", work: .step(stage, step), tasks: tasks, dependsOn: all))
      if step.writesDocuments {
        documentSets[stage.id] = DocumentSet(phase: phases.count - 1, folder: folder, parts: tasks.count)
      }
    }
  }

  /// `tokenizer/` when there is one stage of that kind, else `tokenizer/ID/`.
  private static func folder(of stage: Stage, in pipeline: Pipeline) -> String {
    let kind = stage.kind.output
    if kind == .documents { return "stages/\(stage.id)" }
    let alone = pipeline.stages.filter { $0.kind.output == kind }.count == 1
    return alone ? kind.folder : "\(kind.folder)/\(stage.id)"
  }

  /// Archives are cut into ranges of about `task-size` bytes, where a task owns the records that start in its range;
  /// small files are gathered up to 4 MB.
  private static func tasks(of source: Source) -> [TaskInput] {
    if let size = source.parameters.integer("task-size").map(UInt64.init) {
      return source.files.flatMap { path -> [TaskInput] in
        let length = fileSize(path)
        let count = max(1, (length + size / 2) / size)
        return (0..<count).map { .archive(source: source, path: path, range: length * $0 / count..<length * ($0 + 1) / count) }
      }
    }
    var tasks: [TaskInput] = []
    var group: [String] = []
    var bytes: UInt64 = 0
    for path in source.files {
      group.append(path)
      bytes += fileSize(path)
      if bytes >= 4 << 20 {
        tasks.append(.files(source: source, paths: group))
        (group, bytes) = ([], 0)
      }
    }
    if !group.isEmpty { tasks.append(.files(source: source, paths: group)) }
    return tasks
  }
}

/// Length in bytes; 0 when the file is gone, which the task then reports.
func fileSize(_ path: String) -> UInt64 {
  var status = stat()
  return stat(path, &status) == 0 ? UInt64(status.st_size) : 0
}
