import Documents

/// What a reader finds next: a record, or a stretch of the file without one.
public enum ArchiveItem: ~Escapable {
  case record(ArchiveRecord)
  case damage(ArchiveDamage)
}

/// Reads WARC 0.17 to 1.1 (ISO 28500) and ARC 1 and 2 records, plain, gzip or zstd, leniently and without losing a byte:
/// every byte of the range belongs to exactly one item.
///
/// ```swift
/// var reader = ArchiveReader(file)
/// while let item = reader.next() {
///   switch item {
///   case .record(let record): print(record.type, record.targetURI ?? "", record.block.byteCount)
///   case .damage(let damage): print(damage.kind, damage.location.offset)
///   }
/// }
/// ```
/// Memory: one decoded member, or `Limits.blockBytes` and a window for larger ones. The file itself is mapped.
public struct ArchiveReader: ~Copyable {
  /// Bounds on what one record may take.
  public struct Limits: Sendable, Hashable {
    /// Of a record's header, in bytes.
    public var headerBytes = 1 << 20
    /// Of a block that has to be decoded into memory, in bytes; the rest of a longer one is passed over and the record says so.
    public var blockBytes = 64 << 20

    public init() {}
  }

  public let file: ArchiveFile
  /// The stretch of the file that is read: it starts and ends where records do.
  public let range: Range<Int>
  private let limits: Limits
  private var window: DecodedWindow
  private var header = HeaderParser()
  private var current = RecordExtent()
  /// Up to here the file belongs to items already given out.
  public private(set) var accounted: Int
  private var holdsARC: Bool

  /// Reads the whole file.
  public init(_ file: ArchiveFile, limits: Limits = Limits()) {
    self.init(file, from: 0, to: file.isPipe ? .max : file.size, limits: limits)
  }

  /// Reads the records that start in `share`, an arbitrary stretch of the file: shares that partition the file give each record
  /// exactly once, although nobody knows beforehand where records start.
  /// - Complexity: to find the ends, O(record size) for gzip; O(records before the end) for uncompressed files.
  public init(_ file: ArchiveFile, share: Range<Int>, limits: Limits = Limits()) {
    let start = file.recordStart(atOrAfter: share.lowerBound, limits: limits)
    self.init(file, from: start, to: max(start, file.recordStart(atOrAfter: share.upperBound, limits: limits)), limits: limits)
  }

  /// Reads on from a place where a record starts, such as the `location.offset` of one, to the end of the file.
  public init(_ file: ArchiveFile, startingAt offset: Int, limits: Limits = Limits()) {
    self.init(
      file, from: file.isPipe ? max(offset, 0) : min(max(offset, 0), file.size), to: file.isPipe ? .max : file.size,
      limits: limits)
  }

  init(_ file: ArchiveFile, from start: Int, to end: Int, limits: Limits = Limits()) {
    self.file = file
    self.limits = limits
    range = start..<end
    accounted = start
    window = DecodedWindow(file, position: start)
    holdsARC = file.compression == .none && ARCLine(file.bytes(from: 0)) != nil
  }

  /// The next item, or nil at the end of the range.
  @_lifetime(&self)
  public mutating func next() -> ArchiveItem? {
    window.consume(current.total)
    current.total = 0
    switch advance() {
    case nil: return nil
    case .damage(let damage): return .damage(damage)
    case .record:
      let bytes = window.retained ?? window.bytes
      let record = ArchiveRecord(
        current, headerBytes: bytes.part(current.header), blockBytes: bytes.part(current.block),
        fields: current.arc == nil ? header.fields : [])
      return _overrideLifetime(.record(record), mutating: &self)
    }
  }

  /// Moves to the next item without giving out a view of it.
  mutating func skip() -> Bool {
    window.consume(current.total)
    current.total = 0
    return advance() != nil
  }

  private enum Step {
    /// The record in `current`; its bytes are in the window and not yet consumed.
    case record
    case damage(ArchiveDamage)
  }

