import Documents
import Evaluation
import Testing

@Suite("Task templates")
struct TaskTemplateTests {
  private static let record: JSONObject = [
    "question": "Why?", "choices": ["text": ["red", "blue", "it's"], "label": ["A", "B", "C"]], "answerKey": "B", "n": 3,
    "half": 0.5,
    "empty": "", "flag": true, "nothing": nil, "list": [],
  ]

  private static let cases: [(template: String, expected: String)] = [
    ("Question: {{question}}\nAnswer:", "Question: Why?\nAnswer:"),
    ("{{ choices.text[1] }}|{{choices['label'][-1]}}", "blue|C"),
    ("{{choices.label.index(answerKey)}}", "1"), ("{{choices.text}}", "['red', 'blue', \"it's\"]"),
    ("{{ question|lower|replace('?', '!') }}", "why!"), ("{{ ' a b '.strip().upper() }}", "A B"),
    ("{{ 'hELLO wORLD'.capitalize() }}", "Hello world"),
    ("{% if flag %}yes{% else %}no{% endif %}", "yes"), ("{% if empty %}a{% elif n == 3 %}b{% else %}c{% endif %}", "b"),
    ("{% for c in choices.text %}{{loop.index}}. {{c}}\n{% endfor %}", "1. red\n2. blue\n3. it's\n"),
    ("{% for c in list %}x{% endfor %}", ""), ("{% set a = 'x' ~ n %}{{ a + 'y' }}", "x3y"),
    ("{{ n + 2 }} {{ n - 5 }} {{ n * 2 }} {{ half }}", "5 -2 6 0.5"),
    ("{{ 'a' if n > 2 and not empty else 'b' }}", "a"),
    ("{{ 'B' in choices.label }} {{ 'Z' not in choices.label }}", "True True"),
    ("{{ nothing }} {{ flag }}", "None True"), ("a  {{- question -}}  b", "aWhy?b"), ("a{# a comment {{ #}b\n", "ab\n"),
    ("{{ 'x[1]y[2]' | regex_replace('\\\\[.*?\\\\]', '-') }}", "x-y-"),
    ("{{ choices.text | map('upper') | join(', ') }}", "RED, BLUE, IT'S"),
    ("{{ \"}} is no end\" }}", "}} is no end"), ("{{ 'a,b,,c'.split(',') }}", "['a', 'b', '', 'c']"),
    ("{{ question | length }}", "4"),
    ("{{ [n, 'a', true] }}", "[3, 'a', True]"), ("{{ (n == 3) or missing }}", "True"), ("no marks", "no marks"), ("", ""),
  ]

  // Expectations computed with Jinja 3.1.6 and the environment of lm-evaluation-harness 0.4.13.
  @Test(
    "templates give what Jinja gives",
    arguments: cases)
  func rendersAsJinja(template: String, expected: String) throws {
    #expect(try TaskTemplate(template).render(Self.record) == expected)
  }

  @Test("a template of one expression keeps its kind")
  func keepsValues() throws {
    #expect(try TaskTemplate("{{ choices.text }}").value(Self.record) == ["red", "blue", "it's"])
    #expect(try TaskTemplate("{{ n }}").value(Self.record) == 3)
    #expect(try TaskTemplate("{{ n }} ").value(Self.record) == "3 ")
  }

  @Test(
    "what is wrong is said",
    arguments: [
      "{{ missing }}", "{{ question.x }}", "{{ choices.text[9] }}", "{{ question", "{% if n %}", "{% endif %}", "{% while %}",
      "{{ n + 'a' }}",
      "{{ 'a }}", "{{ a b }}", "{{ choices.label.index('Z') }}", "{{ question | nothing }}", "{{ }}", "{{ n | join }}",
      "{{ ( }}",
      "{{ question | regex_replace('(', '') }}", "{% for c in n %}{% endfor %}",
      "{{ \(String(repeating: "(", count: 5000))1 }}",
    ])
  func refuses(template: String) {
    let error = #expect(throws: Diagnostic.self) { try TaskTemplate(template).render(Self.record) }
    #expect(error?.code == "invalid-template")
  }

  @Test("damaged templates are refused or rendered; they never crash")
  func survivesDamage() {
    let parts = [
      "{{", "}}", "{%", "%}", "{#", "#}", "if", "for", "in", "else", "endif", "endfor", "set", "=", " ", "n", "question", ".",
      "[", "]", "(", ")", "|", "'",
      "\\", "+", "-", "join", "0", "9999999999999999999", "é", "\r\n",
    ]
    var random = SeededRandom(seed: 61)
    for _ in 0..<20_000 {
      let template = (0..<random.next(below: 14)).map { _ in parts[Int(random.next(below: UInt64(parts.count)))] }.joined()
      _ = try? TaskTemplate(template).render(Self.record)
    }
  }
}
