extension Datasheet {
  /// The datasheet as GitHub-flavoured Markdown: what the page says, with tables in place of plots.
  public var markdown: String {
    var out = MarkdownWriter()
    out.heading(1, title)
    out.paragraph(description)
    out.line(
      "Made by the pipeline \(out.code(pipeline.name)), configuration \(out.code(pipeline.configurationHash)), with winnow \(out.escaped(pipeline.version))."
    )
    if !keyFigures.isEmpty {
      out.table(
        ["Figure", "Value", ""], [false, true, false],
        keyFigures.map { [out.escaped($0.name), out.escaped($0.value), out.escaped($0.note)] })
    }
    writeCorpus(to: &out)
    writeFindings(to: &out)
    writeLearning(to: &out)
    writeClosing(to: &out)
    return out.text
  }

  private func writeCorpus(to out: inout MarkdownWriter) {
    if !sources.isEmpty || !licences.isEmpty { out.heading(2, "Sources and licences") }
    out.table(
      ["Source", "Format", "Files", "Stored size", "Records", "Note"], [false, false, true, true, true, false],
      sources.map { source in
        [
          out.code(source.name), out.escaped(source.format), Figures.count(source.files), Figures.bytes(source.bytes),
          Figures.count(source.records), out.escaped(source.note ?? ""),
        ]
      })
    out.table(
      ["Covers", "Licence", "Text or notice"], [false, false, false],
      licences.map { [out.escaped($0.covers), out.escaped($0.name), $0.address.map(out.code) ?? "–"] })
    guard let first = stages.first else { return }
    out.heading(2, "What was kept")
    let broken = stages.filter { !$0.isBalanced }.map(\.id)
    out.paragraph(
      broken.isEmpty
        ? "The books balance: at every stage, documents in = kept + dropped + failed."
        : "The books do not balance at \(broken.joined(separator: ", ")): documents in ≠ kept + dropped + failed.")
    out.table(
      ["Stage", "In", "Kept", "Edited", "Dropped", "Failed", "Text in", "Text kept", "Of all documents"],
      [false, true, true, true, true, true, true, true, true],
      stages.map { stage in
        [
          out.code(stage.id), Figures.count(stage.input.documents), Figures.count(stage.kept.documents),
          Figures.count(stage.edited.documents), Figures.count(stage.dropped.documents), Figures.count(stage.failed.documents),
          Figures.bytes(stage.input.bytes), Figures.bytes(stage.kept.bytes),
          Figures.share(stage.kept.documents, of: first.input.documents),
        ]
      })
    let reasons = stages.flatMap { stage in stage.reasons.map { (stage, $0) } }
    if !reasons.isEmpty { out.heading(2, "Why documents were dropped") }
    out.table(
      ["Stage", "Rule", "Documents", "Of the stage's input", "An example"], [false, false, true, true, false],
      reasons.map { stage, reason in
        [
          out.code(stage.id), out.code(reason.rule), Figures.count(reason.documents),
          Figures.share(reason.documents, of: stage.input.documents), reason.examples.first.map { words(for: $0, out) } ?? "",
        ]
      })
  }

  private func words(for example: DropAccount.Example, _ out: MarkdownWriter) -> String {
    var parts = [out.code(example.url.isEmpty ? example.id : example.url)]
    if let value = example.value { parts.append("measured \(Figures.value(value))") }
    if let threshold = example.threshold { parts.append("threshold \(Figures.value(threshold))") }
    if let detail = example.detail { parts.append(out.escaped(detail)) }
    return parts.joined(separator: ", ")
  }

