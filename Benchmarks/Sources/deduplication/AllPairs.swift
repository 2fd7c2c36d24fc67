import Deduplication
import Documents
import Foundation

/// Every pair of documents by true Jaccard similarity, shingles as strings of words, beside what banding finds and what the method
/// drops. Nothing here shares code with the library's shingling or clustering.
enum AllPairs {
  static func run(_ arguments: inout Arguments) throws {
    let corpus = try documents(arguments.next(), limit: arguments.integer("--documents", 20_000))
    let method = try MinHashDeduplication()
    let threshold = method.options.minimumJaccard
    var pairs: [Pair] = []
    let bruteForce = seconds { pairs = similarPairs(corpus, from: 0.3) }
    print("\(corpus.count) documents, \(pairs.count) pairs from 0.3 on, by brute force in \(fixed(bruteForce)) s")
    fflush(nil)
    try compareCurve(corpus, pairs, method, seeds: arguments.integer("--seeds", 20))
    try compareVerdicts(corpus, pairs.filter { $0.jaccard >= threshold }, method)
  }

  struct Pair {
    var a: Int
    var b: Int
    var jaccard: Double
  }

  /// Intersections are counted through lists of the documents that have a shingle.
  private static func similarPairs(_ corpus: [Document], from minimum: Double) -> [Pair] {
    var numbers: [UInt64: Int32] = [:]
    var lists: [[Int32]] = []
    var sets: [[Int32]] = []
    for (index, document) in corpus.enumerated() {
      var own: Set<Int32> = []
      for shingle in shingles(document.string) {
        let number =
          numbers[shingle]
          ?? {
            lists.append([])
            let number = Int32(lists.count - 1)
            numbers[shingle] = number
            return number
          }()
        if own.insert(number).inserted { lists[Int(number)].append(Int32(index)) }
      }
      sets.append(Array(own))
    }
    var pairs: [Pair] = []
    var counts = [Int32](repeating: 0, count: corpus.count)
    for index in corpus.indices {
      for number in sets[index] {
        for other in lists[Int(number)] {
          if other >= index { break }
          counts[Int(other)] += 1
        }
      }
      for other in 0..<index where counts[other] > 0 {
        let common = Int(counts[other])
        counts[other] = 0
        let jaccard = Double(common) / Double(sets[index].count + sets[other].count - common)
        if jaccard >= minimum { pairs.append(Pair(a: other, b: index, jaccard: jaccard)) }
      }
    }
    return pairs
  }

  /// Lower-case words, five at a time, joined; as 64 bits of hash of the string. Texts without spaces between words are not for here.
  private static func shingles(_ text: String) -> [UInt64] {
    var words: [String] = []
    var word = ""
    for scalar in text.lowercased().unicodeScalars {
      let category = scalar.properties.generalCategory
      switch category {
      case .format: continue
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
        .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .privateUse:
        word.unicodeScalars.append(scalar)
      default:
        if !word.isEmpty { words.append(word) }
        word = ""
      }
    }
    if !word.isEmpty { words.append(word) }
    if words.isEmpty { return [] }
    if words.count <= 5 { return [XXH64.hash(words.joined(separator: " "))] }
    return (0...(words.count - 5)).map { XXH64.hash(words[$0..<($0 + 5)].joined(separator: " ")) }
  }

