import Documents
import Foundation
import LanguageModels
import Storage
import TokenShards
import Tokenization

extension InitialModel {
  /// Looks whether a set of shards has the model's tokens: no more of them than the model has embeddings (it may have more, as
  /// many checkpoints are padded to a round number), and, where both have their tokenizer beside them, the same ones.
  /// - Returns: what could not be looked at.
  /// - Throws: `other-tokenizer`, and what reading a tokenizer throws.
  @discardableResult
  public func requireTokens(of shards: ShardSet) throws(Diagnostic) -> [Diagnostic] {
    guard shards.vocabularySize <= shape.vocabularySize else {
      throw otherTokenizer(
        "the shards have a vocabulary of \(shards.vocabularySize) tokens, the model of \(shape.vocabularySize)", shards)
    }
    let path = shards.directory + "/tokenizer.json"
    guard hasTokenizer, FileManager.default.fileExists(atPath: path) else {
      guard shards.vocabularySize < shape.vocabularySize else { return [] }
      return [
        Diagnostic(
          "not-compared",
          "the shards have a vocabulary of \(shards.vocabularySize) tokens, the model of \(shape.vocabularySize), and without "
            + "both tokenizers nothing says that their tokens are the same", at: .init(file: directory),
          fix: "put the model's tokenizer.json into its folder", severity: .warning)
      ]
    }
    try requireSameTokens(try Tokenizer(path: directory).model, try Tokenizer(path: path).model, shards)
    return []
  }

  /// Either may have tokens after the other's last: a mask token, or one that ends documents.
  private func requireSameTokens(
    _ own: BytePairModel, _ theirs: BytePairModel, _ shards: ShardSet
  ) throws(Diagnostic) {
    let shared = zip(own.tokens, theirs.tokens).enumerated()
    if let (id, pair) = shared.first(where: { !$1.0.isEmpty && !$1.1.isEmpty && $1.0 != $1.1 }) {
      func shown(_ token: [UInt8]) -> String { "'" + String(decoding: token, as: UTF8.self) + "'" }
      throw otherTokenizer("token \(id) is \(shown(pair.1)) in the shards, \(shown(pair.0)) in the model", shards)
    }
    guard own.merges == theirs.merges, own.pattern == theirs.pattern, own.takesWholeWords == theirs.takesWholeWords else {
      throw otherTokenizer("the shards' tokenizer has the model's tokens but cuts text into others of them", shards)
    }
  }

  private func otherTokenizer(_ message: String, _ shards: ShardSet) -> Diagnostic {
    Diagnostic(
      "other-tokenizer", message, at: .init(file: shards.directory),
      fix: "write the shards with the model's tokenizer: winnow shards write DOCUMENTS --tokenizer \(directory) --output FOLDER"
    )
  }

  /// What the trained model's `config.json` names: texts begin as the model was used to, and end as in the shards.
  public func specialTokens(endOfDocument: UInt32) -> HuggingFaceModel.SpecialTokens {
    .init(beginOfText: specialTokens.beginOfText, endOfText: endOfDocument, mask: maskToken)
  }

  // MARK: Its files

  /// Whether there is a tokenizer in the model's folder.
  public var hasTokenizer: Bool { FileManager.default.fileExists(atPath: directory + "/tokenizer.json") }

  /// What `transformers` keeps of a tokenizer in a model's folder.
  private static var tokenizerFiles: [String] {
    [
      "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
      "chat_template.jinja",
    ]
  }

  /// Copies the files of the model's tokenizer as they are, chat template and all.
  public func copyTokenizer(to folder: String) throws(Diagnostic) {
    for name in Self.tokenizerFiles where FileManager.default.fileExists(atPath: "\(directory)/\(name)") {
      try AtomicFile.write(try MappedFile.contents(of: "\(directory)/\(name)"), to: "\(folder)/\(name)")
    }
  }
}