  private func writeFindings(to out: inout MarkdownWriter) {
    if !languages.isEmpty || !domains.isEmpty { out.heading(2, "Languages and hosts") }
    let whole = languages.reduce(0) { $0 + $1.bytes }
    out.table(
      ["Language", "Documents", "Text", "Share", "Tokens"], [false, true, true, true, true],
      languages.map { language in
        [
          out.escaped(language.language), Figures.count(language.documents), Figures.bytes(language.bytes),
          Figures.share(language.bytes, of: whole), language.tokens.map { Figures.count($0) } ?? "–",
        ]
      })
    out.table(
      ["Host", "Documents", "Text"], [false, true, true],
      domains.map { [out.code($0.domain), Figures.count($0.documents), Figures.bytes($0.bytes)] })
    if !metrics.isEmpty { out.heading(2, "Measured values and thresholds") }
    out.table(
      ["Metric", "From", "To", "Documents by value", "Dropped", "Thresholds"], [false, true, true, false, true, false],
      metrics.map { metric in
        [
          out.escaped(metric.metric + (metric.unit.map { " (\($0))" } ?? "")), metric.edges.first.map(Figures.value) ?? "–",
          metric.edges.last.map(Figures.value) ?? "–", sparkline(metric.kept),
          metric.dropped.isEmpty ? "–" : Figures.count(metric.dropped.reduce(0, +)),
          HistogramPlot(histogram: metric).marks.map { out.escaped($0.words) }.joined(separator: "; "),
        ]
      })
    if !duplicates.isEmpty { out.heading(2, "Duplicates") }
    out.table(
      ["Stage", "Method", "Documents removed", "Documents cut", "Text removed", "Clusters by size"],
      [false, false, true, true, true, false],
      duplicates.map { account in
        [
          out.code(account.stage), out.escaped(account.method), Figures.count(account.removedDocuments),
          Figures.count(account.cutDocuments), Figures.bytes(account.removedBytes),
          account.clusterSizes.map { "\(Figures.count($0.clusters)) of \($0.label)" }.joined(separator: ", "),
        ]
      })
    for account in duplicates {
      for (title, rows) in [("cut most", account.topSpans), ("hosts that lost most", account.topHosts)] where !rows.isEmpty {
        out.table(
          ["\(account.stage): \(title)", "Times", "Bytes removed"], [false, true, true],
          rows.map { [out.escaped($0.name), Figures.count($0.count), Figures.bytes($0.bytes)] })
      }
    }
    if !personalData.isEmpty || toxicity != nil { out.heading(2, "Personal data and toxicity") }
    out.table(
      ["Kind", "Occurrences", "Documents", "Stands there now"], [false, true, true, false],
      personalData.map {
        [out.escaped($0.kind), Figures.count($0.occurrences), Figures.count($0.documents), $0.replacement.map(out.code) ?? "–"]
      })
    if let toxicity {
      out.paragraph(
        "\(toxicity.method): \(Figures.count(toxicity.matchedDocuments)) of \(Figures.count(toxicity.measuredDocuments)) documents had "
          + "\(Figures.count(toxicity.matches)) matches between them; \(Figures.count(toxicity.droppedDocuments)) were dropped for it."
      )
    }
  }

