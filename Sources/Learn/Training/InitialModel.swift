import Documents
import Foundation
import LanguageModels

/// A model whose weights training begins with, instead of fresh ones: a directory that `HuggingFaceModel` reads.
///
/// It is known by the checksum of its weights: a run continues wherever the directory has moved, and not with another model.
public struct InitialModel: Sendable, Hashable {
  public let directory: String
  public let shape: DecoderConfiguration
  /// Those that the directory's `config.json` names.
  public let specialTokens: HuggingFaceModel.SpecialTokens
  /// XXH64 of all parameters as fp32, in the order of `ParameterLayout`: the same however the files hold them.
  public let checksum: UInt64

  /// Reads the model once.
  /// - Throws: a `Diagnostic` when it cannot be read, or is an encoder that names no mask token.
  public init(directory: String) throws(Diagnostic) {
    let found = try HuggingFaceModel.readConfiguration(directory + "/config.json")
    guard found.shape.isCausal || found.specialTokens.mask != nil else {
      throw Diagnostic(
        "missing-value", "an encoder without a mask token", at: .init(file: directory + "/config.json"),
        fix: "name mask_token_id there")
    }
    self.directory = directory
    shape = found.shape
    specialTokens = found.specialTokens
    checksum = Self.checksum(of: try HuggingFaceModel.read(directory))
  }

  /// What stands for a hidden token; nil where none are hidden.
  var maskToken: UInt32? { shape.isCausal ? nil : specialTokens.mask }

  /// Reads the model again.
  /// - Throws: a `Diagnostic` when its weights are no longer those that they were.
  func decoder() throws(Diagnostic) -> Decoder {
    let decoder = try HuggingFaceModel.read(directory)
    guard decoder.configuration == shape, Self.checksum(of: decoder) == checksum else {
      throw Diagnostic(
        "changed-file", "the model has changed since training began", at: .init(file: directory),
        fix: "put back the one that training began with")
    }
    return decoder
  }

  private static func checksum(of decoder: Decoder) -> UInt64 {
    withExtendedLifetime(decoder) {
      let parameters = UnsafeBufferPointer(start: decoder.parameters.base, count: decoder.parameters.count)
      return XXH64.hash(UnsafeRawBufferPointer(parameters))
    }
  }

  /// As `training.json` has it: the name of the directory, not where it was.
  var description: JSONObject {
    [
      "name": .string(URL(fileURLWithPath: directory).lastPathComponent), "weights": .string(checksum.hexadecimal),
      "parameters": .integer(Int64(shape.parameterCount)),
    ]
  }
}
