import Documents

extension DecoderConfiguration {
  /// A named shape; the vocabulary comes from the tokenizer.
  public struct Preset: Sendable, Hashable {
    public let name: String
    public let family: DecoderConfiguration.Family
    public let hiddenSize, intermediateSize, layerCount, headCount, keyValueHeadCount, contextLength: Int

    /// Whether models of the preset continue text; else they fill in masked tokens.
    public var isCausal: Bool { family != .encoder }

    public func configuration(vocabularySize: Int) -> DecoderConfiguration {
      DecoderConfiguration(
        family: family, vocabularySize: vocabularySize, hiddenSize: hiddenSize, intermediateSize: intermediateSize,
        layerCount: layerCount, headCount: headCount, keyValueHeadCount: keyValueHeadCount, contextLength: contextLength)
    }
  }

  /// Of each family from the smallest to the largest.
  public static let presets: [Preset] = [
    Preset("nano", d: 96, ff: 256, layers: 4, heads: 3, kv: 3, context: 256),
    Preset("tiny", d: 128, ff: 352, layers: 4, heads: 4, kv: 4, context: 256),
    Preset("mini", d: 256, ff: 688, layers: 4, heads: 4, kv: 4, context: 256),
    Preset("compact", d: 320, ff: 864, layers: 6, heads: 5, kv: 5, context: 512),
    Preset("small", d: 384, ff: 1024, layers: 6, heads: 6, kv: 6, context: 512),
    Preset("medium", d: 512, ff: 1376, layers: 8, heads: 8, kv: 4, context: 512),
    Preset("base", d: 768, ff: 2048, layers: 12, heads: 12, kv: 12, context: 1024),
    Preset("large", d: 1024, ff: 2816, layers: 16, heads: 16, kv: 8, context: 1024),
    Preset("huge", d: 1280, ff: 3456, layers: 26, heads: 20, kv: 10, context: 1024),
    Preset("encoder-mini", family: .encoder, d: 256, ff: 688, layers: 4, heads: 4, kv: 4, context: 256),
    Preset("encoder-small", family: .encoder, d: 384, ff: 1024, layers: 6, heads: 6, kv: 6, context: 512),
    Preset("encoder-base", family: .encoder, d: 768, ff: 2048, layers: 12, heads: 12, kv: 12, context: 1024),
    Preset("gpt2-mini", family: .gpt2, d: 256, ff: 1024, layers: 4, heads: 4, kv: 4, context: 256),
    Preset("gpt2", family: .gpt2, d: 768, ff: 3072, layers: 12, heads: 12, kv: 12, context: 1024),
    Preset("gpt2-medium", family: .gpt2, d: 1024, ff: 4096, layers: 24, heads: 16, kv: 16, context: 1024),
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
  fileprivate init(
    _ name: String, family: DecoderConfiguration.Family = .llama, d: Int, ff: Int, layers: Int, heads: Int, kv: Int,
    context: Int
  ) {
    self.init(
      name: name, family: family, hiddenSize: d, intermediateSize: ff, layerCount: layers, headCount: heads,
      keyValueHeadCount: kv,
      contextLength: context)
  }
}
