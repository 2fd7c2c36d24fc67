import Documents
import Foundation

/// What `winnow doctor` looks at.
public enum Installation {
  public struct Check: Sendable {
    public let name: String
    public let isGood: Bool
    public let finding: String
    public let fix: String?
  }

  public static func checks() -> [Check] { [memory, disk, temporaryFolder] }

  private static var memory: Check {
    let bytes = ProcessInfo.processInfo.physicalMemory
    return Check(
      name: "memory", isGood: bytes >= 2_000_000_000,
      finding: "\(bytes / 1_000_000) MB, \(ProcessInfo.processInfo.activeProcessorCount) cores",
      fix: "2 GB are the least that the collective stages are planned for")
  }

  private static var disk: Check {
    let path = FileManager.default.currentDirectoryPath
    let free = (try? FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? NSNumber)??.uint64Value ?? 0
    return Check(
      name: "disk", isGood: free >= 1_000_000_000, finding: "\(free / 1_000_000) MB free in the current folder",
      fix: "free some space, or run in another folder with --run")
  }

  private static var temporaryFolder: Check {
    let folder = FileManager.default.temporaryDirectory.path
    let isGood = FileManager.default.isWritableFile(atPath: folder)
    return Check(name: "temporary folder", isGood: isGood, finding: folder, fix: "set TMPDIR to a folder that can be written")
  }
}
