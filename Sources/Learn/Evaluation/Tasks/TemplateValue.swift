import Documents

/// What values mean in a template: as in Jinja, which follows Python.
enum TemplateValue {
  static func wrong(_ message: String) -> Diagnostic { Diagnostic("invalid-template", message) }

  static func isTrue(_ value: JSONValue) -> Bool {
    switch value {
    case .null: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .string(let value): !value.isEmpty
    case .array(let value): !value.isEmpty
    case .object(let value): !value.isEmpty
    }
  }

  /// As Python's `str`.
  static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value
    case .array(let items): "[" + items.map(representation).joined(separator: ", ") + "]"
    case .object(let object):
      "{" + object.members.map { "'\($0.key)': " + representation($0.value) }.joined(separator: ", ") + "}"
    }
  }

  /// As Python's `repr`, for strings without control characters.
  private static func representation(_ value: JSONValue) -> String {
    guard case .string(let text) = value else { return self.text(value) }
    let quote = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    return quote + text.replacing("\\", with: "\\\\").replacing(quote, with: "\\" + quote).replacing("\n", with: "\\n") + quote
  }

  /// `value.name`, `value[key]`.
  static func member(_ value: JSONValue, _ key: JSONValue) throws(Diagnostic) -> JSONValue {
    switch (value, key) {
    case (.object(let object), .string(let name)):
      guard let member = object[name] else { throw wrong("there is no '\(name)' in \(text(value).prefix(80))") }
      return member
    case (.array(let items), _):
      guard let index = key.integer, let item = item(items, index) else {
        throw wrong("no item \(text(key)) in a list of \(items.count)")
      }
      return item
    case (.string(let string), _):
      let scalars = string.unicodeScalars.map { JSONValue.string(String($0)) }
      guard let index = key.integer, let item = item(scalars, index) else {
        throw wrong("no character \(text(key)) in '\(string.prefix(40))'")
      }
      return item
    default: throw wrong("\(text(value).prefix(40)) has no '\(text(key))'")
    }
  }

  /// Negative indices count from the end.
  private static func item(_ items: [JSONValue], _ index: Int64) -> JSONValue? {
    guard let place = Int(exactly: index < 0 ? Int64(items.count) + index : index), items.indices.contains(place) else {
      return nil
    }
    return items[place]
  }

  /// Methods of strings and lists, and Jinja's filters of the same name.
  static func call(_ name: String, _ value: JSONValue, _ arguments: [JSONValue]) throws(Diagnostic) -> JSONValue {
    func argument(_ index: Int) throws(Diagnostic) -> String {
      guard arguments.indices.contains(index), let text = arguments[index].string else {
        throw wrong("'\(name)' needs a string")
      }
      return text
    }
    switch (value, name) {
    case (.string(let string), _):
      if let result = try text(name, string, argument, arguments.count) { return result }
    case (.array(let items), "index"):
      guard let wanted = arguments.first else { throw wrong("'index' needs a value") }
      guard let index = items.firstIndex(of: wanted) else { throw wrong("\(text(wanted)) is not in \(text(value).prefix(80))") }
      return .integer(Int64(index))
    case (.array(let items), "join"):
      return .string(items.map(text).joined(separator: arguments.isEmpty ? "" : try argument(0)))
    case (.array(let items), "length"): return .integer(Int64(items.count))
    case (.array(let items), "first"): return items.first ?? .null
    case (.array(let items), "last"): return items.last ?? .null
    case (.array, "list"): return value
    case (.array(let items), "map"):
      let filter = try argument(0)
      var mapped: [JSONValue] = []
      for item in items { mapped.append(try call(filter, item, Array(arguments.dropFirst()))) }
      return .array(mapped)
    case (.object(let object), "length"): return .integer(Int64(object.members.count))
    default: break
    }
    if name == "string" { return .string(text(value)) }
    if name == "int", let number = value.number { return .integer(Int64(number)) }
    throw wrong("'\(name)' is not known for \(text(value).prefix(40))")
  }

  private static func text(
    _ name: String, _ string: String, _ argument: (Int) throws(Diagnostic) -> String, _ count: Int
  ) throws(Diagnostic) -> JSONValue? {
    switch name {
    case "strip", "trim": return .string(string.trimmed)
    case "lstrip": return .string(String(string.drop(while: \.isWhitespace)))
    case "rstrip": return .string(String(string.reversed().drop(while: \.isWhitespace).reversed()))
    case "lower": return .string(string.lowercased())
    case "upper": return .string(string.uppercased())
    case "capitalize": return .string(string.prefix(1).uppercased() + string.dropFirst().lowercased())
    case "replace": return .string(string.replacing(try argument(0), with: try argument(1)))
    case "regex_replace":
      guard let pattern = try? Regex(try argument(0)) else { throw wrong("'\(try argument(0))' is not a regular expression") }
      return .string(string.replacing(pattern, with: try argument(1)))
    case "split":
      if count == 0 { return .array(string.split(whereSeparator: \.isWhitespace).map { .string(String($0)) }) }
      return .array(string.split(separator: try argument(0), omittingEmptySubsequences: false).map { .string(String($0)) })
    case "startswith": return .bool(string.hasPrefix(try argument(0)))
    case "endswith": return .bool(string.hasSuffix(try argument(0)))
    case "index":
      guard let range = string.firstRange(of: try argument(0)) else {
        throw wrong("'\(try argument(0))' is not in '\(string.prefix(40))'")
      }
      return .integer(Int64(string.unicodeScalars.distance(from: string.startIndex, to: range.lowerBound)))
    case "length": return .integer(Int64(string.unicodeScalars.count))
    case "list": return .array(string.unicodeScalars.map { .string(String($0)) })
    case "int":
      guard let number = Int64(string.trimmed) else { throw wrong("'\(string.prefix(40))' is no integer") }
      return .integer(number)
    case "string": return .string(string)
    default: return nil
    }
  }

  /// Operators of two values.
  static func apply(_ name: String, _ left: JSONValue, _ right: JSONValue) throws(Diagnostic) -> JSONValue {
    switch name {
    case "==": return .bool(isEqual(left, right))
    case "!=": return .bool(!isEqual(left, right))
    case "~": return .string(text(left) + text(right))
    case "in":
      if let items = right.array { return .bool(items.contains { isEqual($0, left) }) }
      if let string = right.string, let part = left.string { return .bool(part.isEmpty || string.contains(part)) }
      if let object = right.object, let key = left.string { return .bool(object[key] != nil) }
    case "+":
      if let left = left.string, let right = right.string { return .string(left + right) }
      if let left = left.array, let right = right.array { return .array(left + right) }
      if let sum = integers(left, right, +) { return sum }
    case "-": if let difference = integers(left, right, -) { return difference }
    case "*": if let product = integers(left, right, *) { return product }
    case "<", ">", "<=", ">=":
      if let left = left.number, let right = right.number { return .bool(compare(name, left, right)) }
      if let left = left.string, let right = right.string { return .bool(compare(name, left, right)) }
    default: break
    }
    throw wrong("'\(name)' does not fit \(text(left).prefix(40)) and \(text(right).prefix(40))")
  }

  private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
    if let left = left.number, let right = right.number { return left == right }
    return left == right
  }

  private static func compare<Value: Comparable>(_ name: String, _ left: Value, _ right: Value) -> Bool {
    name == "<" ? left < right : name == ">" ? left > right : name == "<=" ? left <= right : left >= right
  }

  /// Whole numbers stay whole; an overflow becomes a fraction.
  private static func integers(_ left: JSONValue, _ right: JSONValue, _ body: (Double, Double) -> Double) -> JSONValue? {
    guard let first = left.number, let second = right.number else { return nil }
    let result = body(first, second)
    if case .integer = left, case .integer = right, let whole = Int64(exactly: result) { return .integer(whole) }
    return .number(result)
  }
}
