extension AblationSheet {
  /// One HTML file that needs nothing else.
  public var html: String {
    let judged: Markup =
      heldOutFiles.isEmpty
      ? "documents that every variant has and that were held out of all"
      : "texts of \(heldOutFiles.enumerated().map { "\($0 == 0 ? "" : ", ")<code>\($1)</code>" as Markup })"
    let body: Markup = """
      <header>
      <p class="kicker">Ablation</p>
      <h1>Which corpus makes the better model</h1>
      <p>\(Figures.count(seeds)) models of the shape <code>\(preset)</code> were trained on each variant with \(optimizer), on \(Figures.count(trainingTokens)) tokens each (\(Figures.count(steps, "step"))), with the
      same tokenizer, order and seeds, and judged by \(Figures.count(heldOutDocuments, "text")) (\(Figures.bytes(heldOutBytes))): \(judged).</p>
      <p class="quiet">The first variant is the baseline. Less is better. Intervals hold 95 % of what seeds and choice of texts would give,
      divided among the comparisons. Models this small say what helps models this small.</p>
      </header>
      <main>
      <section>
      \(table)\(plot)\(notes.map { "<p><strong>Note.</strong> \($0)</p>\n" as Markup })</section>
      \(tasks.map(section))\(groups)</main>

      """
    return Markup.page(title: "Ablation", version: version, body: body).source
  }

  private var table: Markup {
    var table = Table(
      "Bits per byte of held-out text",
      columns: [
        ("Variant", .text), ("Documents", .number), ("Tokens", .number), ("Epochs", .number), ("Bits per byte", .number),
        ("Between seeds", .number), ("Difference", .number), ("Interval", .number), ("Verdict", .text),
      ])
    for variant in variants {
      table.add(
        "\(foreign: variant.name)", "\(Figures.count(variant.documents))", "\(Figures.count(variant.tokens))",
        "\(decimals(variant.epochs, 2))", "\(decimals(variant.meanBitsPerByte, 4))", "\(decimals(variant.spread, 4))",
        "\(variant.comparison.map { signed($0.difference) } ?? "")", "\(variant.comparison.map(interval) ?? "")",
        "\(variant.comparison?.verdict ?? "baseline")")
    }
    return table.markup
  }

  private var groups: Markup {
    let rows = variants.filter { $0.groups.count > 1 }
    guard !rows.isEmpty else { return "" }
    var table = Table(
      "Differences by \(grouping)",
      columns: [
        ("Variant", .text), (grouping == "source" ? "Source" : "Language", .text), ("Documents", .number),
        ("Difference", .number),
        ("Interval", .number),
        ("Verdict", .text),
      ])
    for variant in rows {
      for (name, documents, comparison) in variant.groups {
        table.add(
          "\(foreign: variant.name)", "\(name)", "\(Figures.count(documents))", "\(signed(comparison.difference))",
          "\(interval(comparison))", "\(comparison.verdict)")
      }
    }
    return "<section>\n\(table.markup)</section>\n"
  }

  private func section(_ task: Task) -> Markup {
    var table = Table(
      "\(task.name), \(Figures.count(task.records, "record")): log p of the right choice by character; more is better",
      columns: [
        ("Variant", .text), ("Log p", .number), ("Difference", .number), ("Interval", .number), ("Verdict", .text),
      ])
    for (name, score, comparison) in task.rows {
      table.add(
        "\(foreign: name)", "\(signed(score))", "\(comparison.map { signed($0.difference) } ?? "")",
        "\(comparison.map(interval) ?? "")", "\(comparison?.verdict ?? "baseline")")
    }
    return "<section>\n\(table.markup)</section>\n"
  }

  /// Intervals around the line of no difference.
  private var plot: Markup {
    let shown = variants.compactMap { variant in variant.comparison.map { (variant.name, $0) } }
    guard let low = shown.map(\.1.lower).min(), let high = shown.map(\.1.upper).max() else { return "" }
    let axis = Axis(covering: min(low, 0)...max(high, 0), count: 6)
    let (width, left, right, row) = (640.0, 12.0, 12.0, 44.0)
    let height = row * Double(shown.count) + 40
    func x(_ value: Double) -> Double { left + (width - left - right) * axis.position(of: value) }
    var drawing = Drawing(
      width: width, height: height, title: "Differences from the baseline",
      description: shown.map { "\($0.0): \(signed($0.1.difference)), \(interval($0.1)), \($0.1.verdict)" }.joined(
        separator: "; "))
    for tick in axis.ticks {
      drawing.line(x(tick), 0, x(tick), height - 34, style: tick == 0 ? "axis" : "grid")
      drawing.text(signed(tick), x: min(max(x(tick), 30), width - 30), y: height - 20)
    }
    drawing.text("bits per byte more than the baseline", x: width / 2, y: height - 4)
    for (index, (name, comparison)) in shown.enumerated() {
      let y = row * (Double(index) + 0.65)
      drawing.text(name, x: left, y: y - 12, anchor: "start", style: "tick")
      drawing.line(x(comparison.lower), y, x(comparison.upper), y, style: "validation")
      drawing.circle(x: x(comparison.difference), y: y, radius: 4, style: "point")
    }
    return drawing.markup
  }

  private func interval(_ comparison: Comparison) -> String { "\(signed(comparison.lower)) to \(signed(comparison.upper))" }

  private func signed(_ value: Double) -> String {
    let digits = decimals(abs(value), 4)
    return (digits == "0.0000" ? "" : value < 0 ? "−" : "+") + digits
  }

  private func decimals(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int64((value * scale).rounded())
    let fraction = String(scaled % Int64(scale))
    return "\(scaled / Int64(scale)).\(String(repeating: "0", count: places - fraction.utf8.count))\(fraction)"
  }
}

extension AblationSheet.Variant {
  fileprivate var meanBitsPerByte: Double { bitsPerByte.reduce(0, +) / Double(max(1, bitsPerByte.count)) }

  /// From the best model to the worst.
  fileprivate var spread: Double { (bitsPerByte.max() ?? 0) - (bitsPerByte.min() ?? 0) }
}
