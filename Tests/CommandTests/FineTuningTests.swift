import Documents
import Foundation
import LanguageModels
import Storage
import TestSupport
import Testing

/// `winnow train --from`.
@Suite struct FineTuningCommand {
  /// Shards, and a model in `base` with their tokenizer: a fresh one of a family, its vocabulary padded to 320.
  private func withModel(
    _ family: DecoderConfiguration.Family = .llama, _ body: (_ folder: String, _ train: [String]) throws -> Void
  ) throws {
    try withShards { folder, train in
      try write(family, seed: 1, to: folder + "/base")
      for file in ["tokenizer.json", "tokenizer_config.json"] {
        try FileManager.default.copyItem(atPath: "\(folder)/tokenizer/\(file)", toPath: "\(folder)/base/\(file)")
      }
      try body(folder, train + ["--from", folder + "/base"])
    }
  }

  private func write(_ family: DecoderConfiguration.Family, vocabulary: Int = 320, seed: UInt64, to folder: String) throws {
    let shape = DecoderConfiguration(
      family: family, vocabularySize: vocabulary, hiddenSize: 32, intermediateSize: 64, layerCount: 2, headCount: 2,
      contextLength: 128)
    try HuggingFaceModel.write(Decoder(shape, seed: seed), to: folder, specialTokens: .init(beginOfText: 7, endOfText: 8))
  }

  private func number(_ file: String, _ path: String...) throws -> Double? {
    var value: JSONValue? = try JSONScanner.parse(file: file)
    for key in path { value = value?.object?[key] }
    return value?.number
  }

