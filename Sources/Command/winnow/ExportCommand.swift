import ArgumentParser
import Documents
import Foundation
import LanguageModels
import Tokenization

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a model in another format.",
    discussion: """
      Formats: hugging-face (a folder: config.json, model.safetensors, tokenizer files), gguf (one file, for llama.cpp).

      Examples:
        winnow export model --format hugging-face --output model-hf
        winnow export model --format gguf --type q8_0 --output model.gguf
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case huggingFace = "hugging-face"
    case gguf
  }

  @OptionGroup var folder: ModelFolder
  @Option(help: "The format.") var format = Format.huggingFace
  @Option(help: "How gguf stores matrices: \(GGUF.WeightType.allCases.map(\.rawValue).joined(separator: ", ")).")
  var type = "f16"
  @Option(help: ArgumentHelp("Where to write.", valueName: "path")) var output: String

  func run() throws {
    guard let weights = GGUF.WeightType(rawValue: type) else {
      throw UsageProblem(
        "there is no type '\(type)'", fix: "types: \(GGUF.WeightType.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let special = try HuggingFaceModel.readConfiguration(folder.model + "/config.json").specialTokens
    let decoder = try folder.decoder()
    let tokenizer = try folder.loadTokenizer()
    switch format {
    case .huggingFace:
      try HuggingFaceModel.requireClass(for: decoder.configuration)
      try HuggingFaceModel.write(decoder, to: output, specialTokens: special)
      try tokenizer.model.write(to: output)
    case .gguf:
      let name = URL(fileURLWithPath: folder.model).lastPathComponent
      try GGUF.write(
        decoder, name: name, as: weights, vocabulary: GGUF.Vocabulary(tokenizer, size: decoder.configuration.vocabularySize),
        specialTokens: special, to: output)
    }
  }
}
