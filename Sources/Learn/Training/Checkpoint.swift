import Documents
import Foundation
import LanguageModels
import Storage

/// A training run's state on disk: `step-00000200/` with `model.safetensors`, `moments.safetensors`, `metrics.jsonl` and
/// `state.json`, which names the step, the configuration, the checksums of the other three and its own.
///
/// Written beside its place, synced and renamed: a checkpoint is whole or absent.
struct Checkpoints {
  let directory: String
  /// How many of the newest stay, and besides the newest at a multiple of `interval`.
  let kept: Int
  /// Steps between the checkpoints that every run of this configuration writes, however often it is stopped: those are what
  /// training goes back to.
  let interval: Int?

  private static let files = ["model.safetensors", "moments.safetensors", "metrics.jsonl"]

  // MARK: Writing

  func write(_ trainer: Trainer, metrics: [UInt8]) throws(Diagnostic) {
    let name = Self.name(trainer.step)
    let partial = "\(directory)/\(name).partial"
    let final = "\(directory)/\(name)"
    try? FileManager.default.removeItem(atPath: partial)
    try makeDirectory(partial)
    var checksums = JSONObject()
    checksums[Self.files[0]] = try .string(
      SafeTensors.write(trainer.decoder.tensors(), to: "\(partial)/\(Self.files[0])").checksum.hexadecimal)
    let moments =
      trainer.decoder.tensors(of: trainer.firstMoment, prefix: "first.")
      + trainer.decoder.tensors(of: trainer.secondMoment, prefix: "second.")
    checksums[Self.files[1]] = try .string(
      SafeTensors.write(moments, to: "\(partial)/\(Self.files[1])").checksum.hexadecimal)
    checksums[Self.files[2]] = try .string(
      AtomicFile.write(metrics, to: "\(partial)/\(Self.files[2])").checksum.hexadecimal)
    var state: JSONObject = [
      "step": .integer(Int64(trainer.step)), "batches-behind": .integer(Int64(trainer.batchesBehind)),
      "rollbacks": .integer(Int64(trainer.rollbacks)), "configuration": .object(trainer.configuration.description),
      "checksums": .object(checksums),
    ]
    state["checksum"] = .string(try Self.checksum(of: state))
    try AtomicFile.write(JSONValue.object(state).prettyPrinted, to: "\(partial)/state.json")
    try? FileManager.default.removeItem(atPath: final)
    guard rename(partial, final) == 0 else { throw Diagnostic(systemCall: "rename", path: final) }
    try syncDirectory()
    let steps = steps()
    let regular = steps.last(where: isRegular)
    for old in steps.dropLast(kept) where old != regular {
      try? FileManager.default.removeItem(atPath: "\(directory)/\(Self.name(old))")
    }
  }

  private func isRegular(_ step: Int) -> Bool { interval.map { step % $0 == 0 } ?? false }

  // MARK: Reading

  /// Takes the trainer back to the newest checkpoint that does not depend on where the run was stopped, or to the beginning.
  /// - Returns: the metrics log as it stood then.
  func rollBack(_ trainer: Trainer) throws(Diagnostic) -> [UInt8] {
    for step in steps().reversed() where isRegular(step) && step <= trainer.step {
      if let metrics = try? restore(trainer, step: step) { return metrics }
    }
    try trainer.reset()
    return []
  }

  /// Restores the newest checkpoint that is whole.
  /// - Returns: the metrics log as it stood, nil when there is nothing to restore; and a warning for each damaged one.
  /// - Throws: `other-configuration` when the newest belongs to a different run.
  func restore(_ trainer: Trainer) throws(Diagnostic) -> (metrics: [UInt8]?, warnings: [Diagnostic]) {
    var warnings: [Diagnostic] = []
    for step in steps().reversed() {
      do {
        return (try restore(trainer, step: step), warnings)
      } catch {
        if error.code == "other-configuration" { throw error }
        var warning = error
        warning.severity = .warning
        warning.fix = "this checkpoint is passed over; training goes on from an earlier one"
        warnings.append(warning)
      }
    }
    return (nil, warnings)
  }

  private func restore(_ trainer: Trainer, step: Int) throws(Diagnostic) -> [UInt8] {
    let folder = "\(directory)/\(Self.name(step))"
    let statePath = folder + "/state.json"
    let state = try JSONScanner.parse(file: statePath).object
    guard let state, state["step"]?.integer == Int64(step), let checksums = state["checksums"]?.object,
      try state["checksum"]?.string == Self.checksum(of: state)
    else {
      throw Diagnostic("damaged-file", "not the state of step \(step)", at: .init(file: statePath))
    }
    let expected = try JSONScanner.parse(JSONValue.object(trainer.configuration.description).serialized)
    if let difference = Self.difference(state["configuration"]?.object, expected.object) {
      throw Diagnostic(
        "other-configuration", "the checkpoint was made with another \(difference)", at: .init(file: statePath),
        fix: "continue with the configuration it was made with, or remove \(directory) to begin anew")
    }
    for file in Self.files {
      let path = "\(folder)/\(file)"
      guard try fileChecksum(path).checksum.hexadecimal == checksums[file]?.string else {
        throw Diagnostic("damaged-file", "the checksum differs from the one in state.json", at: .init(file: path))
      }
    }
    try trainer.decoder.read(SafeTensors.File(path: "\(folder)/\(Self.files[0])"), into: trainer.decoder.parameters)
    let moments = try SafeTensors.File(path: "\(folder)/\(Self.files[1])")
    try trainer.decoder.read(moments, into: trainer.firstMoment, prefix: "first.")
    try trainer.decoder.read(moments, into: trainer.secondMoment, prefix: "second.")
    trainer.step = step
    trainer.batchesBehind = state["batches-behind"]?.integer.map { Int($0) } ?? step
    trainer.rollbacks = state["rollbacks"]?.integer.map { Int($0) } ?? 0
    let metrics = try MappedFile(path: "\(folder)/\(Self.files[2])")
    return withExtendedLifetime(metrics) { Array(metrics.bytes) }
  }

  /// Of all members but the checksum itself, as they are when read.
  private static func checksum(of state: JSONObject) throws(Diagnostic) -> String {
    let rest = JSONObject(state.members.filter { $0.key != "checksum" })
    let read = try JSONScanner.parse(JSONValue.object(rest).serialized)
    return XXH64.hash(String(decoding: read.serialized, as: UTF8.self)).hexadecimal
  }

  /// The first key whose values differ; one that is not there says as much as null.
  private static func difference(_ found: JSONObject?, _ expected: JSONObject?) -> String? {
    expected?.members.first { found?[$0.key] ?? .null != $0.value }?.key
  }

  // MARK: Names

  /// The steps that have a checkpoint, ascending.
  func steps() -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("step-"), let step = Int(name.dropFirst(5)), name == Self.name(step) else { return nil }
      return step
    }.sorted()
  }

  private static func name(_ step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  private func syncDirectory() throws(Diagnostic) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Diagnostic(systemCall: "open", path: directory) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Diagnostic(systemCall: "sync", path: directory) }
  }
}

func makeDirectory(_ path: String) throws(Diagnostic) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw Diagnostic("input-output", "cannot create the directory: \(error.localizedDescription)", at: .init(file: path))
  }
}
