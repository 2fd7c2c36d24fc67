/// HTML that is safe by construction: literals are markup, everything interpolated is text and escaped.
///
/// `"<td>\(url)</td>" as Markup` cannot let a page's address become a tag or an attribute. Markup put into markup stays what it is.
struct Markup: Sendable, Equatable {
  private(set) var source: String

  private init(source: String) { self.source = source }

  static func + (left: Markup, right: Markup) -> Markup { Markup(source: left.source + right.source) }
  static func += (left: inout Markup, right: Markup) { left.source += right.source }

  /// A literal of this module, such as the style sheet: nothing that came from outside.
  static func verbatim(_ literal: StaticString) -> Markup { Markup(source: "\(literal)") }

  var isEmpty: Bool { source.isEmpty }
}

extension Markup: ExpressibleByStringInterpolation {
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity + 16 * interpolationCount) }

    mutating func appendLiteral(_ literal: String) { source += literal }
    mutating func appendInterpolation(_ text: String) { Markup.appendEscaped(text, to: &source) }
    mutating func appendInterpolation(_ markup: Markup) { source += markup.source }
    mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { source += part.source } }
    mutating func appendInterpolation(_ number: Int) { source += String(number) }

    /// Text of unknown script and direction, isolated so that it cannot reorder what stands around it.
    mutating func appendInterpolation(foreign text: String) {
      source += "<bdi>"
      Markup.appendEscaped(text, to: &source)
      source += "</bdi>"
    }
  }

  init(stringLiteral value: String) { source = value }
  init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

  /// Fit for text and for quoted attributes. Characters that HTML forbids become U+FFFD.
  private static func appendEscaped(_ text: String, to output: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "'": output += "&#39;"
      case "\r": output += " "
      case "\t", "\n": output.unicodeScalars.append(scalar)
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": output += "\u{FFFD}"
      default: output.unicodeScalars.append(scalar)
      }
    }
  }
}
