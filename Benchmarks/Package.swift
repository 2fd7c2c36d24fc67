// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody who depends on Winnow builds its benchmarks and training programs.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "winnow", path: "..")],
  targets: [
    .executableTarget(
      name: "archive-reading",
      dependencies: [.product(name: "Storage", package: "winnow"), .product(name: "WebArchives", package: "winnow")],
      path: "Sources/archive-reading"),
    .executableTarget(
      name: "language-identification", dependencies: [.product(name: "Classification", package: "winnow")],
      path: "Sources/language-identification"),
    .executableTarget(
      name: "curation-speed",
      dependencies: ["Documents", "Storage", "TextNormalization", "Classification", "Curation"].map { .product(name: $0, package: "winnow") },
      path: "Sources/curation-speed"),
    .executableTarget(
      name: "extraction-training", dependencies: [.product(name: "WinnowLibraries", package: "winnow")],
      path: "Sources/extraction-training"),
    .executableTarget(
      name: "extraction-speed", dependencies: [.product(name: "WinnowLibraries", package: "winnow")],
      path: "Sources/extraction-speed"),
    .executableTarget(
      name: "deduplication", dependencies: [.product(name: "WinnowLibraries", package: "winnow")], path: "Sources/deduplication"),
    .executableTarget(
      name: "tokenizers",
      dependencies: ["Documents", "Storage", "Tokenization"].map { .product(name: $0, package: "winnow") },
      path: "Sources/tokenizers"),
    .systemLibrary(name: "CZstandard", path: "Sources/CZstandard", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .executableTarget(
      name: "token-shards",
      dependencies: ["CZstandard"]
        + ["Documents", "Storage", "Tokenization", "TokenShards"].map { .product(name: $0, package: "winnow") },
      path: "Sources/token-shards"),
    .executableTarget(
      name: "training", dependencies: [.product(name: "LanguageModels", package: "winnow")], path: "Sources/training"),
    .executableTarget(
      name: "throughput", dependencies: [.product(name: "WinnowLibraries", package: "winnow")], path: "Sources/throughput"),
  ],
  swiftLanguageModes: [.v6]
)
