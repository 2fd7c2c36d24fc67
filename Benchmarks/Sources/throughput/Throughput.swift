import Classification
import Curation
import Deduplication
import Documents
import Foundation
import MainContent
import TextNormalization
import Tokenization
import WebArchives

/// What each part does per second on one core, on the fixture crawl or on the archives named. Ratios against peers need both in one run:
/// this only shows where the time goes.
@main
struct Throughput {
  static func main() throws {
    let named = Array(CommandLine.arguments.dropFirst())
    let paths = named.isEmpty ? (0..<4).map { "fixtures/crawl/crawl-0000\($0).warc.gz" } : named
    var pages: [Page] = []
    try measure("archive reading and decoding") {
      for path in paths {
        var reader = PageReader(try ArchiveFile(path: path))
        while let outcome = reader.next() { if case .page(let page) = outcome { pages.append(page) } }
      }
      return (pages.count, pages.reduce(0) { $0 + $1.html.count })
    }
    var documents: [Document] = []
    let extractor = MainContentExtractor()
    try measure("main content") {
      for page in pages {
        documents.append(Document(id: page.id, url: page.url, text: extractor.extract(html: page.html, url: page.url).text))
      }
      return (pages.count, pages.reduce(0) { $0 + $1.html.count })
    }
    let bytes = documents.reduce(0) { $0 + $1.text.count }
    var normalizer = TextNormalizer()
    try measure("normalization") {
      for index in documents.indices { _ = normalizer.normalize(&documents[index].text) }
      return (documents.count, bytes)
    }
    var identifier = try LanguageIdentifier(path: "filters/language/identifier.ftz")
    try measure("language identification") {
      for document in documents { _ = identifier.identify(document.text) }
      return (documents.count, bytes)
    }
    let filter = DocumentFilter(try RuleSet.load(["filters/quality/gopher.yaml", "filters/quality/fineweb.yaml"]))
    var scratch = DocumentFilter.Scratch()
    try measure("Gopher and FineWeb rules") {
      var values: [Double] = []
      for document in documents {
        var copy = document
        _ = filter.apply(&copy, scratch: &scratch, values: &values)
      }
      return (documents.count, bytes)
    }
    let redactor = try PersonalDataRedactor()
    var redaction = PersonalDataRedactor.Scratch()
    try measure("personal data") {
      var values: [Double] = []
      for document in documents {
        var copy = document
        _ = redactor.apply(&copy, scratch: &redaction, values: &values)
      }
      return (documents.count, bytes)
    }
    try measure("MinHash signatures, 14x8") {
      let path = FileManager.default.temporaryDirectory.appendingPathComponent("winnow-throughput.bin").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      let map = try MinHashDeduplication().map(partition: 0, to: path)
      for document in documents { try map.add(document) }
      try map.finish()
      return (documents.count, bytes)
    }
    var words = WordCounts(pattern: .cl100k)
    var model: BytePairModel?
    try measure("BPE training to 8,192") {
      for document in documents { words.add(document.text) }
      model = try BPETrainer(BPETrainer.Options(vocabularySize: 8192)).train(on: words)
      return (documents.count, bytes)
    }
    guard let model else { return }
    let encoder = TokenEncoder(try Tokenizer(model))
    try measure("BPE encoding, cold") {
      for document in documents { _ = encoder.encode(document.text) }
      return (documents.count, bytes)
    }
  }

  /// Prints documents and megabytes per second of what `body` says it went through.
  private static func measure(_ name: String, _ body: () throws -> (items: Int, bytes: Int)) throws {
    let start = ContinuousClock.now
    let (items, bytes) = try body()
    let elapsed = (ContinuousClock.now - start).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    let padding = String(repeating: " ", count: max(0, 30 - name.count))
    print("\(name)\(padding) \(Int(Double(items) / seconds)) items/s  \(Int(Double(bytes) / seconds / 1e6)) MB/s")
  }
}
