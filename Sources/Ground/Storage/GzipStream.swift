import CZlib

/// Inflates a deflate stream piece by piece with zlib: for members too large for one buffer, cut-off members, and pipes.
///
/// Each call takes what it can from the input and fills what it can of the output, so memory is bounded by the caller's buffers.
public struct StreamInflater: ~Copyable {
  public enum State: Equatable, Sendable {
    /// There may be more output: give more input, or more room.
    case running
    /// The stream's end was reached and its checksum is right. Whatever input is left is not part of it.
    case finished
    /// The data are not a valid stream from here on. What was put out before is all there is.
    case damaged
  }

  public struct Step: Equatable, Sendable {
    /// Bytes taken from the input and bytes written to the output in this call.
    public var consumed: Int
    public var produced: Int
    public var state: State
  }

  /// zlib keeps a pointer back to its `z_stream`, so it needs an address that does not move.
  private let stream: UnsafeMutablePointer<z_stream>
  public private(set) var state = State.running

  public init(format: DeflateFormat = .gzip) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits: Int32 =
      switch format {
      case .gzip: 15 + 16
      case .zlib: 15
      case .raw: -15
      }
    let result = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib refused to start: \(result)")
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Starts over with the next member of the same format.
  public mutating func reset() {
    inflateReset(stream)
    state = .running
  }

  /// Takes as much of `input` and fills as much of `output` as it can. After `.finished` or `.damaged` it does nothing until `reset`.
  public mutating func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Step {
    guard state == .running, !output.isEmpty else { return Step(consumed: 0, produced: 0, state: state) }
    // zlib counts in 32 bits.
    let available = min(input.count, 1 << 30)
    let room = min(output.count, 1 << 30)
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.assumingMemoryBound(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(available)
    stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(room)
    let result = CZlib.inflate(stream, Z_NO_FLUSH)
    switch result {
    case Z_STREAM_END: state = .finished
    case Z_OK, Z_BUF_ERROR: break
    default: state = .damaged
    }
    return Step(
      consumed: available - Int(stream.pointee.avail_in), produced: room - Int(stream.pointee.avail_out), state: state)
  }
}

extension Gzip {
  /// How a bounded inflation ended.
  public enum Ending: Equatable, Sendable {
    /// At the stream's end, its checksum verified.
    case complete
    /// The input stopped before the stream did.
    case cutOff
    /// The data are invalid from some point on.
    case damaged
    /// The output reached the limit.
    case limited
  }

  /// Inflates `input` into `output` (which is emptied first) until its end, damage, or `limit` bytes, keeping whatever came out.
  ///
  /// Gzip members that follow one another are taken as one stream; bytes after the last member are ignored.
  public static func inflate(
    _ input: UnsafeRawBufferPointer, format: DeflateFormat = .gzip, limit: Int, into output: inout [UInt8]
  ) -> Ending {
    output.removeAll(keepingCapacity: true)
    var stream = StreamInflater(format: format)
    var position = 0
    let chunk = min(max(limit, 1), 64 << 10)
    while output.count < limit {
      var step = StreamInflater.Step(consumed: 0, produced: 0, state: .running)
      output.append(addingCapacity: min(chunk, limit - output.count)) { room in
        step = stream.inflate(UnsafeRawBufferPointer(rebasing: input[position...]), into: room)
        return step.produced
      }
      position += step.consumed
      switch step.state {
      case .damaged: return .damaged
      case .running:
        if step.produced == 0, step.consumed == 0 { return .cutOff }
      case .finished:
        guard format == .gzip, startsMember(UnsafeRawBufferPointer(rebasing: input[position...])) else { return .complete }
        stream.reset()
      }
    }
    // Exactly `limit` bytes may also be all there is: ask for one more.
    return withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { spare in
      let step = stream.inflate(UnsafeRawBufferPointer(rebasing: input[position...]), into: spare)
      return step.state == .finished && step.produced == 0 ? .complete : .limited
    }
  }
}

extension [UInt8] {
  /// Appends up to `capacity` bytes that `body` writes into the room given to it; it returns how many it wrote.
  fileprivate mutating func append(addingCapacity capacity: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
    let old = count
    append(contentsOf: repeatElement(0, count: capacity))
    let written = withUnsafeMutableBytes { body(UnsafeMutableRawBufferPointer(rebasing: $0[old...])) }
    removeLast(capacity - written)
  }
}
