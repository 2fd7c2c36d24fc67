import Documents
import Foundation
import Pipelines
import TestSupport
import Testing

/// Each folder entry `NAME.yaml` is a pipeline file with a mistake, `NAME.txt` what Winnow says to it.
/// `WINNOW_RECORD_GOLDENS=1` writes the texts anew; without it a missing one fails.
@Suite struct PipelineMistakes {
  static let folder = repositoryFile("Tests/PipelinesTests/Golden/mistakes")

  static let names: [String] = {
    // Paths in pipeline files are relative to the current folder.
    _ = FileManager.default.changeCurrentDirectoryPath(repositoryRoot.path)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test("a mistake is reported with place, cause and what would be right", arguments: names)
  func reported(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent("\(name).yaml"), encoding: .utf8)
    let said: String
    do {
      let (_, warnings) = try Pipeline.decode(text, file: "\(name).yaml")
      said = warnings.map(\.description).joined(separator: "\n")
    } catch let error as Diagnostics {
      said = error.all.map(\.description).joined(separator: "\n")
    }
    #expect(!said.isEmpty, "the mistake went unnoticed")
    let golden = Self.folder.appendingPathComponent("\(name).txt")
    if ProcessInfo.processInfo.environment["WINNOW_RECORD_GOLDENS"] != nil {
      try (said + "\n").write(to: golden, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: golden, encoding: .utf8)
    #expect(said + "\n" == expected)
  }

  @Test func atLeastTwentyKindsOfMistakesAreCovered() { #expect(Self.names.count >= 20) }
}
