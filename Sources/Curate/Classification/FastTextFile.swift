import Documents

// The binary layout of fastText 0.9: little endian, version 12 (11 is read; it had no character n-grams in classifiers).

extension FastTextModel {
  private static let magic: Int32 = 793_712_314

  /// Reads a model from memory; `name` is what errors call it.
  public init(bytes: UnsafeRawBufferPointer, name: String = "model") throws(Diagnostic) {
    var reader = FastTextReader(bytes: bytes, name: name)
    guard try reader.int32() == Self.magic else {
      throw reader.damaged(
        "not a fastText model", fix: "give a .bin or .ftz file written by fastText 0.9 or by winnow classifier train")
    }
    let version = try reader.int32()
    guard version == 12 || version == 11 else {
      throw reader.damaged("fastText file version \(version); 11 and 12 can be read")
    }
    let arguments = try Self.readArguments(&reader, version: version)
    let (dictionary, hashedRows) = try Self.readDictionary(&reader, arguments)
    let isQuantized = try reader.uint8() != 0
    let input = isQuantized ? try reader.quantizedMatrix() : try reader.denseMatrix()
    let isOutputQuantized = try reader.uint8() != 0
    let output = isQuantized && isOutputQuantized ? try reader.quantizedMatrix() : try reader.denseMatrix()
    let labelCount = dictionary.labels.count
    guard labelCount > 0 else { throw reader.damaged("the model has no labels: it is no classifier") }
    guard input.rows >= dictionary.wordCount + hashedRows, input.columns == Int(arguments.dimension),
      output.columns == input.columns, output.rows >= (arguments.loss == .hierarchicalSoftmax ? labelCount - 1 : labelCount)
    else { throw reader.damaged("the matrices do not fit the dictionary") }
    self.init(arguments, dictionary, input: input, output: output)
  }

  private static func readArguments(_ reader: inout FastTextReader, version: Int32) throws(Diagnostic) -> FastTextArguments {
    var arguments = FastTextArguments()
    arguments.dimension = try reader.int32()
    arguments.window = try reader.int32()
    arguments.epochs = try reader.int32()
    arguments.minimumCount = try reader.int32()
    arguments.negatives = try reader.int32()
    arguments.wordNgrams = try reader.int32()
    let loss = try reader.int32()
    arguments.model = try reader.int32()
    arguments.buckets = try reader.int32()
    arguments.minimumNgram = try reader.int32()
    arguments.maximumNgram = try reader.int32()
    arguments.learningRateUpdates = try reader.int32()
    arguments.samplingThreshold = try reader.double()
    guard let known = FastTextArguments.Loss(rawValue: loss) else { throw reader.damaged("unknown loss \(loss)") }
    arguments.loss = known
    guard arguments.model == 3 else { throw reader.damaged("word vectors, not a classifier (model \(arguments.model))") }
    if version == 11 { arguments.maximumNgram = 0 }
    let isSane =
      (1...65_536).contains(arguments.dimension) && arguments.buckets >= 0 && (0...1000).contains(arguments.maximumNgram)
      && (0...1000).contains(arguments.wordNgrams) && arguments.minimumNgram >= 0
    guard isSane else { throw reader.damaged("the header's numbers are out of range") }
    return arguments
  }

  private static func readDictionary(
    _ reader: inout FastTextReader, _ arguments: FastTextArguments
  ) throws(Diagnostic) -> (FastTextDictionary, hashedRows: Int) {
    let size = try reader.int32()
    let wordCount = try reader.int32()
    let labelCount = try reader.int32()
    let tokenCount = try reader.int64()
    let prunedCount = try reader.int64()
    guard wordCount >= 0, labelCount >= 0, Int64(size) == Int64(wordCount) + Int64(labelCount),
      Int(size) <= reader.remaining / 10
    else {
      throw reader.damaged("the dictionary's size is out of range")
    }
    var entries: [FastTextDictionary.Entry] = []
    entries.reserveCapacity(Int(size))
    for index in 0..<size {
      let text = try reader.cString()
      let count = try reader.int64()
      let kind = try reader.uint8()
      guard (kind == 1) == (index >= wordCount) else { throw reader.damaged("words and labels are out of order") }
      entries.append(.init(text: text, count: count, isLabel: kind == 1))
    }
    var pruned: [Int32: Int32]?
    if prunedCount >= 0 {
      guard prunedCount <= Int64(reader.remaining / 8) else { throw reader.damaged("the list of kept n-grams is too long") }
      var rows: [Int32: Int32] = [:]
      for _ in 0..<prunedCount {
        let bucket = try reader.int32()
        let row = try reader.int32()
        guard row >= 0, Int64(row) < prunedCount else { throw reader.damaged("a kept n-gram points outside the matrix") }
        rows[bucket] = row
      }
      pruned = rows
    }
    let hashes = arguments.maximumNgram > 0 || arguments.wordNgrams > 1
    let hashedRows = pruned.map { $0.count } ?? (hashes ? Int(arguments.buckets) : 0)
    let dictionary = FastTextDictionary(
      entries: entries, wordCount: Int(wordCount), tokenCount: tokenCount, prunedRows: pruned, arguments: arguments)
    return (dictionary, hashedRows)
  }

