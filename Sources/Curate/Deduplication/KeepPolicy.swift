import Documents

/// Which document of a group of duplicates stays.
///
/// Criteria are compared in order; what they leave equal is decided by the smaller XXH64 of the id, then by the id itself, then
/// by place in the input. So the winner depends on the documents alone: not on partitions, threads or the order of work.
public struct KeepPolicy: Sendable, Hashable {
  public enum Criterion: Sendable, Hashable {
    /// Most bytes of text.
    case longest
    /// Fewest bytes of text.
    case shortest
    /// Largest value of a metadata field: a number, or a date as `2024-05-31` or `2024-05-31T12:00:00Z`.
    case largest(field: String)
    /// Smallest value of a metadata field. Documents without it come last, here and in `largest`.
    case smallest(field: String)
    /// The first of these values that the metadata field has; any other value comes last.
    case preferred(field: String, values: [String])
  }

  public var criteria: [Criterion]

  public init(_ criteria: [Criterion] = []) { self.criteria = criteria }

  /// Smallest hash of the id: unbiased and stable. The default.
  public static let smallestIdentifier = KeepPolicy()

  /// One value per criterion, smaller is better.
  func ranks(of document: Document) -> [UInt64] { criteria.map { $0.rank(of: document) } }
}

extension KeepPolicy: CustomStringConvertible {
  /// As written in a pipeline file: `longest`, `largest quality, smallest date`.
  public var description: String {
    if criteria.isEmpty { return "smallest-id" }
    return criteria.map(\.description).joined(separator: ", ")
  }

  /// Reads `smallest-id`, `longest`, `shortest`, `largest FIELD`, `smallest FIELD`, `newest FIELD`, `oldest FIELD`,
  /// `prefer FIELD A|B|C`, or several separated by commas.
  public init(parsing text: String) throws(Diagnostic) {
    var criteria: [Criterion] = []
    for part in text.split(separator: ",") {
      let words = part.split(separator: " ").map(String.init)
      switch (words.first, words.count) {
      case ("smallest-id", 1): continue
      case ("longest", 1): criteria.append(.longest)
      case ("shortest", 1): criteria.append(.shortest)
      case ("largest", 2), ("newest", 2): criteria.append(.largest(field: words[1]))
      case ("smallest", 2), ("oldest", 2): criteria.append(.smallest(field: words[1]))
      case ("prefer", 3):
        criteria.append(.preferred(field: words[1], values: words[2].split(separator: "|").map(String.init)))
      default:
        throw Diagnostic(
          "invalid-value", "'\(part)' is no criterion for what to keep",
          fix:
            "write smallest-id, longest, shortest, largest FIELD, smallest FIELD, newest FIELD, oldest FIELD or prefer FIELD A|B"
        )
      }
    }
    self.init(criteria)
  }
}

extension KeepPolicy.Criterion: CustomStringConvertible {
  public var description: String {
    switch self {
    case .longest: "longest"
    case .shortest: "shortest"
    case .largest(let field): "largest \(field)"
    case .smallest(let field): "smallest \(field)"
    case .preferred(let field, let values): "prefer \(field) \(values.joined(separator: "|"))"
    }
  }

  func rank(of document: Document) -> UInt64 {
    switch self {
    case .longest: return UInt64.max - UInt64(document.text.count)
    case .shortest: return UInt64(document.text.count)
    case .largest(let field): return measure(document.metadata[field]).map { UInt64.max - 1 - $0 } ?? .max
    case .smallest(let field): return measure(document.metadata[field]) ?? .max
    case .preferred(let field, let values):
      guard let value = document.metadata[field]?.string, let place = values.firstIndex(of: value) else { return .max }
      return UInt64(place)
    }
  }

  /// An integer that orders like the number or date; at most `UInt64.max - 1`.
  private func measure(_ value: JSONValue?) -> UInt64? {
    guard let number = value?.number ?? value?.string.flatMap(secondsSinceEpoch), !number.isNaN else { return nil }
    let bits = number.bitPattern
    let ordered = number.sign == .minus ? ~bits : bits | 1 << 63
    return min(ordered, .max - 1)
  }
}

/// `YYYY-MM-DD`, or with `Thh:mm:ss` and anything after it ignored, as seconds of UTC; nil for anything else.
func secondsSinceEpoch(_ text: String) -> Double? {
  let bytes = Array(text.utf8)
  func digits(_ range: Range<Int>) -> Int? {
    guard range.upperBound <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[range] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }
  guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), let year = digits(0..<4),
    let month = digits(5..<7), let day = digits(8..<10), (1...12).contains(month), (1...31).contains(day)
  else { return nil }
  // Days from civil (Hinnant 2014).
  let y = month <= 2 ? year - 1 : year
  let era = (y >= 0 ? y : y - 399) / 400
  let yearOfEra = y - era * 400
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  guard bytes.count > 10 else { return Double(days * 86_400) }
  guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), let hour = digits(11..<13),
    let minute = digits(14..<16),
    let second = digits(17..<19), hour < 25, minute < 60, second < 61
  else { return nil }
  return Double(days * 86_400 + hour * 3600 + minute * 60 + second)
}
