import Documents
import Foundation
import Storage
import TestSupport
import Testing

/// The method calibrated on what is known: corpora without a difference, and damage that was planted.
@Suite("winnow ablate")
struct AblateTests {
  /// Texts in which three words may follow a word, the first more often: a model has to learn what follows what, and learns
  /// the more of it the more different texts it sees.
  private struct Language {
    private static let syllables = [
      "ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "wo", "ki", "za", "ho",
    ]
    private let words: [String]
    private let followers: [[Int]]
    private var random: SeededRandom

    init(seed: UInt64) {
      var random = SeededRandom(seed: seed)
      func below(_ bound: Int) -> Int { Int(random.next(below: UInt64(bound))) }
      var words: [String] = []
      while words.count < 60 {
        let word = (0..<(1 + below(3))).map { _ in Self.syllables[below(16)] }.joined()
        if !words.contains(word) { words.append(word) }
      }
      followers = words.map { _ in (0..<3).map { _ in below(60) } }
      self.words = words
      self.random = random
    }

    mutating func text(words count: Int = 60) -> String {
      var word = Int(random.next(below: UInt64(words.count)))
      return (0..<count).map { _ in
        defer { word = followers[word][[0, 0, 0, 1, 1, 2][Int(random.next(below: 6))]] }
        return words[word]
      }.joined(separator: " ")
    }

    mutating func shuffled(_ text: String) -> String {
      var words = text.split(separator: " ")
      for index in words.indices.dropFirst() { words.swapAt(index, Int(random.next(below: UInt64(index + 1)))) }
      return words.joined(separator: " ")
    }

    /// What stands around each text: words in an order that says nothing.
    mutating func boilerplate() -> (menu: String, footer: String) { (shuffled(text(words: 30)), shuffled(text(words: 30))) }
  }

  /// Writes texts with a pipeline that reads them.
  private func write(_ name: String, _ texts: [String], in folder: URL, ids: String = "d", deduplicates: Bool = false) throws
    -> String
  {
    var lines: [UInt8] = []
    for (index, text) in texts.enumerated() {
      DocumentLines.write(Document(id: "\(ids)\(index)", text: Array(text.utf8)), to: &lines)
    }
    let path = folder.appendingPathComponent(name).path
    try AtomicFile.write(lines, to: path + ".jsonl")
    try """
    winnow: 1
    name: \(name)
    sources:
      texts: { read: jsonl, paths: ["\(path).jsonl"] }
    stages:
      normalize: { use: normalize, from: texts }
    \(deduplicates ? "  copies: { use: exact-dedup, from: normalize }" : "")
    """.write(toFile: path + ".yaml", atomically: true, encoding: .utf8)
    return path + ".yaml"
  }

  private static let small = [
    "--preset", "nano", "--sequence-length", "64", "--vocabulary", "400", "--learning-rate", "0.004", "--batch-tokens", "256",
    "--jobs", "1", "--quiet", "--json",
  ]

