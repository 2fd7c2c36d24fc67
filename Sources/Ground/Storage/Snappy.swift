import Documents

/// Snappy blocks (google/snappy, `format_description.txt`), which Parquet's pages are compressed with by default. No frames, no checksum.
public enum Snappy {
  /// The content of one block, which must be exactly `size` bytes.
  /// - Throws: `damaged-file`
  /// - Complexity: O(size)
  public static func decompress(_ block: UnsafeRawBufferPointer, size: Int) throws(Diagnostic) -> [UInt8] {
    // The longest copy makes 64 bytes of 3: more is a lie, and is not allocated.
    guard size >= 0, size <= 24 * block.count else { throw damage }
    var isWhole = false
    let output = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      isWhole = fill(UnsafeMutableRawBufferPointer(buffer), from: block)
      count = isWhole ? size : 0
    }
    guard isWhole else { throw damage }
    return output
  }

  private static var damage: Diagnostic { Diagnostic("damaged-file", "a damaged Snappy block") }

  /// Whether the block was sound and filled the output.
  private static func fill(_ output: UnsafeMutableRawBufferPointer, from block: UnsafeRawBufferPointer) -> Bool {
    var input = 0
    var filled = 0
    guard let size = varint(block, &input), size == output.count else { return false }
    while input < block.count {
      let tag = Int(block[input])
      input += 1
      if tag & 3 == 0 {
        var length = tag >> 2
        if length >= 60 {
          guard let long = number(block, &input, bytes: length - 59) else { return false }
          length = long
        }
        length += 1
        guard length <= block.count - input, length <= output.count - filled else { return false }
        UnsafeMutableRawBufferPointer(rebasing: output[filled..<filled + length]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: block[input..<input + length]))
        input += length
        filled += length
      } else {
        let isShort = tag & 3 == 1
        guard let low = number(block, &input, bytes: isShort ? 1 : tag & 3 == 2 ? 2 : 4) else { return false }
        let length = isShort ? 4 + (tag >> 2 & 7) : 1 + tag >> 2
        let offset = isShort ? (tag >> 5) << 8 | low : low
        guard offset > 0, offset <= filled, length <= output.count - filled else { return false }
        // Source and target may overlap: what was just written is repeated.
        for index in filled..<filled + length { output[index] = output[index - offset] }
        filled += length
      }
    }
    return filled == output.count
  }

  private static func number(_ block: UnsafeRawBufferPointer, _ position: inout Int, bytes: Int) -> Int? {
    guard bytes <= block.count - position else { return nil }
    defer { position += bytes }
    return (0..<bytes).reduce(0) { $0 | Int(block[position + $1]) << (8 * $1) }
  }

  private static func varint(_ block: UnsafeRawBufferPointer, _ position: inout Int) -> Int? {
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard position < block.count else { return nil }
      let byte = Int(block[position])
      position += 1
      value |= (byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
