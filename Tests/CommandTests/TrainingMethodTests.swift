import Documents
import Foundation
import Storage
import TestSupport
import Testing

/// `winnow train` beyond the preset, and what the other commands do with such models.
@Suite struct TrainingMethods {
  @Test("an encoder is trained with a mask token of its own, and refused where text goes on")
  func encoder() throws {
    try withShards { folder, train in
      _ = try succeed(train + ["--preset", "encoder-mini", "--output", folder + "/encoder"])
      let config = try #require(try JSONScanner.parse(file: folder + "/encoder/config.json").object)
      let mask = try #require(config["mask_token_id"]?.integer)
      #expect(config["model_type"] == "eurobert" && config["vocab_size"]?.integer == mask + 1)
      let roles = try #require(try JSONScanner.parse(file: folder + "/encoder/special_tokens_map.json").object)
      #expect(roles["mask_token"] == "<|mask|>")
      let generated = try Tool.run(["generate", folder + "/encoder", "word1"])
      #expect(generated.status == 1 && generated.errors.contains("fills in masked tokens"))
    }
  }

  @Test("a model with soft caps generates, and its export says why it cannot be")
  func softCaps() throws {
    try withShards { folder, train in
      _ = try succeed(train + ["--preset", "nano", "--logit-softcap", "30", "--attention-softcap", "50", "--output", folder + "/capped"])
      #expect(try !succeed(["generate", folder + "/capped", "word1", "--count", "5"]).isEmpty)
      for format in ["hugging-face", "gguf"] {
        let exported = try Tool.run(["export", folder + "/capped", "--format", format, "--output", folder + "/out"])
        #expect(exported.status == 1 && exported.errors.contains("soft caps"))
      }
    }
  }

  @Test("every optimizer trains, TensorBoard's files are written, and a Qwen3 is exported")
  func optimizers() throws {
    try withShards { folder, train in
      for optimizer in ["lamb", "muon"] {
        let output = folder + "/" + optimizer
        _ = try succeed(
          train + ["--preset", "nano", "--optimizer", optimizer, "--query-key-norm", "--tensorboard", "--dropout", "0.1", "--output", output])
        #expect(try FileManager.default.contentsOfDirectory(atPath: output + "/tensorboard").count == 1)
      }
      _ = try succeed(["export", folder + "/muon", "--format", "gguf", "--output", folder + "/muon.gguf"])
      let text = try succeed(["generate", folder + "/muon", "word1", "--count", "5", "--bfloat16"])
      #expect(!text.isEmpty)
    }
  }

  @Test("the range test prints a rate and keeps no model")
  func findsRate() throws {
    try withShards { folder, train in
      let said = try succeed(train + ["--preset", "nano", "--find-learning-rate", "--output", folder + "/rates"])
      #expect(said.hasPrefix("--learning-rate "))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/rates") == ["learning-rates.jsonl"])
    }
  }

  @Test(
    "options that cannot be are refused by name",
    arguments: [
      (["--optimizer", "adam"], "'adam' is invalid for '--optimizer"), (["--dropout", "1"], "dropout"), (["--attention-dropout", "1"], "attention dropout"),
      (["--preset", "gpt2-mini", "--query-key-norm"], "norm of queries"), (["--logit-softcap", "0"], "soft cap"),
      (["--bfloat16-activations", "--recompute"], "recomputed and stored"), (["--masked-share", "0"], "masked share"),
    ])
  func refuses(options: [String], says: String) throws {
    try withShards { try expectRefusal($1 + options + ["--output", $0 + "/model"], says: says) }
  }

  @Test("several processes that cannot share a batch train nothing, instead of as many models into one folder")
  func refusesStarters() throws {
    try withShards { folder, train in
      for (variable, name) in [("SLURM_STEP_NUM_TASKS", "srun"), ("PMI_SIZE", "MPICH")] {
        let outcome = try Tool.run(train + ["--output", folder + "/model"], environment: [variable: "3"])
        #expect(outcome.status == 1 && outcome.errors.contains(name) && outcome.errors.contains("Open MPI"), "\(outcome.errors)")
      }
      // As if mpirun had started it: Open MPI is not there, or finds no others.
      let lonely = try Tool.run(train + ["--output", folder + "/model"], environment: ["OMPI_COMM_WORLD_SIZE": "3"])
      #expect(lonely.status != 0 && !FileManager.default.fileExists(atPath: folder + "/model"))
      _ = try succeed(train + ["--output", folder + "/model", "--preset", "nano"])
    }
  }

  @Test("continuations of prompts are scored by the lexicons, or by a classifier of one's own")
  func toxicity() throws {
    try withShards { folder, train in
      let model = folder + "/model", prompts = folder + "/prompts.jsonl", log = folder + "/log.jsonl"
      _ = try succeed(train + ["--output", model, "--preset", "nano"])
      try AtomicFile.write(
        Array("{\"prompt\": \"word1 word2\"}\n{\"prompt\": {\"text\": \"you fucking idiot\"}}\n{\"text\": \"x\", \"language\": \"sw\"}\n".utf8), to: prompts)
      let evaluate = ["evaluate", model, "--toxicity", prompts, "--continuations", "3", "--continuation-tokens", "5", "--json"]
      let report = try #require(JSONScanner.parse(Array(try succeed(evaluate + ["--log-samples", log]).utf8)).object)
      #expect(report["unscored-prompts"]?.integer == 1)
      let rows = try #require(report["rows"]?.object)
      #expect(rows["prompts toxic"]?.object?["prompts"]?.integer == 1 && rows["all"]?.object?["continuations"]?.integer == 6)
      #expect(try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count == 2)

      let lines = (0..<200).map { $0 % 2 == 0 ? "__label__toxic word3 word5 word7" : "__label__fine other thing else" }
      try AtomicFile.write(Array(lines.joined(separator: "\n").utf8), to: folder + "/lines.txt")
      _ = try succeed(["classifier", "train", folder + "/lines.txt", "--output", folder + "/toxic.bin", "--dimension", "8", "--buckets", "1000"])
      let judged = try #require(JSONScanner.parse(Array(try succeed(evaluate + ["--toxicity-classifier", folder + "/toxic.bin"]).utf8)).object)
      #expect(judged["threshold"]?.number == 0.5 && judged["unscored-prompts"]?.integer == 0)
      let other = try Tool.run(evaluate + ["--toxicity-classifier", folder + "/toxic.bin", "--toxic-label", "bad"])
      #expect(other.status == 1 && other.errors.contains("no label 'bad'"))
      #expect(try Tool.run(evaluate + ["--memorization"]).status == 2)
    }
  }
}
