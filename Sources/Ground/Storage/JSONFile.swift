import Documents

extension JSONScanner {
  /// A whole file as one JSON value.
  /// - Throws: what opening the file throws; `invalid-json` with the place in the file.
  public static func parse(file path: String) throws(Diagnostic) -> JSONValue {
    let file = try MappedFile(path: path)
    defer { withExtendedLifetime(file) {} }
    do throws(Diagnostic) {
      return try parse(file.bytes)
    } catch {
      var located = error
      if located.place?.file.isEmpty ?? true {
        located.place = .init(file: path, line: error.place?.line, column: error.place?.column)
      }
      throw located
    }
  }
}
