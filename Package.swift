// swift-tools-version: 6.1
import PackageDescription

// Modules in flow order: data moves from the top of this list to the bottom, and a module imports only from above.
// Sources/README.md is the map.

/// A library of the system, imported by exactly one Swift module.
func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/Bridges/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func bridge(_ name: String, links libraries: [String] = []) -> Target {
  .target(name: name, path: "Sources/Bridges/\(name)", linkerSettings: libraries.map { .linkedLibrary($0) })
}

func module(
  _ name: String, on floor: String, uses dependencies: [Target.Dependency] = [], features: [SwiftSetting] = []
) -> Target {
  .target(name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", swiftSettings: features)
}

func tests(of name: String, uses more: [Target.Dependency] = [], beside data: [String] = []) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: [.target(name: name)] + more, path: "Tests/\(name)Tests", exclude: data)
}

/// One module with what it needs: a package that wants only that builds no more.
func library(of module: String) -> Product { .library(name: module, targets: [module]) }

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "winnow",
  products: [
    .executable(name: "winnow", targets: ["winnow"]),
    .library(
      name: "WinnowLibraries",
      targets: [
        "Documents", "Storage", "ICU", "WebArchives", "MainContent", "TextNormalization", "Classification", "Curation",
        "Deduplication", "Tokenization", "TokenShards", "LanguageModels", "Training", "Evaluation", "Datasheets", "Pipelines",
      ]),
    library(of: "Documents"), library(of: "Storage"), library(of: "ICU"), library(of: "WebArchives"), library(of: "MainContent"),
    library(of: "TextNormalization"), library(of: "Classification"), library(of: "Curation"), library(of: "Deduplication"),
    library(of: "Tokenization"), library(of: "TokenShards"), library(of: "LanguageModels"), library(of: "Training"),
    library(of: "Evaluation"), library(of: "Datasheets"), library(of: "Pipelines"),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: Bridges
    system("CLibXML2System", pkgConfig: "libxml-2.0", apt: "libxml2-dev"),
    .target(name: "CLibXML2", dependencies: ["CLibXML2System"], path: "Sources/Bridges/CLibXML2"),
    system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    system("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
    system("CBrotli", pkgConfig: "libbrotlidec", apt: "libbrotli-dev"),
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    system("CMimalloc", apt: "libmimalloc-dev"),
    bridge("CICU", links: ["icuuc", "icui18n"]),
    bridge("CRE2", links: ["re2"]),
    bridge("CKernels"),
    bridge("CSketch"),
    bridge("CPrefetch"),

    // MARK: Ground
    module("Documents", on: "Ground"),
    module("Storage", on: "Ground", uses: ["Documents", "CZstd", "CZlib", "CDeflate", "CBrotli"]),
    module("ICU", on: "Ground", uses: ["CICU"]),

    // MARK: Ingest
    // A record is a view into the reader's buffers; the compiler proves that no view outlives them.
    module(
      "WebArchives", on: "Ingest", uses: ["Documents", "Storage", "ICU"], features: [.enableExperimentalFeature("Lifetimes")]),
    module("MainContent", on: "Ingest"),

    // MARK: Curate
    module("TextNormalization", on: "Curate", uses: ["Documents", "ICU"]),
    module("Classification", on: "Curate", uses: ["Documents", "Storage", "ICU"]),
    module("Curation", on: "Curate", uses: ["Documents", "ICU", "CRE2", yams]),
    module("Deduplication", on: "Curate", uses: ["Documents", "Storage", "CSketch"]),

    // MARK: Tokens
    module("Tokenization", on: "Tokens", uses: ["Documents", "Storage", "CPrefetch"]),
    module("TokenShards", on: "Tokens", uses: ["Documents", "Storage"]),

    // MARK: Learn
    module("LanguageModels", on: "Learn", uses: ["Documents", "Storage", "CKernels"]),
    module("Training", on: "Learn", uses: ["Documents", "Storage", "Tokenization", "TokenShards", "LanguageModels"]),
    module("Evaluation", on: "Learn", uses: ["Documents", "Storage", "Tokenization", "TokenShards", "LanguageModels", yams]),

    // MARK: Run
    module("Datasheets", on: "Run", uses: ["Documents"]),
    module(
      "Pipelines", on: "Run",
      uses: [
        "Documents", "Storage", "WebArchives", "MainContent", "TextNormalization", "Classification", "Curation",
        "Deduplication", "Tokenization", "TokenShards", "LanguageModels", "Training", "Evaluation", "Datasheets", "CSQLite",
        yams,
      ]),

    // MARK: Command
    .executableTarget(
      name: "winnow",
      dependencies: [
        "Documents", "Storage", "WebArchives", "MainContent", "Classification", "Curation", "Deduplication", "Tokenization",
        "TokenShards", "LanguageModels", "Training", "Evaluation", "Datasheets", "Pipelines", "CMimalloc", argumentParser,
      ],
      path: "Sources/Command/winnow"),

    // MARK: Tests
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    tests(of: "Documents"),
    tests(of: "Storage", uses: ["TestSupport"]),
    tests(of: "ICU"),
    tests(of: "WebArchives", uses: ["Storage", "TestSupport"]),
    tests(of: "MainContent", uses: ["TestSupport", "Documents", "CLibXML2"], beside: ["Goldens"]),
    tests(of: "TextNormalization"),
    tests(of: "Classification", uses: ["Storage", "TestSupport"]),
    tests(of: "Curation", uses: ["Storage", "TestSupport"]),
    tests(of: "Deduplication", uses: ["Storage", "TestSupport"]),
    tests(of: "Tokenization", uses: ["Storage", "TestSupport"]),
    tests(of: "TokenShards", uses: ["Storage", "TestSupport"]),
    tests(of: "LanguageModels", uses: ["Storage", "TestSupport", "CKernels"]),
    tests(of: "Training", uses: ["Storage", "TokenShards", "LanguageModels", "TestSupport"]),
    tests(of: "Evaluation", uses: ["Storage", "Tokenization", "TokenShards", "LanguageModels", "TestSupport"]),
    tests(of: "Datasheets", uses: ["TestSupport"], beside: ["Goldens"]),
    tests(of: "Pipelines", uses: ["Storage", "TestSupport"], beside: ["Golden"]),
    .testTarget(
      name: "CommandTests", dependencies: ["Documents", "TestSupport", "Storage", "LanguageModels", "winnow"],
      path: "Tests/CommandTests"),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11,
  cxxLanguageStandard: .cxx17
)
