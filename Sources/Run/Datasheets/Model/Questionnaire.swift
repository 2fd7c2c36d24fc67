import Documents

/// One question of a datasheet and what the people behind the corpus say to it.
public struct Answer: Sendable, Equatable {
  /// `motivation.purpose`: section and question, as keys of the answers file.
  public var key: String
  public var section: String
  public var question: String
  /// Nil when nobody has answered; every form of the datasheet shows that.
  public var answer: String?

  public init(key: String, section: String, question: String, answer: String? = nil) {
    self.key = key
    self.section = section
    self.question = question
    self.answer = answer
  }
}

/// The questions that a datasheet answers, in the order of Gebru, Morgenstern, Vecchione, Vaughan, Wallach, Daumé III, Crawford:
/// "Datasheets for Datasets", Communications of the ACM 64(12), 2021. The wording is shortened, the questions are theirs.
public enum Questionnaire {
  /// Every question, unanswered.
  public static let questions: [Answer] = sections.flatMap { section in
    section.questions.map { Answer(key: "\(section.key).\($0.key)", section: section.title, question: $0.text) }
  }

  /// The questions with the answers given for them; an empty answer counts as none.
  ///
  /// - Parameter given: keys such as `motivation.purpose` with their answers.
  /// - Throws: `Diagnostics` with one entry per key that is not a question or is given twice, each with the nearest key.
  public static func answered(by given: [(key: String, answer: String)]) throws(Diagnostics) -> [Answer] {
    var answers = questions
    var seen: Set<String> = []
    var problems: [Diagnostic] = []
    for (key, text) in given {
      guard let index = answers.firstIndex(where: { $0.key == key }) else {
        let near = nearestName(to: key, among: questions.map(\.key))
        problems.append(
          Diagnostic(
            "unknown-key", "'\(key)' is not a question of the datasheet",
            fix: near.map { "did you mean '\($0)'?" } ?? "the sections are \(sections.map(\.key).joined(separator: ", "))"))
        continue
      }
      guard seen.insert(key).inserted else {
        problems.append(Diagnostic("duplicate-key", "'\(key)' is answered twice", fix: "keep one answer"))
        continue
      }
      let trimmed = text.trimmingWhitespace()
      answers[index].answer = trimmed.isEmpty ? nil : trimmed
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return answers
  }
}

extension Questionnaire {
  private struct Section {
    var key: String
    var title: String
    var questions: [(key: String, text: String)]
  }

  private static let sections: [Section] = [
    Section(
      key: "motivation", title: "Motivation",
      questions: [
        ("purpose", "For what purpose was the dataset created? Which task or gap did its makers have in mind?"),
        ("creators", "Who created it, and on behalf of whom?"),
        ("funding", "Who funded its creation?"),
      ]),
    Section(
      key: "composition", title: "Composition",
      questions: [
        ("instances", "What do the instances represent? Are there several kinds?"),
        ("count", "How many instances are there, of each kind?"),
        ("sampling", "Is it everything there is, or a sample? How was the sample chosen, and is it representative?"),
        ("data", "What does each instance consist of: raw data or features?"),
        ("labels", "Does each instance have a label or target?"),
        ("missing", "Is information missing from instances, and why?"),
        ("relationships", "Are relationships between instances made explicit?"),
        ("splits", "Are there recommended splits? On what ground?"),
        ("errors", "Are there errors, noise or redundancies?"),
        ("dependencies", "Is it self-contained, or does it rely on external resources?"),
        ("confidential", "Does it contain data that might be confidential?"),
        ("offensive", "Does it contain data that might offend, insult, threaten or cause anxiety if viewed directly?"),
        ("subpopulations", "Does it identify subpopulations, for instance by age or gender?"),
        ("identification", "Can individuals be identified from it, directly or in combination with other data?"),
        ("sensitive", "Does it contain data that might be considered sensitive, such as beliefs, health or finances?"),
      ]),
    Section(
      key: "collection", title: "Collection process",
      questions: [
        ("acquisition", "How was the data of each instance acquired: observed, reported, inferred?"),
        ("mechanisms", "With which mechanisms or procedures was it collected, and how were they validated?"),
        ("strategy", "If it is a sample of a larger set, what was the sampling strategy?"),
        ("people", "Who was involved in collecting it, and how were they paid?"),
        ("timeframe", "Over what time was it collected? Does that match the time in which the data came to be?"),
        ("ethics", "Was there an ethical review?"),
        ("source", "Was it collected from the individuals themselves or through third parties?"),
        ("notification", "Were the individuals notified of the collection?"),
        ("consent", "Did the individuals consent to the collection and use?"),
        ("revocation", "If they consented, can they revoke it?"),
        ("impact", "Was the potential impact on the people concerned analysed?"),
      ]),
    Section(
      key: "preprocessing", title: "Preprocessing, cleaning and labelling",
      questions: [
        ("steps", "Was the data preprocessed, cleaned or labelled, and how?"),
        ("raw", "Was the raw data kept as well, and where is it?"),
        ("software", "Is the software that did it available?"),
      ]),
    Section(
      key: "uses", title: "Uses",
      questions: [
        ("past", "Has it been used for any task already?"),
        ("repository", "Is there a list of papers or systems that use it?"),
        ("potential", "What other tasks could it serve?"),
        ("risks", "Is there anything about its making that might affect future uses or cause harm, and how is it avoided?"),
        ("unsuitable", "For which tasks should it not be used?"),
      ]),
    Section(
      key: "distribution", title: "Distribution",
      questions: [
        ("third-parties", "Will it be distributed to third parties?"),
        ("means", "How will it be distributed? Has it a persistent identifier?"),
        ("date", "When will it be distributed?"),
        ("licence", "Under which copyright licence or terms of use?"),
        ("restrictions", "Have third parties imposed restrictions on the data?"),
        ("export", "Do export controls or other regulations apply?"),
      ]),
    Section(
      key: "maintenance", title: "Maintenance",
      questions: [
        ("host", "Who supports, hosts and maintains it?"),
        ("contact", "How can its maintainers be reached?"),
        ("erratum", "Is there an erratum?"),
        ("updates", "Will it be updated: how often, by whom, and how are users told?"),
        ("retention", "Are there limits on how long data about people is kept, and how are they enforced?"),
        ("versions", "Will older versions stay available?"),
        ("contributions", "Can others extend or correct it, and how is that checked?"),
      ]),
  ]
}

extension String {
  func trimmingWhitespace() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
