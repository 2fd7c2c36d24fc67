import Documents

extension DecoderConfiguration {
  /// A named shape; the vocabulary comes from the tokenizer.
  public struct Preset: Sendable, Hashable {
    public let name: String
    public let hiddenSize, intermediateSize, layerCount, headCount, keyValueHeadCount, contextLength: Int

    public func configuration(vocabularySize: Int) -> DecoderConfiguration {
      DecoderConfiguration(
        vocabularySize: vocabularySize, hiddenSize: hiddenSize, intermediateSize: intermediateSize, layerCount: layerCount,
        headCount: headCount, keyValueHeadCount: keyValueHeadCount, contextLength: contextLength)
    }
  }

  /// From the smallest to the largest.
  public static let presets: [Preset] = [
    Preset("tiny", d: 128, ff: 352, layers: 4, heads: 4, kv: 4, context: 256),
    Preset("mini", d: 256, ff: 688, layers: 4, heads: 4, kv: 4, context: 256),
    Preset("small", d: 384, ff: 1024, layers: 6, heads: 6, kv: 6, context: 512),
    Preset("medium", d: 512, ff: 1376, layers: 8, heads: 8, kv: 4, context: 512),
    Preset("base", d: 768, ff: 2048, layers: 12, heads: 12, kv: 12, context: 1024),
  ]

  /// - Throws: a `Diagnostic` with the nearest name when there is no such preset.
  public static func preset(_ name: String, vocabularySize: Int) throws(Diagnostic) -> DecoderConfiguration {
    guard let preset = presets.first(where: { $0.name == name }) else {
      let names = presets.map(\.name)
      let near = nearestName(to: name, among: names).map { "did you mean '\($0)'? " } ?? ""
      throw Diagnostic(
        "unknown-preset", "there is no model preset '\(name)'", fix: near + "Presets: " + names.joined(separator: ", "))
    }
    return preset.configuration(vocabularySize: vocabularySize)
  }
}

extension DecoderConfiguration.Preset {
  fileprivate init(_ name: String, d: Int, ff: Int, layers: Int, heads: Int, kv: Int, context: Int) {
    self.init(
      name: name, hiddenSize: d, intermediateSize: ff, layerCount: layers, headCount: heads, keyValueHeadCount: kv,
      contextLength: context)
  }
}
