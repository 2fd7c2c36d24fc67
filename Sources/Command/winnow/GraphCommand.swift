import ArgumentParser
import Foundation
import Pipelines

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Print the graph of a pipeline as Mermaid text or SVG.",
    discussion: """
      Examples:
        winnow graph pipelines/quickstart.yaml
        winnow graph pipelines/quickstart.yaml --format svg > quickstart.svg
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case mermaid, svg }

  @Argument(help: "The pipeline file.") var file: String
  @Option(help: "Form of the picture.") var format: Format = .mermaid

  func run() throws {
    let drawing = GraphDrawing(try Pipeline.load(path: file).pipeline)
    print(format == .svg ? drawing.svg : drawing.mermaid, terminator: "")
  }
}
