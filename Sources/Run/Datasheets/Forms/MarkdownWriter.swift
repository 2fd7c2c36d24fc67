/// GitHub-flavoured Markdown in which text from outside stays text.
struct MarkdownWriter {
  private(set) var text = ""

  mutating func heading(_ level: Int, _ title: String) {
    text += (text.isEmpty ? "" : "\n") + String(repeating: "#", count: level) + " " + escapedLineStart(escaped(title)) + "\n"
  }

  /// Foreign text, whose blank lines part paragraphs.
  mutating func paragraph(_ foreign: String) {
    for part in foreign.split(separator: "\n\n", omittingEmptySubsequences: true) {
      let line = escapedLineStart(escaped(String(part)))
      if !line.isEmpty { text += "\n" + line + "\n" }
    }
  }

  /// One paragraph of which the pieces are escaped already.
  mutating func line(_ markdown: String) { text += "\n" + markdown + "\n" }

  /// Rows of escaped cells; nothing at all when there are no rows.
  mutating func table(_ header: [String], _ alignRight: [Bool], _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    text += "\n| " + header.joined(separator: " | ") + " |\n"
    text += "| " + alignRight.map { $0 ? "---:" : "---" }.joined(separator: " | ") + " |\n"
    for row in rows { text += "| " + row.joined(separator: " | ") + " |\n" }
  }

  /// Text as it is, in a fence longer than any run of backticks in it.
  mutating func block(_ foreign: String) {
    let fence = String(repeating: "`", count: max(3, longestBacktickRun(in: foreign) + 1))
    text += "\n\(fence)text\n\(withoutControls(foreign, keepingLines: true))\n\(fence)\n"
  }

  /// Text in which no character starts markup, on one line.
  func escaped(_ foreign: String) -> String {
    var output = ""
    for scalar in withoutControls(foreign, keepingLines: false).unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "#", "|", "!", "~", "$":
        output += "\\"
        output.unicodeScalars.append(scalar)
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  /// A list item or a rule is made by the first characters of a line.
  private func escapedLineStart(_ line: String) -> String {
    guard let first = line.unicodeScalars.first else { return line }
    if first == "-" || first == "+" || first == "=" { return "\\" + line }
    let digits = line.unicodeScalars.prefix { ("0"..."9").contains($0) }
    let rest = line.unicodeScalars.dropFirst(digits.count)
    guard let mark = rest.first, mark == "." || mark == ")" else { return line }
    return String(String.UnicodeScalarView(digits)) + "\\" + String(String.UnicodeScalarView(rest))
  }

  /// A code span; in it only the fence and a table's bar could do harm.
  func code(_ foreign: String) -> String {
    let line = withoutControls(foreign, keepingLines: false)
    guard !line.isEmpty else { return "–" }
    let fence = String(repeating: "`", count: longestBacktickRun(in: line) + 1)
    let padding = line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
    let barred = String(line.flatMap { $0 == "|" ? Array("\\|") : [$0] })
    return fence + padding + barred + padding + fence
  }

  private func longestBacktickRun(in text: String) -> Int {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  private func withoutControls(_ text: String, keepingLines: Bool) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where keepingLines: output += "\n"
      case "\n", "\r", "\t", "\u{2028}", "\u{2029}", "\u{85}": output += " "
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}": output += "\u{FFFD}"
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": output += "\u{FFFD}"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}
