import Evaluation
import Testing

@Suite("Text metrics")
struct TextMetricTests {
  // Expectations computed with sacrebleu 2.6.0, corpus_bleu with default settings.
  @Test("BLEU equals sacreBLEU's", arguments: TextMetricExpectations.bleu)
  func computesBLEU(example: TextMetricExpectations.Corpus) {
    var bleu = BLEU()
    for (candidate, references) in zip(example.candidates, example.references) {
      bleu.add(candidate: candidate, references: references)
    }
    #expect(abs(bleu.score - example.score) < 1e-9)
  }

  // Expectations computed with rouge-score 0.1.2, no stemmer.
  @Test("ROUGE equals rouge-score's", arguments: TextMetricExpectations.rouge)
  func computesROUGE(example: TextMetricExpectations.Pair) {
    let (candidate, reference) = (example.candidate, example.reference)
    let scores = [
      ROUGE.grams(candidate: candidate, reference: reference, size: 1),
      ROUGE.grams(candidate: candidate, reference: reference, size: 2),
      ROUGE.longest(candidate: candidate, reference: reference),
      ROUGE.longestOfSummary(candidate: candidate, reference: reference),
    ]
    for (score, expected) in zip(scores, example.scores) {
      #expect(abs(score.precision - expected[0]) < 1e-12)
      #expect(abs(score.recall - expected[1]) < 1e-12)
      #expect(abs(score.f1 - expected[2]) < 1e-12)
    }
  }

  private static let answers: [(answer: String, references: [String], isExact: Bool, f1: Double)] = [
    ("The Cat!", ["cat"], true, 1.0), ("a cat", ["dog", "the cat."], true, 1.0), ("black cat", ["cat"], false, 2.0 / 3),
    ("", [""], true, 1.0),
    ("", ["x"], false, 0.0), ("x", [""], false, 0.0), ("the", ["a"], true, 1.0),
    ("cat cat dog", ["cat dog dog"], false, 2.0 / 3),
    ("U.S.A.", ["usa"], true, 1.0), ("”the” cat", ["”” cat"], false, 0.4), ("naïve", ["naïve,"], true, 1.0),
  ]

  // By the rules of SQuAD's scorer: lower case, no punctuation, no articles, single spaces.
  @Test(
    "short answers are compared without case, punctuation and articles",
    arguments: answers)
  func matchesAnswers(answer: String, references: [String], isExact: Bool, f1: Double) {
    #expect(AnswerMatch.isExact(answer, references: references) == isExact)
    #expect(abs(AnswerMatch.f1(answer, references: references) - f1) < 1e-12)
  }
}
