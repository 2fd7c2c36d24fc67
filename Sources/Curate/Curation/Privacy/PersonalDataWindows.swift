/// The lines of a text that can hold personal data, as ranges of neighbouring lines: the others are not shown to any pattern.
///
/// Every form but those that span lines has on its line one of these: an `@` (e-mail), two colons (IPv6), three digits (IPv4 and all
/// longer numbers), twenty bytes of ASCII without white space (secrets, most wallets), or `c1` (the shortest of wallets). With street addresses
/// one digit is enough.
struct PersonalDataWindows {
  private static let longRun = 20

  private(set) var ranges: [Range<Int>] = []

  init(of text: UnsafeBufferPointer<UInt8>, for types: [PersonalDataType]) {
    let leastDigits = types.contains(.streetAddress) ? 1 : 3
    var start = 0
    while start < text.count {
      let end = ByteSearch.first(0x0A, in: text, start..<text.count) ?? text.count
      if Self.mayHold(UnsafeBufferPointer(rebasing: text[start..<end]), leastDigits) {
        if let last = ranges.last, last.upperBound + 1 == start {
          ranges[ranges.count - 1] = last.lowerBound..<end
        } else {
          ranges.append(start..<end)
        }
      }
      start = end + 1
    }
  }

  private static func mayHold(_ line: UnsafeBufferPointer<UInt8>, _ leastDigits: Int) -> Bool {
    let digits = ByteCount.count(line) { $0 &- 0x30 < 10 }
    if digits >= leastDigits || digits > 0 && ByteSearch.contains([0x63, 0x31], in: line, 0..<line.count) { return true }
    if ByteSearch.contains(0x40, in: line) || ByteCount.count(line, where: { $0 == 0x3A }) >= 2 { return true }
    // A run that covers twenty bytes covers one whose place divides by twenty: look at these, and around them only where there is no space.
    var place = longRun - 1
    while place < line.count {
      guard isGraphic(line[place]) else {
        place &+= longRun
        continue
      }
      var (first, last) = (place, place)
      while first > 0, place - first < longRun, isGraphic(line[first - 1]) { first &-= 1 }
      while last + 1 < line.count, last - first < longRun, isGraphic(line[last + 1]) { last &+= 1 }
      if last - first + 1 >= longRun { return true }
      place &+= longRun
    }
    return false
  }

  @inline(__always)
  private static func isGraphic(_ byte: UInt8) -> Bool { byte &- 0x21 < 0x5E }
}
