import ArgumentParser
import Documents
import Foundation
import LanguageModels
import Tokenization

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Let a model continue a text.",
    discussion: """
      Writes the continuation to standard output as it is drawn. Equal options give the same text.

      Examples:
        winnow generate model "The file is"
        winnow generate model "The file is" --count 200 --temperature 0.7 --top-p 0.9 --seed 3
        winnow generate model "The file is" --min-p 0.05 --stop "." --stop ";"
      """)

  @OptionGroup var folder: ModelFolder
  @Argument(help: "The text to continue; empty begins a document.") var prompt = ""
  @Option(help: "At most this many tokens.") var count = 100
  @OptionGroup var options: SamplingOptions
  @Option(help: "End before this text; may be given several times.") var stop: [String] = []
  @Option(help: "Threads.") var jobs = ProcessInfo.processInfo.activeProcessorCount

  func run() throws {
    let sampling = try options.sampling()
    let tokenizer = try folder.loadTokenizer()
    let generator = try Generator(folder.decoder(), sampling: sampling, pool: ThreadPool(width: max(1, jobs)))
    let end = try folder.endOfText(tokenizer)
    var text = PendingText()
    var stops = StopStrings(stop)
    let interruption = Interruption()
    let drawn = try generator.generate(
      after: [try folder.prefix(tokenizer)] + tokenizer.encode(prompt), count: max(0, count), stop: end.map { [$0] } ?? []
    ) { token in
      if token != end, let bytes = try? tokenizer.bytes(of: token) { Self.show(text.take(stops.take(bytes)[...])) }
      return !interruption.stop.isSet && !stops.isFound
    }
    Self.show(text.take(stops.rest()[...]) + text.rest + "\n")
    if drawn.isEmpty, count > 0 { throw ExitCode(CommandLineReport.failed) }
  }

  /// At once, so that a reader sees each token as it is drawn.
  private static func show(_ text: String) {
    if !text.isEmpty { FileHandle.standardOutput.write(Data(text.utf8)) }
  }
}

/// Bytes that become text as soon as their last scalar is whole.
struct PendingText {
  private var bytes: [UInt8] = []

  mutating func take(_ more: ArraySlice<UInt8>) -> String {
    bytes += more
    let whole = bytes.count - Self.unfinished(bytes)
    defer { bytes.removeFirst(whole) }
    return String(decoding: bytes[..<whole], as: UTF8.self)
  }

  var rest: String { String(decoding: bytes, as: UTF8.self) }

  /// Length of a scalar at the end that lacks bytes.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? back : 0
    }
    return 0
  }
}
