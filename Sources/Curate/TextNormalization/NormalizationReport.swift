/// One kind of change that normalization makes.
public enum TextEdit: String, Sendable, CaseIterable {
  /// UTF-8 that was once read as Windows-1252, Latin-1 or another single-byte encoding and encoded again.
  case mojibake
  /// Character references that survived extraction: `&nbsp;`, `&#8217;`.
  case entity
  /// CR, CRLF, NEL, LS, PS, VT and FF, made line feeds.
  case lineEnding = "line-ending"
  /// Other control characters, removed.
  case control
  /// Soft hyphens, zero-width spaces, byte order marks, tags, object replacement characters and misplaced joiners, removed.
  case invisible
  /// Embedding, override and isolate controls of bidirectional text, removed.
  case bidirectional
  /// No-break and other special spaces, made plain spaces.
  case space
  /// Private-use characters and noncharacters, removed.
  case privateUse = "private-use"
  /// Combining marks beyond the thirty-second in a row, removed.
  case markFlood = "mark-flood"
  /// White space at line ends, removed.
  case trailingSpace = "trailing-space"
  /// Blank lines beyond one in a row or around the text, removed.
  case blankLine = "blank-line"
  /// Stretches whose canonical composition differs.
  case composition
}

/// What normalization did to one text.
public struct NormalizationReport: Sendable, Equatable {
  private var counts = [Int](repeating: 0, count: TextEdit.allCases.count)

  /// U+FFFD characters in the result.
  public internal(set) var replacementCharacters = 0
  /// `replacementCharacters` divided by the number of code points of the result; 0 for an empty text.
  public internal(set) var replacementFraction = 0.0

  public init() {}

  /// How many edits of a kind were made.
  public internal(set) subscript(edit: TextEdit) -> Int {
    get { counts[Self.index(edit)] }
    set { counts[Self.index(edit)] = newValue }
  }

  public var editCount: Int { counts.reduce(0, +) }
  public var isUnchanged: Bool { editCount == 0 }

  /// The kinds that occurred with their counts, in the order of `TextEdit`.
  public var edits: [(edit: TextEdit, count: Int)] {
    zip(TextEdit.allCases, counts).filter { $0.1 > 0 }.map { (edit: $0.0, count: $0.1) }
  }

  @inline(__always) private static func index(_ edit: TextEdit) -> Int {
    switch edit {
    case .mojibake: 0
    case .entity: 1
    case .lineEnding: 2
    case .control: 3
    case .invisible: 4
    case .bidirectional: 5
    case .space: 6
    case .privateUse: 7
    case .markFlood: 8
    case .trailingSpace: 9
    case .blankLine: 10
    case .composition: 11
    }
  }
}