  /// The model as a file that fastText loads. The same model gives the same bytes.
  public func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    func put<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    func put(_ values: [Float]) { for value in values { put(value.bitPattern) } }
    put(Self.magic)
    put(Int32(12))
    let a = arguments
    for value in [
      a.dimension, a.window, a.epochs, a.minimumCount, a.negatives, a.wordNgrams, a.loss.rawValue, a.model, a.buckets,
      a.minimumNgram,
      a.maximumNgram, a.learningRateUpdates,
    ] { put(value) }
    put(a.samplingThreshold.bitPattern)
    put(Int32(dictionary.entries.count))
    put(Int32(dictionary.wordCount))
    put(Int32(dictionary.labels.count))
    put(dictionary.tokenCount)
    put(Int64(dictionary.prunedRows?.count ?? -1))
    for entry in dictionary.entries {
      bytes.append(contentsOf: entry.text)
      bytes.append(0)
      put(entry.count)
      bytes.append(entry.isLabel ? 1 : 0)
    }
    for (bucket, row) in (dictionary.prunedRows ?? [:]).sorted(by: { $0.value < $1.value }) {
      put(bucket)
      put(row)
    }
    func put(_ quantizer: ProductQuantizer) {
      for value in [quantizer.dimension, quantizer.subquantizers, quantizer.subdimension, quantizer.lastSubdimension] {
        put(Int32(value))
      }
      put(quantizer.centroids)
    }
    func put(_ matrix: FastTextMatrix) {
      switch matrix {
      case .dense(let dense):
        bytes.append(0)
        put(Int64(dense.rows))
        put(Int64(dense.columns))
        put(dense.values)
      case .quantized(let quantized):
        bytes.append(1)
        bytes.append(quantized.normCodes == nil ? 0 : 1)
        put(Int64(quantized.rows))
        put(Int64(quantized.columns))
        put(Int32(quantized.codes.count))
        bytes.append(contentsOf: quantized.codes)
        put(quantized.quantizer)
        if let codes = quantized.normCodes, let quantizer = quantized.normQuantizer {
          bytes.append(contentsOf: codes)
          put(quantizer)
        }
      }
    }
    put(input)
    put(output)
    return bytes
  }
}

/// Reads little-endian values, never past the end.
private struct FastTextReader {
  let bytes: UnsafeRawBufferPointer
  let name: String
  private var position = 0

  init(bytes: UnsafeRawBufferPointer, name: String) {
    self.bytes = bytes
    self.name = name
  }

  var remaining: Int { bytes.count - position }

  func damaged(_ message: String, fix: String? = nil) -> Diagnostic {
    Diagnostic("damaged-model", "\(message) (byte \(position))", at: .init(file: name), fix: fix)
  }

  private mutating func take(_ count: Int) throws(Diagnostic) -> Int {
    guard count >= 0, count <= remaining else { throw damaged("the model file ends early") }
    defer { position += count }
    return position
  }

  mutating func uint8() throws(Diagnostic) -> UInt8 { bytes[try take(1)] }
  mutating func int32() throws(Diagnostic) -> Int32 {
    Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: try take(4), as: Int32.self))
  }
  mutating func int64() throws(Diagnostic) -> Int64 {
    Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: try take(8), as: Int64.self))
  }
  mutating func double() throws(Diagnostic) -> Double { Double(bitPattern: UInt64(bitPattern: try int64())) }

  mutating func cString() throws(Diagnostic) -> [UInt8] {
    var end = position
    while end < bytes.count, bytes[end] != 0 { end += 1 }
    guard end < bytes.count else { throw damaged("the model file ends inside a word") }
    defer { position = end + 1 }
    return Array(bytes[position..<end])
  }

  mutating func data(_ count: Int) throws(Diagnostic) -> [UInt8] {
    let start = try take(count)
    return Array(bytes[start..<start + count])
  }

  mutating func floats(_ count: Int) throws(Diagnostic) -> [Float] {
    guard count >= 0, count <= remaining / 4 else { throw damaged("the model file ends inside a matrix") }
    let start = try take(count * 4)
    return (0..<count).map { index in
      Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + index * 4, as: UInt32.self)))
    }
  }

  private mutating func shape() throws(Diagnostic) -> (rows: Int, columns: Int) {
    let (rows, columns) = (try int64(), try int64())
    guard rows >= 0, columns > 0, columns <= 65_536, rows < 1 << 40 else { throw damaged("a matrix of \(rows) by \(columns)") }
    return (Int(rows), Int(columns))
  }

  mutating func denseMatrix() throws(Diagnostic) -> FastTextMatrix {
    let (rows, columns) = try shape()
    return .dense(DenseMatrix(rows: rows, columns: columns, values: try floats(rows * columns)))
  }

  mutating func quantizedMatrix() throws(Diagnostic) -> FastTextMatrix {
    let hasNorms = try uint8() != 0
    let (rows, columns) = try shape()
    let codes = try data(Int(try int32()))
    let quantizer = try quantizer(dimension: columns)
    guard codes.count == rows * quantizer.subquantizers else { throw damaged("the codes do not fit the matrix") }
    var matrix = QuantizedMatrix(rows: rows, columns: columns, quantizer: quantizer, codes: codes)
    if hasNorms {
      matrix.normCodes = try data(rows)
      matrix.normQuantizer = try self.quantizer(dimension: 1)
    }
    return .quantized(matrix)
  }

  private mutating func quantizer(dimension: Int) throws(Diagnostic) -> ProductQuantizer {
    let (size, count, width, last) = (Int(try int32()), Int(try int32()), Int(try int32()), Int(try int32()))
    guard size == dimension, width > 0, width <= size || size == 1 else { throw damaged("a quantizer does not fit its matrix") }
    let values = try floats(size * ProductQuantizer.centroidCount)
    let quantizer = ProductQuantizer(dimension: size, subdimension: width, centroids: values)
    guard quantizer.subquantizers == count, quantizer.lastSubdimension == last else {
      throw damaged("a quantizer contradicts itself")
    }
    return quantizer
  }
}
