import Documents

/// Locality-sensitive hashing by bands (Indyk, Motwani 1998; Leskovec, Rajaraman, Ullman, chapter 3): a signature of
/// `bands` × `rows` minima; two documents are candidates when all rows of at least one band agree.
public struct BandScheme: Sendable, Hashable {
  public var bands: Int
  public var rows: Int

  /// - Throws: unless 1 ≤ bands, 1 ≤ rows and bands × rows ≤ 16,384.
  public init(bands: Int, rows: Int) throws(Diagnostic) {
    guard bands >= 1, rows >= 1, bands <= 16_384, rows <= 16_384, bands * rows <= 16_384 else {
      throw Diagnostic(
        "invalid-value", "\(bands) bands of \(rows) rows is no banding", fix: "use at least 1 of each and at most 16384 minima")
    }
    self.init(unchecked: bands, rows)
  }

  private init(unchecked bands: Int, _ rows: Int) {
    self.bands = bands
    self.rows = rows
  }

  /// datatrove's and FineWeb's: half of the pairs at Jaccard 0.72 are found.
  public static let datatrove = BandScheme(unchecked: 14, 8)
  /// NeMo Curator's: stricter, 0.79.
  public static let curator = BandScheme(unchecked: 20, 13)
  /// The default of duplodocus: loose, 0.55.
  public static let duplodocus = BandScheme(unchecked: 20, 5)
  /// The example configuration of duplodocus: 0.74.
  public static let duplodocusExample = BandScheme(unchecked: 26, 11)
  /// RefinedWeb's 9,000 minima (Penedo et al. 2023): a steep curve at 0.74.
  public static let refinedWeb = BandScheme(unchecked: 450, 20)

  public static let presets: [(name: String, scheme: BandScheme)] = [
    ("datatrove", datatrove), ("curator", curator), ("duplodocus", duplodocus), ("duplodocus-example", duplodocusExample),
    ("refinedweb", refinedWeb),
  ]

  /// Reads a preset's name or `14x8`.
  public init(parsing text: String) throws(Diagnostic) {
    if let preset = Self.presets.first(where: { $0.name == text }) {
      self = preset.scheme
      return
    }
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let bands = parts[0], let rows = parts[1] else {
      throw Diagnostic(
        "invalid-value", "'\(text)' is no banding",
        fix: "write BANDSxROWS, such as 14x8, or one of \(Self.presets.map(\.name).joined(separator: ", "))")
    }
    try self.init(bands: bands, rows: rows)
  }

  /// Length of a signature.
  public var minima: Int { bands * rows }

  /// The chance that two documents of this Jaccard similarity become candidates: 1 − (1 − s^rows)^bands.
  public func candidateProbability(jaccard: Double) -> Double {
    var row = 1.0
    for _ in 0..<rows { row *= jaccard }
    var miss = 1.0
    for _ in 0..<bands { miss *= 1 - row }
    return 1 - miss
  }
}

extension BandScheme: CustomStringConvertible {
  public var description: String { "\(bands)x\(rows)" }
}
