import Foundation

/// The repository's root folder, found from this file's own place: tests read `fixtures/`, `filters/` and `pipelines/` there.
public let repositoryRoot = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

public func repositoryFile(_ path: String) -> URL { repositoryRoot.appendingPathComponent(path) }

/// A fresh folder that is removed when the closure returns.
public func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("winnow-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
