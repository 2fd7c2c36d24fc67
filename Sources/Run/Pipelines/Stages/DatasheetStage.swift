import Datasheets
import Documents
import Foundation
import Storage

extension StageKind {
  static let datasheet = StageKind(
    "datasheet", "a report on corpus and run: HTML, Markdown and Croissant metadata",
    inputs: [
      InputPort("from", .shards), InputPort("model", .model, required: false), InputPort("scores", .scores, required: false),
    ],
    output: .report,
    parameters: [
      Parameter("title", .text, "title of the report (default: the pipeline's name)"),
      Parameter("description", .text, "one paragraph in plain words"),
      Parameter("answers", .file, "YAML file with answers to the questions of Datasheets for Datasets (Gebru et al. 2021)"),
    ],
    referencedFiles: { $0.text("answers").map { [$0] } ?? [] },
    check: { parameters in
      guard let path = parameters.text("answers"), FileManager.default.fileExists(atPath: path) else { return [] }
      do throws(Diagnostics) { _ = try DatasheetAnswers.load(path) } catch { return error.all }
      return []
    },
    body: .collective { _ in
      [
        CollectiveStep("write", .one, readsWholeRun: true) { context in
          let datasheet = try DatasheetBuilder(context).build()
          try AtomicFile.write(Array(datasheet.html.utf8), to: "\(context.folder)/index.html")
          try AtomicFile.write(Array(datasheet.markdown.utf8), to: "\(context.folder)/datasheet.md")
          try AtomicFile.write(datasheet.croissant.prettyPrinted, to: "\(context.folder)/croissant.json")
          return TaskCounts()
        }
      ]
    })
}

/// Answers as a YAML file of sections: `motivation: { purpose: … }`, with `licences`, `creators`, `address` and `published` beside them.
struct DatasheetAnswers {
  var answers: [Answer] = Questionnaire.questions
  var licences: [Licence] = []
  var creators: [String] = []
  var address: String?
  var published: String?

  static func load(_ path: String) throws(Diagnostics) -> DatasheetAnswers {
    let tree: YAMLTree
    do throws(Diagnostic) {
      tree = try YAMLTree.parse(String(decoding: MappedFile.contents(of: path), as: UTF8.self), file: path)
    } catch { throw Diagnostics([error]) }
    guard case .mapping(let sections) = tree.content else {
      throw Diagnostics([
        Diagnostic(
          "wrong-type", "a file of answers must be a mapping", at: tree.place, fix: "write 'motivation: { purpose: … }'")
      ])
    }
    var result = DatasheetAnswers()
    var given: [(key: String, answer: String)] = []
    for (key, value) in sections {
      switch (key.text ?? "", value.content) {
      case ("licences", .sequence(let items)): result.licences = items.compactMap(licence)
      case ("creators", .sequence(let items)): result.creators = items.compactMap(\.text)
      case ("address", .scalar(let text, _)): result.address = text
      case ("published", .scalar(let text, _)): result.published = text
      case (let section, .mapping(let questions)):
        for (question, answer) in questions { given.append(("\(section).\(question.text ?? "")", answer.text ?? "")) }
      default:
        throw Diagnostics([
          Diagnostic(
            "wrong-type", "'\(key.text ?? "")' must hold questions with answers, here stands \(value.kindName)", at: value.place
          )
        ])
      }
    }
    do throws(Diagnostics) { result.answers = try Questionnaire.answered(by: given) } catch {
      throw Diagnostics(error.all.map { Diagnostic($0.code, $0.message, at: .init(file: path), fix: $0.fix) })
    }
    return result
  }

  private static func licence(_ node: YAMLTree) -> Licence? {
    guard case .mapping(let pairs) = node.content else { return nil }
    func text(_ key: String) -> String? { pairs.first { $0.key.text == key }?.value.text }
    return text("name").map { Licence(covers: text("covers") ?? "the corpus", name: $0, address: text("address")) }
  }
}
