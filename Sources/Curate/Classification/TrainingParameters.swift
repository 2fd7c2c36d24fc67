import Documents

/// The two matrices of a model while it is trained: memory that the threads of a team share.
///
/// Invariant: between two waits of the team either all threads only read, or each writes rows that are its own.
struct TrainingParameters: @unchecked Sendable {
  let columns: Int
  /// `[words and buckets, columns]`.
  private let input: UnsafeMutablePointer<Float>
  /// `[labels, columns]`; with hierarchical softmax a row is an inner node of the tree.
  private let output: UnsafeMutablePointer<Float>

  @inline(__always) func inputRow(_ row: Int32) -> UnsafeMutablePointer<Float> { input + Int(row) &* columns }

  @inline(__always) func outputRow(_ row: Int) -> UnsafeMutablePointer<Float> { output + row &* columns }

  /// Calls `body` with parameters as they are before training: the input random in ±1/columns, the output zero; returns what it made of them.
  static func trained(
    columns: Int, inputRows: Int, outputRows: Int, seed: UInt64, threads: Int, _ body: (TrainingParameters) -> Void
  ) -> (input: DenseMatrix, output: DenseMatrix) {
    let count = inputRows * columns
    var input = [Float](unsafeUninitializedCapacity: count) { values, initialized in
      if let start = values.baseAddress {
        fill(TrainingParameters(columns: columns, input: start, output: start), count, seed, threads)
      }
      initialized = count
    }
    var output = [Float](repeating: 0, count: outputRows * columns)
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        if let input = input.baseAddress, let output = output.baseAddress {
          body(TrainingParameters(columns: columns, input: input, output: output))
        }
      }
    }
    return (
      DenseMatrix(rows: inputRows, columns: columns, values: input),
      DenseMatrix(rows: outputRows, columns: columns, values: output)
    )
  }

  private static func fill(_ parameters: TrainingParameters, _ count: Int, _ seed: UInt64, _ threads: Int) {
    let random = SeededRandom(seed: seed, stream: "input")
    let bound = 1 / Double(parameters.columns)
    TrainingTeam.run(width: threads) { team, member in
      team.wait()
      let own = count * member / team.width..<count * (member + 1) / team.width
      var random = random.skipping(own.lowerBound)
      for index in own { (parameters.input + index).initialize(to: Float((random.nextUnit() * 2 - 1) * bound)) }
    }
  }
}

/// Vectors of floats at an address. Sums are taken in eight lanes, in the same order on every machine.
enum FloatVector {
  @inline(__always)
  static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD8<Float>.zero
    var index = 0
    while index &+ 8 <= count {
      let x = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self)
      let y = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
      lanes += x * y
      index &+= 8
    }
    var sum = lanes.sum()
    while index < count {
      sum += a[index] * b[index]
      index &+= 1
    }
    return sum
  }

  /// target += factor × source.
  @inline(__always)
  static func add(_ source: UnsafePointer<Float>, times factor: Float, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count { target[index] += factor * source[index] }
  }

  /// target += source.
  @inline(__always)
  static func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count { target[index] += source[index] }
  }
}
