/// Whether a string is a web or mail address to spaCy (`URL_PATTERN`): then it stays one token.
enum EnglishAddress {
  static func isAddress(_ scalars: [UInt32], _ classes: [EnglishScalars], _ range: Range<Int>) -> Bool {
    guard scalars[range].contains(0x2E) else { return false }
    if isHost(scalars, classes, range) { return true }
    if let scheme = schemeEnd(scalars, range), isHost(scalars, classes, scheme..<range.upperBound) { return true }
    // Somebody stands before the @; with several, each may be the one.
    for index in range.dropFirst() where scalars[index] == 0x40 {
      if isHost(scalars, classes, index + 1..<range.upperBound) { return true }
    }
    return false
  }

  /// Behind `://` after two or more word characters, `+`, `-` or `.`.
  private static func schemeEnd(_ scalars: [UInt32], _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound, scalars[index] != 0x3A {
      let scalar = scalars[index]
      let isWord = scalar == 0x5F || !ScalarClass.of(scalar).isDisjoint(with: [.letter, .number])
      guard isWord || scalar == 0x2B || scalar == 0x2D || scalar == 0x2E else { return nil }
      index += 1
    }
    guard index - range.lowerBound >= 2, index + 2 < range.upperBound, scalars[index + 1] == 0x2F, scalars[index + 2] == 0x2F
    else {
      return nil
    }
    return index + 3
  }

  private static func isHost(_ scalars: [UInt32], _ classes: [EnglishScalars], _ range: Range<Int>) -> Bool {
    var end = range.lowerBound
    while end < range.upperBound,
      isHostScalar(scalars[end]) || scalars[end] == 0x2E || scalars[end] == 0x5F || scalars[end] == 0x2D
    {
      end += 1
    }
    guard isTail(scalars, end..<range.upperBound) else { return false }
    let labels = scalars[range.lowerBound..<end].split(separator: 0x2E, omittingEmptySubsequences: false)
    return isName(labels, classes) || isPublicIPv4(labels)
  }

  private static func isHostScalar(_ scalar: UInt32) -> Bool {
    scalar &- 0x30 < 10 || (scalar | 0x20) &- 0x61 < 26 || 0xA1...0xFFFF ~= scalar
  }

  private static func isName(_ labels: [ArraySlice<UInt32>], _ classes: [EnglishScalars]) -> Bool {
    guard labels.count >= 2, let last = labels.last, 2...63 ~= last.count else { return false }
    guard last.indices.allSatisfy({ classes[$0].contains(.lower) }) else { return false }
    return labels.dropLast().allSatisfy { label in
      guard let first = label.first, let end = label.last, label.count <= 64 else { return false }
      return isHostScalar(first) && isHostScalar(end)
    }
  }

  /// Four numbers that are no private network's, and neither the first nor the last of their class.
  private static func isPublicIPv4(_ labels: [ArraySlice<UInt32>]) -> Bool {
    guard labels.count == 4, labels.allSatisfy({ 1...3 ~= $0.count && $0.allSatisfy { $0 &- 0x30 < 10 } }) else { return false }
    let numbers = labels.map { $0.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    guard 1...223 ~= numbers[0], labels[0].first != 0x30, numbers[1] <= 255, numbers[2] <= 255 else { return false }
    guard 1...254 ~= numbers[3], labels[3].first != 0x30 else { return false }
    switch (numbers[0], numbers[1]) {
    case (10, _), (127, _), (169, 254), (192, 168), (172, 16...31): return false
    default: return true
    }
  }

  /// A port of two to five digits and a path, or nothing.
  private static func isTail(_ scalars: [UInt32], _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    guard index < range.upperBound else { return true }
    if scalars[index] == 0x3A {
      index += 1
      let first = index
      while index < range.upperBound, scalars[index] &- 0x30 < 10 { index += 1 }
      guard 2...5 ~= index - first else { return false }
    }
    return index == range.upperBound || scalars[index] == 0x2F || scalars[index] == 0x3F || scalars[index] == 0x23
  }
}
