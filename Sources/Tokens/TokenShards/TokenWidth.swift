/// How a token id is stored: little-endian, 2 bytes when the vocabulary allows it, else 4.
public enum TokenWidth: Int, Sendable {
  case uint16 = 2
  case uint32 = 4

  /// The narrowest width for ids below `vocabularySize`.
  public init(vocabularySize: Int) { self = vocabularySize <= 1 << 16 ? .uint16 : .uint32 }

  /// NumPy's name: `uint16` or `uint32`.
  public var name: String { self == .uint16 ? "uint16" : "uint32" }

  public init?(name: String) {
    switch name {
    case "uint16": self = .uint16
    case "uint32": self = .uint32
    default: return nil
    }
  }

  /// Appends ids, which must fit.
  func append(_ tokens: some Sequence<UInt32>, to bytes: inout [UInt8]) {
    switch self {
    case .uint16:
      for token in tokens {
        bytes.append(UInt8(truncatingIfNeeded: token))
        bytes.append(UInt8(truncatingIfNeeded: token >> 8))
      }
    case .uint32: for token in tokens { bytes.appendLittleEndian(token) }
    }
  }

  /// Appends the ids in `bytes`, a whole number of them, to `tokens`.
  func read(_ bytes: UnsafeRawBufferPointer, into tokens: inout [UInt32]) {
    let count = bytes.count / rawValue
    tokens.reserveCapacity(tokens.count + count)
    switch self {
    case .uint16:
      for index in 0..<count {
        tokens.append(UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))))
      }
    case .uint32:
      for index in 0..<count {
        tokens.append(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self)))
      }
    }
  }
}
