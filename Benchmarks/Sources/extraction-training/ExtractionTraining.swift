// Trains MainContent's block classifier, cross-validated by page:
//
//   swift run -c release extraction-training [--folds 5] [--trees 150] [--depth 5] [--write FILE] FOLDER...

import Documents
import Glibc
import MainContent

@main enum ExtractionTraining {
  static func main() throws {
    var options = Booster.Options()
    var folds = 5
    var output: String?
    var folders: [String] = []
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      switch argument {
      case "--folds": folds = arguments.popFirst().flatMap(Int.init) ?? folds
      case "--trees": options.trees = arguments.popFirst().flatMap(Int.init) ?? options.trees
      case "--depth": options.depth = arguments.popFirst().flatMap(Int.init) ?? options.depth
      case "--rate": options.rate = arguments.popFirst().flatMap(Double.init) ?? options.rate
      case "--regularization": options.regularization = arguments.popFirst().flatMap(Double.init) ?? options.regularization
      case "--write": output = arguments.popFirst()
      default: folders.append(argument)
      }
    }
    guard !folders.isEmpty else {
      print("usage: extraction-training [--folds N] [--trees N] [--depth N] [--write FILE] FOLDER...")
      exit(2)
    }
    let reader = PageReader()
    var pages: [TrainingPage] = []
    for folder in folders { pages += try reader.read(folder) }
    print("\(pages.count) pages, \(pages.reduce(0) { $0 + $1.blocks.count }) blocks")
    if folds > 1 { crossValidate(pages, folds: folds, options) }
    if let output { try write(train(pages, options), to: output, pages: pages.count) }
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
        weights.append(page.expected == nil ? 0.05 : lengths[b] / total)
      }
    }
    return Booster(options: options).train(samples, labels: labels, weights: weights)
  }

  /// Each page is judged by a model that has not seen it.
  static func crossValidate(_ pages: [TrainingPage], folds: Int, _ options: Booster.Options) {
    var scores: [String: (sum: Double, count: Int)] = [:]
    var segments = (hits: 0, misses: 0, falseHits: 0)
    for fold in 0..<folds {
      let isHeldOut = { (page: TrainingPage) in Int(XXH64.hash(page.id, seed: 1) % UInt64(folds)) == fold }
      let model = train(pages.filter { !isHeldOut($0) }, options)
      for page in pages where isHeldOut(page) {
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
    }
    for key in scores.keys.sorted() {
      if let score = scores[key] { print("\(key): F1 \(rounded(score.sum / Double(score.count))) on \(score.count) pages") }
    }
    print("segments: F1 \(rounded(2 * Double(segments.hits) / Double(max(1, 2 * segments.hits + segments.misses + segments.falseHits))))")
  }

  /// The blocks whose expected word F1 is best, as `ContentSelector` chooses them.
  static func choose(_ probabilities: [Double], lengths: [Double]) -> [Bool] {
    let order = probabilities.indices.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
    let wanted = zip(probabilities, lengths).reduce(0) { $0 + $1.0 * $1.1 }
    var (hit, taken, best) = (0.0, 0.0, 0.0)
    for i in order {
      hit += probabilities[i] * lengths[i]
      taken += lengths[i]
      if taken + wanted > 0 { best = max(best, 2 * hit / (taken + wanted)) }
    }
    return probabilities.map { $0 >= best / 2 }
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