  @Test(
    "a model with a padded vocabulary is fine-tuned, evaluated, generated from and exported",
    arguments: [DecoderConfiguration.Family.llama, .gpt2])
  func fineTunes(family: DecoderConfiguration.Family) throws {
    try withModel(family) { folder, train in
      let tuned = folder + "/tuned"
      _ = try succeed(train + ["--output", tuned, "--learning-rate", "1e-3"])
      let first = try #require(try number(tuned + "/training.json", "outcome", "first-validation-loss"))
      #expect(
        try #require(try number(tuned + "/training.json", "outcome", "final-validation-loss")) < first
          && abs(first - log(320)) < 0.2)
      // Texts begin as the model was used to, and end as in the shards.
      let config = try #require(try JSONScanner.parse(file: tuned + "/config.json").object)
      #expect(config["vocab_size"] == 320 && config["bos_token_id"] == 7 && config["eos_token_id"] == 0)
      for file in ["tokenizer.json", "tokenizer_config.json"] {
        #expect(FileManager.default.contentsEqual(atPath: "\(folder)/base/\(file)", andPath: "\(tuned)/\(file)"))
      }
      #expect(try succeed(["evaluate", tuned, "--shards", folder + "/shards", "--samples", "1"]).contains("all"))
      #expect(try !succeed(["generate", tuned, "word1", "--count", "5"]).isEmpty)
      _ = try succeed(["export", tuned, "--format", "gguf", "--type", "q8_0", "--output", folder + "/tuned.gguf"])
      let exported = try Data(contentsOf: URL(fileURLWithPath: folder + "/tuned.gguf"))
      // The pre-tokenizer that cuts as the tokenizer does and takes no word whole, and the ids beyond its tokens.
      #expect(exported.firstRange(of: Data("dbrx".utf8)) != nil && exported.firstRange(of: Data("[PAD319]".utf8)) != nil)
    }
  }

  @Test("a model that winnow trained goes on from its loss, at a lower rate")
  func continuesOwnModel() throws {
    try withShards { folder, train in
      _ = try succeed(train + ["--preset", "nano", "--output", folder + "/base"])
      _ = try succeed(train + ["--from", folder + "/base", "--output", folder + "/tuned"])
      let last = try number(folder + "/base/training.json", "outcome", "final-validation-loss")
      #expect(try number(folder + "/tuned/training.json", "outcome", "first-validation-loss") == last && last != nil)
      #expect(try number(folder + "/tuned/training.json", "configuration", "learning-rate") == 1e-4)
    }
  }

  @Test("an encoder that winnow trained goes on with its mask token")
  func continuesEncoder() throws {
    try withShards { folder, train in
      _ = try succeed(train + ["--preset", "encoder-mini", "--output", folder + "/base"])
      _ = try succeed(train + ["--from", folder + "/base", "--output", folder + "/tuned"])
      let (base, tuned) = (folder + "/base/config.json", folder + "/tuned/config.json")
      #expect(try number(base, "mask_token_id") == number(tuned, "mask_token_id") && number(tuned, "mask_token_id") != nil)
      #expect(
        FileManager.default.contentsEqual(atPath: folder + "/base/tokenizer.json", andPath: folder + "/tuned/tokenizer.json"))
    }
  }

  @Test("a run does not continue with another model")
  func refusesAnotherModel() throws {
    try withModel { folder, train in
      let output = ["--output", folder + "/tuned", "--checkpoint-every", "2"]
      _ = try succeed(train + output)
      try write(.llama, seed: 2, to: folder + "/base")
      let outcome = try Tool.run(train + output)
      #expect(outcome.status == 1 && outcome.errors.contains("another initial-model"), "\(outcome.errors)")
    }
  }

  @Test(
    "options that the model decides are refused by name",
    arguments: [
      (["--preset", "tiny"], "--preset"), (["--query-key-norm"], "--query-key-norm"),
      (["--logit-softcap", "30"], "--logit-softcap"),
      (["--attention-softcap", "50"], "--attention-softcap"),
      (["--sequence-length", "129"], "use 1 to 128, the model's context length"),
    ])
  func refusesOptions(options: [String], says: String) throws {
    try withModel { try expectRefusal($1 + options + ["--output", $0 + "/tuned"], says: says) }
  }

  @Test("the model's own folder, and one that holds it, is no output")
  func refusesItsOwnFolder() throws {
    try withModel { folder, train in
      for output in [folder + "/base", folder, folder + "/tokenizer/../base/"] {
        try expectRefusal(train + ["--output", output], says: "the output folder")
      }
    }
  }

  @Test("shards of another tokenizer are refused: by both sizes, by the first token that differs, by how text is cut")
  func refusesOtherTokenizers() throws {
    try withModel { folder, train in
      let documents = folder + "/documents.jsonl"
      func said(_ tokenizer: [String]) throws -> String {
        _ = try succeed(["tokenizer", "train", documents, "--output", folder + "/other"] + tokenizer)
        try writeShards(folder, tokenizer: folder + "/other", named: "shards")
        let outcome = try Tool.run(train + ["--output", folder + "/tuned"])
        #expect(
          outcome.status == 1 && outcome.errors.contains("winnow shards write DOCUMENTS --tokenizer \(folder)/base"),
          "\(outcome.errors)")
        return outcome.errors
      }
      let others = try said(["--vocabulary", "300", "--byte-order", "byte-value"])
      #expect(others.contains("in the shards, "))
      let digits = try said(["--vocabulary", "257", "--pattern", "gpt2"])
      #expect(digits.contains("cuts text into others"))
      try write(.llama, vocabulary: 258, seed: 1, to: folder + "/base")
      let more = try said(["--vocabulary", "300"])
      #expect(more.contains("the shards have a vocabulary of ") && more.contains(" tokens, the model of 258"))
    }
  }

  @Test("without a tokenizer to compare, more tokens in the model are used with a warning")
  func warnsWithoutTokenizer() throws {
    try withModel { folder, train in
      try FileManager.default.removeItem(atPath: folder + "/base/tokenizer.json")
      let outcome = try Tool.run(train + ["--output", folder + "/tuned"])
      #expect(
        outcome.status == 0 && outcome.errors.contains("warning: the shards have a vocabulary of ")
          && outcome.errors.contains(" tokens, the model of 320"),
        "\(outcome.errors)")
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder + "/tokenizer/tokenizer.json", andPath: folder + "/tuned/tokenizer.json"))
    }
  }

  @Test("documents end with the special token that is named, and what the tokenizer has is said where it is not there")
  func endOfDocument() throws {
    try withShards { folder, _ in
      _ = try succeed([
        "tokenizer", "train", folder + "/documents.jsonl", "--vocabulary", "300", "--special", "<|end_of_text|>", "--output",
        folder + "/other",
      ])
      let write = [
        "shards", "write", folder + "/documents.jsonl", "--tokenizer", folder + "/other", "--output", folder + "/shards2",
      ]
      let refused = try Tool.run(write)
      #expect(
        refused.status == 1 && refused.errors.contains("--end-of-document; the tokenizer has <|end_of_text|>"),
        "\(refused.errors)")
      _ = try succeed(write + ["--end-of-document", "<|end_of_text|>"])
    }
  }
}