  /// The share of pairs at each similarity that agree in a whole band, beside the curve.
  ///
  /// Pairs of one cluster share shingles, so one draw of the hash functions makes many of them agree, or none: intervals are over
  /// several draws, by Student's t for the mean of their shares.
  private static func compareCurve(_ corpus: [Document], _ pairs: [Pair], _ method: MinHashDeduplication, seeds: Int) throws {
    let scheme = method.options.scheme
    let involved = Set(pairs.flatMap { [$0.a, $0.b] }).sorted()
    let bins = (6..<20).map { bin in (bin, pairs.indices.filter { Int(pairs[$0].jaccard * 20 + 1e-9) == bin }) }.filter {
      !$0.1.isEmpty
    }
    let duplicates = pairs.indices.filter { pairs[$0].jaccard >= method.options.minimumJaccard }
    var shares: [[Double]] = []
    for seed in 1...seeds {
      let sketcher = MinHashSketcher(scheme: scheme, seed: UInt64(seed))
      var signatures: [Int: [Int32]] = [:]
      for index in involved { signatures[index] = sketcher.signature(of: corpus[index].text) }
      let isFound = pairs.map { pair in
        guard let a = signatures[pair.a], let b = signatures[pair.b] else { return false }
        return (0..<scheme.bands).contains {
          a[($0 * scheme.rows)..<(($0 + 1) * scheme.rows)] == b[($0 * scheme.rows)..<(($0 + 1) * scheme.rows)]
        }
      }
      shares.append((bins.map(\.1) + [duplicates]).map { own in Double(own.count { isFound[$0] }) / Double(max(1, own.count)) })
    }
    print("\(seeds) draws of hash functions\njaccard      pairs   recall  95 % interval    curve")
    var inside = 0
    let names = bins.map { "\(fixed(Double($0.0) / 20, 2))–\(fixed(Double($0.0 + 1) / 20, 2))" } + ["threshold on"]
    for (row, own) in (bins.map(\.1) + [duplicates]).enumerated() {
      let curve = own.reduce(0) { $0 + scheme.candidateProbability(jaccard: pairs[$1].jaccard) } / Double(max(1, own.count))
      let recalls = shares.map { $0[row] }
      let mean = recalls.reduce(0, +) / Double(seeds)
      let variance = recalls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, seeds - 1))
      let half = Self.student(seeds - 1) * (variance / Double(seeds)).squareRoot()
      // Where every draw finds every pair the spread says nothing; half a pair is the least that can be told.
      let reach = max(half, 0.5 / Double(max(1, own.count)))
      if abs(curve - mean) <= reach { inside += 1 }
      print(
        "\(names[row])  \(own.count)  \(fixed(mean, 4))  \(fixed(max(0, mean - reach), 4))–\(fixed(min(1, mean + reach), 4))  \(fixed(curve, 4))"
      )
    }
    print("curve inside the interval in \(inside) of \(names.count) rows")
  }

  /// The 97.5th percentile of Student's t, to a hundredth from 5 degrees of freedom on (Abramowitz and Stegun 26.7.5).
  private static func student(_ degrees: Int) -> Double {
    let (z, n) = (1.959964, Double(max(1, degrees)))
    return z + (z * z * z + z) / (4 * n) + (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96 * n * n)
  }

  /// Clusters against the pairs above the threshold.
  private static func compareVerdicts(_ corpus: [Document], _ pairs: [Pair], _ method: MinHashDeduplication) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "all-pairs-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["map", "reduce", "decide"].map { folder.appendingPathComponent($0).path }
    let time = try seconds {
      let map = try method.map(partition: 0, to: paths[0])
      for document in corpus { try map.add(document) }
      try map.finish()
      try method.reduce(range: 0, of: 1, maps: [paths[0]], to: paths[1])
      _ = try method.decide(maps: [paths[0]], reductions: [paths[1]], to: [paths[2]])
    }
    let decisions = try DeduplicationDecisions(path: paths[2], method: method.name)
    let verdicts = try corpus.indices.map { try decisions.decision(at: $0) }
    let together = pairs.count { verdicts[$0.a].cluster != nil && verdicts[$0.a].cluster == verdicts[$0.b].cluster }
    var hasPartner = [Bool](repeating: false, count: corpus.count)
    for pair in pairs where verdicts[pair.a].cluster != nil && verdicts[pair.a].cluster == verdicts[pair.b].cluster {
      hasPartner[pair.a] = true
      hasPartner[pair.b] = true
    }
    let dropped = verdicts.indices.filter { if case .drop = verdicts[$0].action { true } else { false } }
    let right = dropped.count { hasPartner[$0] }
    let expected =
      pairs.reduce(0) { $0 + method.options.scheme.candidateProbability(jaccard: $1.jaccard) } / Double(max(1, pairs.count))
    print(
      "method in \(fixed(time)) s: of \(pairs.count) pairs from \(method.options.minimumJaccard) on, \(together) in one cluster "
        + "(\(fixed(100 * Double(together) / Double(max(1, pairs.count)), 2)) %; the curve alone gives \(fixed(100 * expected, 2)) %)"
    )
    print(
      "of \(dropped.count) dropped documents \(right) have a partner from the threshold on in their cluster: precision "
        + fixed(Double(right) / Double(max(1, dropped.count)), 5))
  }
}
