import Documents

extension Decoder {
  /// The tensors of this decoder's shape with the values of `buffer` (nil: its parameters), their names after `prefix`.
  /// Valid as long as the buffer lives.
  package func tensors(of buffer: FloatBuffer? = nil, prefix: String = "") -> [SafeTensors.Tensor] {
    let base = (buffer ?? parameters).base
    return layout.tensors.map { tensor in
      SafeTensors.Tensor(
        name: prefix + tensor.name, shape: tensor.shape,
        values: UnsafeBufferPointer(start: base + tensor.offset, count: tensor.count))
    }
  }

  /// Reads every tensor of this decoder's shape into `buffer`.
  package func read(_ file: SafeTensors.File, into buffer: FloatBuffer, prefix: String = "") throws(Diagnostic) {
    for tensor in layout.tensors { try read(tensor, from: file, into: buffer, prefix: prefix) }
  }

  func read(
    _ tensor: ParameterLayout.Tensor, from file: SafeTensors.File, into buffer: FloatBuffer, prefix: String = ""
  ) throws(Diagnostic) {
    guard let entry = file[prefix + tensor.name] else {
      throw Diagnostic("damaged-file", "there is no tensor '\(prefix + tensor.name)'", at: .init(file: file.path))
    }
    guard entry.shape == tensor.shape else {
      throw Diagnostic(
        "damaged-file", "tensor '\(entry.name)' has shape \(entry.shape), the model's is \(tensor.shape)",
        at: .init(file: file.path))
    }
    try file.read(entry, into: UnsafeMutableBufferPointer(start: buffer.base + tensor.offset, count: tensor.count))
  }
}
