import Documents

/// Text with `{{ expression }}`, `{% if %}`, `{% for %}` and `{% set %}`: the part of Jinja that lm-evaluation-harness's task files use.
///
/// As there, a line end at the end of the template stays; `-` beside a percent sign or brace strips white space.
public struct TaskTemplate: Sendable {
  private let parts: [Part]

  indirect enum Part: Sendable {
    case text(String)
    case output(TemplateExpression)
    case condition([(TemplateExpression?, [Part])])
    case loop(name: String, TemplateExpression, [Part])
    case assignment(name: String, TemplateExpression)
  }

  /// - Throws: `invalid-template` with the place in the template.
  public init(_ source: String) throws(Diagnostic) {
    var reader = TemplateReader(source)
    parts = try reader.parts()
  }

  /// The text for a record.
  /// - Throws: `invalid-template` for a name that the record lacks and for operations on values of the wrong kind.
  public func render(_ record: JSONObject) throws(Diagnostic) -> String {
    var names = record
    var output = ""
    try Self.render(parts, &names, &output)
    return output
  }

  /// The value of a template that is one `{{ expression }}`, its text otherwise.
  public func value(_ record: JSONObject) throws(Diagnostic) -> JSONValue {
    if parts.count == 1, case .output(let expression) = parts[0] { return try expression.value(record) }
    return .string(try render(record))
  }

  private static func render(_ parts: [Part], _ names: inout JSONObject, _ output: inout String) throws(Diagnostic) {
    for part in parts {
      switch part {
      case .text(let text): output += text
      case .output(let expression): output += try TemplateValue.text(expression.value(names))
      case .assignment(let name, let expression): names[name] = try expression.value(names)
      case .condition(let branches):
        for (condition, body) in branches {
          if let condition, !TemplateValue.isTrue(try condition.value(names)) { continue }
          try render(body, &names, &output)
          break
        }
      case .loop(let name, let expression, let body):
        guard let items = try expression.value(names).array else { throw TemplateValue.wrong("'for' needs a list") }
        let outer = names
        for (index, item) in items.enumerated() {
          names[name] = item
          names["loop"] = [
            "index": .integer(Int64(index + 1)), "index0": .integer(Int64(index)), "first": .bool(index == 0),
            "last": .bool(index == items.count - 1),
          ]
          try render(body, &names, &output)
        }
        names = outer
      }
    }
  }
}

/// Cuts a template into its parts.
private struct TemplateReader {
  private enum Piece {
    case text(String)
    case output(String)
    case statement(String)
  }

  private var pieces: [Piece] = []
  private var index = 0

  init(_ source: String) {
    var rest = Substring(source)
    var stripsNext = false
    while !rest.isEmpty {
      let opening = ["{{", "{%", "{#"].compactMap { rest.firstRange(of: $0)?.lowerBound }.min() ?? rest.endIndex
      var text = rest[..<opening]
      if stripsNext { text = text.drop(while: \.isWhitespace) }
      guard opening < rest.endIndex else {
        if !text.isEmpty { pieces.append(.text(String(text))) }
        return
      }
      let kind = rest[opening...].prefix(2)
      rest = rest[opening...].dropFirst(2)
      if rest.first == "-" {
        rest = rest.dropFirst()
        while text.last?.isWhitespace == true { text.removeLast() }
      }
      if !text.isEmpty { pieces.append(.text(String(text))) }
      let closing = kind == "{{" ? "}}" : kind == "{%" ? "%}" : "#}"
      guard let end = Self.end(of: closing, in: rest) else {
        // Shown as a statement that nothing understands, so that the error names it.
        pieces.append(.statement("\(kind) without \(closing)"))
        return
      }
      var body = rest[..<end.lowerBound]
      rest = rest[end.upperBound...]
      stripsNext = body.last == "-"
      if stripsNext { body.removeLast() }
      if kind == "{{" { pieces.append(.output(String(body))) }
      if kind == "{%" { pieces.append(.statement(String(body))) }
    }
  }

  /// The closing mark that stands in no string.
  private static func end(of mark: String, in text: Substring) -> Range<Substring.Index>? {
    var quote: Character?
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      if let open = quote {
        if character == "\\" { index = text.index(after: index) }
        if character == open { quote = nil }
      } else if text[index...].hasPrefix(mark) {
        return index..<text.index(index, offsetBy: 2)
      } else if mark != "#}", character == "'" || character == "\"" {
        quote = character
      }
      guard index < text.endIndex else { return nil }
      index = text.index(after: index)
    }
    return nil
  }

  mutating func parts() throws(Diagnostic) -> [TaskTemplate.Part] {
    let (parts, end) = try block()
    guard let end else { return parts }
    throw TemplateValue.wrong("'\(end)' closes nothing")
  }

  /// Parts up to a statement that ends the block, and that statement.
  private mutating func block() throws(Diagnostic) -> ([TaskTemplate.Part], String?) {
    var parts: [TaskTemplate.Part] = []
    while index < pieces.count {
      let piece = pieces[index]
      index += 1
      switch piece {
      case .text(let text): parts.append(.text(text))
      case .output(let source): parts.append(.output(try TemplateExpression(source)))
      case .statement(let source):
        let statement = source.trimmed
        let word = String(statement.prefix { !$0.isWhitespace })
        let rest = String(statement.dropFirst(word.count)).trimmed
        switch word {
        case "if": parts.append(try condition(rest))
        case "for": parts.append(try loop(rest))
        case "set": parts.append(try assignment(rest))
        case "elif", "else", "endif", "endfor": return (parts, statement)
        default: throw TemplateValue.wrong("'\(statement)' is not understood; there are if, for and set")
        }
      }
    }
    return (parts, nil)
  }

  private mutating func condition(_ source: String) throws(Diagnostic) -> TaskTemplate.Part {
    var branches: [(TemplateExpression?, [TaskTemplate.Part])] = []
    var condition: TemplateExpression? = try TemplateExpression(source)
    while true {
      let (body, end) = try block()
      branches.append((condition, body))
      guard let end, end != "endfor" else { throw TemplateValue.wrong("'if \(source)' has no endif") }
      if end == "endif" { return .condition(branches) }
      condition = end == "else" ? nil : try TemplateExpression(String(end.dropFirst(4)))
    }
  }

  private mutating func loop(_ source: String) throws(Diagnostic) -> TaskTemplate.Part {
    guard let middle = source.firstRange(of: " in ") else { throw TemplateValue.wrong("'for \(source)' has no 'in'") }
    let name = String(source[..<middle.lowerBound]).trimmed
    let expression = try TemplateExpression(String(source[middle.upperBound...]))
    let (body, end) = try block()
    guard end == "endfor" else { throw TemplateValue.wrong("'for \(source)' has no endfor") }
    return .loop(name: name, expression, body)
  }

  private func assignment(_ source: String) throws(Diagnostic) -> TaskTemplate.Part {
    guard let middle = source.firstIndex(of: "=") else { throw TemplateValue.wrong("'set \(source)' has no '='") }
    return .assignment(
      name: String(source[..<middle]).trimmed, try TemplateExpression(String(source[source.index(after: middle)...])))
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    var text = self[...].drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
