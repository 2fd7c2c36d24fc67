import Curation
import Documents
import Storage

/// The filter of a plan whose rules some settings name, as it is and as it would be.
struct ChangedFilter {
  /// Number of the phase.
  let phase: Int
  let stage: Stage
  /// The stage's `set` with the settings.
  let settings: [String]
  let rejudgement: Rejudgement
  /// The column of each rule in the metrics files, in the order of the rules.
  let columns: [String]
  let defaultLanguage: String?

  /// - Parameter settings: `pack.rule=30`, `pack.rule=3..12`, `pack.rule=off`, all of one stage.
  /// - Throws: a rule that the plan does not have, or bounds that cannot be read, with the nearest name; a filter that did not measure
  ///   every rule.
  init(_ settings: [String], _ plan: Plan) throws(Diagnostic) {
    var names: [String] = []
    for setting in settings { names.append(try BoundsChange(setting).rule) }
    let (phase, stage, old) = try Self.find(names, plan)
    if old.options.stopsAtFirstFailure {
      throw Diagnostic(
        "not-measured",
        "stage '\(stage.id)' stopped at the first rule that failed, so that other bounds cannot be tried on what it measured",
        fix: "run it without 'stop-at-first-failure'")
    }
    let set = try stage.parameters.addingChanges(settings)
    guard let new = try stage.kind.documentFilter(stage.parameters.replacing("set", with: .list(set))),
      let rejudgement = Rejudgement(from: old, to: new)
    else { throw Diagnostic("unknown-rule", "the run has no filter stage") }
    self.phase = phase
    self.stage = stage
    self.settings = set
    self.rejudgement = rejudgement
    columns = new.rules.map { "\(stage.id).\(new.columns[$0.column].name)" }
    defaultLanguage = new.options.defaultLanguage
  }

  private static func find(_ names: [String], _ plan: Plan) throws(Diagnostic) -> (Int, Stage, DocumentFilter) {
    var packs: [RulePack] = []
    for phase in plan.phases {
      guard case .documents(let chain) = phase.work else { continue }
      for stage in chain {
        guard let filter = try stage.kind.documentFilter(stage.parameters) else { continue }
        let ids = filter.rules.map(\.rule.id)
        if names.allSatisfy(ids.contains) { return (phase.index, stage, filter) }
        packs += filter.packs
      }
    }
    if packs.isEmpty { throw Diagnostic("unknown-rule", "the run has no filter stage") }
    let known = packs.flatMap { ($0.rules + $0.rulesAfterLines).map(\.id) }
    guard let missing = names.first(where: { !known.contains($0) }) else {
      throw Diagnostic("unknown-rule", "these rules belong to different stages", fix: "change those of one stage at a time")
    }
    throw RuleSet(packs).unknownRule(missing)
  }
}

extension MetricsFile {
  /// The numbers of named columns.
  /// - Throws: `missing-column`.
  func places(of names: [String], in path: String) throws(Diagnostic) -> [Int] {
    var result: [Int] = []
    for name in names {
      guard let column = columns.firstIndex(of: name) else {
        throw Diagnostic(
          "missing-column", "the run did not measure '\(name)'", at: .init(file: path),
          fix: "the rule files have changed since; run the pipeline again")
      }
      result.append(column)
    }
    return result
  }
}
