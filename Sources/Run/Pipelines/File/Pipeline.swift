import Documents

/// A checked pipeline: every name known, every value in bounds, every edge typed, no cycle.
public struct Pipeline: Sendable {
  public let name: String
  public let file: String
  public let sources: [Source]
  /// In an order in which every stage stands behind its inputs; ties keep the order of the file.
  public let stages: [Stage]

  public func stage(_ id: String) -> Stage? { stages.first { $0.id == id } }
  public func source(_ id: String) -> Source? { sources.first { $0.id == id } }

  /// What a node gives.
  public func output(of id: String) -> ArtifactKind? { source(id)?.kind.output ?? stage(id)?.kind.output }

  /// Stages that read from a node.
  public func consumers(of id: String) -> [Stage] { stages.filter { $0.inputs.contains { $0.node == id } } }
}

public struct Source: Sendable {
  public let id: String
  public let kind: SourceKind
  /// The files behind the patterns, as the pipeline file names them, in byte order.
  public let files: [String]
  public let parameters: Parameters
}

public struct Stage: Sendable {
  public let id: String
  public let kind: StageKind
  public let inputs: [Edge]
  public let parameters: Parameters

  public func inputs(of port: String) -> [Edge] { inputs.filter { $0.port == port } }
}

/// One edge into a stage.
public struct Edge: Sendable, Hashable {
  public let port: String
  public let node: String
  /// `validation` in `shards.validation`.
  public let part: String?
  /// The share of the input's documents that enters, chosen by a stable hash of their ids; 1 is all.
  public let share: Double
}

/// A way to read files: what stands behind `read:`.
public struct SourceKind: Sendable {
  public let name: String
  public let summary: String
  public let output: ArtifactKind
  public let parameters: [Parameter]

  static let all: [SourceKind] = [
    SourceKind(
      name: "warc", summary: "web pages of WARC and ARC archives", output: .pages,
      parameters: [
        Parameter("task-size", .bytes(65_536...(1 << 40)), default: .integer(4 << 20), "compressed bytes of archive per task"),
        Parameter("maximum-page-size", .bytes(1024...(1 << 30)), default: .integer(16 << 20), "largest page, decoded"),
        Parameter("addresses", .list, "read only pages whose address matches one of these; * stands for anything"),
      ]),
    SourceKind(
      name: "wet", summary: "plain text of WET archives (conversion records)", output: .documents,
      parameters: [
        Parameter("task-size", .bytes(65_536...(1 << 40)), default: .integer(4 << 20), "compressed bytes of archive per task"),
        Parameter("addresses", .list, "read only texts whose address matches one of these; * stands for anything"),
        Parameter("languages", .list, "read only texts that the crawler annotated with one of these languages (ISO 639-3)"),
      ]),
    SourceKind(name: "html", summary: "HTML files, one page a file", output: .pages, parameters: []),
    SourceKind(name: "html-jsonl", summary: #"JSON lines {"id","url","html"}"#, output: .pages, parameters: []),
    SourceKind(
      name: "jsonl", summary: #"JSON lines {"id","url","text","metadata"}, plain, gzip or zstd"#, output: .documents,
      parameters: []),
    SourceKind(name: "text", summary: "plain text files, one document a file", output: .documents, parameters: []),
  ]
}
