import ArgumentParser
import Documents
import Foundation
import LanguageModels
import Storage
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
        decoder, name: name, as: weights, vocabulary: Self.vocabulary(tokenizer), specialTokens: special, to: output)
    }
  }

  /// Token and merge strings as `tokenizer.json` has them, which is also how GGUF has them.
  private static func vocabulary(_ tokenizer: Tokenizer) throws -> GGUF.Vocabulary {
    let preTokenizer: String
    switch tokenizer.model.pattern {
    case .gpt2: preTokenizer = "gpt-2"
    case .cl100k: preTokenizer = "llama-bpe"
    case .qwen2: preTokenizer = "qwen2"
    case .o200k: preTokenizer = "gpt-4o"
    case SplitPattern(.gpt2, digits: .single): preTokenizer = "starcoder"
    case let pattern:
      throw Diagnostic(
        "unsupported", "llama.cpp has no pre-tokenizer that splits like '\(pattern.rawValue)'",
        fix: "train with gpt2, gpt2+digits, cl100k, qwen2 or o200k")
    }
    let model = try JSONScanner.parse(tokenizer.model.tokenizerJSON).object?["model"]?.object
    var tokens = [String](repeating: "", count: tokenizer.vocabularySize)
    for member in model?["vocab"]?.object?.members ?? [] {
      if let id = member.value.integer, id >= 0, id < tokens.count { tokens[Int(id)] = member.key }
    }
    for token in tokenizer.model.specialTokens where token.id < tokens.count { tokens[Int(token.id)] = token.content }
    let merges = (model?["merges"]?.array ?? []).compactMap { pair in
      pair.array.map { $0.compactMap(\.string).joined(separator: " ") }
    }
    return GGUF.Vocabulary(
      tokens: tokens, controlTokens: Set(tokenizer.model.specialTokens.map(\.id)), merges: merges, preTokenizer: preTokenizer)
  }
}
