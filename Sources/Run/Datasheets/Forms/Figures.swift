/// Numbers as people read them, the same on every machine: no locale, no time zone.
package enum Figures {
  /// `1,234,567`
  package static func count(_ value: some BinaryInteger) -> String {
    let digits = Array(String(value.magnitude).utf8)
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }

  /// `1 document`, `2 documents`
  static func count(_ value: Int, _ noun: String) -> String { "\(count(value)) \(noun)\(value == 1 ? "" : "s")" }

  /// `812 B`, `5.8 MB`: powers of 1000.
  package static func bytes(_ value: UInt64) -> String {
    guard value >= 1000 else { return "\(value) B" }
    var scaled = Double(value)
    var unit = ""
    for name in ["kB", "MB", "GB", "TB", "PB", "EB"] where scaled >= 999.5 {
      scaled /= 1000
      unit = name
    }
    return "\(fixed(scaled, digits: scaled < 9.95 ? 2 : scaled < 99.95 ? 1 : 0)) \(unit)"
  }

  /// `12.3 %`; a dash when there is no whole.
  package static func share(_ part: some BinaryInteger, of whole: some BinaryInteger) -> String {
    guard whole > 0 else { return "–" }
    let percent = Double(part) / Double(whole) * 100
    if part > 0, percent < 0.05 { return "< 0.1 %" }
    if part < whole, percent > 99.95 { return "> 99.9 %" }
    return "\(fixed(percent, digits: 1)) %"
  }

  /// A measured value with four significant digits and no needless zeros: `0.08`, `51`, `2.718`, `123,456`.
  package static func value(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    let size = value.magnitude
    if size == 0 { return "0" }
    if size < 0.0001 || size >= 1e15 { return scientific(value) }
    if size >= 1000 { return (value < 0 ? "-" : "") + count(Int64(size.rounded())) }
    var text = fixed(value, digits: size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : size >= 0.01 ? 4 : 6)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Exactly `digits` decimals, halves away from zero; for values below 10^15.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return Figures.value(value) }
    let scale = power10(digits)
    guard value.magnitude * scale < 9e15 else { return "\(value)" }
    let rounded = Int64((value * scale).rounded())
    let whole = rounded.magnitude / UInt64(scale)
    let sign = rounded < 0 ? "-" : ""
    guard digits > 0 else { return sign + count(whole) }
    let fraction = String(rounded.magnitude % UInt64(scale))
    return sign + count(whole) + "." + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
  }

  private static func scientific(_ value: Double) -> String {
    var exponent = 0
    var mantissa = value
    while mantissa.magnitude >= 9.9995 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa.magnitude < 0.99995, exponent > -400 {
      mantissa *= 10
      exponent -= 1
    }
    return "\(fixed(mantissa, digits: 2))e\(exponent)"
  }

  private static func power10(_ exponent: Int) -> Double {
    (0..<max(0, exponent)).reduce(1.0) { scale, _ in scale * 10 }
  }
}
