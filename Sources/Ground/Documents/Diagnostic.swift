/// Something wrong that a person can put right: what, where, and what would be right.
public struct Diagnostic: Error, Sendable, Hashable {
  public enum Severity: String, Sendable { case error, warning }

  /// A place in a file, for people and editors.
  public struct Place: Sendable, Hashable {
    public var file: String
    /// From 1; nil when the whole file is meant.
    public var line: Int?
    /// From 1, in Unicode scalars.
    public var column: Int?
    /// How many scalars the mark covers.
    public var length: Int
    /// The line of source, for the excerpt.
    public var excerpt: String?

    public init(file: String, line: Int? = nil, column: Int? = nil, length: Int = 1, excerpt: String? = nil) {
      self.file = file
      self.line = line
      self.column = column
      self.length = length
      self.excerpt = excerpt
    }
  }

  public var severity: Severity
  /// Stable, for scripts: `unknown-key`, `not-found`, `damaged-file`, …
  public var code: String
  public var message: String
  public var place: Place?
  /// One sentence that says what would be right.
  public var fix: String?

  public init(
    _ code: String, _ message: String, at place: Place? = nil, fix: String? = nil, severity: Severity = .error
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.place = place
    self.fix = fix
  }
}

/// Several diagnostics at once, in the order of their places.
public struct Diagnostics: Error, Sendable {
  public var all: [Diagnostic]
  public init(_ all: [Diagnostic]) { self.all = all }
}

extension Diagnostic: CustomStringConvertible {
  /// The one rendering as text:
  /// ```text
  /// file:9:29: error: unknown key 'minimum-confidense' in stage 'language'
  ///     with: { minimum-confidense: 0.65 }
  ///             ^~~~~~~~~~~~~~~~~~
  /// fix: did you mean 'minimum-confidence'?
  /// ```
  public var description: String {
    var text = ""
    if let place {
      text += place.file
      if let line = place.line { text += ":\(line)" }
      if let column = place.column { text += ":\(column)" }
      text += ": "
    }
    text += "\(severity.rawValue): \(message)"
    if let place, let excerpt = place.excerpt, let column = place.column {
      let indent = excerpt.unicodeScalars.prefix(max(0, column - 1)).map { $0 == "\t" ? "\t" : " " }.joined()
      text += "\n    \(excerpt)\n    \(indent)^" + String(repeating: "~", count: max(0, place.length - 1))
    }
    if let fix { text += "\nfix: \(fix)" }
    return text
  }
}

/// The candidate nearest to a misspelt word, or nil when none is near enough to be meant.
///
/// Optimal string alignment distance (insert, delete, replace, swap of neighbours); at most a third of the word's length.
/// - Complexity: O(candidates × length²).
public func nearestName(to word: String, among candidates: some Sequence<String>) -> String? {
  var best: (name: String, distance: Int)?
  let limit = max(1, (word.count + 1) / 3)
  for candidate in candidates {
    let distance = editDistance(Array(word.lowercased()), Array(candidate.lowercased()))
    if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
  }
  return best?.name
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
  for i in 0...a.count { rows[i][0] = i }
  for j in 0...b.count { rows[0][j] = j }
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  for i in 1...a.count {
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
      }
    }
  }
  return rows[a.count][b.count]
}
