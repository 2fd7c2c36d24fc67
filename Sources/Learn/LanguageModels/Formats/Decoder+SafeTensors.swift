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
    let out = UnsafeMutableBufferPointer(start: buffer.base + tensor.offset, count: tensor.count)
    try file.read(Self.entry(prefix + tensor.name, tensor.shape, in: file), into: out)
  }

  static func entry(
    _ name: String, _ shape: [Int], in file: SafeTensors.File
  ) throws(Diagnostic) -> SafeTensors.File.Entry {
    guard let entry = file[name] else {
      throw Diagnostic("damaged-file", "there is no tensor '\(name)'", at: .init(file: file.path))
    }
    guard entry.shape == shape else {
      throw Diagnostic(
        "damaged-file", "tensor '\(name)' has shape \(entry.shape), the model's is \(shape)", at: .init(file: file.path))
    }
    return entry
  }

  // MARK: As Hugging Face has them

  /// The parameters in the shapes of Hugging Face's files. Valid as long as the returned buffers and the decoder live.
  func fileTensors() -> (tensors: [SafeTensors.Tensor], buffers: [FloatBuffer]) {
    var tensors = self.tensors()
    var buffers: [FloatBuffer] = []
    for (index, tensor) in layout.tensors.enumerated() where tensor.isTransposedInFiles {
      let turned = FloatBuffer(count: tensor.count)
      let rows = tensor.shape[0]
      let columns = tensor.shape[1]
      Self.transpose(parameters.base + tensor.offset, rows: rows, columns: columns, into: turned.base)
      buffers.append(turned)
      tensors[index] = SafeTensors.Tensor(
        name: tensor.name, shape: tensor.fileShape, values: UnsafeBufferPointer(start: turned.base, count: turned.count))
    }
    return (tensors, buffers)
  }

  /// Reads a tensor that the file has under `name` in the shape of Hugging Face's files.
  func readFileTensor(_ tensor: ParameterLayout.Tensor, named name: String, from file: SafeTensors.File) throws(Diagnostic) {
    let entry = try Self.entry(name, tensor.fileShape, in: file)
    let out = parameters.base + tensor.offset
    guard tensor.isTransposedInFiles else {
      return try file.read(entry, into: UnsafeMutableBufferPointer(start: out, count: tensor.count))
    }
    let turned = FloatBuffer(count: tensor.count)
    try file.read(entry, into: UnsafeMutableBufferPointer(start: turned.base, count: turned.count))
    Self.transpose(turned.base, rows: tensor.shape[1], columns: tensor.shape[0], into: out)
  }

  /// x [rows, columns] to out [columns, rows].
  private static func transpose(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows { for column in 0..<columns { out[column * rows + row] = x[row * columns + column] } }
  }
}