  private mutating func advance() -> Step? {
    window.releaseRetained()
    // Compressed, a member counts as used up with its first record, and more may follow in it.
    if window.compression == .none, accounted >= range.upperBound { return nil }
    while true {
      if window.isEmpty {
        if !window.isInsideMember, window.position >= range.upperBound {
          return accounted < window.storedEnd ? account(.padding) : nil
        }
        switch window.grow() {
        case .grew: continue
        case .damaged where window.isEmpty: return account(.damagedMember)
        // What could be saved of the member is in the window.
        case .damaged: continue
        case .foreign: return passForeign()
        case .end: return accounted < window.storedEnd ? account(.padding) : nil
        }
      }
      let blank = leadingBlankBytes()
      if blank > 0 {
        window.consume(blank)
        continue
      }
      let origin = window.origin
      if accounted < origin.offset, origin.inner == 0 { return account(.padding) }
      guard origin.offset < range.upperBound else { return accountBlankMembersBeforeEnd() }
      growWithinMember(to: RecordStart.lookahead)
      // Its own member decides whether it is a record, not what the window happens to hold behind.
      let own = window.bytes.part(0..<(window.nextMemberInWindow ?? window.bytes.count))
      if RecordStart.startsWARC(own) { return readWARC(origin) }
      if let line = ARCLine(own) { return readARC(line, origin) }
      return passGarbage()
    }
  }

  // MARK: Accounting

  /// A stretch without a record, from the end of the last item to the consumed part's end.
  /// - Parameter origin: where it starts, if that may be in a member that an earlier item accounts for.
  private mutating func account(_ kind: ArchiveDamage.Kind, from origin: (offset: Int, inner: Int)? = nil) -> Step {
    let end = window.storedEnd
    defer { accounted = end }
    let start = origin.flatMap { $0.offset < accounted ? $0 : nil } ?? (offset: accounted, inner: 0)
    return .damage(
      ArchiveDamage(
        kind: kind, location: RecordLocation(offset: start.offset, length: end - accounted, innerOffset: start.inner)))
  }

  /// Members of nothing but line breaks, and then one behind the range that begins with line breaks too.
  private mutating func accountBlankMembersBeforeEnd() -> Step? {
    guard accounted < range.upperBound else { return nil }
    defer { accounted = range.upperBound }
    let location = RecordLocation(offset: accounted, length: range.upperBound - accounted, innerOffset: 0)
    return .damage(ArchiveDamage(kind: .padding, location: location))
  }

  /// Gives out the record in `current` with the bytes of the file that it takes.
  private mutating func deliver(_ origin: (offset: Int, inner: Int)) -> Step {
    if window.isDamaged(at: current.total) { current.defects.insert(.damagedMember) }
    let end = window.storedEnd(afterConsuming: current.total)
    current.location = RecordLocation(offset: origin.offset, length: end - accounted, innerOffset: origin.inner)
    accounted = end
    return .record
  }

  private mutating func passForeign() -> Step {
    let isPadding = window.isPaddedToEnd()
    if isPadding { window.skipToEnd() } else { window.skipForeign() }
    return account(isPadding ? .padding : .notAMember)
  }

  // MARK: Growing

  /// Decodes more of the current member until the window holds `count` bytes. False when the member ends before.
  @discardableResult
  private mutating func growWithinMember(to count: Int) -> Bool {
    while window.bytes.count < count {
      guard window.isInsideMember, case .grew = window.grow() else { return false }
    }
    return true
  }

  private func leadingBlankBytes() -> Int {
    let bytes = window.bytes
    var i = 0
    while i < bytes.count, ASCII.isLineBreak(bytes[i]) { i += 1 }
    return i
  }

  /// Bytes that start no record, up to the next one in the same member or to the member's end.
  private mutating func passGarbage(as kind: ArchiveDamage.Kind = .notARecord) -> Step {
    let origin = window.origin
    while true {
      let bytes = window.bytes
      let limit = window.nextMemberInWindow ?? bytes.count
      if let next = RecordStart.next(in: bytes.part(0..<limit), from: 1, includingARC: holdsARC) {
        window.consume(next)
        return account(kind, from: origin)
      }
      // Keep what may be the beginning of a record.
      let keep = window.isInsideMember ? min(RecordStart.lookahead, limit - 1) : 0
      window.consume(limit - keep)
      guard window.isInsideMember else { return account(kind, from: origin) }
      switch window.grow() {
      case .grew: continue
      case .damaged, .foreign, .end:
        window.consume(window.bytes.count)
        return account(kind, from: origin)
      }
    }
  }

