import Documents
import Evaluation

/// What an ablation found, by variant.
public struct AblationReport: Sendable {
  /// What the models of a variant were seen to do.
  package struct Evidence {
    let name: String
    let documents: Int
    /// In the training split, after near-copies of what judges went.
    let tokens: Int
    let text: VariantScores
    /// By task.
    let tasks: [VariantScores]

    package init(name: String, documents: Int, tokens: Int, text: VariantScores, tasks: [VariantScores]) {
      self.name = name
      self.documents = documents
      self.tokens = tokens
      self.text = text
      self.tasks = tasks
    }
  }

  public struct Row: Sendable {
    public let name: String
    public let documents: Int
    public let tokens: Int
    /// How often training passes over them.
    public let epochs: Double
    /// By seed.
    public let bitsPerByte: [Double]
    /// With the baseline; nil for the baseline itself.
    public let comparison: PairedComparison?
    /// The same by language or source of the held-out documents, the most bytes first; of groups with ten documents or more.
    public let groups: [(name: String, documents: Int, comparison: PairedComparison)]
    /// Log p of right choices by code point, by task: of each seed, and compared.
    public let tasks: [(scores: [Double], comparison: PairedComparison?)]

    public var meanBitsPerByte: Double { AblationReport.mean(bitsPerByte) }
  }

  public let options: Ablation.Options
  public let heldOutDocuments: Int
  public let heldOutBytes: Int
  public let rows: [Row]
  /// Name and records of each task.
  public let tasks: [(name: String, records: Int)]
  /// Variants whose models lie much farther apart than the others'.
  private let scattering: [(variant: Int, ratio: Double)]

  static let minimumDocuments = 10

  package init(_ options: Ablation.Options, heldOut: [TokenizedDocument], _ found: [Evidence]) {
    self.options = options
    heldOutDocuments = heldOut.count
    heldOutBytes = heldOut.reduce(0) { $0 + $1.byteCount }
    tasks = options.tasks.enumerated().map { ($1.name, found.first?.tasks[$0].weights.count ?? 0) }
    // 5 % are divided among the variants (Bonferroni).
    let level = 1 - 0.05 / Double(max(1, found.count - 1))
    func comparisons(_ direction: PairedComparison.Direction, _ scores: [VariantScores]) -> [PairedComparison?] {
      let chance = SeedChance(scores)
      return scores.enumerated().map { index, own in
        index == 0 ? nil : PairedComparison(own, against: scores[0], chance: chance, level: level, direction)
      }
    }
    scattering = SeedChance.scattering(found.map(\.text))
    let whole = comparisons(.lowerIsBetter, found.map(\.text))
    let groups = Self.groups(heldOut).map { group in
      (group, comparisons(.lowerIsBetter, found.map { $0.text.restricted(to: group.documents) }))
    }
    let answers = options.tasks.indices.map { task in comparisons(.higherIsBetter, found.map { $0.tasks[task] }) }
    rows = found.enumerated().map { index, own in
      Row(
        name: own.name, documents: own.documents, tokens: own.tokens,
        epochs: Double(options.tokens) / Double(max(1, own.tokens)), bitsPerByte: own.text.scores, comparison: whole[index],
        groups: groups.compactMap { group, found in found[index].map { (group.name, group.documents.count, $0) } },
        tasks: answers.indices.map { (own.tasks[$0].scores, answers[$0][index]) })
    }
  }

  /// Documents by language or source, where there are enough.
  private static func groups(_ heldOut: [TokenizedDocument]) -> [(name: String, documents: [Int])] {
    func bytes(_ documents: [Int]) -> Int { documents.reduce(0) { $0 + heldOut[$1].byteCount } }
    return Dictionary(grouping: heldOut.indices) { heldOut[$0].group ?? "" }
      .filter { !$0.key.isEmpty && $0.value.count >= minimumDocuments }
      .map { (name: $0.key, documents: $0.value) }
      .sorted { (bytes($1.documents), $0.name) < (bytes($0.documents), $1.name) }
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

  // MARK: What the reader should know

  /// Steps of each training.
  public var steps: Int { (try? options.training)?.steps ?? 0 }

  private static let minimumSteps = 200

  /// What makes verdicts weaker than they look.
  public var notes: [String] {
    var notes: [String] = []
    let hasLittleSeen = rows.filter { $0.epochs < 1 }
    if let most = hasLittleSeen.map(\.tokens).max() {
      notes.append(
        "Training passed over \(Self.list(hasLittleSeen.map(\.name))) less than once, so that most of what is there twice was seen once: "
          + "duplicates cannot be judged. --tokens \(most) is a whole pass.")
    }
    if steps < Self.minimumSteps {
      notes.append(
        "A training of \(steps) steps has hardly begun, which leaves seeds far apart. More --tokens or fewer --batch-tokens make at least "
          + "\(Self.minimumSteps).")
    }
    for (index, ratio) in scattering {
      notes.append(
        "The models of '\(rows[index].name)' lie \(Int(ratio.rounded())) times as far apart as those "
          + "of the others. Chance is taken to be the same for all, so that intervals with it are too narrow and those without too wide.")
    }
    let same = rows.dropFirst().filter { $0.bitsPerByte == rows[0].bitsPerByte && $0.comparison?.interval == 0...0 }
    if !same.isEmpty {
      notes.append(
        "The models of \(Self.list(same.map(\.name))) are those of the baseline: the same documents in the same order.")
    }
    return notes
  }

  private static func list(_ names: [String]) -> String {
    let quoted = names.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " and " + last
  }
}
