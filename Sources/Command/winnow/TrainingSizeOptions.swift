import ArgumentParser
import LanguageModels

/// How large a model is and how much it is trained: what every command that trains asks for.
struct TrainingSizeOptions: ParsableArguments {
  @Option(name: .customLong("preset"), help: ArgumentHelp("The shape of the model (default: tiny).", valueName: "preset"))
  var givenPreset: String?
  @Option(help: "Tokens of one training, rounded up to whole steps.") var tokens = 2_000_000
  @Option(help: "Tokens of one optimizer step.") var batchTokens = 4096
  @Option(help: "Tokens of one sequence; else what the shards were written for, else the preset's context.")
  var sequenceLength: Int?
  @Option(
    name: .customLong("learning-rate"),
    help: ArgumentHelp("The greatest learning rate (default: 0.003).", valueName: "learning-rate"))
  var givenLearningRate: Double?

  var preset: String { givenPreset ?? "tiny" }
  var learningRate: Double { givenLearningRate ?? 3e-3 }

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