  // MARK: WARC

  private mutating func readWARC(_ origin: (offset: Int, inner: Int)) -> Step {
    current = RecordExtent()
    guard readHeader() else {
      // The next record may start inside what looked like one header.
      return passGarbage(as: .damagedHeader)
    }
    let bytes = window.bytes
    current.type = RecordType(header.value("warc-type", in: bytes))
    current.header = 0..<header.end
    current.malformedLines = header.malformedLines
    if header.malformedLines > 0 { current.defects.insert(.malformedHeader) }
    current.declaredLength = header.value("content-length", in: bytes)?.decimal
    boundBlock(from: header.end)
    return deliver(origin)
  }

  /// More members than this, the empty ones not counted, hold no header together.
  private static let headerMembers = 64

  private mutating func readHeader() -> Bool {
    while true {
      let bytes = window.bytes
      // The header may go on in the next member, unless a record starts there. What is in the window may depend on what was read before,
      // so the bounds are counted from the header's start.
      let next = window.firstMember(where: RecordStart.isAtStart) ?? window.memberStart(behind: Self.headerMembers)
      let limit = min(next ?? bytes.count, limits.headerBytes)
      let versionEnd = (bytes.index(of: ASCII.lineFeed) ?? bytes.count - 1) + 1
      if header.parse(bytes.part(0..<limit), from: min(versionEnd, limit)) == .complete {
        noteMembers(before: header.end)
        return true
      }
      guard next == nil, limit < limits.headerBytes, growByContent() else { return false }
    }
  }

  /// Decodes until the window holds more, over empty members; false where there is no more to be had.
  private mutating func growByContent() -> Bool {
    let count = window.bytes.count
    if growWithinMember(to: count + 1) { return true }
    while window.bytes.count == count { guard case .grew = window.grow() else { return false } }
    return true
  }

  /// A record in several gzip members is a defect; in several frames it is none.
  private mutating func noteMembers(before end: Int) {
    if window.compression == .gzip, let next = window.nextMemberInWindow, next < end { current.defects.insert(.severalMembers) }
  }

  private mutating func readARC(_ line: ARCLine, _ origin: (offset: Int, inner: Int)) -> Step {
    // An uncompressed file says so with its first line, whichever share of it is read.
    if window.compression != .none { holdsARC = true }
    current = RecordExtent()
    let fields = ARCFields(line, in: window.bytes)
    current.arc = fields
    current.type = fields.type
    current.header = 0..<line.end
    current.declaredLength = line.length
    boundBlock(from: line.end)
    return deliver(origin)
  }

  // MARK: Where the block ends

  private mutating func boundBlock(from start: Int) {
    guard let length = current.declaredLength else {
      current.defects.insert(.missingLength)
      boundByFollowingRecord(from: start)
      return
    }
    if length > limits.blockBytes, window.isBuffered {
      readOversized(from: start, length: length)
      return
    }
    let end = start + length
    let available = growBlock(to: end)
    if available < end {
      boundCutOff(from: start, available: available)
    } else if let next = endOfTrailer(after: end) {
      current.block = start..<end
      current.total = next
    } else {
      current.defects.insert(.wrongLength)
      boundByFollowingRecord(from: start)
    }
  }

