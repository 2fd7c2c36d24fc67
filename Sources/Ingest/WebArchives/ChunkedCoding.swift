/// The chunked transfer coding (RFC 9112 section 7.1).
enum ChunkedCoding {
  enum Ending: Equatable {
    /// The last chunk of size zero was found.
    case complete
    /// The body ended inside the coding.
    case cutOff
    /// From some point on the bytes are not chunks: the rest was taken as it is, as other archive readers do.
    case identity
  }

  private static let largestChunk = 1 << 31

  /// Appends the content of `body` to `output`, which does not grow above `limit` bytes.
  static func decode(_ body: Bytes, limit: Int, into output: inout [UInt8]) -> Ending {
    var position = 0
    while position < body.count {
      guard let header = chunkHeader(body, at: position) else {
        append(body.from(position), limit, &output)
        return .identity
      }
      guard header.size > 0 else { return .complete }
      let end = header.dataStart + header.size
      append(body.part(header.dataStart..<min(end, body.count)), limit, &output)
      guard end <= body.count else { return .cutOff }
      position = end
      if position < body.count, body[position] == ASCII.carriageReturn { position += 1 }
      if position < body.count, body[position] == ASCII.lineFeed { position += 1 }
    }
    return .cutOff
  }

  private static func append(_ bytes: Bytes, _ limit: Int, _ output: inout [UInt8]) {
    output.append(contentsOf: bytes.prefix(max(0, limit - output.count)))
  }

  /// Hexadecimal size, optional extension, line break.
  private static func chunkHeader(_ body: Bytes, at start: Int) -> (size: Int, dataStart: Int)? {
    var size = 0
    var i = start
    while i < body.count, let digit = hexadecimal(body[i]) {
      size = size << 4 | digit
      guard size <= largestChunk else { return nil }
      i += 1
    }
    guard i > start, i - start <= 16 else { return nil }
    let line = body.part(i..<min(body.count, i + 4096))
    guard let newline = line.index(of: ASCII.lineFeed) else { return nil }
    let rest = line.part(0..<newline).trimmed
    guard rest.isEmpty || rest[0] == UInt8(ascii: ";") else { return nil }
    return (size, i + newline + 1)
  }

  private static func hexadecimal(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x37
    case 0x61...0x66: Int(byte) - 0x57
    default: nil
    }
  }
}
