import Documents

/// An expression of a template: names, literals, members, calls, filters, operators, `a if c else b`.
struct TemplateExpression: Sendable {
  private let root: Node

  private indirect enum Node: Sendable {
    case literal(JSONValue)
    case name(String)
    case list([Node])
    case member(Node, Node)
    case call(String, Node, [Node])
    case operation(String, Node, Node)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
    case choice(condition: Node, Node, Node)
  }

  /// - Throws: `invalid-template`.
  init(_ source: String) throws(Diagnostic) {
    var parser = Parser(tokens: try Self.tokens(source), source: source)
    root = try parser.choice()
    try parser.expectEnd()
  }

  func value(_ names: JSONObject) throws(Diagnostic) -> JSONValue { try Self.value(root, names) }

  private static func value(_ node: Node, _ names: JSONObject) throws(Diagnostic) -> JSONValue {
    switch node {
    case .literal(let value): return value
    case .name(let name):
      guard let value = names[name] else {
        throw TemplateValue.wrong("the record has no '\(name)'; it has \(names.members.map(\.key).joined(separator: ", "))")
      }
      return value
    case .list(let nodes):
      var items: [JSONValue] = []
      for node in nodes { items.append(try value(node, names)) }
      return .array(items)
    case .member(let node, let key): return try TemplateValue.member(value(node, names), value(key, names))
    case .call(let name, let node, let nodes):
      var arguments: [JSONValue] = []
      for node in nodes { arguments.append(try value(node, names)) }
      return try TemplateValue.call(name, value(node, names), arguments)
    case .operation(let name, let left, let right):
      return try TemplateValue.apply(name, value(left, names), value(right, names))
    case .not(let node): return .bool(!TemplateValue.isTrue(try value(node, names)))
    case .and(let left, let right):
      let first = try value(left, names)
      return TemplateValue.isTrue(first) ? try value(right, names) : first
    case .or(let left, let right):
      let first = try value(left, names)
      return TemplateValue.isTrue(first) ? first : try value(right, names)
    case .choice(let condition, let first, let second):
      return try value(TemplateValue.isTrue(value(condition, names)) ? first : second, names)
    }
  }

  // MARK: Reading

  private enum Token: Sendable, Equatable {
    case name(String)
    case literal(JSONValue)
    case mark(String)
  }

