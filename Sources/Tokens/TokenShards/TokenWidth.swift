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
  func append(_ tokens: [UInt32], to bytes: inout [UInt8]) {
    let start = bytes.count
    let size = tokens.count * rawValue
    bytes.append(contentsOf: repeatElement(0, count: size))
    bytes.withUnsafeMutableBytes { raw in
      let output = UnsafeMutableRawBufferPointer(rebasing: raw[start..<start + size])
      tokens.withUnsafeBufferPointer { tokens in
        switch self {
        case .uint16:
          for index in tokens.indices {
            output.storeBytes(
              of: UInt16(truncatingIfNeeded: tokens[index]).littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
          }
        case .uint32:
          for index in tokens.indices {
            output.storeBytes(of: tokens[index].littleEndian, toByteOffset: 4 &* index, as: UInt32.self)
          }
        }
      }
    }
  }

  /// Appends one id.
  func append(_ token: UInt32, to bytes: inout [UInt8]) {
    switch self {
    case .uint16: bytes.appendLittleEndian(UInt16(truncatingIfNeeded: token))
    case .uint32: bytes.appendLittleEndian(token)
    }
  }

  /// Appends the ids in `bytes`, a whole number of them, to `tokens`.
  func read(_ bytes: UnsafeRawBufferPointer, into tokens: inout [UInt32]) {
    guard let start = bytes.baseAddress else { return }
    let count = bytes.count / rawValue
    tokens.append(addingCapacity: count) { span in
      span.withUnsafeMutableBufferPointer { room, used in
        guard let end = room.baseAddress.map({ $0 + used }) else { return }
        widen(start, into: end, count: count)
        used += count
      }
    }
  }

  /// Reads `count` ids. Plain pointers: the bounds arithmetic of buffers keeps the loops from being vectorized.
  @inline(__always)
  private func widen(_ bytes: UnsafeRawPointer, into ids: UnsafeMutablePointer<UInt32>, count: Int) {
    var index = 0
    switch self {
    case .uint16:
      while index < count {
        ids[index] = UInt32(UInt16(littleEndian: (bytes + 2 &* index).loadUnaligned(as: UInt16.self)))
        index &+= 1
      }
    case .uint32:
      while index < count {
        ids[index] = UInt32(littleEndian: (bytes + 4 &* index).loadUnaligned(as: UInt32.self))
        index &+= 1
      }
    }
  }

  /// The id at a position counted in ids.
  func token(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt32 {
    switch self {
    case .uint16: UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * position, as: UInt16.self)))
    case .uint32: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * position, as: UInt32.self))
    }
  }

  /// The greatest id in `bytes`; 0 when there is none.
  func greatest(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let count = bytes.count / rawValue
    var greatest: UInt32 = 0
    switch self {
    case .uint16:
      var narrow: UInt16 = 0
      for index in 0..<count {
        narrow = max(narrow, UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)))
      }
      greatest = UInt32(narrow)
    case .uint32:
      for index in 0..<count {
        greatest = max(greatest, UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self)))
      }
    }
    return greatest
  }
}
