import Documents
import TextNormalization

extension StageKind {
  static let normalize = StageKind(
    "normalize", "NFC, line ends, control and zero-width characters, spaces, broken encodings",
    inputs: [InputPort("from", .documents, several: true)], output: .documents,
    parameters: [
      Parameter("repair-mojibake", .boolean, default: .boolean(true), "undo texts that were decoded with the wrong charset"),
      Parameter("decode-entities", .boolean, default: .boolean(true), "turn HTML entities that were left over into characters"),
      Parameter("compose", .boolean, default: .boolean(true), "Unicode normalization form NFC"),
      Parameter("drop-private-use", .boolean, default: .boolean(true), "remove private-use characters (icon fonts)"),
      Parameter(
        "maximum-replacement-fraction", .number(0...1), default: .number(0.005), "drop texts with a larger share of U+FFFD"),
    ],
    rules: { parameters in
      [
        MetricRule(
          rule: "normalize.maximum-replacement-fraction", metric: "replacement-fraction", unit: "share of the characters",
          minimum: nil,
          maximum: parameters.number("maximum-replacement-fraction"))
      ]
    },
    body: .document(
      metrics: { _ throws(Diagnostic) in ["replacement-fraction", "edits"] },
      make: { parameters throws(Diagnostic) in NormalizationStage(parameters) }))
}

private final class NormalizationStage: DocumentStage {
  private var normalizer: TextNormalizer

  init(_ parameters: Parameters) {
    var options = TextNormalizer.Options()
    options.repairsMojibake = parameters.boolean("repair-mojibake") ?? options.repairsMojibake
    options.decodesEntities = parameters.boolean("decode-entities") ?? options.decodesEntities
    options.composes = parameters.boolean("compose") ?? options.composes
    options.dropsPrivateUse = parameters.boolean("drop-private-use") ?? options.dropsPrivateUse
    options.maximumReplacementFraction = parameters.number("maximum-replacement-fraction")
    normalizer = TextNormalizer(options: options)
  }

  func apply(_ document: inout Document, metrics: inout [Double]) throws(Diagnostic) -> Verdict {
    let report = normalizer.normalize(&document.text)
    metrics[0] = report.replacementFraction
    metrics[1] = Double(report.editCount)
    return normalizer.verdict(report)
  }
}
