import Documents

/// One of the corpora that an ablation compares: the documents of a pipeline, up to where tokens are made of them.
public struct AblationVariant: Sendable {
  public let name: String
  let pipeline: Pipeline
  /// The stage whose documents count.
  let documents: String

  /// - Throws: a `Diagnostic` when it is not clear which documents are meant.
  public init(_ name: String, _ pipeline: Pipeline) throws(Diagnostic) {
    self.name = name
    self.pipeline = pipeline
    documents = try Self.documents(of: pipeline)
  }

  /// What the first stage of token shards reads; without one, the last documents.
  private static func documents(of pipeline: Pipeline) throws(Diagnostic) -> String {
    let place = Diagnostic.Place(file: pipeline.file)
    var candidates: [String]
    if let shards = pipeline.stages.first(where: { $0.kind.output == .shards }) {
      let edges = shards.inputs(of: "from")
      guard let edge = edges.first, edges.count == 1, edge.share == 1 else {
        throw Diagnostic(
          "ambiguous-documents", "stage '\(shards.id)' mixes several inputs", at: place,
          fix: "put a stage before it that takes them all, such as exact-dedup")
      }
      candidates = [edge.node]
    } else {
      let documentStages = pipeline.stages.filter { $0.kind.output == .documents }
      candidates = documentStages.map(\.id).filter { id in !pipeline.consumers(of: id).contains { $0.kind.output == .documents }
      }
    }
    guard candidates.count == 1, let node = candidates.first, pipeline.stage(node) != nil else {
      throw Diagnostic(
        "ambiguous-documents",
        candidates.isEmpty || candidates.count == 1
          ? "the pipeline has no stage that gives documents"
          : "the pipeline ends in \(candidates.count) stages of documents: \(candidates.joined(separator: ", "))",
        at: place, fix: "end it in one stage of documents, or in token-shards that reads one")
    }
    return node
  }

  /// The same pipeline without a stage of documents: who read from it reads from what it read.
  ///
  /// - Throws: a `Diagnostic` for a stage that is not there, or without which its consumers would have nothing to read.
  public func without(_ id: String) throws(Diagnostic) -> AblationVariant {
    guard let stage = pipeline.stage(id) else {
      throw Diagnostic(
        "unknown-stage", "the pipeline has no stage '\(id)'", at: .init(file: pipeline.file),
        fix: nearestName(to: id, among: pipeline.stages.map(\.id)).map { "did you mean '\($0)'?" }
          ?? "stages: \(pipeline.stages.map(\.id).joined(separator: ", "))")
    }
    let inputs = stage.inputs(of: "from")
    guard stage.kind.output == .documents, let input = inputs.first, inputs.count == 1,
      pipeline.output(of: input.node) == .documents
    else {
      throw Diagnostic(
        "untoggled-stage", "stage '\(id)' (\(stage.kind.name)) cannot be left out: nothing else gives what it gives",
        at: .init(file: pipeline.file),
        fix: "toggle a stage that takes documents and gives documents")
    }
    let stages = pipeline.stages.filter { $0.id != id }.map { other in
      Stage(
        id: other.id, kind: other.kind,
        inputs: other.inputs.map { edge in
          edge.node == id ? Edge(port: edge.port, node: input.node, part: input.part, share: edge.share * input.share) : edge
        }, parameters: other.parameters)
    }
    guard stages.contains(where: { $0.kind.output == .documents }) else {
      throw Diagnostic(
        "untoggled-stage", "stage '\(id)' cannot be left out: it is the only one that gives documents",
        at: .init(file: pipeline.file), fix: "name a second pipeline instead")
    }
    return try AblationVariant(
      "without \(id)", Pipeline(name: pipeline.name, file: pipeline.file, sources: pipeline.sources, stages: stages))
  }
}

/// The documents of several variants as one pipeline in which what they share stands once.
package struct VariantMerge {
  private(set) var sources: [Source] = []
  private(set) var stages: [Stage] = []
  /// The merged stage that gives each variant's documents.
  package private(set) var documents: [String] = []
  private var known: [String: String] = [:]

  package init(_ variants: [AblationVariant]) {
    for variant in variants { add(variant) }
  }

  package var pipeline: Pipeline { Pipeline(name: "documents", file: "", sources: sources, stages: stages) }

  private mutating func add(_ variant: AblationVariant) {
    var names: [String: String] = [:]
    let needed = Self.ancestors(of: variant.documents, in: variant.pipeline)
    for source in variant.pipeline.sources where needed.contains(source.id) {
      let key = "\(source.kind.name) \(source.files) \(source.parameters.json)"
      if known[key] == nil {
        let id = freeName(source.id)
        known[key] = id
        sources.append(Source(id: id, kind: source.kind, files: source.files, parameters: source.parameters))
      }
      names[source.id] = known[key]
    }
    // Stages stand behind their inputs.
    for stage in variant.pipeline.stages where needed.contains(stage.id) {
      let inputs = stage.inputs.map { Edge(port: $0.port, node: names[$0.node] ?? $0.node, part: $0.part, share: $0.share) }
      let key = "\(stage.kind.name) \(inputs) \(stage.parameters.json)"
      if known[key] == nil {
        let id = freeName(stage.id)
        known[key] = id
        stages.append(Stage(id: id, kind: stage.kind, inputs: inputs, parameters: stage.parameters))
      }
      names[stage.id] = known[key]
    }
    documents.append(names[variant.documents] ?? variant.documents)
  }

  private static func ancestors(of node: String, in pipeline: Pipeline) -> Set<String> {
    var found: Set<String> = [node]
    var open = [node]
    while let next = open.popLast() {
      for edge in pipeline.stage(next)?.inputs ?? [] where found.insert(edge.node).inserted { open.append(edge.node) }
    }
    return found
  }

  private func freeName(_ id: String) -> String {
    let taken = Set(sources.map(\.id) + stages.map(\.id))
    if !taken.contains(id) { return id }
    var number = 2
    while taken.contains("\(id)-\(number)") { number += 1 }
    return "\(id)-\(number)"
  }
}
