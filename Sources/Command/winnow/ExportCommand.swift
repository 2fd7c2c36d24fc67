import ArgumentParser
import Documents
import Foundation
import LanguageModels
import Tokenization

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a model in another format.",
    discussion: """
      Formats: hugging-face (config.json, model.safetensors, tokenizer files).

      Example:
        winnow export model --format hugging-face --output model-hf
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case huggingFace = "hugging-face" }

  @OptionGroup var folder: ModelFolder
  @Option(help: "The format.") var format = Format.huggingFace
  @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String

  func run() throws {
    let special = try HuggingFaceModel.readConfiguration(folder.model + "/config.json").specialTokens
    let decoder = try folder.decoder(), tokenizer = try folder.loadTokenizer()
    try HuggingFaceModel.write(decoder, to: output, specialTokens: special)
    try tokenizer.model.write(to: output)
  }
}
