/// What a fastText model was trained with: the header of its file.
public struct FastTextArguments: Sendable, Hashable {
  public enum Loss: Int32, Sendable, CaseIterable {
    case hierarchicalSoftmax = 1
    case negativeSampling = 2
    case softmax = 3
    case oneVersusAll = 4
  }

  /// Length of the vectors.
  public var dimension: Int32 = 100
  /// Context window; without meaning for classifiers.
  public var window: Int32 = 5
  public var epochs: Int32 = 5
  /// Words seen less often are not in the vocabulary (their character n-grams still count).
  public var minimumCount: Int32 = 1
  public var negatives: Int32 = 5
  /// Longest word n-gram; 1 is single words.
  public var wordNgrams: Int32 = 1
  public var loss = Loss.softmax
  /// 1 continuous bag of words, 2 skip-gram, 3 supervised.
  public var model: Int32 = 3
  /// Rows for hashed n-grams.
  public var buckets: Int32 = 0
  /// Shortest and longest character n-gram, in code points; 0 is none.
  public var minimumNgram: Int32 = 0
  public var maximumNgram: Int32 = 0
  public var learningRateUpdates: Int32 = 100
  public var samplingThreshold: Double = 1e-4

  public init() {}
}
