import Foundation

/// Finds the files that come with Winnow (`filters/…`) wherever it runs from.
///
/// Looked for in `$WINNOW_HOME`, in the current folder, then beside the executable and in each folder above it.
public enum BundledFiles {
  /// The path of a file such as `filters/language/identifier.ftz`; nil when it is nowhere.
  public static func path(of relative: String) -> String? {
    homes.map { join($0, relative) }.first { FileManager.default.fileExists(atPath: $0) }
  }

  /// The files that match a pattern such as `filters/toxicity/*.tsv`, all from the first place that has any, in byte order.
  public static func matching(_ pattern: String) -> [String] {
    for home in homes {
      var result = glob_t()
      defer { globfree(&result) }
      guard glob(join(home, pattern), 0, nil, &result) == 0 else { continue }
      let paths = (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
      if !paths.isEmpty { return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    }
    return []
  }

  private static func join(_ home: String, _ relative: String) -> String { home.isEmpty ? relative : home + "/" + relative }

  /// The current folder is the empty string, so that paths found there stay relative and a run does not depend on where it lies.
  private static var homes: [String] {
    var homes = [ProcessInfo.processInfo.environment["WINNOW_HOME"] ?? "", ""].enumerated().filter {
      $0.offset == 1 || !$0.element.isEmpty
    }.map(\.element)
    if let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      var folder = (executable as NSString).deletingLastPathComponent
      while folder.count > 1 {
        homes.append(folder)
        folder = (folder as NSString).deletingLastPathComponent
      }
    }
    return homes
  }
}
