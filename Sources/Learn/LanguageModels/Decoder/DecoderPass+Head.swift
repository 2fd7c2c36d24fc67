import CKernels

extension DecoderPass {
  /// Final norm, output projection and cross-entropy, a few rows at a time so that the logits of a whole batch never exist.
  ///
  /// With `gradientScale` not 0 it also leaves the gradient by the normalized rows in `gradients.normalized`, and the
  /// gradient of the output projection in `gradient` (added to it when `adding`).
  func forwardHead(gradientScale: Float, adding: Bool) {
    normalizeFinal()
    var row = 0
    while row < rows {
      let count = min(activations.rowsPerHeadPiece, rows - row)
      headPiece(row..<row + count, gradientScale: gradientScale, adding: adding || row > 0)
      row += count
    }
  }

  private func headPiece(_ piece: Range<Int>, gradientScale: Float, adding: Bool) {
    let d = shape.hiddenSize, vocabulary = shape.vocabularySize, table = engine.kernels.table
    let hidden = Matrix(activations.normalized.base + piece.lowerBound * d, width: d)
    let logits = activations.logits.base
    engine.multiply(hidden, headWeights.transposed, m: piece.count, n: vocabulary, k: d, into: logits, stride: vocabulary)
    targets.withUnsafeBufferPointer { targets in
      guard let targets = targets.baseAddress else { return }
      let losses = losses.base
      let rowsPerPiece = 16
      engine.pool.loop((piece.count + rowsPerPiece - 1) / rowsPerPiece) { index, _ in
        let row = index * rowsPerPiece, count = min(rowsPerPiece, piece.count - row)
        table.pointee.cross_entropy(
          logits + row * vocabulary, count, vocabulary, targets + piece.lowerBound + row, gradientScale,
          losses + piece.lowerBound + row)
      }
    }
    guard gradientScale != 0, let gradient, let gradients = activations.gradients else { return }
    engine.multiply(
      Matrix(logits, width: vocabulary), headWeights, m: piece.count, n: d, k: vocabulary,
      into: gradients.normalized.base + piece.lowerBound * d, stride: d)
    engine.multiply(
      Matrix(logits, width: vocabulary).transposed, hidden, m: vocabulary, n: d, k: piece.count, beta: adding ? 1 : 0,
      into: gradient.base + decoder.layout.head, stride: d)
  }
}
