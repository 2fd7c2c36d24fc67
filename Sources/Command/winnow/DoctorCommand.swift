import ArgumentParser
import Documents
import Foundation
import Pipelines

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check that this installation has what it needs.",
    discussion: "Example:\n  winnow doctor")

  func run() throws {
    let checks = Installation.checks()
    for check in checks {
      print("\(check.isGood ? "ok  " : "BAD ") \(check.name): \(check.finding)")
      if !check.isGood, let fix = check.fix { print("     fix: \(fix)") }
    }
    if checks.contains(where: { !$0.isGood }) { throw ExitCode(CommandLineReport.failed) }
  }
}
