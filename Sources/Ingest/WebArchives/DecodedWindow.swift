import Storage

/// The decoded side of a stretch of stored bytes: a window that grows at its end and is consumed at its start.
///
/// Uncompressed archives are their own window. Members are decoded whole into a buffer that is used again and again; members too large
/// for that, and damaged ones, are decoded in pieces.
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

  /// Decoded members above this size are decoded in pieces. Bytes.
  static let wholeMemberLimit = 32 << 20
  private static let pieceSize = 256 << 10
  /// How much of a pipe is read before a member is decoded, and how much at most before one counts as damaged. Bytes.
  private static let pipeAhead = 1 << 20
  private static let pipeAheadOfDamage = 64 << 20
  /// Stored bytes are released in steps of this size.
  private static let releaseStep = 8 << 20

  private let file: ArchiveFile
  let compression: ArchiveCompression
  /// Everything before this offset in the file is decoded.
  private(set) var position: Int
  private var released: Int

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
  private let decoder: MemberDecoder
  /// Inside a member that is decoded in pieces; its input ends at `streamEnd` at the latest.
  private var isInPieces = false
  private var streamEnd = 0
  /// Where in the buffer the data of a damaged member end.
  private var damagedEnd: Int?
  private var retainedBuffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  init(_ file: ArchiveFile, position: Int) {
    self.file = file
    compression = file.compression
    self.position = position
    released = position
    decoder = MemberDecoder(file)
    buffer = compression == .none ? .init(start: nil, count: 0) : .allocate(byteCount: 1 << 20, alignment: 16)
    file.ensure(1, from: position)
  }

  deinit {
    buffer.deallocate()
    retainedBuffer.deallocate()
  }

  /// What is decoded and not consumed. Valid until the next mutation.
  var bytes: Bytes {
    compression == .none ? file.bytes(from: position) : Bytes(rebasing: UnsafeRawBufferPointer(buffer)[start..<end])
  }

  var isEmpty: Bool { compression == .none ? file.bytes(from: position).isEmpty : start == end }

  /// Whether growing may bring more of the same member (uncompressed: of the same file).
  var isInsideMember: Bool { compression == .none ? !file.isComplete : isInPieces }

  /// Whether what is in the window takes memory of its own.
  var isBuffered: Bool { compression != .none || file.isPipe }

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
    if start + count == end, !isInPieces { return position }
    return marks.first { $0.decoded >= start + count }?.stored ?? position
  }

  /// Whether the window starts where a member does.
  var isAtMemberStart: Bool { compression != .none && !marks.isEmpty && origin.inner == 0 }

  /// Where the next member starts in the window, counted from the window's start; nil when the window holds one member only.
  var nextMemberInWindow: Int? { marks.first { $0.decoded > start }.map { $0.decoded - start } }

  /// The first member that starts at or behind `index`, which is not 0, both counted from the window's start.
  func memberStart(atOrAfter index: Int) -> Int? { marks.first { $0.decoded >= start + index }.map { $0.decoded - start } }

  /// Where the member starts that is `count` members behind the one that the window's start is in, counted from there.
  func memberStart(behind count: Int) -> Int? {
    count < marks.count ? marks[count].decoded - start : nil
  }

  /// The first member behind the window's start whose decoded bytes the predicate holds for, counted from there.
  func firstMember(where holds: (Bytes) -> Bool) -> Int? {
    for (number, mark) in marks.enumerated() where mark.decoded > start {
      let memberEnd = number + 1 < marks.count ? marks[number + 1].decoded : end
      if holds(bytes.part(mark.decoded - start..<memberEnd - start)) { return mark.decoded - start }
    }
    return nil
  }

  /// Whether the data of a damaged member end `index` bytes behind the window's start.
  func isDamaged(at index: Int) -> Bool { damagedEnd == start + index }

  mutating func consume(_ count: Int) {
    if compression == .none {
      position += count
      release()
      return
    }
    start += count
    // The last one that starts at or before the window is the one that the window's start is in.
    if marks.count > 1, marks[1].decoded <= start {
      marks.removeFirst((marks.firstIndex { $0.decoded > start } ?? marks.count) - 1)
    }
    if start == end {
      if !isInPieces { marks.removeAll(keepingCapacity: true) }
      for i in marks.indices { marks[i].decoded -= start }
      start = 0
      end = 0
      damagedEnd = nil
    }
  }

  mutating func grow() -> Growth {
    if compression == .none {
      let before = file.bytes(from: position).count
      file.ensure(max(Self.pipeAhead, before + 1), from: position)
      return file.bytes(from: position).count > before ? .grew : .end
    }
    release()
    if isInPieces { return growByPiece() }
    file.ensure(Self.pipeAhead, from: position)
    let stored = file.bytes(from: position)
    guard !stored.isEmpty else { return .end }
    guard decoder.startsMember(stored) else { return .foreign }
    return growByMember()
  }

  /// Whether nothing but blank bytes and zeros is left.
  mutating func isPaddedToEnd() -> Bool {
    file.ensure(Self.pipeAheadOfDamage, from: position)
    return file.isComplete && file.bytes(from: position).allSatisfy { $0 == 0 || ASCII.isBlank($0) }
  }

  /// Passes over stored bytes that are no member, up to the next one that starts a record.
  mutating func skipForeign() { position = nextMember(from: position + 1) }

  mutating func skipToEnd() { position = file.size }

  /// The next member that starts a record, or the end of what can be seen.
  private func nextMember(from start: Int) -> Int {
    file.ensure(Self.pipeAheadOfDamage, from: start)
    var scanner = MemberScanner(file)
    let stored = file.bytes(from: start)
    return min(start, file.size) + scanner.nextMember(in: stored, from: 0)
  }

  /// Lets go of stored bytes that nothing looks at any more.
  private mutating func release() {
    guard position - released >= Self.releaseStep || file.isPipe else { return }
    file.release(released..<position)
    released = position
  }

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
      let stored = file.bytes(from: position)
      switch decoder.decode(stored, into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...])) {
      case .member(let storedCount, let decodedCount):
        if decodedCount > 0 { marks.append(Mark(decoded: end, stored: position)) }
        position += storedCount
        end += decodedCount
        return .grew
      case .outputTooSmall:
        let room = buffer.count - end
        guard room < Self.wholeMemberLimit else { return startPieces(upTo: .max) }
        wanted = room * 2
      case .damaged:
        if !file.isComplete, stored.count < Self.pipeAheadOfDamage {
          // It may only be that its end has not come yet.
          file.ensure(stored.count * 2, from: position)
          continue
        }
        // What can be saved of it must not depend on what follows the next good member.
        return startPieces(upTo: nextMember(from: position + 1))
      }
    }
  }

  private mutating func startPieces(upTo limit: Int) -> Growth {
    decoder.pieces.reset()
    streamEnd = limit
    isInPieces = true
    marks.append(Mark(decoded: end, stored: position))
    return growByPiece()
  }

  private mutating func growByPiece() -> Growth {
    makeRoom(Self.pieceSize)
    file.ensure(Self.pieceSize, from: position)
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end..<min(buffer.count, end + Self.pieceSize)])
    let stored = file.bytes(from: position)
    let step = decoder.pieces.decode(stored.part(0..<min(stored.count, streamEnd - position)), into: room)
    position += step.consumed
    end += step.produced
    switch step.state {
    case .finished:
      isInPieces = false
      return .grew
    case .running where step.consumed > 0 || step.produced > 0:
      return .grew
    case .running, .damaged:
      isInPieces = false
      position = nextMember(from: position)
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
