/// A straight scale with round ticks.
struct Axis {
  var lower: Double
  var upper: Double
  var ticks: [Double]

  /// About `count` ticks at multiples of 1, 2 or 5 times a power of ten; the axis ends at ticks.
  init(covering range: ClosedRange<Double>, count: Int) {
    let span = max(range.upperBound - range.lowerBound, max(range.upperBound.magnitude, 1) * 1e-9)
    var power = 1.0
    while power * 10 <= span { power *= 10 }
    while power > span { power /= 10 }
    let steps = [0.1, 0.2, 0.5, 1, 2, 5].map { $0 * power }
    let step = steps.first { span / $0 <= Double(count) } ?? power * 10
    let first = (range.lowerBound / step).rounded(.down)
    let last = max((range.upperBound / step - 1e-9).rounded(.up), first + 1)
    ticks = (0...Int(last - first)).map { (first + Double($0)) * step }
    lower = first * step
    upper = last * step
  }

  /// Where a value lies between the axis's ends, as 0...1.
  func position(of value: Double) -> Double { min(1, max(0, (value - lower) / (upper - lower))) }
}

/// A drawing of fixed size in its own units; the page scales it.
struct Drawing {
  var width: Double
  var height: Double
  var body: Markup = ""
  /// What a reader who cannot see it is told.
  var title: String
  var description: String

  var markup: Markup {
    """
    <svg viewBox="0 0 \(number(width)) \(number(height))" role="img" aria-label="\(title). \(description)">
    <title>\(title)</title><desc>\(description)</desc>
    \(body)</svg>

    """
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
    body += "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" class=\"\(style)\"/>\n"
  }

  mutating func rectangle(x: Double, y: Double, width: Double, height: Double, style: String) {
    body +=
      "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" class=\"\(style)\"/>\n"
  }

  mutating func text(_ text: String, x: Double, y: Double, anchor: String = "middle", style: String = "tick") {
    body += "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" class=\"\(style)\">\(text)</text>\n"
  }

  mutating func path(_ points: [(x: Double, y: Double)], style: String) {
    var data = ""
    for (index, point) in points.enumerated() { data += "\(index == 0 ? "M" : "L")\(number(point.x)) \(number(point.y))" }
    body += "<path d=\"\(data)\" class=\"\(style)\"/>\n"
  }

  mutating func circle(x: Double, y: Double, radius: Double, style: String) {
    body += "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" class=\"\(style)\"/>\n"
  }

  /// Two decimals, without grouping: coordinates.
  private func number(_ value: Double) -> String { coordinate(value) }
}

/// A coordinate with two decimals at most and no grouping.
func coordinate(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  let hundredths = Int((min(max(value, -1e6), 1e6) * 100).rounded())
  if hundredths % 100 == 0 { return String(hundredths / 100) }
  let magnitude = hundredths.magnitude
  let fraction = magnitude % 100
  return "\(hundredths < 0 ? "-" : "")\(magnitude / 100).\(fraction < 10 ? "0" : "")\(fraction)"
}
