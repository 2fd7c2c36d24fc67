import Documents
import Foundation

/// A file that appears whole or not at all: written beside its place, synced, then renamed.
public struct AtomicFile: ~Copyable {
  public let path: String
  private let temporaryPath: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var hash = XXH64()
  /// Bytes written so far.
  public private(set) var count: UInt64 = 0

  private static let bufferSize = 1 << 18

  /// Opens `path` + `.partial`. What an earlier attempt left there is overwritten.
  public init(path: String) throws(Diagnostic) {
    self.path = path
    temporaryPath = path + ".partial"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Diagnostic(systemCall: "create", path: path) }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporaryPath)
    }
  }

  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    hash.update(bytes)
    count += UInt64(bytes.count)
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try Self.writeAll(bytes, to: descriptor, path: path)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  public mutating func write(_ bytes: [UInt8]) throws(Diagnostic) {
    let result: Result<Void, Diagnostic> = bytes.withUnsafeBytes { raw in
      do throws(Diagnostic) { return .success(try write(raw)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Syncs and renames. Without this call nothing appears.
  ///
  /// - Parameter syncs: false for a file that can be made again and whose readers verify it: after a power failure it may be cut short,
  ///   after the end of the process it is not.
  /// - Returns: length in bytes and XXH64 of the file.
  @discardableResult
  public mutating func commit(syncs: Bool = true) throws(Diagnostic) -> (bytes: UInt64, checksum: UInt64) {
    try flush()
    guard !syncs || fsync(descriptor) == 0 else { throw Diagnostic(systemCall: "sync", path: path) }
    close(descriptor)
    descriptor = -1
    guard rename(temporaryPath, path) == 0 else { throw Diagnostic(systemCall: "rename", path: path) }
    return (count, hash.finalize())
  }

  private mutating func flush() throws(Diagnostic) {
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    let result: Result<Void, Diagnostic> = pending.withUnsafeBytes { raw in
      do throws(Diagnostic) { return .success(try Self.writeAll(raw, to: descriptor, path: path)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws(Diagnostic) {
    var rest = bytes
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw Diagnostic(systemCall: "write", path: path)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Brings a file that was committed without syncing to the disk.
  public static func sync(_ path: String) throws(Diagnostic) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Diagnostic(systemCall: "open", path: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Diagnostic(systemCall: "sync", path: path) }
  }

  /// Writes a whole file at once.
  @discardableResult
  public static func write(_ bytes: [UInt8], to path: String) throws(Diagnostic) -> (bytes: UInt64, checksum: UInt64) {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    return try file.commit()
  }
}

/// The XXH64 and length of a file as it stands on disk.
///
/// Memory: pages are let go 16 MiB at a time, whatever the file's size.
public func fileChecksum(_ path: String) throws(Diagnostic) -> (bytes: UInt64, checksum: UInt64) {
  let piece = 1 << 24
  let file = try MappedFile(path: path)
  return withExtendedLifetime(file) {
    var hash = XXH64()
    for start in stride(from: 0, to: file.bytes.count, by: piece) {
      let range = start..<min(start + piece, file.bytes.count)
      hash.update(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
      file.release(range)
    }
    return (UInt64(file.bytes.count), hash.finalize())
  }
}