  private static func tokens(_ source: String) throws(Diagnostic) -> [Token] {
    var tokens: [Token] = []
    var rest = Substring(source)
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.dropFirst()
      } else if first == "'" || first == "\"" {
        tokens.append(.literal(.string(try string(&rest, source))))
      } else if first.isASCII, first.isNumber {
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        rest = rest.dropFirst(digits.count)
        if let whole = Int64(digits) {
          tokens.append(.literal(.integer(whole)))
        } else {
          guard let number = Double(digits) else { throw TemplateValue.wrong("'\(digits)' is no number") }
          tokens.append(.literal(.number(number)))
        }
      } else if first.isLetter || first == "_" {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        rest = rest.dropFirst(name.count)
        tokens.append(.name(String(name)))
      } else {
        let marks = ["==", "!=", "<=", ">=", "(", ")", "[", "]", ",", ".", "|", "+", "-", "~", "*", "<", ">"]
        guard let mark = marks.first(where: { rest.hasPrefix($0) }) else {
          throw TemplateValue.wrong("'\(first)' is not understood in '\(source.trimmed)'")
        }
        rest = rest.dropFirst(mark.count)
        tokens.append(.mark(mark))
      }
    }
    return tokens
  }

  private static func string(_ rest: inout Substring, _ source: String) throws(Diagnostic) -> String {
    let quote = rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == quote { return text }
      guard character == "\\" else {
        text.append(character)
        continue
      }
      switch rest.popFirst() {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case "\\": text.append("\\")
      case .some(let other) where other == "'" || other == "\"": text.append(other)
      case .some(let other): text += "\\" + String(other)
      case nil: break
      }
    }
    throw TemplateValue.wrong("a string is not closed in '\(source.trimmed)'")
  }

  /// Recursive descent, one function a level of binding.
  private struct Parser {
    var tokens: [Token]
    let source: String
    private var index = 0
    private var depth = 0

    init(tokens: [Token], source: String) {
      self.tokens = tokens
      self.source = source
    }

    private var next: Token? { index < tokens.count ? tokens[index] : nil }

    private mutating func take(_ token: Token) -> Bool {
      guard next == token else { return false }
      index += 1
      return true
    }

    private func failure(_ message: String) -> Diagnostic { TemplateValue.wrong("\(message) in '\(source.trimmed)'") }

    private mutating func expect(_ mark: String) throws(Diagnostic) {
      guard take(.mark(mark)) else { throw failure("'\(mark)' is missing") }
    }

    func expectEnd() throws(Diagnostic) {
      if index < tokens.count { throw failure("something follows the expression") }
    }

    mutating func choice() throws(Diagnostic) -> Node {
      depth += 1
      defer { depth -= 1 }
      guard depth < 100 else { throw failure("too many brackets") }
      let first = try disjunction()
      guard take(.name("if")) else { return first }
      let condition = try disjunction()
      guard take(.name("else")) else { return .choice(condition: condition, first, .literal(.string(""))) }
      return .choice(condition: condition, first, try choice())
    }

    private mutating func disjunction() throws(Diagnostic) -> Node {
      var node = try conjunction()
      while take(.name("or")) { node = .or(node, try conjunction()) }
      return node
    }

    private mutating func conjunction() throws(Diagnostic) -> Node {
      var node = try negation()
      while take(.name("and")) { node = .and(node, try negation()) }
      return node
    }

    private mutating func negation() throws(Diagnostic) -> Node {
      var isNegated = false
      while take(.name("not")) { isNegated.toggle() }
      let node = try comparison()
      return isNegated ? .not(node) : node
    }

    private mutating func comparison() throws(Diagnostic) -> Node {
      let left = try sum()
      for mark in ["==", "!=", "<=", ">=", "<", ">"] where take(.mark(mark)) { return .operation(mark, left, try sum()) }
      if take(.name("in")) { return .operation("in", left, try sum()) }
      if next == .name("not"), index + 1 < tokens.count, tokens[index + 1] == .name("in") {
        index += 2
        return .not(.operation("in", left, try sum()))
      }
      return left
    }

    private mutating func sum() throws(Diagnostic) -> Node {
      var node = try product()
      while case .mark(let mark)? = next, ["+", "-", "~"].contains(mark) {
        index += 1
        node = .operation(mark, node, try product())
      }
      return node
    }

    private mutating func product() throws(Diagnostic) -> Node {
      var node = try postfix()
      while take(.mark("*")) { node = .operation("*", node, try postfix()) }
      return node
    }

    private mutating func postfix() throws(Diagnostic) -> Node {
      var node = try primary()
      while true {
        if take(.mark(".")) {
          let name = try name()
          node = take(.mark("(")) ? .call(name, node, try arguments()) : .member(node, .literal(.string(name)))
        } else if take(.mark("[")) {
          node = .member(node, try choice())
          try expect("]")
        } else if take(.mark("|")) {
          let name = try name()
          node = .call(name, node, take(.mark("(")) ? try arguments() : [])
        } else {
          return node
        }
      }
    }

    private mutating func name() throws(Diagnostic) -> String {
      guard case .name(let name)? = next else { throw failure("a name is missing") }
      index += 1
      return name
    }

    private mutating func arguments() throws(Diagnostic) -> [Node] {
      var nodes: [Node] = []
      while !take(.mark(")")) {
        if !nodes.isEmpty { try expect(",") }
        nodes.append(try choice())
      }
      return nodes
    }

    private mutating func primary() throws(Diagnostic) -> Node {
      guard let token = next else { throw failure("something is missing") }
      index += 1
      switch token {
      case .literal(let value): return .literal(value)
      case .name("true"), .name("True"): return .literal(.bool(true))
      case .name("false"), .name("False"): return .literal(.bool(false))
      case .name("none"), .name("None"): return .literal(.null)
      case .name(let name): return .name(name)
      case .mark("-"):
        guard case .literal(let value)? = next, let number = value.number else { throw failure("'-' needs a number") }
        index += 1
        if case .integer(let whole) = value { return .literal(.integer(-whole)) }
        return .literal(.number(-number))
      case .mark("("):
        let node = try choice()
        try expect(")")
        return node
      case .mark("["):
        var nodes: [Node] = []
        while !take(.mark("]")) {
          if !nodes.isEmpty { try expect(",") }
          nodes.append(try choice())
        }
        return .list(nodes)
      case .mark(let mark): throw failure("'\(mark)' stands where a value should")
      }
    }
  }
}
