extension Datasheet {
  var tokenizerSection: Section? {
    guard let tokenizer else { return nil }
    var body: Markup = """
      <p>\(tokenizer.algorithm) over the pre-tokenizer <code>\(tokenizer.pattern)</code>: \(Figures.count(tokenizer.vocabularySize)) entries, \
      \(Figures.value(tokenizer.bytesPerToken)) bytes of text per token.</p>

      """
    if !tokenizer.specialTokens.isEmpty {
      body += "<p>Special tokens:</p>\n\(tokenList(tokenizer.specialTokens))"
    }
    if !tokenizer.languages.isEmpty {
      let most = tokenizer.languages.map(\.bytesPerToken).filter(\.isFinite).max() ?? 1
      var list = BarList()
      for rate in tokenizer.languages {
        let length = most > 0 && rate.bytesPerToken.isFinite ? rate.bytesPerToken / most : 0
        list.bars.append(
          BarList.Bar(
            label: "<b>\(rate.language)</b>", parts: [(length, .kept)], figure: Figures.fixed(rate.bytesPerToken, digits: 2)))
      }
      body += "<h3>Bytes of text per token, by language</h3>\n\(list.markup)"
    }
    if !tokenizer.longestTokens.isEmpty {
      body += "<h3>Some of the longest tokens</h3>\n\(tokenList(tokenizer.longestTokens))"
    }
    return Section(id: "tokenizer", title: "Tokenizer", body: body)
  }

  private func tokenList(_ tokens: [String]) -> Markup {
    "<ul class=\"tokens\">\(tokens.map { "<li><code>\(foreign: $0.withVisibleWhitespace)</code></li>" as Markup })</ul>\n"
  }

  var shardsSection: Section? {
    guard let shards else { return nil }
    var table = Table(
      "Splits",
      columns: [("Split", .text), ("Documents", .number), ("Tokens", .number), ("Files", .number), ("Stored size", .number)])
    for split in shards.splits {
      table.add(
        "<code>\(split.name)</code>", "\(Figures.count(split.documents))", "\(Figures.count(split.tokens))",
        "\(Figures.count(split.files.count))", "\(Figures.bytes(split.files.reduce(0) { $0 + $1.bytes }))")
    }
    var body: Markup = "<p>\(shards.format); one token is a little-endian <code>\(shards.dataType)</code>.</p>\n\(table.markup)"
    let files = shards.splits.flatMap(\.files)
    if !files.isEmpty {
      body += "<details><summary>Files and checksums</summary>\(fileTable("Shard files", files))</details>\n"
    }
    return Section(id: "shards", title: "Token shards", body: body)
  }

  func fileTable(_ caption: String, _ files: [ArtifactFile]) -> Markup {
    var table = Table(caption, columns: [("File", .text), ("Size", .number), ("XXH64", .text), ("SHA-256", .text)])
    for file in files {
      table.add(
        "<code>\(foreign: file.path)</code>", "\(Figures.bytes(file.bytes))", "<code>\(file.xxh64 ?? "–")</code>",
        "<code>\(file.sha256 ?? "–")</code>")
    }
    return table.markup
  }

  var trainingSection: Section? {
    guard training != nil || evaluation != nil else { return nil }
    var body: Markup = ""
    if let training {
      body += """
        <p>\(foreign: training.architecture): \(Figures.count(training.parameters)) parameters, trained for \(Figures.count(training.steps)) steps \
        on \(Figures.count(training.tokens)) tokens.</p>

        """
      if let drawing = CurvePlot(training: training).drawing {
        body += """
          <figure class="wide">\(drawing.markup)<figcaption><b>Loss</b> in nats per token: training thin, validation bold with points, a model that \
          knows only token frequencies dashed.</figcaption></figure>

          """
      }
      if !training.settings.isEmpty {
        var table = Table("Settings", columns: [("Setting", .text), ("Value", .text)])
        for setting in training.settings { table.add("\(setting.name)", "<code>\(foreign: setting.value)</code>") }
        body += table.markup
      }
    }
    if let evaluation, !evaluation.rows.isEmpty {
      var table = Table(
        "Evaluation",
        columns: [
          ("Text", .text), ("Tokens", .number), ("Loss", .number), ("Perplexity", .number), ("Bits per byte", .number),
          ("Unigram", .number),
        ])
      for row in evaluation.rows {
        table.add(
          "\(row.name)", "\(Figures.count(row.tokens))", "\(Figures.fixed(row.loss, digits: 3))",
          "\(Figures.value(row.perplexity))",
          "\(Figures.fixed(row.bitsPerByte, digits: 3))",
          "\(row.unigramBitsPerByte.map { Figures.fixed($0, digits: 3) } ?? "–")")
      }
      body += table.markup
      body +=
        "<p class=\"quiet\">Loss in nats per token; Unigram is the bits per byte of a model that knows only token frequencies.</p>\n"
    }
    return Section(id: "training", title: "Trained model", body: body)
  }

  var samplesSection: Section? {
    guard !samples.isEmpty else { return nil }
    var body: Markup = "<p>Written by the trained model, as they came. The prompt is bold.</p>\n"
    for sample in samples {
      body +=
        "<blockquote><b>\(foreign: sample.prompt)</b>\(foreign: sample.text)<footer>\(sample.settings)</footer></blockquote>\n"
    }
    return Section(id: "samples", title: "Generated samples", body: body)
  }
}

extension String {
  /// Blank and control characters as pictures, so that a token can be seen from end to end.
  var withVisibleWhitespace: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case " ": text += "␣"
      case "\n": text += "⏎"
      case "\t": text += "⇥"
      case "\0"..."\u{1F}": text.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