  private func writeLearning(to out: inout MarkdownWriter) {
    if let tokenizer {
      out.heading(2, "Tokenizer")
      out.line(
        "\(out.escaped(tokenizer.algorithm)) over the pre-tokenizer \(out.code(tokenizer.pattern)): \(Figures.count(tokenizer.vocabularySize)) entries, "
          + "\(Figures.value(tokenizer.bytesPerToken)) bytes of text per token.")
      out.table(
        ["Language", "Bytes per token"], [false, true],
        tokenizer.languages.map { [out.escaped($0.language), Figures.fixed($0.bytesPerToken, digits: 2)] })
      if !tokenizer.longestTokens.isEmpty {
        out.line(
          "Some of the longest tokens: "
            + tokenizer.longestTokens.map { out.code($0.withVisibleWhitespace) }.joined(separator: " "))
      }
    }
    if let shards {
      out.heading(2, "Token shards")
      out.line("\(out.escaped(shards.format)); one token is a little-endian \(out.code(shards.dataType)).")
      out.table(
        ["Split", "Documents", "Tokens", "Files", "Stored size"], [false, true, true, true, true],
        shards.splits.map { split in
          [
            out.code(split.name), Figures.count(split.documents), Figures.count(split.tokens), Figures.count(split.files.count),
            Figures.bytes(split.files.reduce(0) { $0 + $1.bytes }),
          ]
        })
    }
    if training != nil || evaluation != nil { out.heading(2, "Trained model") }
    if let training {
      out.paragraph(
        "\(training.architecture): \(Figures.count(training.parameters)) parameters, trained for \(Figures.count(training.steps)) steps on "
          + "\(Figures.count(training.tokens)) tokens. Losses are in nats per token"
          + (training.unigramLoss.map { "; a model that knows only token frequencies has \(Figures.value($0))." } ?? "."))
      out.table(
        ["Step", "Training loss", "Validation loss"], [true, true, true],
        training.milestones.map { point in
          [
            Figures.count(point.step), point.trainLoss.map { Figures.fixed($0, digits: 3) } ?? "–",
            point.validationLoss.map { Figures.fixed($0, digits: 3) } ?? "–",
          ]
        })
    }
    if let evaluation {
      out.table(
        ["Text", "Tokens", "Loss", "Perplexity", "Bits per byte", "Unigram bits per byte"],
        [false, true, true, true, true, true],
        evaluation.rows.map { row in
          [
            out.escaped(row.name), Figures.count(row.tokens), Figures.fixed(row.loss, digits: 3), Figures.value(row.perplexity),
            Figures.fixed(row.bitsPerByte, digits: 3), row.unigramBitsPerByte.map { Figures.fixed($0, digits: 3) } ?? "–",
          ]
        })
    }
    if !samples.isEmpty { out.heading(2, "Generated samples") }
    for sample in samples {
      if !sample.settings.isEmpty { out.line(out.escaped(sample.settings) + ":") }
      out.block(sample.prompt + sample.text)
    }
  }

  private func writeClosing(to out: inout MarkdownWriter) {
    if !answers.isEmpty { out.heading(2, "Questions and answers") }
    var section: String?
    for answer in answers {
      if answer.section != section { out.heading(3, answer.section) }
      section = answer.section
      out.line("**\(out.escaped(answer.question))**")
      if let text = answer.answer { out.paragraph(text) } else { out.line("*Not answered.*") }
    }
    if !pipeline.seeds.isEmpty || !artifacts.isEmpty || pipeline.command != nil { out.heading(2, "Reproduction") }
    if let command = pipeline.command { out.line("Made again with \(out.code(command)).") }
    out.table(["Of", "Seed"], [false, true], pipeline.seeds.map { [out.escaped($0.name), String($0.value)] })
    out.table(
      ["File", "Size", "XXH64", "SHA-256"], [false, true, false, false],
      artifacts.map {
        [out.code($0.path), Figures.bytes($0.bytes), $0.xxh64.map(out.code) ?? "–", $0.sha256.map(out.code) ?? "–"]
      })
  }
}

extension TrainingAccount {
  /// The points with a validation loss, or a dozen of the others: enough for a table.
  var milestones: [Point] {
    let validated = curve.filter { $0.validationLoss != nil }
    let points = validated.isEmpty ? curve : validated
    guard points.count > 12 else { return points }
    return (0..<12).map { points[$0 * (points.count - 1) / 11] }
  }
}

/// `▁▂▅█▃`: counts as bars of eight heights; at most 24 bars, neighbours summed.
func sparkline(_ counts: [Int]) -> String {
  guard !counts.isEmpty else { return "" }
  let width = min(24, counts.count)
  let sums = (0..<width).map { bar in counts[(bar * counts.count / width)..<((bar + 1) * counts.count / width)].reduce(0, +) }
  guard let most = sums.max(), most > 0 else { return String(repeating: "▁", count: width) }
  let bars = Array("▁▂▃▄▅▆▇█")
  return String(sums.map { bars[$0 == 0 ? 0 : max(1, $0 * 7 / most)] })
}
