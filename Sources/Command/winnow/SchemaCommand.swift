import ArgumentParser
import Pipelines
import Storage

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of pipeline files, for editors.",
    discussion: "Example:\n  winnow schema > winnow.schema.json     then, in a YAML file: # yaml-language-server: $schema=winnow.schema.json")

  func run() throws { print(String(decoding: PipelineSchema.json.prettyPrinted, as: UTF8.self), terminator: "") }
}
