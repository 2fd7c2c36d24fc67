import ArgumentParser
import Documents
import Foundation
import Storage
import TokenShards
import Tokenization

// MARK: Reading a set

extension ShardsCommand {
  struct Cat: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the documents of a set: their text, as JSON lines, or their ids.",
      discussion: """
        Examples:
          winnow shards cat shards --split validation | head
          winnow shards cat shards --ids --limit 1

        A set holds the tokenizer it was made with; --tokenizer is for sets that came without, and must be the one the manifest names.
        """)
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String
    @Option(help: "Only this split.") var split: String?
    @Option(help: ArgumentHelp("The tokenizer; else FOLDER/tokenizer.json.", valueName: "path")) var tokenizer: String?
    @Option(help: "At most this many documents.") var limit: Int?
    @Flag(help: "Print token ids instead of text.") var ids = false

    func run() throws {
      let set = try ShardSet(directory: folder)
      let tokenizer = ids ? nil : try loadTokenizer(set)
      var left = limit ?? .max
      var damaged = 0
      var shown: Set<String> = []
      for name in split.map({ [$0] }) ?? set.splitNames {
        for shard in try set.split(name).shards {
          let reader = ShardFileReader(shard)
          for number in 0..<min(shard.documentCount, left) {
            do {
              try show(shard.document(number), split: name, reader, tokenizer)
            } catch let problem as Diagnostic where problem.code == "damaged-file" {
              damaged += 1
              // A damaged frame concerns many documents and is named once.
              if shown.count < 5, shown.insert(problem.message).inserted { CommandLineReport.show(problem) }
            }
          }
          left -= min(shard.documentCount, left)
        }
      }
      guard damaged == 0 else {
        StandardError.line("winnow: \(Readable.count(damaged)) documents lie in damaged frames and were left out")
        throw ExitCode(CommandLineReport.failed)
      }
    }

    private func loadTokenizer(_ set: ShardSet) throws -> Tokenizer {
      let path = tokenizer ?? folder + "/tokenizer.json"
      let loaded = try Tokenizer(path: path)
      let expected = set.manifest.options.tokenizerSHA256
      let found = ShardOptions.sha256(ofTokenizer: loaded.model.tokenizerJSON)
      guard expected.isEmpty || found == expected else {
        throw Diagnostic(
          "mismatch", "this tokenizer (\(found)) did not make the shards (\(expected))", at: .init(file: path),
          fix: "name the tokenizer the shards were written with: --tokenizer PATH")
      }
      return loaded
    }

    private func show(_ entry: ShardFile.DocumentEntry, split: String, _ reader: ShardFileReader, _ tokenizer: Tokenizer?)
      throws
    {
      var tokens: [UInt32] = []
      try reader.read(entry.tokens, into: &tokens)
      var line: [UInt8] = []
      if let tokenizer {
        let text = try tokenizer.decode(tokens.dropLast())
        var metadata: Metadata = ["split": .string(split)]
        if !entry.language.isEmpty { metadata["language"] = .string(entry.language) }
        if !entry.source.isEmpty { metadata["source"] = .string(entry.source) }
        DocumentLines.write(Document(id: entry.id, text: text.repairedUTF8(), metadata: metadata), to: &line)
      } else {
        line += tokens.map { String($0) }.joined(separator: " ").utf8
        line.append(0x0A)
      }
      StandardOutput.write(line)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check every byte of a set against its checksums.",
      discussion:
        """
        Names each damaged frame and the documents in it; exit code 1 when there is one. --documents prints, as JSON lines, every document
        that a damaged frame concerns; all others can still be read.

        Example:
          winnow shards verify shards
        """)
    @Argument(help: ArgumentHelp("The folder of the set.", valueName: "folder")) var folder: String
    @Flag(help: "Print the documents that damaged frames concern.") var documents = false

    func run() throws {
      let set = try ShardSet(directory: folder)
      let problems = set.verify()
      if documents { try showDocuments(set) }
      for problem in problems { CommandLineReport.show(problem) }
      let shards = set.manifest.splits.reduce(0) { $0 + $1.shards.count }
      guard problems.isEmpty else {
        StandardError.line("winnow: \(problems.count) problem\(problems.count == 1 ? "" : "s") in \(shards) shards")
        throw ExitCode(CommandLineReport.failed)
      }
      print(
        "\(shards) shards, \(Readable.count(Int(set.manifest.splits.reduce(0) { $0 + $1.count.tokens }))) tokens: all checksums agree"
      )
    }

    private func showDocuments(_ set: ShardSet) throws {
      for split in set.manifest.splits {
        for entry in split.shards {
          guard let shard = try? set.open(entry) else { continue }
          for frame in shard.damagedFrames() {
            for number in frame.documents {
              let line: JSONValue = [
                "id": .string(shard.document(number).id), "split": .string(split.name), "file": .string(entry.file),
                "frame": .integer(Int64(frame.number)),
              ]
              StandardOutput.write(line.serialized + [0x0A])
            }
          }
        }
      }
    }
  }
}
