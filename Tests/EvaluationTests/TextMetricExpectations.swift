import Testing

/// What the peers gave for text made for these tests.
enum TextMetricExpectations {
  struct Corpus: Sendable, CustomTestStringConvertible {
    var candidates: [String]
    var references: [[String]]
    var score: Double
    var testDescription: String { candidates.joined(separator: " / ") }
  }

  struct Pair: Sendable, CustomTestStringConvertible {
    var candidate: String
    var reference: String
    /// Precision, recall and F1 of ROUGE-1, 2, L and Lsum.
    var scores: [[Double]]
    var testDescription: String { candidate }
  }

  static let bleu: [Corpus] = [
    Corpus(
      candidates: [
        "10-year sat [y] don't a/b (x) &lt;b&gt; the 5- x<skipped>z", "3.5 on on (x) % [y] . don't", "the-mat cat 1,000",
      ],
      references: [
        ["10-year - [y] 5- a/b (x) &lt;b&gt; the 5- & x<skipped>z ,"], ["& on on the % the . x<skipped>z . mat"],
        ["the-mat cat 1,000"],
      ],
      score: 47.50275830777064),
    Corpus(
      candidates: ["", "[y] mat a the-mat & a/b", "5- & sat &lt;b&gt;"],
      references: [["3.5 10-year"], ["[y] mat a the-mat the a/b 10-year %"], ["5- & 10-year &lt;b&gt;"]],
      score: 30.831127906085413),
    Corpus(
      candidates: [
        "3.5 a \"quoted\" (x) . 1,000 mat U.S. 10-year on a the-mat [y] &", "sat mat U.S. &lt;b&gt; on a %", "(x) &amp; %",
      ],
      references: [
        [
          "3.5 a \"quoted\" cat . 1,000 &lt;b&gt; U.S. 10-year on 1,000 the-mat [y] é",
          "on a (x) a - &amp; 1,000 5- . on a/b 中文 on (x) -",
        ], ["sat mat \"quoted\" 10-year on a %", "3.5 &amp; don't on sat don't 5- é"],
        ["(x) &amp; %", "% &lt;b&gt; 10-year cat"],
      ],
      score: 51.4164564740328),
    Corpus(
      candidates: ["中文 [y] a (x) 3.5 &amp; é [y] end. the-mat (x) &amp;", "(x) % & 1,000 \"quoted\"", "&amp; 5- 10-year"],
      references: [
        ["中文 end. a x<skipped>z 3.5 10-year é [y] end. the-mat 5- &amp;"], ["(x) 10-year a/b 5- \"quoted\""], [". 5- 10-year"],
      ],
      score: 34.24986941692389),
    Corpus(
      candidates: ["U.S. 3.5 中文", "mat a/b the . mat 中文 & U.S. (x) mat ,", "the U.S. % 中文 . 10-year é", "3.5 3.5"],
      references: [
        ["U.S. x<skipped>z 中文"], ["the-mat a/b the . mat 中文 & U.S. (x) mat ,"], ["end. U.S. cat 中文 . , [y]"], ["3.5 é"],
      ],
      score: 64.62256158409741),
    Corpus(
      candidates: ["xyz"],
      references: [["abc def"]],
      score: 0.0),
    Corpus(
      candidates: [""],
      references: [["abc"]],
      score: 0.0),
    Corpus(
      candidates: ["the cat-\nsat on\nthe mat  "],
      references: [["the catsat on the mat"]],
      score: 100.00000000000004),
  ]

  static let rouge: [Pair] = [
    Pair(
      candidate: "a 3 3",
      reference: "a the 3",
      scores: [
        [0.6666666666666666, 0.6666666666666666, 0.6666666666666666], [0.0, 0.0, 0.0],
        [0.6666666666666666, 0.6666666666666666, 0.6666666666666666],
        [0.6666666666666666, 0.6666666666666666, 0.6666666666666666],
      ]),
    Pair(
      candidate: "cat\nmat Café Dog's\ndog.\ndog.\nmat Café Dog's end sat K sat sat",
      reference: "cat mat Café 3\ndog.\ndog. mat Café mat the sat K a sat",
      scores: [
        [0.625, 0.7142857142857143, 0.6666666666666666], [0.4, 0.46153846153846156, 0.42857142857142855],
        [0.625, 0.7142857142857143, 0.6666666666666666], [0.625, 0.7142857142857143, 0.6666666666666666],
      ]),
    Pair(
      candidate: "Café",
      reference: "Café",
      scores: [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
    Pair(
      candidate: "cat cat",
      reference: "cat\ncat",
      scores: [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
    Pair(
      candidate: "dog. dog. mat Café end Dog's near Dog's K near the sat near",
      reference: "dog. dog. mat cat end Dog's the Dog's K near the sat near",
      scores: [
        [0.8666666666666667, 0.8666666666666667, 0.8666666666666667],
        [0.7142857142857143, 0.7142857142857143, 0.7142857142857143],
        [0.8666666666666667, 0.8666666666666667, 0.8666666666666667],
        [0.8666666666666667, 0.8666666666666667, 0.8666666666666667],
      ]),
    Pair(
      candidate: "K\nmat Café a end",
      reference: "K mat Café a end",
      scores: [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
    Pair(
      candidate: "near cat dog. the the sat",
      reference: "near cat cat the the sat",
      scores: [
        [0.8333333333333334, 0.8333333333333334, 0.8333333333333334], [0.6, 0.6, 0.6],
        [0.8333333333333334, 0.8333333333333334, 0.8333333333333334],
        [0.8333333333333334, 0.8333333333333334, 0.8333333333333334],
      ]),
    Pair(
      candidate: "3\ndog.\nmat\ndog.\ndog. cat on sat Café sat",
      reference: "3 near mat\ndog.\ndog.\ncat on sat Café sat",
      scores: [
        [0.9, 0.9, 0.9], [0.7777777777777778, 0.7777777777777778, 0.7777777777777778], [0.9, 0.9, 0.9], [0.9, 0.9, 0.9],
      ]),
    Pair(
      candidate: "mat the sat the 3 dog. dog. sat mat end Café mat",
      reference: "mat the K the Café dog. dog. sat cat end Café mat",
      scores: [
        [0.75, 0.75, 0.75], [0.45454545454545453, 0.45454545454545453, 0.45454545454545453], [0.75, 0.75, 0.75],
        [0.75, 0.75, 0.75],
      ]),
    Pair(
      candidate: "K K\ndog.",
      reference: "K K\ndog.",
      scores: [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]),
    Pair(
      candidate: "中文",
      reference: "Café 3",
      scores: [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),
    Pair(
      candidate: "",
      reference: "the\ndog. end Café near sat the the Dog's Dog's 3 mat\ncat K\ncat",
      scores: [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),
  ]
}
