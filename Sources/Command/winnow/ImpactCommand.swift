import ArgumentParser
import Curation
import Documents
import Pipelines
import Storage

struct ImpactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impact", abstract: "Show whom a stage removes more often than others.",
    discussion: """
      Applies a document stage to documents (JSON lines or text files; nothing is written) and prints the rate of removal for texts about
      groups of people, in varieties of a language, in each language and script, with its 95 % interval (Wilson), beside that of all documents.
      A '!' marks rates that lie above it beyond chance and by a quarter or more.

      Examples:
        winnow impact toxicity in.jsonl
        winnow impact filter --with rules=filters/quality/gopher.yaml --samples 5 in.jsonl
      """)

  @Argument(help: "The stage, such as toxicity or filter.") var stage: String
  @Argument(help: "Documents.") var inputs: [String]
  @Option(
    name: .customLong("with"),
    help: ArgumentHelp("A parameter of the stage; lists are separated by commas.", valueName: "key=value"))
  var settings: [String] = []
  @Option(help: ArgumentHelp("Terms of groups instead of those of filters/identity, one file a language.", valueName: "file"))
  var terms: [String] = []
  @Option(help: "Groups with fewer documents are left out.") var minimumDocuments = 20
  @Option(help: "Ids shown of the removed documents of each marked group.") var samples = 3

  func run() throws {
    guard let kind = StageCatalog.kind(stage), kind.appliesToDocuments else {
      let names = StageCatalog.all.filter(\.appliesToDocuments).map(\.name)
      let near = nearestName(to: stage, among: names).map { "did you mean '\($0)'? " } ?? ""
      throw UsageProblem("'\(stage)' is not a document stage", fix: near + "Stages: \(names.joined(separator: ", "))")
    }
    let files = terms.isEmpty ? BundledFiles.matching("filters/identity/*.tsv") : terms
    var survey = try ImpactSurvey(
      kind, try CommandLineParameters.parse(settings, for: kind), terms: try IdentityTerms.load(files), samples: max(0, samples)
    )
    var documents = DocumentInputs()
    try documents.forEach(inputs) { try survey.add($0) }
    show(survey.report.rows)
    try documents.finish()
  }

  private func show(_ rows: [ImpactReport.Row]) {
    let shown = rows.filter { $0.group == nil || $0.documents >= minimumDocuments }
    var table = TextTable(
      ["", "group", "documents", "removed", "rate", "95 % interval", "ratio", ""],
      alignsRight: [false, false, true, true, true, true, true, false])
    for row in shown {
      table.add([
        row.group?.dimension.rawValue ?? "all", row.group?.name ?? "", Readable.count(row.documents),
        Readable.count(row.removed), percent(row.rate),
        "\(percent(row.interval.lowerBound)) to \(percent(row.interval.upperBound))",
        row.ratio.map { Readable.fixed($0, 2) } ?? "–", row.isFlagged ? "!" : "",
      ])
    }
    print(table.rendered())
    for row in shown where row.isFlagged && !row.samples.isEmpty {
      print("removed, \(row.group?.dimension.rawValue ?? "") \(row.group?.name ?? ""): \(row.samples.joined(separator: "  "))")
    }
    let left = rows.count - shown.count
    if left > 0 {
      print("\(Readable.count(left)) groups with fewer than \(Readable.count(minimumDocuments)) documents are not shown")
    }
  }

  private func percent(_ share: Double) -> String { "\(Readable.fixed(100 * share, 2)) %" }
}
