import Documents
import MainContent
import Storage

/// A page with what is known about its main content.
struct TrainingPage {
  var id: String
  var set: String
  var type: String
  var url = ""
  /// As it is in the file, decoded.
  var html: [UInt8] = []
  var blocks: [[UInt64]] = []
  var features: [[Float]] = []
  /// 0...1 where known: the share of the block's words that stand in the expected text.
  var labels: [Float?] = []
  /// Counts of the expected text's words; nil for pages with segments only.
  var expected: [UInt64: Int]?

  /// The part of the pages that this one is held out with: pages of one host are made alike, so they are held out together.
  func fold(of folds: Int) -> Int { Int(XXH64.hash(host ?? id, seed: 1) % UInt64(max(1, folds))) }

  /// The address's host without `www.`; nil without an address, or one that names no domain.
  private var host: String? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let host = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
    guard host.contains(".") else { return nil }
    return host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
  }

  /// Word-bag F1 of a choice of blocks.
  func f1(_ chosen: [Bool]) -> Double? {
    guard let expected else { return nil }
    var counts: [UInt64: Int] = [:]
    for (block, isChosen) in zip(blocks, chosen) where isChosen { for word in block { counts[word, default: 0] += 1 } }
    var shared = 0
    for (word, count) in counts { shared += min(count, expected[word] ?? 0) }
    let total = counts.values.reduce(0, +) + expected.values.reduce(0, +)
    return total == 0 ? 1 : 2 * Double(shared) / Double(total)
  }
}

/// Reads folders of pages: `ground_truth.jsonl` with `html_file` and either `expected_text` or the lists `with` and `without`.
struct PageReader {
  let extractor = MainContentExtractor()

  func read(_ folder: String) throws -> [TrainingPage] {
    var pages: [TrainingPage] = []
    var lines = try LineReader(path: folder + "/ground_truth.jsonl")
    let name = String(folder.split(separator: "/").last ?? "")
    while true {
      var record: JSONObject?
      let more: Void? = try lines.next { bytes throws(Diagnostic) in record = try JSONScanner.parse(bytes).object }
      guard more != nil else { break }
      guard let record, let file = record["html_file"]?.string, let id = record["id"]?.string else { continue }
      let html = try contents(folder + "/" + file)
      var page = TrainingPage(id: id, set: name, type: record["page_type"]?.string ?? "all")
      page.url = record["url"]?.string ?? ""
      page.html = html
      for block in extractor.blocks(html: html, url: page.url) {
        page.blocks.append(Words.hashes(String(decoding: block.text, as: UTF8.self)))
        page.features.append(block.features)
      }
      label(&page, record)
      pages.append(page)
    }
    return pages
  }

  /// A file's bytes, unpacked, as valid UTF-8 (what is not, is read as Latin-1).
  private func contents(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var lines = try LineReader(path: path)
    while (try lines.next({ bytes.append(contentsOf: $0) })) != nil { bytes.append(0x0A) }
    if String(validating: bytes, as: UTF8.self) != nil { return bytes }
    return Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
  }

  private func label(_ page: inout TrainingPage, _ record: JSONObject) {
    page.labels = [Float?](repeating: nil, count: page.blocks.count)
    if let text = record["expected_text"]?.string {
      labelByText(&page, text)
    } else {
      labelBySegments(&page, record)
    }
  }

  private func labelByText(_ page: inout TrainingPage, _ text: String) {
    let words = Words.hashes(text)
    var counts: [UInt64: Int] = [:]
    for word in words { counts[word, default: 0] += 1 }
    page.expected = counts
    let lines = Set(text.split(whereSeparator: \.isNewline).map { Words.hashes(String($0)) })
    let shingles = Set(Words.shingles(words))
    let flow = page.blocks.flatMap { $0 }
    var covered = [Bool](repeating: false, count: flow.count)
    for (i, shingle) in Words.shingles(flow).enumerated() where shingles.contains(shingle) {
      for k in i..<i + 4 { covered[k] = true }
    }
    var start = 0
    for (b, block) in page.blocks.enumerated() {
      defer { start += block.count }
      if block.isEmpty { continue }
      if block.count < 4 {
        let isWhole = lines.contains(block) || (start..<start + block.count).allSatisfy { covered[$0] }
        page.labels[b] = isWhole ? 1 : 0
      } else {
        var own = [Bool](repeating: false, count: block.count)
        for (i, shingle) in Words.shingles(block).enumerated() where shingles.contains(shingle) {
          for k in i..<i + 4 { own[k] = true }
        }
        page.labels[b] = Float(own.count { $0 }) / Float(block.count)
      }
    }
  }

  private func labelBySegments(_ page: inout TrainingPage, _ record: JSONObject) {
    let wanted = (record["with"]?.array ?? []).compactMap { $0.string.map(Words.hashes) }.filter { !$0.isEmpty }
    let unwanted = (record["without"]?.array ?? []).compactMap { $0.string.map(Words.hashes) }.filter { !$0.isEmpty }
    for (b, block) in page.blocks.enumerated() where !block.isEmpty {
      if wanted.contains(where: { Words.contains(block, $0) || block.count > 4 && Words.contains($0, block) }) {
        page.labels[b] = 1
      }
      if unwanted.contains(where: { Words.contains(block, $0) && $0.count * 4 >= block.count }) { page.labels[b] = 0 }
    }
  }
}

enum Words {
  /// Hashes of the lower-cased runs of letters, digits and underscores.
  static func hashes(_ text: String) -> [UInt64] {
    var words: [UInt64] = []
    var hash: UInt64 = 0
    var length = 0
    for scalar in text.lowercased().unicodeScalars {
      let properties = scalar.properties
      if properties.isAlphabetic || properties.numericType != nil || scalar == "_" {
        hash = SeededRandom.mix(hash ^ UInt64(scalar.value) &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(length + 1))
        length += 1
      } else if length > 0 {
        words.append(hash)
        (hash, length) = (0, 0)
      }
    }
    if length > 0 { words.append(hash) }
    return words
  }

  /// Hashes of all runs of four.
  static func shingles(_ words: [UInt64]) -> [UInt64] {
    guard words.count >= 4 else { return [] }
    return (0...(words.count - 4)).map { i in words[i..<i + 4].reduce(0) { SeededRandom.mix($0 &* 31 &+ $1) } }
  }

  static func contains(_ long: [UInt64], _ short: [UInt64]) -> Bool {
    guard short.count <= long.count else { return false }
    return (0...(long.count - short.count)).contains {
      long[$0] == short[0] && long[$0..<$0 + short.count].elementsEqual(short)
    }
  }
}
