import Foundation
import TestSupport
import Testing

@Suite("Setting up")
struct SetUpTests {
  @Test("make installs every Debian package that Package.swift names or links")
  func makefileKnowsEveryLibrary() throws {
    let makefile = try String(contentsOf: repositoryFile("Makefile"), encoding: .utf8)
    let listed = try #require(makefile.range(of: "APT_PACKAGES := "))
    let installed = Set(makefile[listed.upperBound...].prefix(400).split { " \\\n".contains($0) }.map(String.init))
    let manifest = try String(contentsOf: repositoryFile("Package.swift"), encoding: .utf8)
    var needed = manifest.components(separatedBy: "apt: \"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    #expect(needed.count >= 6)
    for (library, package) in [("\"icuuc\"", "libicu-dev"), ("\"re2\"", "libre2-dev")] where manifest.contains(library) {
      needed.append(package)
    }
    for package in needed { #expect(installed.contains(package), "\(package) is missing in the Makefile") }
  }

  @Test("make says which toolchain it needs, and the manifest asks for no newer one")
  func makefileAndManifestAgreeOnSwift() throws {
    let makefile = try String(contentsOf: repositoryFile("Makefile"), encoding: .utf8)
    let manifest = try String(contentsOf: repositoryFile("Package.swift"), encoding: .utf8)
    let minimum = try #require(makefile.firstMatch(of: /SWIFT_MINIMUM := (\d+)\.(\d+)/)).output
    let tools = try #require(manifest.firstMatch(of: /swift-tools-version: *(\d+)\.(\d+)/)).output
    let pair = { (major: Substring, minor: Substring) in (Int(major) ?? 0, Int(minor) ?? 0) }
    let isEnough = pair(tools.1, tools.2) <= pair(minimum.1, minimum.2)
    #expect(isEnough)
  }
}
