import Documents
import Foundation

/// What arrives through a file or pipe, as it arrives.
struct InputPieces {
  private let handle: FileHandle
  private let name: String

  /// - Parameter path: nil for standard input.
  init(_ path: String?) throws(Diagnostic) {
    name = path ?? "standard input"
    guard let path else {
      handle = .standardInput
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Diagnostic(systemCall: "open", path: path) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Calls `body` with pieces of up to a megabyte until the end.
  func forEach(_ body: ([UInt8]) throws -> Void) throws {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(handle.fileDescriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw Diagnostic(systemCall: "read", path: name)
      }
      guard count > 0 else { return }
      try body(Array(buffer[..<count]))
    }
  }
}

/// Token ids as decimal numbers with white space between them, in pieces that may end anywhere.
struct TokenIDText {
  private var field: [UInt8] = []

  /// Appends the ids that end in `piece`.
  /// - Throws: `invalid-value` for what is no number below 2^32.
  mutating func parse(_ piece: [UInt8], into ids: inout [UInt32]) throws(Diagnostic) {
    for byte in piece {
      if byte == 0x20 || byte >= 0x09 && byte <= 0x0D {
        try finish(into: &ids)
      } else if field.count < 40 {
        field.append(byte)
      }
    }
  }

  /// Appends the id that ends here, when there is one.
  mutating func finish(into ids: inout [UInt32]) throws(Diagnostic) {
    guard !field.isEmpty else { return }
    guard let id = UInt32(String(decoding: field, as: UTF8.self)) else {
      throw Diagnostic("invalid-value", "'\(String(decoding: field, as: UTF8.self))' is not a token id")
    }
    ids.append(id)
    field.removeAll(keepingCapacity: true)
  }
}
