extension Datasheet {
  var answersSection: Section? {
    guard !answers.isEmpty else { return nil }
    let open = answers.count(where: { $0.answer == nil })
    let state = open == 0 ? "All \(answers.count) are answered." : "\(open) of \(answers.count) are not answered."
    var body: Markup = """
      <p>The questions of Gebru et al., “Datasheets for Datasets” (2021). \(state)</p>

      """
    var section: String?
    for answer in answers {
      if answer.section != section {
        if section != nil { body += "</dl>\n" }
        body += "<h3>\(answer.section)</h3>\n<dl class=\"answers\">\n"
        section = answer.section
      }
      body += "<dt>\(answer.question)</dt><dd>"
      if let text = answer.answer {
        body += "\(foreign: text)"
      } else {
        body += "<span class=\"unanswered\">not answered</span>"
      }
      body += "</dd>\n"
    }
    body += "</dl>\n"
    return Section(id: "questions", title: "Questions and answers", body: body)
  }

  var reproductionSection: Section? {
    var body: Markup = ""
    if let command = pipeline.command {
      body += "<p>Made again with <code>\(command)</code>. The same input and configuration give the same bytes.</p>\n"
    }
    if !pipeline.seeds.isEmpty {
      var table = Table("Seeds", columns: [("Of", .text), ("Seed", .number)])
      for seed in pipeline.seeds { table.add("\(seed.name)", "<code>\(String(seed.value))</code>") }
      body += table.markup
    }
    if !artifacts.isEmpty { body += fileTable("Results and their checksums", artifacts) }
    guard !body.isEmpty else { return nil }
    return Section(id: "reproduction", title: "Reproduction", body: body)
  }
}
