import Documents
import Foundation
import Storage

/// Counts words of a stream of documents that may be larger than memory and may be interrupted.
///
/// Each worker has a table per group (a language or a source; one unnamed group by default). When the tables reach the memory budget, they
/// are written as sorted files into `folder`, with a note how many documents they cover; a counter made over the same folder continues
/// there. The result does not depend on workers, budget or interruptions.
public final class WordCounter: @unchecked Sendable {
  // Workers run at the same time, each with its own element of `tables`; everything else is touched between batches only.

  /// How groups share the vocabulary.
  public enum Balance: Sendable, Equatable {
    /// As they come.
    case natural
    /// A group of share p counts as if its share were proportional to p^(1/temperature): 1 is natural, larger is flatter
    /// (Conneau et al. 2020, XLM-R, section 3.1, has 1/0.3).
    case temperature(Double)
    /// Each group counts this many times; groups not named count once.
    case weights([String: Double])

    /// As a command or a pipeline states it: a temperature other than 1, or weights as `group=number`, or neither.
    /// - Throws: `invalid-value` for both at once, and for what is not of this form.
    public init(temperature: Double = 1, weights texts: [String] = []) throws(Diagnostic) {
      guard temperature > 0, temperature.isFinite else {
        throw Diagnostic(
          "invalid-value", "a temperature of \(temperature)", fix: "1 leaves the groups as they are, larger is flatter")
      }
      guard temperature == 1 || texts.isEmpty else {
        throw Diagnostic("invalid-value", "both a temperature and weights", fix: "give one of them")
      }
      var weights: [String: Double] = [:]
      for text in texts {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let number = Double(parts[1]), number > 0, number.isFinite else {
          throw Diagnostic("invalid-value", "'\(text)' is not a group and a positive number", fix: "for example: de=2")
        }
        weights[String(parts[0])] = number
      }
      self = temperature != 1 ? .temperature(temperature) : texts.isEmpty ? .natural : .weights(weights)
    }
  }

  public let pattern: SplitPattern
  public let memoryBudget: Int
  private let folder: String?
  private let identity: String
  private let name: String
  private let tables: UnsafeMutableBufferPointer<[String: WordCounts]>
  private var runs: [(file: String, group: String)] = []
  /// Documents that are counted, in the files or in the tables.
  public private(set) var documentCount = 0

  /// - Parameters:
  ///   - memoryBudget: bytes of all tables together before they are written out.
  ///   - folder: where; nil keeps everything in memory.
  ///   - identity: what is being counted (inputs, options). A folder that holds counts of something else is refused.
  ///   - name: what the files are called, so that several counters can share a folder.
  /// - Throws: `mismatch`, or `damaged-file` for a note that cannot be read.
  public init(
    pattern: SplitPattern, workers: Int, memoryBudget: Int = .max, folder: String? = nil, identity: String = "",
    name: String = "words"
  ) throws(Diagnostic) {
    self.pattern = pattern
    self.memoryBudget = memoryBudget
    self.folder = folder
    self.identity = identity
    self.name = name
    tables = .allocate(capacity: max(1, workers))
    tables.initialize(repeating: [:])
    try join(name)
  }

  /// Takes over what a counter called `name` has written into the same folder, if there is anything.
  /// - Throws: as the initializer.
  public func join(_ name: String) throws(Diagnostic) {
    if let folder { try readNote("\(folder)/\(name).json") }
  }

  deinit { tables.deinitialize().deallocate() }

  /// Counts a document in the table of `worker`; workers may call this at the same time, each with its own number.
  public func add(_ text: [UInt8], group: String = "", worker: Int) {
    tables[worker][group, default: WordCounts(pattern: pattern)].add(text)
  }

