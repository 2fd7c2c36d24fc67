import CZlib
import Documents

/// Streaming decompression of concatenated gzip members (RFC 1952).
public final class InflateStream: DecompressionStream {
  private let stream: UnsafeMutablePointer<z_stream>
  public private(set) var isAtEnd = true

  public init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib starts unless memory is exhausted")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  public func decompress(
    _ input: inout UnsafeRawBufferPointer, into output: inout [UInt8], capacity: Int
  ) throws(Diagnostic) {
    guard !input.isEmpty else { return }
    if isAtEnd {
      inflateReset(stream)
      isAtEnd = false
    }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(min(input.count, 1 << 30))
    let available = Int(stream.pointee.avail_in)
    var status = Z_OK
    let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      stream.pointee.next_out = buffer.baseAddress
      stream.pointee.avail_out = UInt32(capacity)
      status = inflate(stream, Z_NO_FLUSH)
      count = capacity - Int(stream.pointee.avail_out)
    }
    output.append(contentsOf: chunk)
    input = UnsafeRawBufferPointer(rebasing: input[(available - Int(stream.pointee.avail_in))...])
    if status == Z_STREAM_END {
      isAtEnd = true
      // Zero padding behind the last member is tape custom and carries nothing.
      while let first = input.first, first == 0 { input = UnsafeRawBufferPointer(rebasing: input[1...]) }
    } else if status != Z_OK && status != Z_BUF_ERROR {
      throw Diagnostic("damaged-file", "not a valid gzip stream")
    }
  }
}