  /// Decodes until the window holds `end` bytes of the record.
  /// - Returns: how many bytes in the window belong to the record.
  private mutating func growBlock(to end: Int) -> Int {
    // Members that are in the window already are looked at as those that come.
    if let next = window.firstMember(where: RecordStart.isAtStart), next < end { return next }
    noteMembers(before: min(end, window.bytes.count))
    while window.bytes.count < end {
      let before = window.bytes.count
      let continuesMember = window.isInsideMember
      switch window.grow() {
      case .grew: break
      case .damaged: return window.bytes.count
      case .foreign, .end: return before
      }
      if !continuesMember, window.bytes.count > before {
        // The record goes on in the next member, unless a new record starts there.
        if RecordStart.isAtStart(of: window.bytes.from(before)) { return before }
        noteMembers(before: window.bytes.count)
      }
    }
    return end
  }

  /// Passes over the blank lines behind a block. Nil when what follows shows that the block does not end here.
  private mutating func endOfTrailer(after end: Int) -> Int? {
    growWithinMember(to: end + RecordStart.lookahead)
    let bytes = window.bytes
    // Blank lines at the start of the next member are that one's.
    let limit = window.memberStart(atOrAfter: end) ?? bytes.count
    var next = end
    while next < limit, ASCII.isLineBreak(bytes[next]) { next += 1 }
    if next == limit { return next }
    // With its own trailer in place the length is right, whatever follows.
    let hasTrailer = current.arc == nil ? bytes.hasPrefix("\r\n\r\n", at: end) : next > end
    return hasTrailer || RecordStart.kind(of: bytes.from(next)) != nil ? next : nil
  }

  /// The record ends where the next one starts in the same member, or with the member.
  private mutating func boundByFollowingRecord(from start: Int) {
    var searched = start
    while true {
      let bytes = window.bytes
      let limit = window.memberStart(atOrAfter: start) ?? bytes.count
      if let next = RecordStart.next(in: bytes.part(0..<limit), from: searched, includingARC: holdsARC) {
        return endBlock(start, next)
      }
      guard window.isInsideMember, limit < limits.blockBytes, case .grew = window.grow() else { return endBlock(start, limit) }
      searched = max(start, limit - RecordStart.lookahead)
    }
  }

  private mutating func boundCutOff(from start: Int, available: Int) {
    let bytes = window.bytes.part(0..<available)
    if let next = RecordStart.next(in: bytes, from: start, includingARC: holdsARC) {
      current.defects.insert(.wrongLength)
      endBlock(start, next)
    } else if window.compression != .none, available < window.bytes.count, available - start >= 4,
      bytes.hasPrefix("\r\n\r\n", at: available - 4)
    {
      // A whole member that ends as a record should, and another behind it: nothing was cut off.
      current.defects.insert(.wrongLength)
      endBlock(start, available)
    } else {
      current.defects.insert(.cutOff)
      current.block = min(start, available)..<available
      current.total = available
    }
  }

  /// The block is what stands before `next`, without the two line breaks that end a record.
  private mutating func endBlock(_ start: Int, _ next: Int) {
    let bytes = window.bytes
    var end = next
    for _ in 0..<2 where end > start && bytes[end - 1] == ASCII.lineFeed {
      end -= 1
      if end > start, bytes[end - 1] == ASCII.carriageReturn { end -= 1 }
    }
    current.block = start..<end
    current.total = next
  }

  /// Keeps the first part of the block and passes over the rest without holding it in memory.
  private mutating func readOversized(from start: Int, length: Int) {
    let kept = growBlock(to: start + limits.blockBytes)
    // With less than that left, it is the length that is wrong.
    guard kept == start + limits.blockBytes else { return boundCutOff(from: start, available: kept) }
    current.defects.insert(.oversized)
    window.retain(kept)
    current.block = start..<kept
    window.consume(kept)
    var left = start + length - kept
    while left > 0 {
      // It ends with its member, whatever the window holds behind.
      guard !window.isAtMemberStart, !window.isEmpty || growWithinMember(to: 1) else {
        current.defects.insert(.cutOff)
        return
      }
      let step = min(left, window.nextMemberInWindow ?? window.bytes.count)
      window.consume(step)
      left -= step
    }
    growWithinMember(to: RecordStart.lookahead)
    if !window.isAtMemberStart { window.consume(min(leadingBlankBytes(), window.nextMemberInWindow ?? .max)) }
  }
}
