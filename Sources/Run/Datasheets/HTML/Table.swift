/// A table with a caption, whose wide form scrolls by itself on a narrow screen.
struct Table {
  enum Alignment {
    case text, number
  }

  var caption: String
  var columns: [(title: String, alignment: Alignment)]
  var rows: [[Markup]] = []

  init(_ caption: String, columns: [(title: String, alignment: Alignment)]) {
    self.caption = caption
    self.columns = columns
  }

  mutating func add(_ cells: Markup...) {
    precondition(cells.count == columns.count, "a row has one cell per column")
    rows.append(cells)
  }

  /// The first cell of a row is its header.
  var markup: Markup {
    var html: Markup = """
      <div class="scroll" role="region" tabindex="0" aria-label="\(caption)"><table><caption>\(caption)</caption><thead><tr>
      """
    for column in columns { html += "<th scope=\"col\"\(style(column.alignment))>\(column.title)</th>" }
    html += "</tr></thead><tbody>\n"
    for row in rows {
      html += "<tr>"
      for (index, cell) in row.enumerated() {
        let style = style(columns[index].alignment)
        html += index == 0 ? "<th scope=\"row\"\(style)>\(cell)</th>" : "<td\(style)>\(cell)</td>"
      }
      html += "</tr>\n"
    }
    return html + "</tbody></table></div>\n"
  }

  private func style(_ alignment: Alignment) -> Markup {
    switch alignment {
    case .text: ""
    case .number: " class=\"n\""
    }
  }
}

/// Horizontal bars with their numbers written out: readable without the bars, and at any width.
struct BarList {
  struct Bar {
    var label: Markup
    /// Lengths as shares of the longest bar possible; class names colour them.
    var parts: [(share: Double, style: Part)]
    var figure: String
    var below: Markup = ""
  }

  enum Part: String {
    case kept, edited, dropped, failed
  }

  var bars: [Bar] = []

  var markup: Markup {
    var html: Markup = "<ul class=\"bars\">\n"
    for bar in bars {
      html +=
        "<li><span class=\"label\">\(bar.label)</span><span class=\"figure\">\(bar.figure)</span><span class=\"track\" aria-hidden=\"true\">"
      for part in bar.parts where part.share > 0 {
        let width = Figures.fixed(min(1, part.share) * 100, digits: 2)
        html += "<span class=\"\(part.style.rawValue)\" style=\"width:\(width)%\"></span>"
      }
      html += "</span>\(bar.below)</li>\n"
    }
    return html + "</ul>\n"
  }
}

/// `part / whole` as a bar length; 0 when there is no whole.
func share(_ part: some BinaryInteger, of whole: some BinaryInteger) -> Double {
  whole > 0 ? Double(part) / Double(whole) : 0
}
