import ArgumentParser
import Documents
import Foundation
import Storage
import Tokenization

struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer", abstract: "Train, use, inspect, compare and convert tokenizers.",
    subcommands: [Train.self, Encode.self, Decode.self, Split.self, Inspect.self, Compare.self, Export.self])
}

/// Where a tokenizer is and how it splits, for every command that uses one.
struct TokenizerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A tokenizer.json, vocab.json (with merges.txt), SentencePiece *.model or tiktoken ranks (*.tiktoken), or a folder that holds one.",
      valueName: "path"))
  var tokenizer: String
  @Option(
    help: ArgumentHelp(
      "How text is split, for tiktoken ranks and vocab.json: \(SplitPattern.names.joined(separator: ", ")).", valueName: "name")
  )
  var pattern: String?

  /// A byte-level BPE tokenizer, where nothing else will do.
  func load() throws -> Tokenizer { try Tokenizer(path: tokenizer, pattern: try pattern.map(SplitPattern.named)) }

  /// A tokenizer of any kind.
  func loadAny() throws -> any SubwordTokenizer {
    try TokenizerLoading.load(path: tokenizer, pattern: try pattern.map(SplitPattern.named))
  }
}

extension SplitPattern {
  static func named(_ name: String) throws -> SplitPattern {
    if let pattern = SplitPattern(name: name) { return pattern }
    let near = nearestName(to: name, among: names).map { "did you mean '\($0)'? " } ?? ""
    throw UsageProblem("unknown pattern '\(name)'", fix: near + "Patterns: \(names.joined(separator: ", "))")
  }
}

