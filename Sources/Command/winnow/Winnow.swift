import ArgumentParser
import CMimalloc

@main
struct Winnow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "winnow", abstract: "From web crawls to training-ready token shards.", version: "0.1.0")

  func run() async throws {
    print(Self.helpMessage())
  }
}
