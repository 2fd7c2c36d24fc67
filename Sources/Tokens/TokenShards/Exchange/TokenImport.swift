import Documents

/// Token files of other tools, read as documents.
public enum TokenImportFormat: String, Sendable, CaseIterable {
  /// Megatron-Core indexed dataset; the path is the prefix of `.bin` and `.idx`.
  case megatron
  /// datatrove; the path is the `.ds` file.
  case datatrove
  /// llm.c; the path is the `.bin` file. Documents end at the end-of-document token.
  case llmc = "llm.c"
  /// nanoGPT; the path is the `.bin` file. Documents end at the end-of-document token.
  case nanoGPT = "nanogpt"
  /// MosaicML streaming; the path is the folder with `index.json`.
  case mds
  /// Parquet with a list column `input_ids` or `tokens`; the path is the file.
  case parquet

  /// Calls `body` with every document, without its end-of-document token. Ids are `path#number`, from 0, where the file has none.
  /// - Returns: documents that the file leaves null instead of giving their tokens (Parquet only); `body` does not see them.
  /// - Throws: `damaged-file` when the files do not agree with each other, `unsupported`; what `body` throws.
  @discardableResult
  public func forEachDocument(
    _ path: String, endOfDocument: UInt32, _ body: (EncodedDocument) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> Int {
    var number = 0
    func deliverNamed(_ id: String?, _ tokens: [UInt32]) throws(Diagnostic) {
      var tokens = tokens
      if tokens.last == endOfDocument { tokens.removeLast() }
      try body(EncodedDocument(id: id ?? "\(path)#\(number)", textBytes: 0, tokens: tokens))
      number += 1
    }
    func deliver(_ tokens: [UInt32]) throws(Diagnostic) { try deliverNamed(nil, tokens) }
    switch self {
    case .megatron: try MegatronFiles.read(path, deliver)
    case .datatrove: try DatatroveFiles.read(path, deliver)
    case .llmc: try BinaryTokenFile.readLLMC(path, endOfDocument: endOfDocument, deliver)
    case .nanoGPT: try BinaryTokenFile.readNanoGPT(path, endOfDocument: endOfDocument, deliver)
    case .mds: try MDSReader.read(path, deliverNamed)
    case .parquet: return try ParquetReader.read(path, deliverNamed)
    }
    return 0
  }
}
