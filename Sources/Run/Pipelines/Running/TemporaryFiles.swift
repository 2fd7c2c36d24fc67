import Documents
import Foundation
import Storage

// What the steps of a collective stage hand each other is large, and nobody's business once the stage is done. It goes when the last
// step has committed. Manifests stay: they still say what the files were, so a later run sees that nothing is to be done again, and
// when the stage's result is gone or outdated the steps are simply performed once more.

extension Run {
  /// The manifests of all steps of a stage whose result is committed and intact, whether or not its temporary files are still there;
  /// nil when any task of it must run.
  ///
  /// - Parameter first: the phase of the stage's first step, else the answer is nil.
  func settledStage(
    startingAt first: Phase, _ runner: TaskRunner, _ keys: inout TaskKeys, _ before: [[TaskManifest]]
  ) throws(Diagnostic) -> [[TaskManifest]]? {
    let steps = plan.steps(of: first.stageID)
    guard steps.first?.index == first.index, let last = steps.last, last.temporaryFiles == nil,
      last.index - first.index == steps.count - 1,
      steps.contains(where: { $0.temporaryFiles != nil })
    else { return nil }
    var manifests = before
    for step in steps {
      var own: [TaskManifest] = []
      for task in step.tasks.indices {
        let key = try keys.key(of: step, task: task, committed: manifests)
        guard let manifest = runner.committed(step, task: task, key: key, without: step.temporaryFiles).manifest else {
          return nil
        }
        own.append(manifest)
      }
      manifests.append(own)
    }
    for (step, own) in zip(steps, manifests[before.count...]) {
      observer.handle(.phaseStarted(index: step.index, name: step.name, tasks: step.tasks.count, committed: step.tasks.count))
      observer.handle(.phaseFinished(index: step.index, name: step.name, seconds: 0, counts: own.stageCounts))
    }
    return Array(manifests[before.count...])
  }

  /// Removes what the steps before `phase` wrote for it, when it is its stage's last.
  func removeTemporaryFiles(behind phase: Phase, _ manifests: [[TaskManifest]]) {
    guard plan.finalPhase(of: phase.stageID)?.index == phase.index else { return }
    for step in plan.steps(of: phase.stageID) {
      guard let ending = step.temporaryFiles, step.index < phase.index else { continue }
      for output in manifests[step.index].flatMap(\.outputs) where output.path.hasSuffix(ending) {
        unlink(directory.file(output.path))
      }
    }
  }
}

extension Phase {
  /// How names of outputs end that only later steps of the stage read.
  var temporaryFiles: String? { if case .step(_, let step) = work { step.temporaryFiles } else { nil } }
}
