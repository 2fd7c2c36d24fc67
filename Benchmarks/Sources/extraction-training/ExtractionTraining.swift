// Trains MainContent's block classifier, cross-validated by host:
//
//   swift run -c release extraction-training [--folds 5] [--trees 150] [--depth 5] [--write FILE] [--texts DIRECTORY] FOLDER...
//
// `--texts` writes, for each folder NAME, what the whole extractor makes of its pages: NAME-held-out.jsonl, where each page is read by a
// model that has not seen it, and NAME-in-sample.jsonl, by the model trained on all. `extraction/compare.py` scores both.

import Documents
import Glibc
import MainContent
import Storage

@main enum ExtractionTraining {
  static func main() throws {
    var options = Booster.Options()
    var folds = 5
    var output: String?
    var texts: String?
    var folders: [String] = []
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      switch argument {
      case "--folds": folds = arguments.popFirst().flatMap(Int.init) ?? folds
      case "--trees": options.trees = arguments.popFirst().flatMap(Int.init) ?? options.trees
      case "--depth": options.depth = arguments.popFirst().flatMap(Int.init) ?? options.depth
      case "--rate": options.rate = arguments.popFirst().flatMap(Double.init) ?? options.rate
      case "--regularization": options.regularization = arguments.popFirst().flatMap(Double.init) ?? options.regularization
      case "--texts": texts = arguments.popFirst()
      case "--write": output = arguments.popFirst()
      default: folders.append(argument)
      }
    }
    guard !folders.isEmpty else {
      print("usage: extraction-training [--folds N] [--trees N] [--depth N] [--write FILE] [--texts DIRECTORY] FOLDER...")
      exit(2)
    }
    let reader = PageReader()
    var pages: [TrainingPage] = []
    for folder in folders { pages += try reader.read(folder) }
    print("\(pages.count) pages, \(pages.reduce(0) { $0 + $1.blocks.count }) blocks")
    if folds > 1 {
      let models = (0..<folds).map { fold in train(pages.filter { $0.fold(of: folds) != fold }, options) }
      crossValidate(pages, models)
      if let texts { try write(pages, "held-out", to: texts) { models[$0.fold(of: folds)] } }
    }
    guard output != nil || texts != nil else { return }
    let model = train(pages, options)
    if let output { try write(model, to: output, pages: pages.count) }
    if let texts { try write(pages, "in-sample", to: texts) { _ in model } }
  }

  static func train(_ pages: [TrainingPage], _ options: Booster.Options) -> Model {
    var samples: [[Float]] = []
    var labels: [Float] = []
    var weights: [Float] = []
    for page in pages {
      // Each page with a whole expected text weighs the same; a page with segments weighs little for each of them.
      let lengths = page.blocks.map { Float(pow(Double(min(200, max(1, $0.count))), 0.8)) }
      let total = lengths.reduce(0, +)
      for (b, label) in page.labels.enumerated() {
        guard let label else { continue }
        samples.append(page.features[b])
        labels.append(label)
        weights.append(page.expected == nil ? 0.1 : lengths[b] / total)
      }
    }
    return Booster(options: options).train(samples, labels: labels, weights: weights)
  }

  /// Each page is judged by the model that has not seen it. Scores the choice of blocks alone.
  static func crossValidate(_ pages: [TrainingPage], _ models: [Model]) {
    var scores: [String: (sum: Double, count: Int)] = [:]
    var segments = (hits: 0, misses: 0, falseHits: 0)
    for page in pages {
      let model = models[page.fold(of: models.count)]
      let chosen = choose(page.features.map(model.probability), lengths: page.blocks.map { Double($0.count) })
      if let f1 = page.f1(chosen) {
        for key in page.type == "all" ? [page.set] : [page.set, "\(page.set) \(page.type)"] {
          scores[key, default: (0, 0)].sum += f1
          scores[key, default: (0, 0)].count += 1
        }
      } else {
        for (label, isChosen) in zip(page.labels, chosen) {
          switch (label, isChosen) {
          case (1, true): segments.hits += 1
          case (1, false): segments.misses += 1
          case (0, true): segments.falseHits += 1
          default: break
          }
        }
      }
    }
    for key in scores.keys.sorted() {
      if let score = scores[key] { print("\(key): F1 \(rounded(score.sum / Double(score.count))) on \(score.count) pages") }
    }
    print(
      "segments: F1 \(rounded(2 * Double(segments.hits) / Double(max(1, 2 * segments.hits + segments.misses + segments.falseHits))))"
    )
  }

  /// Writes the extractor's text of each page, read by the model that `model` names for it.
  static func write(_ pages: [TrainingPage], _ kind: String, to directory: String, model: (TrainingPage) -> Model) throws {
    mkdir(directory, 0o777)
    var options = MainContentExtractor.Options()
    options.format = .text
    var extractors: [String: MainContentExtractor] = [:]
    var lines: [String: String] = [:]
    for page in pages {
      let text = model(page).text(MainContentExtractor.featureNames).joined(separator: "\n")
      if extractors[text] == nil, let classifier = BlockClassifier(text: text) {
        extractors[text] = MainContentExtractor(options: options, classifier: classifier)
      }
      guard let extractor = extractors[text] else { throw Diagnostic("bad-model", "a trained model does not read back") }
      let content = extractor.extract(html: page.html, url: page.url)
      var line: [UInt8] = []
      DocumentLines.write(Document(id: page.id, url: page.url, text: content.text), to: &line)
      lines[page.set, default: ""] += String(decoding: line, as: UTF8.self)
    }
    for (set, text) in lines {
      let path = "\(directory)/\(set)-\(kind).jsonl"
      guard let file = fopen(path, "w") else { throw Diagnostic("not-writable", "cannot write \(path)") }
      fputs(text, file)
      fclose(file)
    }
  }

  /// The blocks that `ContentSelector` chooses, with its share of the best expected score.
  static func choose(_ probabilities: [Double], lengths: [Double]) -> [Bool] {
    let order = probabilities.indices.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
    let wanted = zip(probabilities, lengths).reduce(0) { $0 + $1.0 * $1.1 }
    var (hit, taken, best) = (0.0, 0.0, 0.0)
    for i in order {
      hit += probabilities[i] * lengths[i]
      taken += lengths[i]
      if taken + wanted > 0 { best = max(best, 2 * hit / (taken + wanted)) }
    }
    return probabilities.map { $0 >= best * 0.55 }
  }

  static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

  static func write(_ model: Model, to path: String, pages: Int) throws {
    var lines: [String] = []
    for line in model.text(MainContentExtractor.featureNames) {
      var current = ""
      for word in line.split(separator: " ") {
        if current.utf8.count + word.utf8.count > 124 {
          lines.append(current)
          current = ""
        }
        current += current.isEmpty ? "\(word)" : " \(word)"
      }
      lines.append(current)
    }
    let text =
      "// Made by `extraction-training` in Benchmarks from \(pages) pages (\(model.trees.count) trees); not written by hand.\n\n"
      + "let blockClassifierModel: StaticString = \"\"\"\n" + lines.map { "  \($0)\n" }.joined() + "  \"\"\"\n"
    guard let file = fopen(path, "w") else { throw Diagnostic("not-writable", "cannot write \(path)") }
    fputs(text, file)
    fclose(file)
    print("wrote \(path): \(model.trees.count) trees, \(text.utf8.count) bytes")
  }
}
