/// The rows of a model: 32-bit floats, or product-quantized codes.
enum FastTextMatrix: Sendable {
  case dense(DenseMatrix)
  case quantized(QuantizedMatrix)

  var rows: Int {
    switch self {
    case .dense(let matrix): matrix.rows
    case .quantized(let matrix): matrix.rows
    }
  }

  var columns: Int {
    switch self {
    case .dense(let matrix): matrix.columns
    case .quantized(let matrix): matrix.columns
    }
  }

  /// Adds the listed rows to `sum`, which has `columns` elements.
  func add(rows list: [Int32], to sum: inout [Float]) {
    switch self {
    case .dense(let matrix): matrix.add(rows: list, to: &sum)
    case .quantized(let matrix): matrix.add(rows: list, to: &sum)
    }
  }

  func dot(row: Int, _ vector: [Float]) -> Float {
    switch self {
    case .dense(let matrix): matrix.dot(row: row, vector)
    case .quantized(let matrix): matrix.dot(row: row, vector)
    }
  }
}

/// `[rows, columns]`, row by row.
struct DenseMatrix: Sendable {
  let rows: Int
  let columns: Int
  var values: [Float]

  init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns)
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  func add(rows list: [Int32], to sum: inout [Float]) {
    let columns = columns
    values.withUnsafeBufferPointer { values in
      sum.withUnsafeMutableBufferPointer { sum in
        for row in list {
          let base = Int(row) &* columns
          for column in 0..<columns { sum[column] += values[base &+ column] }
        }
      }
    }
  }

  func dot(row: Int, _ vector: [Float]) -> Float {
    var sum: Float = 0
    let base = row * columns
    for column in 0..<columns { sum += values[base + column] * vector[column] }
    return sum
  }
}

/// Rows as codes of a product quantizer, optionally with separately quantized norms (Joulin et al. 2016, "FastText.zip").
struct QuantizedMatrix: Sendable {
  let rows: Int
  let columns: Int
  var quantizer: ProductQuantizer
  /// `[rows, subquantizers]`.
  var codes: [UInt8]
  /// One code and one quantizer of dimension 1 for the rows' norms.
  var normCodes: [UInt8]?
  var normQuantizer: ProductQuantizer?

  @inline(__always) private func norm(_ row: Int) -> Float {
    guard let normCodes, let normQuantizer else { return 1 }
    return normQuantizer.centroids[Int(normCodes[row])]
  }

  func add(rows list: [Int32], to sum: inout [Float]) {
    let count = quantizer.subquantizers
    guard quantizer.subdimension == 2, quantizer.lastSubdimension == 2 else {
      for row in list { addAny(row: Int(row), to: &sum) }
      return
    }
    codes.withUnsafeBufferPointer { codes in
      quantizer.centroids.withUnsafeBytes { centroids in
        sum.withUnsafeMutableBytes { sum in
          for row in list {
            let norm = norm(Int(row))
            let base = Int(row) &* count
            for part in 0..<count {
              let code = Int(codes[base &+ part])
              let pair = centroids.loadUnaligned(fromByteOffset: (part &* 256 &+ code) &* 8, as: SIMD2<Float>.self)
              let old = sum.loadUnaligned(fromByteOffset: part &* 8, as: SIMD2<Float>.self)
              sum.storeBytes(of: old + pair * norm, toByteOffset: part &* 8, as: SIMD2<Float>.self)
            }
          }
        }
      }
    }
  }

  private func addAny(row: Int, to sum: inout [Float]) {
    let norm = norm(row)
    for part in 0..<quantizer.subquantizers {
      let range = quantizer.centroid(part, Int(codes[row * quantizer.subquantizers + part]))
      for (offset, index) in range.enumerated() {
        sum[part * quantizer.subdimension + offset] += norm * quantizer.centroids[index]
      }
    }
  }

  func dot(row: Int, _ vector: [Float]) -> Float {
    var sum: Float = 0
    for part in 0..<quantizer.subquantizers {
      let range = quantizer.centroid(part, Int(codes[row * quantizer.subquantizers + part]))
      for (offset, index) in range.enumerated() {
        sum += vector[part * quantizer.subdimension + offset] * quantizer.centroids[index]
      }
    }
    return sum * norm(row)
  }
}
