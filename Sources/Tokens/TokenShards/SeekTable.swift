import Documents

/// The seek table of the zstd seekable format 0.1.0 (zstd repository, `contrib/seekable_format`): a skippable frame at the end of the file.
///
/// `0x184D2A5E, size, {compressed, decompressed, checksum}…, frames, descriptor 0x80, 0x8F92EAB1`, all u32 but the descriptor, which is
/// one byte. The checksum is the low half of the XXH64 of the frame's content.
struct SeekTable: Equatable {
  struct Frame: Equatable {
    var compressedSize: UInt32
    var decompressedSize: UInt32
    var checksum: UInt32
  }

  static let skippableMagic: UInt32 = 0x184D_2A5E
  static let footerMagic: UInt32 = 0x8F92_EAB1
  static let footerSize = 9
  private static let checksumFlag: UInt8 = 0x80

  var frames: [Frame] = []

  var encoded: [UInt8] {
    var output: [UInt8] = []
    output.appendLittleEndian(Self.skippableMagic)
    output.appendLittleEndian(UInt32(frames.count * 12 + Self.footerSize))
    for frame in frames {
      output.appendLittleEndian(frame.compressedSize)
      output.appendLittleEndian(frame.decompressedSize)
      output.appendLittleEndian(frame.checksum)
    }
    output.appendLittleEndian(UInt32(frames.count))
    output.append(Self.checksumFlag)
    output.appendLittleEndian(Self.footerMagic)
    return output
  }

  init(frames: [Frame] = []) { self.frames = frames }

  /// Reads the table at the end of `file` and returns it with the offset at which it starts.
  static func read(_ file: UnsafeRawBufferPointer, path: String) throws(Diagnostic) -> (table: SeekTable, offset: Int) {
    func damage(_ message: String) -> Diagnostic {
      Diagnostic(
        "damaged-file", "\(message): the seek table at the end of the file is missing or damaged", at: .init(file: path),
        fix: "restore the file, or write the shards again")
    }
    guard file.count >= footerSize + 8 else { throw damage("only \(file.count) bytes") }
    var footer = ByteReader(UnsafeRawBufferPointer(rebasing: file[(file.count - footerSize)...]), file: path)
    let count = Int(try footer.number(UInt32.self))
    let descriptor = try footer.number(UInt8.self)
    guard try footer.number(UInt32.self) == footerMagic else { throw damage("no seek table magic in the last four bytes") }
    guard descriptor == checksumFlag else { throw damage("seek table descriptor \(descriptor), 128 is expected") }
    let offset = file.count - footerSize - 12 * count - 8
    guard offset >= 0 else { throw damage("\(count) frames do not fit into \(file.count) bytes") }
    var reader = ByteReader(UnsafeRawBufferPointer(rebasing: file[offset...]), file: path)
    guard try reader.number(UInt32.self) == skippableMagic, try reader.number(UInt32.self) == 12 * count + footerSize else {
      throw damage("no skippable frame where the seek table should start")
    }
    var table = SeekTable()
    table.frames.reserveCapacity(count)
    var total = 0
    for _ in 0..<count {
      let frame = Frame(
        compressedSize: try reader.number(), decompressedSize: try reader.number(), checksum: try reader.number())
      total += Int(frame.compressedSize)
      table.frames.append(frame)
    }
    guard total <= offset else { throw damage("the frames are longer than the file") }
    return (table, offset)
  }
}
