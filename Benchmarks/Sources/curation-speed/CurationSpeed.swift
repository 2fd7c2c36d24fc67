import Classification
import Curation
import Documents
import Foundation
import Storage
import TextNormalization

/// What each part of the chain from extraction to redaction takes on the texts of a file of JSON lines, by processor time of one core:
/// normalization, language, all rule packs, toxicity, personal data. Run in the repository's folder.
@main
struct CurationSpeed {
  static let packs = ["gopher", "c4", "fineweb", "c4-paragraph", "refinedweb-lines", "madlad", "code"]

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let path = arguments.first else {
      FileHandle.standardError.write(Data("usage: curation-speed FILE.jsonl [DOCUMENTS [ROUNDS]]\n".utf8))
      return
    }
    let documents = try read(path, limit: arguments.count > 1 ? Int(arguments[1]) ?? .max : .max)
    let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3
    var chain = try Chain()
    for _ in 0..<rounds { report(chain.run(documents), documents) }
  }

  private static func read(_ path: String, limit: Int) throws -> [Document] {
    var documents: [Document] = []
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    for line in data.split(separator: 0x0A) where documents.count < limit {
      let item = try Array(line).withUnsafeBytes { try DocumentLines.parse($0, origin: Origin(file: path)) }
      if case .document(let document) = item { documents.append(document) }
    }
    return documents
  }

  private static func report(_ parts: [(name: String, seconds: Double)], _ documents: [Document]) {
    let bytes = Double(documents.reduce(0) { $0 + $1.text.count }) / 1e6
    let seconds = parts.reduce(0) { $0 + $1.seconds }
    print(
      String(
        format: "%d documents, %.1f MB: %.0f documents/s, %.1f MB/s; ", documents.count, bytes,
        Double(documents.count) / seconds, bytes / seconds)
        + parts.map { String(format: "%@ %.0f MB/s (%.0f %%)", $0.name, bytes / $0.seconds, 100 * $0.seconds / seconds) }
        .joined(separator: ", "))
  }
}

/// The parts with their buffers, as one worker of a run has them.
private struct Chain {
  var normalizer = TextNormalizer()
  var identifier: LanguageIdentifier
  let filter: DocumentFilter
  var filtering = DocumentFilter.Scratch()
  let toxicity: ToxicityFilter
  var scoring = ToxicityFilter.Scratch()
  let redactor: PersonalDataRedactor
  var redaction = PersonalDataRedactor.Scratch()

  init() throws {
    identifier = try LanguageIdentifier(path: "filters/language/identifier.ftz")
    filter = DocumentFilter(try RuleSet.load(CurationSpeed.packs.map { "filters/quality/\($0).yaml" }))
    let names = try FileManager.default.contentsOfDirectory(atPath: "filters/toxicity").filter { $0.hasSuffix(".tsv") }.sorted()
    toxicity = try ToxicityFilter(try ToxicityLexicon.load(names.map { "filters/toxicity/\($0)" }))
    redactor = try PersonalDataRedactor()
  }

  /// Every document goes through every part, whatever the rules say: the measured work is that of a corpus where nothing is dropped.
  mutating func run(_ documents: [Document]) -> [(name: String, seconds: Double)] {
    var documents = documents
    var values: [Double] = []
    var parts: [(name: String, seconds: Double)] = []
    func measure(_ name: String, _ body: () -> Void) {
      let start = processorSeconds()
      body()
      parts.append((name, processorSeconds() - start))
    }
    measure("normalize") { for index in documents.indices { normalizer.normalize(&documents[index].text) } }
    measure("language") {
      for index in documents.indices {
        documents[index].metadata["language"] = .string(identifier.identify(documents[index].text).language)
      }
    }
    measure("rules") {
      for index in documents.indices { _ = filter.apply(&documents[index], scratch: &filtering, values: &values) }
    }
    measure("toxicity") {
      for index in documents.indices { _ = toxicity.apply(&documents[index], scratch: &scoring, values: &values) }
    }
    measure("personal data") {
      for index in documents.indices { _ = redactor.apply(&documents[index], scratch: &redaction, values: &values) }
    }
    return parts
  }
}

private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
