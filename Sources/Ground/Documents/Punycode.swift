/// Internationalized host labels in their ASCII form (RFC 3492).
enum Punycode {
  /// `xn--` and the encoding of a label with non-ASCII scalars; nil when its numbers overflow.
  static func asciiLabel(_ label: some StringProtocol) -> String? {
    let scalars = label.unicodeScalars.map(\.value)
    if scalars.allSatisfy({ $0 < 0x80 }) { return String(label) }
    var output = scalars.filter { $0 < 0x80 }
    let basicCount = output.count
    if basicCount > 0 { output.append(0x2D) }
    var handled = basicCount
    var n: UInt32 = 0x80
    var delta: UInt32 = 0
    var bias: UInt32 = 72
    while handled < scalars.count {
      guard let next = scalars.filter({ $0 >= n }).min() else { return nil }
      let (step, overflow) = (next - n).multipliedReportingOverflow(by: UInt32(handled + 1))
      let (sum, overflow2) = delta.addingReportingOverflow(step)
      guard !overflow, !overflow2, sum < 1 << 30 else { return nil }
      delta = sum
      n = next
      for scalar in scalars {
        if scalar < n { delta += 1 }
        if scalar == n {
          appendVariableLength(delta, bias: bias, to: &output)
          bias = adapted(delta, count: UInt32(handled + 1), isFirst: handled == basicCount)
          delta = 0
          handled += 1
        }
      }
      delta += 1
      n += 1
    }
    var text = "xn--"
    for value in output { text.unicodeScalars.append(Unicode.Scalar(UInt8(value))) }
    return text
  }

  private static func appendVariableLength(_ value: UInt32, bias: UInt32, to output: inout [UInt32]) {
    var q = value
    var k: UInt32 = 36
    while true {
      let t: UInt32 = k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias)
      if q < t { break }
      output.append(digit(t + (q - t) % (36 - t)))
      q = (q - t) / (36 - t)
      k += 36
    }
    output.append(digit(q))
  }

  private static func digit(_ value: UInt32) -> UInt32 { value < 26 ? 0x61 + value : 0x30 + value - 26 }

  private static func adapted(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var k: UInt32 = 0
    while delta > 455 {
      delta /= 35
      k += 36
    }
    return k + 36 * delta / (delta + 38)
  }
}
