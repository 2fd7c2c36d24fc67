import Documents
import Foundation
import Storage
import TestSupport
import Testing

/// Shards of a small text, and the words of a training command on them that takes a second. The folder also has `tokenizer`,
/// `documents.jsonl` and `shards`.
func withShards(_ body: (_ folder: String, _ train: [String]) throws -> Void) throws {
  try withTemporaryFolder { folder in
    var lines: [UInt8] = []
    for number in 0..<200 {
      let text = (0..<30).map { "word\((number * 7 + $0) % 23)" }.joined(separator: " ")
      JSONValue.object(["id": .string("\(number)"), "url": "", "text": .string(text), "metadata": .object([:])]).write(
        to: &lines)
      lines.append(0x0A)
    }
    let documents = folder.path + "/documents.jsonl"
    let tokenizer = folder.path + "/tokenizer"
    try AtomicFile.write(lines, to: documents)
    _ = try succeed(["tokenizer", "train", documents, "--vocabulary", "300", "--output", tokenizer])
    let shards = try writeShards(folder.path, tokenizer: tokenizer, named: "shards")
    try body(folder.path, ["train", shards, "--tokens", "2048", "--batch-tokens", "256", "--sequence-length", "64", "--quiet"])
  }
}

/// The same documents by another tokenizer.
@discardableResult
func writeShards(_ folder: String, tokenizer: String, named name: String, _ options: [String] = []) throws -> String {
  _ = try succeed(
    [
      "shards", "write", folder + "/documents.jsonl", "--tokenizer", tokenizer, "--output", folder + "/" + name, "--validation",
      "10%",
    ] + options)
  return folder + "/" + name
}

func succeed(_ arguments: [String]) throws -> String {
  let outcome = try Tool.run(arguments)
  #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
  return outcome.output
}

/// What cannot be asked for ends with status 2 and a message that names it.
func expectRefusal(_ arguments: [String], says: String) throws {
  let outcome = try Tool.run(arguments)
  #expect(outcome.status == 2 && outcome.errors.contains(says), "\(outcome.errors)")
}
