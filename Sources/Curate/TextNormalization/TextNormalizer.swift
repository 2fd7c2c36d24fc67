import Documents
import ICU

/// Brings a document's text into the one form that everything after it works on: NFC, line feeds, plain spaces, no invisible
/// leftovers, broken encodings repaired. One per worker: it reuses its buffers.
///
/// Clean text is only read (ASCII at more than 1 GB/s). Normalizing twice gives what normalizing once gave; only text that
/// nests repairs more than `mostRounds` deep, which no page does, would need another call.
public struct TextNormalizer {
  public struct Options: Sendable, Hashable {
    public var repairsMojibake = true
    public var decodesEntities = true
    /// Unicode NFC (UAX 15). Off leaves composition as it is.
    public var composes = true
    /// Private-use characters are icons and private fonts; nobody else can read them.
    public var dropsPrivateUse = true
    /// `verdict` drops a text in which a larger share of the code points is U+FFFD. Nil is off.
    public var maximumReplacementFraction: Double? = 0.005

    public init() {}
  }

  /// Repairs can bring out new work (`&amp;shy;`); after this many rounds the text stays as it is.
  public static let mostRounds = 16

  public let options: Options
  private let table = UnicodeTable.shared
  private var normalizer = Normalizer()
  private var output: [UInt8] = []

  public init(options: Options = Options()) { self.options = options }

  /// Normalizes valid UTF-8 in place and says what was done.
  @discardableResult
  public mutating func normalize(_ text: inout [UInt8]) -> NormalizationReport {
    var report = NormalizationReport()
    var inspection = text.withUnsafeBufferPointer { TextInspection($0) }
    var rounds = 0
    while !inspection.isClean, rounds < Self.mostRounds {
      guard round(inspection, &text, &report) else { break }
      inspection = text.withUnsafeBufferPointer { TextInspection($0) }
      rounds += 1
    }
    measureReplacements(inspection.replacementCharacters, text, &report)
    return report
  }

  /// Keep, or drop because too much of the text was lost in decoding. Rule `normalize.maximum-replacement-fraction`.
  public func verdict(_ report: NormalizationReport) -> Verdict {
    guard let maximum = options.maximumReplacementFraction, report.replacementFraction > maximum else { return .keep }
    return .drop(
      Reason(rule: "normalize.maximum-replacement-fraction", value: report.replacementFraction, threshold: maximum))
  }

  /// Runs the passes that may have work; returns whether any changed the text.
  private mutating func round(
    _ inspection: TextInspection, _ text: inout [UInt8], _ report: inout NormalizationReport
  ) -> Bool {
    var changed = false
    var needsPolicy = inspection.suspectsPolicy
    var needsComposition = inspection.suspectsComposition
    if options.repairsMojibake, inspection.suspectsLegacyMojibake {
      let count = text.withUnsafeBufferPointer { LegacyMojibake(table: table).run($0, into: &output) }
      if count > 0 {
        swap(&text, &output)
        report[.mojibake] += count
        changed = true
      }
    }
    if options.repairsMojibake, inspection.suspectsMojibake || changed {
      // To the bottom at once, before the policy takes the controls and spaces that deeper layers are made of. Each layer at
      // least halves what it repairs, so this stays linear.
      while true {
        let count = text.withUnsafeBufferPointer { MojibakeRepair(table: table).run($0, into: &output) }
        guard count > 0 else { break }
        swap(&text, &output)
        report[.mojibake] += count
        changed = true
      }
    }
    if options.decodesEntities, inspection.suspectsEntities {
      let count = text.withUnsafeBufferPointer { EntityLeftovers.decode($0, into: &output) }
      if count > 0 { swap(&text, &output) }
      report[.entity] += count
      changed = changed || count > 0
    }
    if changed { (needsPolicy, needsComposition) = (true, true) }
    if needsPolicy {
      let before = report.editCount
      let policy = CharacterPolicy(table: table, dropsPrivateUse: options.dropsPrivateUse)
      text.withUnsafeBufferPointer { policy.run($0, into: &output, &report) }
      if report.editCount > before {
        swap(&text, &output)
        changed = true
      }
    }
    if options.composes, needsComposition || needsPolicy {
      let count = normalizer.nfc(&text)
      report[.composition] += count
      changed = changed || count > 0
    }
    return changed
  }

  private func measureReplacements(_ count: Int, _ text: [UInt8], _ report: inout NormalizationReport) {
    guard count > 0 else { return }
    var codePoints = 0
    text.withUnsafeBufferPointer { for byte in $0 { codePoints &+= byte & 0xC0 == 0x80 ? 0 : 1 } }
    report.replacementCharacters = count
    report.replacementFraction = Double(count) / Double(codePoints)
  }
}
