import Documents

/// Documents with the same text or the same address.
///
/// Texts are compared by 128 bits of hash, addresses by 128 bits of hash of their SURT key. By both, documents that agree in
/// either are duplicates, and what that links is one cluster.
public struct ExactDeduplication: DeduplicationMethod {
  public enum Key: String, Sendable, CaseIterable { case text, url, both }

  public enum TextForm: String, Sendable, CaseIterable {
    /// Byte by byte.
    case exact
    /// Lower case, with runs of white space as one space and none at the ends.
    case folded
  }

  public struct Options: Sendable, Hashable {
    public var by = Key.text
    public var textForm = TextForm.exact
    public var keep = KeepPolicy.smallestIdentifier

    public init() {}
  }

  public let options: Options
  public var memoryPerTask = defaultMemoryPerTask
  private let configuration: UInt64

  public var name: String { "exact" }

  public init(_ options: Options = Options()) {
    self.options = options
    configuration = XXH64.hash("exact \(options.by) \(options.textForm) \(options.keep)")
  }

  public func memory(for corpus: DeduplicationCorpus, _ execution: DeduplicationExecution) -> DeduplicationMemory {
    .ofKeys(corpus, groups: 2, criteria: options.keep.criteria.count, execution)
  }

  public func keyCounts(maps paths: [String]) throws(Diagnostic) -> KeyCounts {
    try openMaps(paths, verifiesTables: false).keyCounts()
  }

  fileprivate static let textBand = 0
  fileprivate static let urlBand = 1

  public func map(partition: Int, to path: String) throws(Diagnostic) -> any DeduplicationMap {
    ExactMap(
      try KeyMapWriter(path: path, bands: 2, policy: options.keep, memory: memoryPerTask, configuration: configuration), options
    )
  }

  public func reduce(range: Int, of ranges: Int, maps paths: [String], to path: String) throws(Diagnostic) {
    let maps = try openMaps(paths, verifiesTables: false)
    var reduction = KeyReduction(maps: maps, memory: memoryPerTask, remembersPairs: false) { a, b, band throws(Diagnostic) in
      let (first, second) = (try maps.evidence(a), try maps.evidence(b))
      guard first.count == 4, second.count == 4 else { return false }
      return first[2 * band] == second[2 * band] && first[2 * band + 1] == second[2 * band + 1]
    }
    try reduction.run(range: range, of: ranges, to: path, configuration: configuration)
  }

  public func decide(maps paths: [String], reductions: [String], to decisions: [String]) throws(Diagnostic)
    -> DeduplicationSummary
  {
    let maps = try openMaps(paths, verifiesTables: true)
    let decision = ClusterDecision(documents: maps.documents, method: name, memory: memoryPerTask)
    return try decision.run(
      reductions: reductions, configuration: configuration, to: decisions,
      explain: { _, _, band throws(Diagnostic) in (band == Self.textBand ? .exactText : .exactURL, nil, nil) },
      release: maps.release)
  }

  private func openMaps(_ paths: [String], verifiesTables: Bool) throws(Diagnostic) -> KeyMaps {
    try KeyMaps(paths: paths, bands: 2, policy: options.keep, configuration: configuration, verifiesTables: verifiesTables)
  }
}

/// Keys: 64 bits of hash of text and address. Evidence: 64 more bits of each.
private final class ExactMap: DeduplicationMap {
  private let writer: KeyMapWriter
  private let options: ExactDeduplication.Options
  private var folded: [UInt8] = []

  init(_ writer: KeyMapWriter, _ options: ExactDeduplication.Options) {
    self.writer = writer
    self.options = options
  }

  func add(_ document: Document) throws(Diagnostic) {
    let text = options.by == .url ? nil : hashes(of: document.text)
    let address = options.by == .text || document.url.isEmpty ? nil : hashes(ofAddress: document.url)
    let (second, third) = (text?.check ?? 0, address?.check ?? 0)
    try writer.add(
      document,
      evidence: [
        UInt32(truncatingIfNeeded: second), UInt32(truncatingIfNeeded: second >> 32),
        UInt32(truncatingIfNeeded: third), UInt32(truncatingIfNeeded: third >> 32),
      ])
    if let text { writer.addKey(text.key, band: ExactDeduplication.textBand) }
    if let address { writer.addKey(address.key, band: ExactDeduplication.urlBand) }
  }

  func finish() throws(Diagnostic) { try writer.finish() }

  private func hashes(of text: [UInt8]) -> (key: UInt64, check: UInt64) {
    if options.textForm == .exact { return twoHashes(text) }
    foldText(text, into: &folded)
    return twoHashes(folded)
  }

  private func hashes(ofAddress url: String) -> (key: UInt64, check: UInt64) {
    twoHashes(Array((WebAddress(url)?.surt ?? url).utf8))
  }

  private func twoHashes(_ bytes: [UInt8]) -> (key: UInt64, check: UInt64) {
    (XXH64.hash(bytes, seed: 0), XXH64.hash(bytes, seed: 0x9E37_79B9_7F4A_7C15))
  }
}

/// Lower case, runs of white space as one space, none at the ends.
func foldText(_ text: [UInt8], into output: inout [UInt8]) {
  let table = CharacterTable.shared
  output.removeAll(keepingCapacity: true)
  text.withUnsafeBufferPointer { bytes in
    var i = 0
    var spaceIsDue = false
    while i < bytes.count {
      let (scalar, length) = decodeScalar(bytes, at: i)
      i += length
      if isWhiteSpace(scalar) {
        spaceIsDue = !output.isEmpty
        continue
      }
      if spaceIsDue { output.append(0x20) }
      spaceIsDue = false
      appendUTF8(table.lowercased(scalar), to: &output)
    }
  }
}

/// The scalars of the Unicode property White_Space.
@inline(__always) func isWhiteSpace(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
  default: false
  }
}

@inline(__always) func appendUTF8(_ scalar: UInt32, to output: inout [UInt8]) {
  func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift) & 0x3F) }
  switch scalar {
  case ..<0x80: output.append(UInt8(scalar))
  case ..<0x800:
    output.append(UInt8(0xC0 | scalar >> 6))
    output.append(tail(0))
  case ..<0x10000:
    output.append(UInt8(0xE0 | scalar >> 12))
    output.append(tail(6))
    output.append(tail(0))
  default:
    output.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
    output.append(tail(12))
    output.append(tail(6))
    output.append(tail(0))
  }
}
