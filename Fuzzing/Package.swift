// swift-tools-version: 6.1
import PackageDescription

/// A fuzzer: one small executable over one parser. libFuzzer brings the `main` function, so none is made here.
func fuzzer(_ name: String, over modules: String...) -> Target {
  .executableTarget(
    name: name, dependencies: ["FuzzSupport"] + modules.map { .product(name: $0, package: "winnow") },
    path: "Sources/\(name)",
    swiftSettings: [.unsafeFlags(["-parse-as-library"])])
}

// A package of its own: it needs `--sanitize=fuzzer`, and nobody who depends on Winnow should see its flags.
let package = Package(
  name: "Fuzzing",
  dependencies: [.package(name: "winnow", path: "..")],
  targets: [
    .target(name: "FuzzSupport", path: "Sources/FuzzSupport"),
    fuzzer("fuzz-tokenizers", over: "Tokenization", "Documents"),
    fuzzer("fuzz-records", over: "WebArchives", "Storage"),
    fuzzer("fuzz-http", over: "WebArchives", "Storage"),
    fuzzer("fuzz-charset", over: "WebArchives"),
    fuzzer("fuzz-shards", over: "TokenShards", "Storage", "Documents"),
    fuzzer("fuzz-extraction", over: "MainContent"),
    fuzzer("fuzz-models", over: "Classification", "Documents"),
    fuzzer("fuzz-rules", over: "Curation", "Documents"),
    fuzzer("fuzz-filters", over: "Curation", "Documents"),
  ],
  swiftLanguageModes: [.v6]
)