  /// To be called between batches, with the number of documents in the one before. - Returns: whether the tables were written out.
  @discardableResult
  public func finishBatch(documents: Int) throws(Diagnostic) -> Bool {
    documentCount += documents
    let used = tables.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.memoryUse } }
    guard folder != nil, used > memoryBudget else { return false }
    try checkpoint()
    return true
  }

  /// Writes the tables out, so that a later counter over the same folder continues after the last batch.
  public func checkpoint() throws(Diagnostic) {
    guard let folder else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Diagnostic("input-output", "cannot make the folder: \(error.localizedDescription)", at: .init(file: folder))
    }
    for worker in tables.indices {
      for (group, counts) in tables[worker].sorted(by: { $0.key < $1.key }) where counts.documentCount > 0 {
        let file = "\(name)-\(runs.count).bin"
        try counts.write(to: folder + "/" + file)
        runs.append((file, group))
      }
      tables[worker] = [:]
    }
    let note: JSONValue = [
      "version": 1, "identity": .string(identity), "pattern": .string(pattern.rawValue),
      "documents": .integer(Int64(documentCount)),
      "runs": .array(runs.map { ["file": .string($0.file), "group": .string($0.group)] }),
    ]
    try AtomicFile.write(note.prettyPrinted, to: "\(folder)/\(name).json")
  }

  private func readNote(_ path: String) throws(Diagnostic) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let note = try JSONScanner.parse(file: path).object ?? [:]
    guard note["identity"]?.string == identity, note["pattern"]?.string == pattern.rawValue else {
      throw Diagnostic(
        "mismatch", "the folder holds the word counts of other inputs or options", at: .init(file: path),
        fix: "remove it, or name another folder")
    }
    for run in note["runs"]?.array ?? [] {
      guard let file = run.object?["file"]?.string, let group = run.object?["group"]?.string, !file.contains("/") else {
        throw Diagnostic("damaged-file", "a run without file or group", at: .init(file: path))
      }
      runs.append((file, group))
    }
    documentCount += Int(note["documents"]?.integer ?? 0)
  }

  /// Removes the files of this counter.
  public func removeFiles() {
    guard let folder else { return }
    for run in runs { try? FileManager.default.removeItem(atPath: folder + "/" + run.file) }
    try? FileManager.default.removeItem(atPath: "\(folder)/\(name).json")
    rmdir(folder)
  }

  /// All words, with groups balanced. The tables are empty afterwards, the files stay.
  ///
  /// - Parameter minimumCount: words that are rarer in their group are left out.
  public func total(_ balance: Balance = .natural, minimumCount: Int64 = 1) throws(Diagnostic) -> WordCounts {
    if !runs.isEmpty, tables.contains(where: { !$0.isEmpty }) { try checkpoint() }
    let groups = Set(runs.map(\.group)).union(tables.flatMap(\.keys)).sorted()
    if balance == .natural, minimumCount == 1, runs.isEmpty { return mergedTables(groups) }
    var sizes: [Double] = []
    for group in groups {
      var size = tables.reduce(0) { $0 + ($1[group]?.byteCount ?? 0) }
      for run in runs where run.group == group { size += try WordCounts.byteCount(ofFile: path(run.file), pattern: pattern) }
      sizes.append(Double(size))
    }
    var result = WordCounts(pattern: pattern)
    for (group, scale) in zip(groups, Self.scales(balance, groups, sizes)) {
      let files = runs.filter { $0.group == group }.map { path($0.file) }
      try result.merge(runs: files, minimumCount: minimumCount, scaledBy: scale)
      let words = mergedTables([group])
      result.merge(minimumCount > 1 ? words.withoutRareWords(minimumCount) : words, scaledBy: scale)
    }
    return result
  }

  private func path(_ file: String) -> String { (folder ?? ".") + "/" + file }

  private func mergedTables(_ groups: [String]) -> WordCounts {
    var result: WordCounts?
    for worker in tables.indices {
      for group in groups {
        guard let counts = tables[worker].removeValue(forKey: group) else { continue }
        if result == nil { result = counts } else { result?.merge(counts) }
      }
    }
    return result ?? WordCounts(pattern: pattern)
  }

  /// The factor of each group's counts; the smallest is 1, so that no count is rounded away.
  static func scales(_ balance: Balance, _ groups: [String], _ sizes: [Double]) -> [Double] {
    let weights: [Double]
    switch balance {
    case .natural: return Array(repeating: 1, count: groups.count)
    case .weights(let given): weights = groups.map { given[$0] ?? 1 }
    case .temperature(let temperature):
      // share^(1/t) / share
      weights = sizes.map { $0 > 0 ? Foundation.pow($0, 1 / max(temperature, 1e-6) - 1) : 1 }
    }
    let least = weights.min() ?? 1
    return weights.map { $0 / least }
  }
}

extension WordCounts {
  /// The words that occur at least `minimumCount` times.
  func withoutRareWords(_ minimumCount: Int64) -> WordCounts {
    var result = WordCounts(pattern: pattern)
    forEachEntry { word, count in if count >= minimumCount { result.add(word: Array(word), times: count) } }
    result.documentCount = documentCount
    result.byteCount = byteCount
    return result
  }
}
