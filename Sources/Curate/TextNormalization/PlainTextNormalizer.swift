import ICU

/// Normalization as its rules read, over arrays of code points and without any look ahead for clean text: the specification of
/// `TextNormalizer`, for tests.
package enum PlainTextNormalizer {
  package static func normalize(_ source: [UInt8]) -> [UInt8] {
    let table = UnicodeTable.shared
    var normalizer = Normalizer()
    var text = source
    for _ in 0..<TextNormalizer.mostRounds {
      let before = text
      var output: [UInt8] = []
      let isSuspect = text.withUnsafeBufferPointer { TextInspection($0).suspectsLegacyMojibake }
      if isSuspect, text.withUnsafeBufferPointer({ LegacyMojibake(table: table).run($0, into: &output) }) > 0 { text = output }
      while text.withUnsafeBufferPointer({ MojibakeRepair(table: table).run($0, into: &output) }) > 0 { text = output }
      if text.withUnsafeBufferPointer({ EntityLeftovers.decode($0, into: &output) }) > 0 { text = output }
      text = policy(text, table)
      text = normalizer.nfcByICU(text)
      if text == before { break }
    }
    return text
  }

  private static func policy(_ text: [UInt8], _ table: UnicodeTable) -> [UInt8] {
    var points = String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value)
    points = lineFeeds(points)
    // What goes whatever stands beside it.
    var marks = 0
    points = points.filter { point in
      if point == 0x0A || point == 0x09 {
        marks = 0
        return true
      }
      let kind = CharacterClass.of(point, table)
      switch kind {
      case .mark:
        marks += 1
        return marks <= CharacterPolicy.mostMarksInRow
      case .joiner: return true
      case .keep, .space, .lineEnding:
        marks = 0
        return true
      case .control, .invisible, .bidirectional, .privateUse: return false
      }
    }
    points = points.map { $0 != 0x0A && $0 != 0x09 && CharacterClass.of($0, table) == .space ? 0x20 : $0 }
    points = joiners(points)
    var bytes: [UInt8] = []
    for point in lines(points) { UTF8Scalars.append(point, to: &bytes) }
    return bytes
  }

  private static func lineFeeds(_ points: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    for (index, point) in points.enumerated() {
      switch point {
      case 0x0D: if index + 1 == points.count || points[index + 1] != 0x0A { result.append(0x0A) }
      case 0x0B, 0x0C, 0x85, 0x2028, 0x2029: result.append(0x0A)
      default: result.append(point)
      }
    }
    return result
  }

  private static func joiners(_ points: [UInt32]) -> [UInt32] {
    func isJoiner(_ point: UInt32) -> Bool { point == 0x200C || point == 0x200D }
    return points.indices.filter { index in
      guard isJoiner(points[index]) else { return true }
      let before = points[..<index].last { !isJoiner($0) }
      let behind = points[index...].first { !isJoiner($0) }
      return (before ?? 0) >= 0x80 && (behind ?? 0) >= 0x80
    }.map { points[$0] }
  }

  private static func lines(_ points: [UInt32]) -> [UInt32] {
    var lines = points.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      Array(line[..<((line.lastIndex { $0 != 0x20 && $0 != 0x09 } ?? line.startIndex - 1) + 1)])
    }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    while lines.last?.isEmpty == true { lines.removeLast() }
    var kept: [[UInt32]] = []
    for line in lines where !(line.isEmpty && kept.last?.isEmpty == true) { kept.append(line) }
    return Array(kept.joined(separator: [0x0A]))
  }
}
