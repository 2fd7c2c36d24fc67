import ArgumentParser
import Documents
import Foundation
import LanguageModels
import Tokenization

/// A trained model with its tokenizer, as the commands that use models read it.
struct ModelFolder: ParsableArguments {
  @Argument(help: ArgumentHelp("The model: a folder that 'winnow train' or Hugging Face wrote.", valueName: "model"))
  var model: String
  @Option(help: ArgumentHelp("The tokenizer; else the one in the model's folder.", valueName: "path")) var tokenizer: String?

  func decoder() throws -> Decoder { try HuggingFaceModel.read(model) }

  func loadTokenizer() throws -> Tokenizer { try Tokenizer(path: tokenizer ?? model) }

  /// The token before the first of a text: the model's begin-of-text, or the tokenizer's end-of-text.
  func prefix(_ tokenizer: Tokenizer) throws -> UInt32 {
    let special = try HuggingFaceModel.readConfiguration(model + "/config.json").specialTokens
    guard let token = special.beginOfText ?? special.endOfText ?? tokenizer.endOfText else {
      throw Diagnostic(
        "missing-value", "neither begin-of-text nor end-of-text is known", at: .init(file: model + "/config.json"),
        fix: "name bos_token_id or eos_token_id there")
    }
    return token
  }

  func endOfText(_ tokenizer: Tokenizer) throws -> UInt32? {
    try HuggingFaceModel.readConfiguration(model + "/config.json").specialTokens.endOfText ?? tokenizer.endOfText
  }
}

/// How text is drawn, as options.
struct SamplingOptions: ParsableArguments {
  @Option(help: "Divides the logits; 0 always takes the most likely token.") var temperature = 0.8
  @Option(help: "Only the so many most likely tokens.") var topK: Int?
  @Option(help: "Only the most likely tokens that together have this probability.") var topP: Double?
  @Option(help: "Only tokens with at least this share of the most likely one's probability.") var minP: Double?
  @Option(help: "Decides what is drawn.") var seed: UInt64 = 0

  func sampling() throws -> Sampling {
    let sampling = Sampling(temperature: temperature, topK: topK, topP: topP, minP: minP, seed: seed)
    do { try sampling.validate() } catch { throw UsageProblem(error.message, fix: error.fix) }
    return sampling
  }
}