  @Test func noDifferenceCannotBeToldAndDamageHurts() throws {
    try withTemporaryFolder { folder in
      var language = Language(seed: 1)
      func texts(_ count: Int) -> [String] { (0..<count).map { _ in language.text() } }
      let held = try write("held-out", texts(80), in: folder).replacing(".yaml", with: ".jsonl")
      let half = texts(60)
      let around = language.boilerplate()
      let variants: [(name: String, texts: [String], verdict: String)] = [
        ("half", half, ""), ("other-order", half, "cannot tell at this scale"),
        ("other-half", texts(60), "cannot tell at this scale"), ("shuffled", half.map { language.shuffled($0) }, "hurts"),
        ("boilerplate", half.map { "\(around.menu)\n\($0)\n\(around.footer)" }, "hurts"),
        ("copies", half.indices.map { $0 % 2 == 0 ? half[$0 / 2 % 4] : half[$0] }, "hurts"),
      ]
      let files = try variants.map { variant in
        // Documents are shuffled by their ids.
        try write(variant.name, variant.texts, in: folder, ids: variant.name == "other-order" ? "again" : "d")
      }
      let out = folder.appendingPathComponent("out").path
      let outcome = try Tool.run(["ablate"] + files + ["--held-out", held, "--output", out, "--tokens", "10000"] + Self.small)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try #require(JSONScanner.parse(Array(outcome.output.utf8)).object)
      let rows = try #require(report["variants"]?.array).compactMap(\.object)
      #expect(rows.count == variants.count && rows[0]["verdict"] == nil)
      for (row, variant) in zip(rows, variants).dropFirst() {
        #expect(row["verdict"]?.string == variant.verdict, "\(variant.name): \(outcome.output)")
        // No verdict stands on the edge of its interval.
        let (difference, lower) = (row["difference"]?.number ?? 0, row["lower"]?.number ?? 0)
        if variant.verdict == "hurts" { #expect(lower > difference / 4, "\(variant.name): \(outcome.output)") }
      }
    }
  }

  @Test func aReportIsTheSameTheSecondTimeAndWarnsOfItsLimits() throws {
    try withTemporaryFolder { folder in
      var language = Language(seed: 2)
      let plain = try write("plain", (0..<200).map { _ in language.text() }, in: folder, deduplicates: true)
      let out = folder.appendingPathComponent("out").path
      let arguments =
        ["ablate", plain, "--toggle", "copies", "--output", out, "--tokens", "2000", "--held-out-share", "0.1"] + Self.small
      let outcome = try Tool.run(arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try #require(JSONScanner.parse(Array(outcome.output.utf8)).object)
      let rows = try #require(report["variants"]?.array).compactMap(\.object)
      // No text occurs twice, so that the corpus without 'copies' is the same.
      #expect(rows[1]["name"]?.string == "without copies" && rows[1]["verdict"]?.string == "cannot tell at this scale")
      let heldOut = try #require(report["held-out"]?.object?["documents"]?.integer)
      #expect(heldOut > 10 && rows[0]["documents"]?.integer == 200 - heldOut)
      let notes = try #require(report["notes"]?.array).compactMap(\.string)
      #expect(notes.count == 3 && notes[0].contains("duplicates cannot be judged") && notes[1].contains("8 steps"))
      #expect(notes[2].contains("'without copies' are those of the baseline"))
      let page = try String(contentsOfFile: out + "/index.html", encoding: .utf8)
      #expect(page.contains("without copies") && page.contains("<svg") && page.contains("duplicates cannot be judged"))
      // Nothing is trained again, and the report is the same.
      let model = out + "/models/model/model-1-0/model.safetensors"
      let before = try FileManager.default.attributesOfItem(atPath: model)[.modificationDate] as? Date
      #expect(try Tool.run(arguments).output == outcome.output)
      #expect(try FileManager.default.attributesOfItem(atPath: model)[.modificationDate] as? Date == before)
      // In words it fits a terminal.
      let text = try Tool.run(arguments.filter { $0 != "--json" }).output
      #expect(text.contains("baseline") && text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    }
  }

  @Test func tasksAreJudgedByTheRightChoice() throws {
    try withTemporaryFolder { folder in
      var language = Language(seed: 3)
      let texts = (0..<60).map { _ in language.text() }
      let plain = try write("plain", texts, in: folder)
      let damaged = try write("shuffled", texts.map { language.shuffled($0) }, in: folder)
      let held = try write("held-out", (0..<20).map { _ in language.text() }, in: folder).replacing(".yaml", with: ".jsonl")
      // Which continuation is in the order of the language?
      let records = (0..<60).map { _ in
        let text = language.text(words: 20)
        let words = text.split(separator: " ")
        let (start, end) = (words.prefix(10).joined(separator: " "), words.suffix(10).joined(separator: " "))
        return #"{"text": "\#(start)", "choices": ["\#(end)", "\#(language.shuffled(end))"], "right": 0}"#
      }
      let task = folder.appendingPathComponent("order.yaml").path
      try (records.joined(separator: "\n") + "\n").write(
        toFile: folder.appendingPathComponent("order.jsonl").path, atomically: true, encoding: .utf8)
      try """
      task: order
      output_type: multiple_choice
      test_file: order.jsonl
      doc_to_text: text
      doc_to_choice: choices
      doc_to_target: right

      """.write(toFile: task, atomically: true, encoding: .utf8)
      let outcome = try Tool.run(
        ["ablate", plain, damaged, "--held-out", held, "--task", task, "--output", folder.appendingPathComponent("out").path]
          + ["--tokens", "8000"] + Self.small)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try #require(JSONScanner.parse(Array(outcome.output.utf8)).object)
      let rows = try #require(report["variants"]?.array).compactMap(\.object)
      let found = try rows.map { try #require($0["tasks"]?.array?.first?.object) }
      #expect(found[0]["records"]?.integer == 60 && found[0]["verdict"] == nil)
      #expect(found[1]["verdict"]?.string == "hurts" && (found[1]["difference"]?.number ?? 0) < -0.2, "\(outcome.output)")
    }
  }

  @Test func mistakesAreNamed() throws {
    let few = try Tool.run(["ablate", "pipelines/quickstart.yaml", "--output", "x", "--seeds", "1"])
    #expect(few.status == 2 && few.errors.contains("at least 2"))
    let alone = try Tool.run(["ablate", "pipelines/quickstart.yaml", "--output", "x"])
    #expect(alone.status != 0 && alone.errors.contains("nothing to be compared with"))
    let preset = try Tool.run([
      "ablate", "pipelines/quickstart.yaml", "--toggle", "quality", "--output", "x", "--preset", "nanno",
    ])
    #expect(preset.status == 2 && preset.errors.contains("nano"))
    let task = try Tool.run([
      "ablate", "pipelines/quickstart.yaml", "--toggle", "quality", "--output", "x", "--task", "arcs",
    ])
    #expect(task.status == 2 && task.errors.contains("arc"))
    let needed = try Tool.run(["ablate", "pipelines/quickstart.yaml", "--toggle", "extract", "--output", "x"])
    #expect(needed.status != 0 && needed.errors.contains("cannot be left out"))
    let stage = try Tool.run(["ablate", "pipelines/quickstart.yaml", "--toggle", "qualty", "--output", "x"])
    #expect(stage.status != 0 && stage.errors.contains("did you mean 'quality'"))
  }
}
