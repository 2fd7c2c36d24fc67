import Documents
import Storage

/// The safetensors format: a JSON header of names, types, shapes and byte ranges, then the values, little-endian.
/// (https://github.com/huggingface/safetensors, format description; every rule of it is checked on reading.)
public enum SafeTensors {
  /// One tensor to be written, in fp32.
  public struct Tensor {
    public var name: String
    public var shape: [Int]
    package var values: UnsafeBufferPointer<Float>

    package init(name: String, shape: [Int], values: UnsafeBufferPointer<Float>) {
      precondition(shape.reduce(1, *) == values.count)
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Writes a file whole or not at all; tensors in the given order, without holes.
  @discardableResult
  package static func write(
    _ tensors: [Tensor], metadata: [(String, String)] = [("format", "pt")], to path: String
  ) throws(Diagnostic) -> (bytes: UInt64, checksum: UInt64) {
    var header = JSONObject()
    header["__metadata__"] = .object(JSONObject(metadata.map { .init(key: $0.0, value: .string($0.1)) }))
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      header["\(tensor.name)"] = .object([
        "dtype": "F32", "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
        "data_offsets": [.integer(Int64(offset)), .integer(Int64(end))],
      ])
      offset = end
    }
    var text = JSONValue.object(header).serialized
    while text.count % 8 != 0 { text.append(0x20) }
    var file = try AtomicFile(path: path)
    try file.write(withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) })
    try file.write(text)
    for tensor in tensors { try file.write(UnsafeRawBufferPointer(tensor.values)) }
    return try file.commit()
  }

  /// A file opened for reading; values stay on disk until they are asked for.
  public final class File {
    public struct Entry: Sendable, Hashable {
      public let name: String
      public let type: String
      public let shape: [Int]
      let bytes: Range<Int>
    }

    public let path: String
    public let entries: [Entry]
    private let mapped: MappedFile
    private let byName: [String: Int]

    /// - Throws: a `Diagnostic` that names the rule of the format that the file breaks.
    public init(path: String) throws(Diagnostic) {
      self.path = path
      mapped = try MappedFile(path: path)
      entries = try Self.readHeader(mapped.bytes, path)
      byName = Dictionary(entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public subscript(name: String) -> Entry? { byName[name].map { entries[$0] } }

    /// Reads a tensor as fp32 (from F32, F16 or BF16) into `out`, which must have the shape's size.
    package func read(_ entry: Entry, into out: UnsafeMutableBufferPointer<Float>) throws(Diagnostic) {
      guard let width = Self.widths[entry.type], ["F32", "F16", "BF16"].contains(entry.type) else {
        throw damaged("tensor '\(entry.name)' has type \(entry.type)", fix: "convert it to F32, F16 or BF16")
      }
      guard entry.shape.reduce(1, *) == out.count, entry.bytes.count == out.count * width else {
        throw damaged("tensor '\(entry.name)' has shape \(entry.shape)", fix: "expected \(out.count) values")
      }
      let raw = UnsafeRawBufferPointer(rebasing: mapped.bytes[entry.bytes])
      switch entry.type {
      case "F32":
        for index in out.indices {
          out[index] = Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
        }
      case "F16":
        for index in out.indices {
          out[index] = HalfPrecision.float(
            fromHalf: UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)))
        }
      default:
        for index in out.indices {
          let bits = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
          out[index] = Float(bitPattern: UInt32(bits) << 16)
        }
      }
    }

    private static let widths = [
      "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4,
      "F32": 4, "F64": 8, "I64": 8, "U64": 8,
    ]
    private static let headerLimit = 100_000_000

    private func damaged(_ message: String, fix: String? = nil) -> Diagnostic { Self.damaged(message, path, fix) }

    private static func damaged(_ message: String, _ path: String, _ fix: String? = nil) -> Diagnostic {
      Diagnostic("damaged-file", message, at: .init(file: path), fix: fix)
    }

    private static func readHeader(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(Diagnostic) -> [Entry] {
      guard bytes.count >= 8 else { throw damaged("the file ends within the header's length", path) }
      let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
      guard length <= headerLimit, Int(length) <= bytes.count - 8 else {
        throw damaged("the header claims \(length) bytes, the file has \(bytes.count)", path)
      }
      let text = UnsafeRawBufferPointer(rebasing: bytes[8..<8 + Int(length)])
      guard text.first == UInt8(ascii: "{"), let header = try JSONScanner.parse(text).object else {
        throw damaged("the header is not a JSON object", path)
      }
      let dataStart = 8 + Int(length)
      var entries: [Entry] = []
      for member in header.members where member.key != "__metadata__" {
        entries.append(try readEntry(member.key, member.value, dataStart: dataStart, path))
      }
      entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
      var end = dataStart
      for entry in entries {
        guard entry.bytes.lowerBound == end else { throw damaged("tensor '\(entry.name)' leaves a hole or overlaps", path) }
        end = entry.bytes.upperBound
      }
      guard end == bytes.count else {
        throw damaged("the tensors end at byte \(end), the file at \(bytes.count)", path)
      }
      return entries
    }

    private static func readEntry(
      _ name: String, _ value: JSONValue, dataStart: Int, _ path: String
    ) throws(Diagnostic) -> Entry {
      guard let object = value.object, let type = object["dtype"]?.string, let shape = object["shape"]?.array,
        let offsets = object["data_offsets"]?.array?.compactMap(\.integer), offsets.count == 2
      else { throw damaged("tensor '\(name)' lacks dtype, shape or data_offsets", path) }
      guard let width = widths[type] else { throw damaged("tensor '\(name)' has the unknown type '\(type)'", path) }
      var count = 1
      var sizes: [Int] = []
      for item in shape {
        guard let size = item.integer, size >= 0, size < 1 << 40 else {
          throw damaged("tensor '\(name)' has a bad shape", path)
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: Int(size))
        guard !overflow, product < 1 << 46 else { throw damaged("tensor '\(name)' is too large", path) }
        count = product
        sizes.append(Int(size))
      }
      guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] < 1 << 50, offsets[1] - offsets[0] == count * width else {
        throw damaged("tensor '\(name)' of \(count) \(type) values has the byte range \(offsets[0]) to \(offsets[1])", path)
      }
      return Entry(name: name, type: type, shape: sizes, bytes: dataStart + Int(offsets[0])..<dataStart + Int(offsets[1]))
    }
  }
}
