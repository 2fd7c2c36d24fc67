import Classification
import Foundation

/// Documents per CPU second of the bundled language identifier, on a file with one document per line. Vertical tabs stand for line feeds.
@main
struct LanguageIdentification {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let path = arguments.first else {
      FileHandle.standardError.write(Data("usage: language-identification FILE [ROUNDS]\n".utf8))
      return
    }
    let documents = try documents(path)
    let bytes = documents.reduce(0) { $0 + $1.count }
    var identifier = try LanguageIdentifier.bundled()
    for _ in 0..<(arguments.dropFirst().first.flatMap { Int($0) } ?? 1) {
      let start = processorSeconds()
      var counts: [String: Int] = [:]
      for document in documents { counts[identifier.identify(document).language, default: 0] += 1 }
      let seconds = processorSeconds() - start
      let first = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5).map { "\($0.key) \($0.value)" }
      print(
        String(
          format: "%d documents, %.1f MB, %.3f CPU seconds, %.0f documents/s, %.1f MB/s: ", documents.count,
          Double(bytes) / 1e6, seconds,
          Double(documents.count) / seconds, Double(bytes) / 1e6 / seconds) + first.joined(separator: ", "))
    }
  }

  private static func documents(_ path: String) throws -> [[UInt8]] {
    try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 0x0A).map { line in line.map { $0 == 0x0B ? 0x0A : $0 } }
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