extension TokenizerCommand {
  struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the token ids of documents, one line each.",
      discussion: """
        Reads files as 'train' does; without files, standard input is one plain text.

        Examples:
          echo "Hello there" | winnow tokenizer encode --tokenizer tokenizer
          winnow tokenizer encode --tokenizer tokenizer documents.jsonl > ids.txt
        """)

    @OptionGroup var source: TokenizerOptions
    @Argument(help: ArgumentHelp("Documents.", valueName: "in")) var inputs: [String] = []
    @Flag(help: "Replace the written form of special tokens by their ids.") var recognizeSpecial = false
    @Flag(help: "Print id:start-end, where each token lies in the text, in bytes (byte-level BPE).") var offsets = false
    @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount

    func run() throws {
      let tokenizer = try source.loadAny()
      let bytePairs = tokenizer as? Tokenizer
      if offsets && bytePairs == nil {
        throw UsageProblem("--offsets needs byte-level BPE, and this is \(tokenizer.algorithm)")
      }
      let treatment: Tokenizer.SpecialTokenTreatment = recognizeSpecial ? .recognize : .asText
      var batch: [[UInt8]] = []
      var size = 0
      func flush() throws {
        let ids =
          bytePairs?.encodeBatch(batch, threads: jobs, specialTokens: treatment)
          ?? batch.map { tokenizer.encode($0, specialTokens: treatment) }
        var output: [UInt8] = []
        for ids in ids {
          let offsets = offsets ? try bytePairs?.offsets(of: ids) : nil
          for (index, id) in ids.enumerated() {
            if index > 0 { output.append(0x20) }
            output += String(id).utf8
            if let range = offsets?[index] { output += ":\(range.lowerBound)-\(range.upperBound)".utf8 }
          }
          output.append(0x0A)
        }
        StandardOutput.write(output)
        batch.removeAll(keepingCapacity: true)
        size = 0
      }
      func add(_ text: [UInt8]) throws {
        batch.append(text)
        size += text.count
        if size > 16 << 20 { try flush() }
      }
      if inputs.isEmpty {
        if let bytePairs { return try encodeStandardInput(StreamingEncoder(bytePairs, specialTokens: treatment), bytePairs) }
        try add([UInt8](FileHandle.standardInput.readDataToEndOfFile()))
      }
      var reader = DocumentInputs()
      try reader.forEach(inputs) { try add($0.text) }
      try flush()
      try reader.finish()
    }

    /// One text of any length, its ids printed as they become final.
    private func encodeStandardInput(_ encoder: consuming StreamingEncoder, _ tokenizer: Tokenizer) throws {
      var line = IDLine(tokenizer: tokenizer, hasOffsets: offsets)
      var ids: [UInt32] = []
      try InputPieces(nil).forEach { piece in
        encoder.add(piece, into: &ids)
        try line.write(&ids)
      }
      encoder.finish(into: &ids)
      try line.write(&ids)
      StandardOutput.write([0x0A])
    }

    /// One line of ids that grows.
    private struct IDLine {
      let tokenizer: Tokenizer
      let hasOffsets: Bool
      var isEmpty = true
      var position = 0

      /// Writes `ids` and empties it.
      mutating func write(_ ids: inout [UInt32]) throws {
        var output: [UInt8] = []
        output.reserveCapacity(6 * ids.count)
        for id in ids {
          if !isEmpty { output.append(0x20) }
          isEmpty = false
          output += String(id).utf8
          guard hasOffsets else { continue }
          let start = position
          position += try tokenizer.bytes(of: id).count
          output += ":\(start)-\(position)".utf8
        }
        ids.removeAll(keepingCapacity: true)
        StandardOutput.write(output)
      }
    }
  }

  struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the bytes that token ids stand for.",
      discussion: """
        Reads ids separated by white space from a file or standard input and writes their bytes, nothing added. Text is written as its
        ids arrive, in whole characters.

        Example:
          echo "Hello there" | winnow tokenizer encode --tokenizer t | winnow tokenizer decode --tokenizer t
        """)

    @OptionGroup var source: TokenizerOptions
    @Argument(help: ArgumentHelp("Ids; without it, standard input.", valueName: "file")) var input: String?
    @Flag(help: "Leave special tokens out.") var skipSpecial = false

    func run() throws {
      let tokenizer = try source.loadAny()
      let pieces = try InputPieces(input)
      guard let bytePairs = tokenizer as? Tokenizer else {
        // Words of other families take the space between them from their neighbours.
        var ids: [UInt32] = []
        var text = TokenIDText()
        try pieces.forEach { try text.parse($0, into: &ids) }
        try text.finish(into: &ids)
        return StandardOutput.write(try tokenizer.decode(ids, leavingOutSpecialTokens: skipSpecial))
      }
      var decoding = Decoding(decoder: StreamingDecoder(bytePairs, leavingOutSpecialTokens: skipSpecial))
      try pieces.forEach { try decoding.write($0) }
      try decoding.finish()
    }

    /// From the text of ids to the text they stand for, as it arrives.
    private struct Decoding {
      var decoder: StreamingDecoder
      private var text = TokenIDText()
      private var ids: [UInt32] = []

      init(decoder: StreamingDecoder) { self.decoder = decoder }

      mutating func write(_ piece: [UInt8]) throws {
        try text.parse(piece, into: &ids)
        try writeIDs()
      }

      mutating func finish() throws {
        try text.finish(into: &ids)
        try writeIDs()
        var output: [UInt8] = []
        decoder.finish(into: &output)
        StandardOutput.write(output)
      }

      private mutating func writeIDs() throws {
        var output: [UInt8] = []
        for id in ids { try decoder.add(id, into: &output) }
        ids.removeAll(keepingCapacity: true)
        StandardOutput.write(output)
      }
    }
  }

  struct Export: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case huggingface, tiktoken, gpt2 }

    static let configuration = CommandConfiguration(
      abstract: "Write a tokenizer in another form.",
      discussion: """
        huggingface: tokenizer.json and its companions; tiktoken: OUTPUT/ranks.tiktoken; gpt2: vocab.json and merges.txt.

        Example:
          winnow tokenizer export --tokenizer tokenizer --format tiktoken --output out
        """)

    @OptionGroup var source: TokenizerOptions
    @Option(help: "One of: huggingface, tiktoken, gpt2.") var format: Format
    @Option(help: ArgumentHelp("Where to write.", valueName: "folder")) var output: String

    func run() throws {
      let model = try source.load().model
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      switch format {
      case .huggingface: try model.write(to: output)
      case .tiktoken:
        try AtomicFile.write(try model.tiktokenRanks(), to: output + "/ranks.tiktoken")
        for token in model.specialTokens {
          StandardError.line("special token \(token.content) = \(token.id): pass it to tiktoken.Encoding")
        }
      case .gpt2:
        try AtomicFile.write(model.vocabularyJSON, to: output + "/vocab.json")
        try AtomicFile.write(model.mergesText, to: output + "/merges.txt")
      }
    }
  }
}
