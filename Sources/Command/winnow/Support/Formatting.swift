import Foundation

/// Numbers as people read them.
enum Readable {
  /// `12,345`
  static func count(_ value: Int) -> String {
    var digits = String(abs(value))
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = String(digits.dropLast(3))
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// `3.4 MB`, decimal.
  static func bytes(_ value: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var size = Double(value)
    var unit = 0
    while size >= 999.5, unit < units.count - 1 {
      size /= 1000
      unit += 1
    }
    return unit == 0 ? "\(value) B" : "\(fixed(size, size < 9.95 ? 1 : 0)) \(units[unit])"
  }

  /// `0.8 s`, `2 min 05 s`, `3 h 04 min`
  static func duration(_ seconds: Double) -> String {
    if seconds < 59.95 { return "\(fixed(seconds, seconds < 9.95 ? 1 : 0)) s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
  }

  /// `12.3 %`; a dash when there is nothing to divide by.
  static func share(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "–" : "\(fixed(100 * Double(part) / Double(whole), 1)) %"
  }

  static func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", locale: Locale(identifier: "en_US_POSIX"), value)
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// A table in columns of equal width: text to the left, numbers to the right.
struct TextTable {
  private var rows: [[String]] = []
  private let alignsRight: [Bool]

  init(_ header: [String], alignsRight: [Bool]) {
    rows = [header]
    self.alignsRight = alignsRight
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var isEmpty: Bool { rows.count == 1 }

  func rendered(indentation: String = "") -> String {
    let widths = alignsRight.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return alignsRight[column] ? space + cell : cell + space
      }
      var line = indentation + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
