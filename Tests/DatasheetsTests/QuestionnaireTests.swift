import Datasheets
import Documents
import Testing

@Suite("The questionnaire")
struct QuestionnaireTests {
  @Test("its keys are unique and its sections are the seven of Gebru et al. in their order")
  func hasSevenSections() {
    let questions = Questionnaire.questions
    #expect(Set(questions.map(\.key)).count == questions.count)
    var sections: [String] = []
    for question in questions where question.section != sections.last { sections.append(question.section) }
    #expect(
      sections == [
        "Motivation", "Composition", "Collection process", "Preprocessing, cleaning and labelling", "Uses", "Distribution",
        "Maintenance",
      ])
    #expect(questions.allSatisfy { $0.answer == nil && $0.question.hasSuffix("?") })
  }

  @Test("answers go to their questions in the questionnaire's order; blank ones count as none")
  func fillsAnswers() throws {
    let answers = try Questionnaire.answered(by: [
      ("uses.past", " none so far\n"), ("motivation.purpose", "why"), ("motivation.funding", " \n"),
    ])
    #expect(answers.filter { $0.answer != nil }.map(\.key) == ["motivation.purpose", "uses.past"])
    #expect(answers.first { $0.key == "uses.past" }?.answer == "none so far")
  }

  @Test("every key that is no question or comes twice is reported, with the nearest one")
  func reportsUnknownKeys() throws {
    let error = try #require(throws: Diagnostics.self) {
      try Questionnaire.answered(by: [("motivation.purpse", "x"), ("uses.past", "1"), ("uses.past", "2"), ("zzz", "")])
    }
    #expect(error.all.map(\.code) == ["unknown-key", "duplicate-key", "unknown-key"])
    #expect(error.all[0].fix == "did you mean 'motivation.purpose'?")
    #expect(error.all[2].fix?.contains("maintenance") == true)
  }
}
