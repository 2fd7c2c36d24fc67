import Documents
import Yams

extension YAMLTree {
  /// The text of a pipeline file with a list of words as one parameter of a stage. Comments are lost.
  /// - Throws: `bad-pipeline` when the file has no such stage.
  static func setting(_ parameter: String, to words: [String], ofStage id: String, in text: String, file: String)
    throws(Diagnostic) -> String
  {
    let missing = Diagnostic("bad-pipeline", "the file has no stage '\(id)'", at: .init(file: file))
    do {
      guard var root = try Yams.compose(yaml: text), var stages = root["stages"], var stage = stages[id] else { throw missing }
      var parameters = stage["with"] ?? Node([] as [(Node, Node)])
      parameters[Node(parameter)] = Node(words.map { Node($0) }, Tag(.implicit), .flow)
      stage[Node("with")] = parameters
      stages[Node(id)] = stage
      root[Node("stages")] = stages
      return try Yams.serialize(node: root, width: -1, allowUnicode: true)
    } catch let error as Diagnostic {
      throw error
    } catch {
      throw Diagnostic("bad-pipeline", "cannot write the pipeline file: \(error)", at: .init(file: file))
    }
  }
}
