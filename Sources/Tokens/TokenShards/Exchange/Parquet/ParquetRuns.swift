import Documents

/// Parquet's mixture of runs and bit-packed numbers (`Encodings.md`, RLE = 3), read one number at a time, so that a long run takes no memory.
struct ParquetRuns {
  private var bytes: ByteReader
  private let width: Int
  private var run = 0
  private var runValue: UInt32 = 0
  private var packed = 0
  private var buffer: UInt64 = 0
  private var bufferedBits = 0

  /// - Parameter width: bits of a number, at most 32.
  init(_ bytes: ByteReader, width: Int) {
    self.bytes = bytes
    self.width = width
  }

  mutating func next() throws(Diagnostic) -> UInt32 {
    if run > 0 {
      run &-= 1
      return runValue
    }
    while packed == 0 {
      try readHeader()
      if run > 0 {
        run &-= 1
        return runValue
      }
    }
    packed &-= 1
    while bufferedBits < width {
      buffer |= UInt64(try bytes.number(UInt8.self)) << UInt64(bufferedBits)
      bufferedBits &+= 8
    }
    defer {
      buffer >>= UInt64(width)
      bufferedBits &-= width
    }
    return UInt32(truncatingIfNeeded: buffer & (1 << UInt64(width) &- 1))
  }

  private mutating func readHeader() throws(Diagnostic) {
    let header = try bytes.varint()
    guard header <= UInt32.max else { throw bytes.damage("a run of \(header >> 1) numbers") }
    if header & 1 == 1 {
      packed = Int(header >> 1) * 8
      (buffer, bufferedBits) = (0, 0)
    } else {
      run = Int(header >> 1)
      runValue = 0
      for byte in 0..<(width + 7) / 8 { runValue |= UInt32(try bytes.number(UInt8.self)) << UInt32(8 * byte) }
    }
  }
}

/// Parquet's differences of neighbours in blocks of bit-packed numbers (`Encodings.md`, DELTA_BINARY_PACKED = 5), read one at a time.
struct ParquetDeltas {
  /// Numbers in all.
  let count: Int
  private var bytes: ByteReader
  private let blockSize: Int
  private let partCount: Int
  private var value: Int64
  private var minimum: Int64 = 0
  private var widths: [UInt8] = []
  /// Numbers left in this part of the block; the first number of all has no difference.
  private var left = 0
  private var isFirst = true
  private var buffer: UInt64 = 0
  private var bufferedBits = 0
  private var part = 0

  init(_ bytes: ByteReader) throws(Diagnostic) {
    self.bytes = bytes
    let block = try self.bytes.varint()
    let parts = try self.bytes.varint()
    guard (1...1 << 20).contains(block), (1...block).contains(parts), block % parts == 0, block / parts % 8 == 0 else {
      throw bytes.damage("differences in blocks of \(block) numbers in \(parts) parts")
    }
    (blockSize, partCount) = (Int(block), Int(parts))
    let count = try self.bytes.varint()
    guard count <= Int32.max else { throw bytes.damage("\(count) differences in a page") }
    self.count = Int(count)
    value = try self.bytes.zigzag()
  }

  mutating func next() throws(Diagnostic) -> Int64 {
    if isFirst {
      isFirst = false
      return value
    }
    if left == 0 { try nextPart() }
    left -= 1
    value = value &+ minimum &+ Int64(bitPattern: try bits(Int(widths[part])))
    return value
  }

  /// What stands behind the numbers, which it passes over. Call it before the first is read.
  func rest() throws(Diagnostic) -> ByteReader {
    var scan = self
    for _ in 0..<count { _ = try scan.next() }
    // The last part is filled up.
    while scan.left > 0 {
      scan.left -= 1
      _ = try scan.bits(Int(scan.widths[scan.part]))
    }
    return scan.bytes.rest
  }

  private mutating func nextPart() throws(Diagnostic) {
    part += 1
    if part >= widths.count {
      minimum = try bytes.zigzag()
      widths = Array(try bytes.take(partCount))
      guard widths.allSatisfy({ $0 <= 64 }) else { throw bytes.damage("differences of more than 64 bits") }
      part = 0
    }
    left = blockSize / partCount
    (buffer, bufferedBits) = (0, 0)
  }

  private mutating func bits(_ width: Int) throws(Diagnostic) -> UInt64 {
    var result: UInt64 = 0
    var filled = 0
    while filled < width {
      if bufferedBits == 0 {
        buffer = UInt64(try bytes.number(UInt8.self))
        bufferedBits = 8
      }
      let taken = min(width - filled, bufferedBits)
      result |= (buffer & (1 << UInt64(taken) - 1)) << UInt64(filled)
      buffer >>= UInt64(taken)
      bufferedBits -= taken
      filled += taken
    }
    return result
  }
}
