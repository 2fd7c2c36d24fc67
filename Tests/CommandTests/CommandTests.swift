import Foundation
import TestSupport
import Testing

@Suite struct CommandLineFacts {
  @Test func helpNamesEveryGroupAndSucceeds() throws {
    let outcome = try Tool.run(["--help"])
    #expect(outcome.status == 0)
    for word in ["run", "plan", "explain", "apply", "Exit codes"] { #expect(outcome.output.contains(word)) }
  }

  @Test("wrong usage ends with 2 and says what would be right", arguments: [
    (["bogus"], "Unexpected argument"), (["run"], "Missing expected argument"), (["run", "x.yaml", "--jobs", "0"], "at least 1"),
    (["apply", "normalise"], "did you mean 'normalize'"), (["apply", "filter", "--with", "rulez=x"], "did you mean 'rules'"),
    (["apply", "filter", "--with", "rules"], "key=value"), (["graph", "x.yaml", "--format", "png"], "svg"),
  ])
  func wrongUsage(arguments: [String], says: String) throws {
    let outcome = try Tool.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(says))
    #expect(outcome.output.isEmpty)
  }

  @Test func missingFileIsOneLineAndOne() throws {
    let outcome = try Tool.run(["run", "no-such-file.yaml"])
    #expect(outcome.status == 1)
    #expect(outcome.errors == "no-such-file.yaml: error: cannot open: no such file or directory\n")
  }

  @Test func aFolderIsNoRun() throws {
    let outcome = try Tool.run(["status", "fixtures"])
    #expect(outcome.status == 1 && outcome.errors.contains("not a run directory"))
  }

  @Test func applyKeepsDropsAndCountsFaults() throws {
    try withTemporaryFolder { folder in
      let ledger = folder.appendingPathComponent("ledger.jsonl")
      let text = Array(repeating: "the quick brown fox and the dog have to be with that", count: 12).enumerated().map { "\($1) number \($0)." }.joined(separator: " ")
      let input = """
        {"id":"a","url":"u","text":"too short"}
        nonsense

        {"id":"b","url":"u","text":"\(text)","metadata":{"language":"en"}}
        """
      let outcome = try Tool.run(
        ["apply", "filter", "--with", "rules=filters/quality/gopher-quality.yaml", "--ledger", ledger.path], input: input)
      #expect(outcome.status == 1)
      #expect(outcome.output.contains(#""id":"b""#) && !outcome.output.contains(#""id":"a""#))
      #expect(outcome.errors.contains("1 of 3 lines failed"))
      let lines = try String(contentsOf: ledger, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines[0].contains("dropped") && lines[0].contains("minimum-words"))
      #expect(lines[1].contains("failed") && lines[1].contains("invalid-json"))
      #expect(lines[2].contains("kept"))
    }
  }
}
