import Foundation
import LanguageModels
import TokenShards
import Training

/// What training begins with: fresh weights in a preset's shape, or a given model.
extension TrainCommand {
  /// - Throws: a `UsageProblem` for an option that `--from` decides, or an output that would overwrite the model.
  func checkOrigin() throws {
    guard let from else { return }
    let decided: [(name: String, isGiven: Bool)] = [
      ("--preset", size.givenPreset != nil), ("--query-key-norm", method.queryKeyNorm),
      ("--attention-softcap", method.attentionSoftcap != nil), ("--logit-softcap", method.logitSoftcap != nil),
    ]
    if let option = decided.first(where: \.isGiven) {
      throw UsageProblem(
        "--from and \(option.name) together", fix: "leave \(option.name) out: the model's folder says what its shape is")
    }
    func resolved(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path }
    guard !(resolved(from) + "/").hasPrefix(resolved(output) + "/") else {
      throw UsageProblem(
        "the output folder is the one of the model that training begins with", fix: "name another one with --output")
    }
  }

  /// Before its options: a preset's shape with the blocks that were asked for.
  func freshConfiguration(_ set: ShardSet) throws -> TrainingConfiguration {
    var model = try size.model(vocabularySize: set.vocabularySize)
    // An encoder's mask token follows the tokenizer's last one.
    let maskToken = model.isCausal ? nil : UInt32(set.vocabularySize)
    if maskToken != nil { model.vocabularySize += 1 }
    method.apply(to: &model)
    var configuration = TrainingConfiguration(model: model, tokens: size.tokens)
    configuration.maskToken = maskToken
    return configuration
  }
}
