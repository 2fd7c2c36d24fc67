import Documents

/// The value of one parameter after checking.
public enum ParameterValue: Sendable, Hashable {
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([String])

  public var json: JSONValue {
    switch self {
    case .boolean(let value): .bool(value)
    case .integer(let value): .integer(Int64(value))
    case .number(let value): .number(value)
    case .text(let value): .string(value)
    case .list(let values): .array(values.map { .string($0) })
    }
  }
}

/// What may stand for one key under `with:`: name, type, bounds and default. The one description that the check, `winnow schema`
/// and the documentation share.
public struct Parameter: Sendable {
  public enum Kind: Sendable {
    case boolean
    /// A whole number, also written as people write them: `20M`, `1_000`, `4k` (decimal).
    case integer(ClosedRange<Int>)
    /// A number, also as a percentage where the bounds are 0…1: `1%`.
    case number(ClosedRange<Double>)
    /// A size in bytes: `512KB`, `2GB` (decimal), `64MiB` (binary).
    case bytes(ClosedRange<Int>)
    case text
    case choice([String])
    /// One or several words; a single word stands for a list of one.
    case list
    /// A file that must exist when the pipeline is checked.
    case file
    /// Several files that must exist.
    case files
  }

  public let name: String
  public let kind: Kind
  public let standard: ParameterValue?
  public let help: String

  /// - Parameter standard: the value when the key is absent; nil means absent, which the stage understands as "off" or "find it".
  public init(_ name: String, _ kind: Kind, default standard: ParameterValue? = nil, _ help: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.help = help
  }

  /// The accepted values in words, for messages and help.
  public var expectation: String {
    switch kind {
    case .boolean: "true or false"
    case .integer(let range): "a whole number\(Self.bounds(range.lowerBound, range.upperBound, none: Int.max))"
    case .number(let range):
      range == 0...1
        ? "a number from 0 to 1, or a percentage"
        : "a number\(Self.bounds(range.lowerBound, range.upperBound, none: .infinity))"
    case .bytes(let range): "a size such as 64MB\(Self.bounds(range.lowerBound, range.upperBound, none: Int.max))"
    case .text: "a text"
    case .choice(let choices): "one of " + choices.joined(separator: ", ")
    case .list: "a word or a list of words"
    case .file: "the path of a file"
    case .files: "the path of a file, or a list of paths"
    }
  }

  private static func bounds<T: Comparable>(_ low: T, _ high: T, none: T) -> String {
    high == none ? " of at least \(low)" : " from \(low) to \(high)"
  }

  /// Reads the written form of a value.
  /// - Returns: nil when the text does not fit the kind or its bounds.
  public func value(of text: String) -> ParameterValue? {
    switch kind {
    case .boolean: return text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
    case .integer(let range):
      guard let value = Self.count(text, units: Self.decimalUnits), range.contains(value) else { return nil }
      return .integer(value)
    case .bytes(let range):
      guard let value = Self.count(text, units: Self.byteUnits), range.contains(value) else { return nil }
      return .integer(value)
    case .number(let range):
      let isPercentage = text.hasSuffix("%")
      guard var value = Double(isPercentage ? String(text.dropLast()) : text), value.isFinite else { return nil }
      if isPercentage { value /= 100 }
      return range.contains(value) ? .number(value) : nil
    case .choice(let choices): return choices.contains(text) ? .text(text) : nil
    case .text, .file: return .text(text)
    case .list, .files: return .list([text])
    }
  }

  private static let decimalUnits: [(String, Double)] = [
    ("k", 1e3), ("K", 1e3), ("M", 1e6), ("B", 1e9), ("G", 1e9), ("T", 1e12),
  ]
  private static let byteUnits: [(String, Double)] = [
    ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
    ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("kB", 1e3), ("B", 1),
  ]

  private static func count(_ text: String, units: [(String, Double)]) -> Int? {
    let digits = text.replacing("_", with: "")
    if let value = Int(digits) { return value }
    for (suffix, factor) in units where digits.hasSuffix(suffix) {
      var number = digits.dropLast(suffix.count)
      while number.last == " " { number.removeLast() }
      guard let value = Double(number), value >= 0 else { return nil }
      return Int(exactly: (value * factor).rounded())
    }
    return nil
  }
}

/// Checked parameters of one stage or source: every key known, every value in bounds, defaults filled in.
public struct Parameters: Sendable, Hashable {
  /// In the order of their declaration, so that it can be hashed.
  public private(set) var values: [(name: String, value: ParameterValue)]

  public init(_ values: [(name: String, value: ParameterValue)] = []) { self.values = values }

  public static func == (a: Parameters, b: Parameters) -> Bool {
    a.values.elementsEqual(b.values) { $0.name == $1.name && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    for (name, value) in values {
      hasher.combine(name)
      hasher.combine(value)
    }
  }

  public subscript(name: String) -> ParameterValue? { values.first { $0.name == name }?.value }

  /// With another value for a name, or one more.
  func replacing(_ name: String, with value: ParameterValue) -> Parameters {
    var result = self
    if let place = values.firstIndex(where: { $0.name == name }) {
      result.values[place].value = value
    } else {
      result.values.append((name, value))
    }
    return result
  }

  public func boolean(_ name: String) -> Bool? { if case .boolean(let value) = self[name] { value } else { nil } }
  public func integer(_ name: String) -> Int? { if case .integer(let value) = self[name] { value } else { nil } }
  public func number(_ name: String) -> Double? { if case .number(let value) = self[name] { value } else { nil } }
  public func text(_ name: String) -> String? { if case .text(let value) = self[name] { value } else { nil } }
  public func list(_ name: String) -> [String]? { if case .list(let value) = self[name] { value } else { nil } }

  public var json: JSONObject { JSONObject(values.map { .init(key: $0.name, value: $0.value.json) }) }
}
