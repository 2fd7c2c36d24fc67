import Storage

/// The decoded side of a stretch of stored bytes: a window that grows at its end and is consumed at its start.
///
/// Uncompressed archives are their own window. Gzip members are inflated whole into a buffer that is used again and again; members
/// too large for that, and damaged ones, are inflated in pieces.
struct DecodedWindow: ~Copyable {
  enum Growth {
    /// Something was decoded; possibly no bytes, for an empty member.
    case grew
    /// The member ended before its end, or its data are wrong from here on. Decoding goes on behind it with the next call.
    case damaged
    /// No member starts at `position`.
    case foreign
    case end
  }

  /// Decoded members above this size are inflated in pieces. Bytes.
  static let wholeMemberLimit = 32 << 20
  private static let pieceSize = 256 << 10

  /// The file up to the end of the range to be read.
  let stored: Bytes
  let compression: ArchiveCompression
  /// Everything before this offset in the file is decoded.
  private(set) var position: Int

  /// A decoded stretch that starts with a member, and where that member starts in the file.
  private struct Mark {
    var decoded: Int
    var stored: Int
  }

  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// The members that are at least partly in the window, and the one that the window's start is in.
  private var marks: [Mark] = []
  private let inflater = MemberInflater()
  private var stream = StreamInflater()
  /// Inside a member that is inflated in pieces; its input ends at `streamEnd` at the latest.
  private(set) var isInsideMember = false
  private var streamEnd = 0
  /// Where in the buffer the data of a damaged member end.
  private var damagedEnd: Int?
  private var scanner = MemberScanner()
  private var retainedBuffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  init(stored: Bytes, compression: ArchiveCompression, position: Int) {
    self.stored = stored
    self.compression = compression
    self.position = position
    buffer = compression == .none ? .init(start: nil, count: 0) : .allocate(byteCount: 1 << 20, alignment: 16)
  }

  deinit {
    buffer.deallocate()
    retainedBuffer.deallocate()
  }

  /// What is decoded and not consumed. Valid until the next mutation.
  var bytes: Bytes {
    compression == .none ? stored.from(position) : Bytes(rebasing: UnsafeRawBufferPointer(buffer)[start..<end])
  }

  var isEmpty: Bool { compression == .none ? position == stored.count : start == end }

  /// The offset in the file of the member (or, uncompressed, of the byte) that the window starts in, and how many decoded bytes of
  /// that member come before.
  var origin: (offset: Int, inner: Int) {
    guard compression != .none else { return (position, 0) }
    guard let mark = marks.first else { return (position, 0) }
    return (mark.stored, start - mark.decoded)
  }

  /// Up to which offset the file is used up by what was consumed. A member counts as used up with its first byte.
  var storedEnd: Int { storedEnd(afterConsuming: 0) }

  func storedEnd(afterConsuming count: Int) -> Int {
    guard compression != .none else { return position + count }
    if start + count == end, !isInsideMember { return position }
    return marks.first { $0.decoded >= start + count }?.stored ?? position
  }

  /// Whether a member starts `index` bytes behind the window's start.
  func startsMember(at index: Int) -> Bool { marks.contains { $0.decoded == start + index } }

  /// Where the next member starts in the window, counted from the window's start; nil when the window holds one member only.
  var nextMemberInWindow: Int? { marks.first { $0.decoded > start }.map { $0.decoded - start } }

  /// Whether the data of a damaged member end `index` bytes behind the window's start.
  func isDamaged(at index: Int) -> Bool { damagedEnd == start + index }

  mutating func consume(_ count: Int) {
    if compression == .none {
      position += count
      return
    }
    start += count
    while marks.count > 1, marks[1].decoded <= start { marks.removeFirst() }
    if start == end {
      if !isInsideMember { marks.removeAll(keepingCapacity: true) }
      for i in marks.indices { marks[i].decoded -= start }
      start = 0
      end = 0
      damagedEnd = nil
    }
  }

  mutating func grow() -> Growth {
    switch compression {
    case .none: return .end
    case .gzip:
      if isInsideMember { return growByPiece() }
      guard position < stored.count else { return .end }
      guard Gzip.startsMember(stored.from(position)) else { return .foreign }
      return growByMember()
    }
  }

  /// Passes over stored bytes that are no member, up to the next one that starts a record.
  mutating func skipForeign() {
    position = scanner.nextMember(in: stored, from: min(position + 1, stored.count))
  }

  mutating func skipToEnd() { position = stored.count }

  /// Copies the first `count` bytes aside, where they outlive their consumption until `releaseRetained`.
  mutating func retain(_ count: Int) {
    releaseRetained()
    retainedBuffer = .allocate(byteCount: count, alignment: 16)
    retainedBuffer.copyMemory(from: bytes.part(0..<count))
  }

  mutating func releaseRetained() {
    guard retainedBuffer.baseAddress != nil else { return }
    retainedBuffer.deallocate()
    retainedBuffer = .init(start: nil, count: 0)
  }

  var retained: Bytes? { retainedBuffer.baseAddress == nil ? nil : Bytes(retainedBuffer) }

  private mutating func growByMember() -> Growth {
    var wanted = 1 << 20
    while true {
      makeRoom(wanted)
      switch inflater.inflate(stored.from(position), into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...])) {
      case .member(let storedCount, let decodedCount):
        if decodedCount > 0 { marks.append(Mark(decoded: end, stored: position)) }
        position += storedCount
        end += decodedCount
        return .grew
      case .outputTooSmall:
        let room = buffer.count - end
        guard room < Self.wholeMemberLimit else { return startPieces(upTo: stored.count) }
        wanted = room * 2
      case .damaged:
        // What zlib can save of it must not depend on what follows the next good member.
        return startPieces(upTo: scanner.nextMember(in: stored, from: position + 1))
      }
    }
  }

  private mutating func startPieces(upTo limit: Int) -> Growth {
    stream.reset()
    streamEnd = limit
    isInsideMember = true
    marks.append(Mark(decoded: end, stored: position))
    return growByPiece()
  }

  private mutating func growByPiece() -> Growth {
    makeRoom(Self.pieceSize)
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end..<min(buffer.count, end + Self.pieceSize)])
    let step = stream.inflate(stored.part(position..<streamEnd), into: room)
    position += step.consumed
    end += step.produced
    switch step.state {
    case .finished:
      isInsideMember = false
      return .grew
    case .running where step.consumed > 0 || step.produced > 0:
      return .grew
    case .running, .damaged:
      isInsideMember = false
      position = scanner.nextMember(in: stored, from: position)
      if start < end { damagedEnd = end }
      return .damaged
    }
  }

  /// Moves what is left to the front of the buffer and enlarges it until `count` bytes fit behind.
  private mutating func makeRoom(_ count: Int) {
    if buffer.count - end >= count { return }
    if start > 0 {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      for i in marks.indices { marks[i].decoded -= start }
      damagedEnd = damagedEnd.map { $0 - start }
      end -= start
      start = 0
      if buffer.count - end >= count { return }
    }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(buffer.count * 2, (end + count + 4095) & ~4095), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
    buffer.deallocate()
    buffer = larger
  }
}
