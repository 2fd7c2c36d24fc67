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
    let d = shape.hiddenSize
    let vocabulary = shape.vocabularySize
    let table = engine.kernels.table
    let hidden = Matrix(activations.normalized.base + piece.lowerBound * d, width: d)
    let logits = activations.logits.base
    let stride = activations.logitStride
    engine.multiply(hidden, headWeights.transposed, m: piece.count, n: vocabulary, k: d, into: logits, stride: stride)
    capLogits(count: piece.count * stride, keeping: gradientScale != 0)
    targets.withUnsafeBufferPointer { targets in
      guard let targets = targets.baseAddress else { return }
      let losses = losses.base
      let rowsPerPiece = 16
      engine.pool.loop((piece.count + rowsPerPiece - 1) / rowsPerPiece) { index, _ in
        for row in index * rowsPerPiece..<min(piece.count, (index + 1) * rowsPerPiece) {
          let token = piece.lowerBound + row
          table.pointee.cross_entropy(logits + row * stride, 1, vocabulary, targets + token, gradientScale, losses + token)
        }
      }
    }
    guard gradientScale != 0, let gradient, let gradients = activations.gradients else { return }
    if let cap = shape.logitSoftcap {
      let capped = activations.cappedLogits.base
      engine.forElements(0..<piece.count * stride) { range, _ in
        table.pointee.softcap_backward(capped + range.lowerBound, range.count, cap, logits + range.lowerBound)
      }
    }
    engine.multiply(
      Matrix(logits, width: stride), headWeights, m: piece.count, n: d, k: vocabulary,
      into: gradients.normalized.base + piece.lowerBound * d, stride: d)
    engine.multiply(
      Matrix(logits, width: stride).transposed, hidden, m: vocabulary, n: d, k: piece.count, beta: adding ? 1 : 0,
      into: gradient.base + decoder.layout.head, stride: d)
  }

  /// Soft-caps the logits in place where the model does so; `keeping` them too for the backward pass.
  private func capLogits(count: Int, keeping: Bool) {
    guard let cap = shape.logitSoftcap else { return }
    let table = engine.kernels.table
    let logits = activations.logits.base
    let kept = activations.cappedLogits.base
    engine.forElements(0..<count) { range, _ in
      let x = logits + range.lowerBound
      table.pointee.softcap(x, range.count, cap, x)
      if keeping { (kept + range.lowerBound).update(from: x, count: range.count) }
    }
  }
}
