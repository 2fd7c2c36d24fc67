import ArgumentParser
import LanguageModels

/// How large a model is and how much it is trained: what every command that trains asks for.
struct TrainingSizeOptions: ParsableArguments {
  @Option(help: "The shape of the model.") var preset = "tiny"
  @Option(help: "Tokens of one training, rounded up to whole steps.") var tokens = 2_000_000
  @Option(help: "Tokens of one optimizer step.") var batchTokens = 4096
  @Option(help: "Tokens of one sequence; else what the shards were written for, else the preset's context.")
  var sequenceLength: Int?
  @Option(help: "The greatest learning rate.") var learningRate = 3e-3

  func validate() throws {
    if tokens < 1 || batchTokens < 1 { throw ValidationError("--tokens and --batch-tokens must be at least 1") }
  }

  /// - Throws: a `UsageProblem` with the nearest name when there is no such preset.
  func model(vocabularySize: Int) throws -> DecoderConfiguration {
    do { return try .preset(preset, vocabularySize: vocabularySize) } catch {
      throw UsageProblem(error.message, fix: error.fix)
    }
  }
}
