import Documents
import LanguageModels
import Storage
import Tokenization

extension GGUF.Vocabulary {
  /// Token and merge strings as `tokenizer.json` has them, which is also how GGUF has them.
  /// - Parameter size: the model's rows of embeddings, at least as many as there are tokens.
  /// - Throws: `unsupported` when llama.cpp would cut text otherwise, `mismatch` when the tokenizer has more tokens.
  init(_ tokenizer: Tokenizer, size: Int) throws(Diagnostic) {
    guard tokenizer.vocabularySize <= size else {
      throw Diagnostic(
        "mismatch", "the tokenizer has \(tokenizer.vocabularySize) tokens, the model \(size)",
        fix: "use the tokenizer that the model was trained with")
    }
    let model = try JSONScanner.parse(tokenizer.model.tokenizerJSON).object?["model"]?.object
    var tokens = [String](repeating: "", count: size)
    for member in model?["vocab"]?.object?.members ?? [] {
      if let id = member.value.integer, id >= 0, id < tokens.count { tokens[Int(id)] = member.key }
    }
    for token in tokenizer.model.specialTokens where token.id < tokens.count { tokens[Int(token.id)] = token.content }
    let merges = (model?["merges"]?.array ?? []).compactMap { pair in
      pair.array.map { $0.compactMap(\.string).joined(separator: " ") }
    }
    self.init(
      tokens: tokens, controlTokens: Set(tokenizer.model.specialTokens.map(\.id)), merges: merges,
      preTokenizer: try Self.preTokenizer(tokenizer.model))
  }

  /// llama.cpp knows how text is cut only by the names of models that cut it so.
  private static func preTokenizer(_ model: BytePairModel) throws(Diagnostic) -> String {
    switch model.pattern {
    case .gpt2: return "gpt-2"
    // Both cut alike, but under Llama 3's name a word that is a token is taken whole.
    case .cl100k: return model.takesWholeWords ? "llama-bpe" : "dbrx"
    case .qwen2: return "qwen2"
    case .o200k: return "gpt-4o"
    // Digits one by one as in StarCoder too, but under that name llama.cpp takes spaces out of text that it puts together.
    case SplitPattern(.gpt2, digits: .single): return "smollm"
    case let pattern:
      throw Diagnostic(
        "unsupported", "llama.cpp has no pre-tokenizer that splits like '\(pattern.rawValue)'",
        fix: "train with gpt2, gpt2+digits, cl100k, qwen2 or o200k")
    }
  }
}
