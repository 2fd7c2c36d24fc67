import Documents

/// The graph of a pipeline as Mermaid text and as a picture.
public struct GraphDrawing {
  private struct Box {
    let id: String
    let title: String
    let subtitle: String
    let output: ArtifactKind
    let isSource: Bool
  }

  private let boxes: [Box]
  private let edges: [(from: String, to: String, label: String)]

  public init(_ pipeline: Pipeline) {
    boxes =
      pipeline.sources.map {
        Box(id: $0.id, title: $0.id, subtitle: "read \($0.kind.name)", output: $0.kind.output, isSource: true)
      }
      + pipeline.stages.map { Box(id: $0.id, title: $0.id, subtitle: $0.kind.name, output: $0.kind.output, isSource: false) }
    edges = pipeline.stages.flatMap { stage in
      stage.inputs.map { edge in
        var label = pipeline.output(of: edge.node)?.rawValue ?? ""
        if let part = edge.part { label += ".\(part)" }
        if edge.share < 1 { label += " \((edge.share * 1000).rounded() / 10)%" }
        return (edge.node, stage.id, label)
      }
    }
  }

  /// Flow chart text as GitHub and many editors draw it.
  public var mermaid: String {
    var lines = ["flowchart TD"]
    for box in boxes {
      let label = "\(box.title)<br/><small>\(box.subtitle)</small>"
      lines.append(box.isSource ? "  \(box.id)[(\"\(label)\")]" : "  \(box.id)[\"\(label)\"]")
    }
    for edge in edges { lines.append("  \(edge.from) -->|\(edge.label)| \(edge.to)") }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: SVG

  private static let boxWidth = 168.0
  private static let boxHeight = 48.0
  private static let columnGap = 40.0
  private static let rowGap = 52.0
  private static let margin = 24.0

  /// A layered drawing: each box one row below its lowest input, order within a row by the mean column of the inputs.
  public var svg: String {
    let rows = layered()
    let widest = Double(rows.map(\.count).max() ?? 1)
    let width = 2 * Self.margin + widest * Self.boxWidth + (widest - 1) * Self.columnGap
    let height = 2 * Self.margin + Double(rows.count) * Self.boxHeight + Double(rows.count - 1) * Self.rowGap
    var centers: [String: (x: Double, y: Double)] = [:]
    for (row, ids) in rows.enumerated() {
      let rowWidth = Double(ids.count) * Self.boxWidth + Double(ids.count - 1) * Self.columnGap
      for (column, id) in ids.enumerated() {
        let x = (width - rowWidth) / 2 + Double(column) * (Self.boxWidth + Self.columnGap) + Self.boxWidth / 2
        centers[id] = (x, Self.margin + Double(row) * (Self.boxHeight + Self.rowGap) + Self.boxHeight / 2)
      }
    }
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" width="\(Int(width))" height="\(Int(height))" \
      font-family="system-ui, sans-serif" role="img" aria-label="Pipeline graph">
      <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
      <path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>
      <rect width="100%" height="100%" fill="#fff"/>

      """
    for edge in edges {
      guard let from = centers[edge.from], let to = centers[edge.to] else { continue }
      let (y1, y2) = (from.y + Self.boxHeight / 2, to.y - Self.boxHeight / 2)
      let bend = max(20, (y2 - y1) / 2)
      text += """
        <path d="M\(point(from.x, y1)) C\(point(from.x, y1 + bend)) \(point(to.x, y2 - bend)) \(point(to.x, y2))" fill="none" \
        stroke="#889" stroke-width="1.3" marker-end="url(#tip)"/>
        <text x="\(number(from.x * 0.45 + to.x * 0.55 + 5))" y="\(number(y1 * 0.45 + y2 * 0.55 + 3))" font-size="10" fill="#667">\(edge.label)</text>

        """
    }
    for box in boxes {
      guard let center = centers[box.id] else { continue }
      let color = Self.color(of: box.output)
      text += """
        <rect x="\(number(center.x - Self.boxWidth / 2))" y="\(number(center.y - Self.boxHeight / 2))" width="\(Int(Self.boxWidth))" \
        height="\(Int(Self.boxHeight))" rx="\(box.isSource ? 22 : 7)" fill="\(color)" stroke="#445" stroke-width="1"/>
        <text x="\(number(center.x))" y="\(number(center.y - 3))" text-anchor="middle" font-size="13" font-weight="600" fill="#112">\(box.title)</text>
        <text x="\(number(center.x))" y="\(number(center.y + 14))" text-anchor="middle" font-size="11" fill="#445">\(box.subtitle)</text>

        """
    }
    return text + "</svg>\n"
  }

  private func layered() -> [[String]] {
    var depth: [String: Int] = [:]
    for box in boxes {
      depth[box.id] = 1 + (edges.filter { $0.to == box.id }.map { depth[$0.from] ?? 0 }.max() ?? -1)
    }
    var rows: [[String]] = Array(repeating: [], count: 1 + (depth.values.max() ?? 0))
    var column: [String: Double] = [:]
    for row in rows.indices {
      let ids = boxes.map(\.id).filter { depth[$0] == row }
      let placed = ids.enumerated().map { index, id -> (String, Double, Int) in
        let inputs = edges.filter { $0.to == id }.compactMap { column[$0.from] }
        return (id, inputs.isEmpty ? Double(index) : inputs.reduce(0, +) / Double(inputs.count), index)
      }
      rows[row] = placed.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
      for (index, id) in rows[row].enumerated() { column[id] = Double(index) - Double(rows[row].count - 1) / 2 }
    }
    return rows
  }

  private static func color(of kind: ArtifactKind) -> String {
    switch kind {
    case .pages: "#e8edf5"
    case .documents: "#e3f1e6"
    case .tokenizer: "#fdf0d5"
    case .shards: "#f8e5d0"
    case .model: "#eadff3"
    case .scores: "#f3dfe6"
    case .report: "#dff1f3"
    }
  }

  private func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  private func point(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }
}
