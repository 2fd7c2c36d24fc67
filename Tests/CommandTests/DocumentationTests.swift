import Foundation
import TestSupport
import Testing

/// Every `winnow` command that the README and the guides show.
@Suite struct DocumentedCommands {
  struct Shown: Sendable, CustomTestStringConvertible {
    let file: String
    let line: String
    /// Without `winnow`, up to a pipe, a redirection or a comment.
    let words: [String]
    var testDescription: String { "\(file): \(line)" }
  }

  static let shown: [Shown] = {
    var result: [Shown] = []
    let folder = repositoryRoot
    let guides = ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("docs/guide").path)) ?? []).sorted()
    for file in ["README.md"] + guides.map({ "docs/guide/\($0)" }) {
      guard let text = try? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8) else { continue }
      var isShell = false
      var pending = ""
      for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if raw.hasPrefix("```") {
          isShell = raw == "```sh"
          continue
        }
        guard isShell else { continue }
        if raw.hasSuffix("\\") {
          pending += raw.dropLast() + " "
          continue
        }
        let line = pending + raw
        pending = ""
        for part in line.split(separator: "|") {
          var words = part.split(separator: " ").map(String.init)
          if let comment = words.firstIndex(where: { $0.hasPrefix("#") }) { words.removeSubrange(comment...) }
          if let redirection = words.firstIndex(where: { $0.hasPrefix(">") || $0.hasPrefix("<") || $0.hasPrefix("2>") }) {
            words.removeSubrange(redirection...)
          }
          while let first = words.first, first != "winnow", first.contains("=") || first == "time" || first == "$" { words.removeFirst() }
          if words.first == "winnow" || words.first == ".build/release/winnow" {
            result.append(Shown(file: file, line: line, words: Array(words.dropFirst())))
          }
        }
      }
    }
    return result
  }()

  @Test func thereAreSome() { #expect(Self.shown.count >= 20) }

  @Test("a documented command exists with its options", arguments: shown)
  func exists(command: Shown) throws {
    var path: [String] = []
    for word in command.words {
      guard !word.hasPrefix("-"), word.allSatisfy({ $0.isLetter || $0 == "-" }), try Tool.run(path + [word, "--help"]).status == 0 else { break }
      path.append(word)
      if path.count == 2 { break }
    }
    try #require(!path.isEmpty, "no such command: \(command.line)")
    let help = try Tool.run(path + ["--help"]).output
    for word in command.words where word.hasPrefix("--") && word.count > 2 {
      let name = String(word.split(separator: "=")[0])
      #expect(help.contains(name), "\(path.joined(separator: " ")) has no \(name)")
    }
  }

  @Test("documented commands on the fixtures run", arguments: [
    ["plan", "pipelines/quickstart.yaml"], ["graph", "pipelines/quickstart.yaml"], ["graph", "pipelines/quickstart.yaml", "--format", "svg"],
    ["warc", "ls", "fixtures/crawl/crawl-meta.warc.gz"], ["schema"], ["doctor"],
  ])
  func runs(arguments: [String]) throws {
    let outcome = try Tool.run(arguments)
    #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(outcome.errors)")
  }

  @Test func redactionExampleMasksTheAddress() throws {
    let outcome = try Tool.run(["apply", "redact-pii"], input: #"{"id":"1","url":"","text":"Write to jane.doe@initech-mail.com"}"# + "\n")
    #expect(outcome.status == 0 && outcome.output.contains("<email>") && !outcome.output.contains("jane.doe"))
  }
}
