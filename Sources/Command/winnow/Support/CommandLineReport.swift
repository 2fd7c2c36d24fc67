import ArgumentParser
import Documents
import Foundation
import Pipelines
import Training

/// How commands end: one place for messages and exit codes.
enum CommandLineReport {
  static let failed: Int32 = 1
  static let wrongUsage: Int32 = 2
  static let interrupted: Int32 = 130
  /// Problems printed of one run: a file of another format has one on each line.
  private static let mostShown = 50

  /// Prints what is wrong and ends the process: 1 failed, 2 wrong usage, 130 interrupted.
  static func exit(with error: any Error) -> Never {
    switch error {
    case let error as Diagnostics:
      for diagnostic in error.all.prefix(mostShown) { show(diagnostic) }
      let rest = error.all.count > mostShown ? " (the first \(mostShown) are shown)" : ""
      if error.all.count > 1 { StandardError.line("winnow: \(error.all.count) problems\(rest); nothing was run") }
      Foundation.exit(failed)
    case let error as Diagnostic:
      show(error)
      Foundation.exit(failed)
    case let error as UsageProblem:
      // Every process of a parallel run finds the same wrong; one says it.
      if OpenMPI.leads() { show(error.diagnostic) }
      Foundation.exit(wrongUsage)
    case is Interrupted:
      Foundation.exit(interrupted)
    case let error as ExitCode: Foundation.exit(error.rawValue)
    default:
      let code = WinnowCommand.exitCode(for: error)
      let message = WinnowCommand.fullMessage(for: error)
      if code.isSuccess {
        print(message)
        Foundation.exit(0)
      }
      if OpenMPI.leads() { StandardError.line(message.hasPrefix("Error:") ? "winnow: error:" + message.dropFirst(6) : message) }
      Foundation.exit(code == .validationFailure ? wrongUsage : failed)
    }
  }

  static func show(_ diagnostic: Diagnostic) {
    StandardError.line(diagnostic.place == nil ? "winnow: \(diagnostic)" : "\(diagnostic)")
  }
}

/// Something wrong with the command line itself: exit code 2.
struct UsageProblem: Error {
  let diagnostic: Diagnostic
  init(_ message: String, fix: String? = nil) { diagnostic = Diagnostic("usage", message, fix: fix) }
}

/// Messages for people go to standard error; results go to standard output.
enum StandardError {
  static func line(_ text: String) { write(text + "\n") }

  static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let written = Foundation.write(STDERR_FILENO, rest.baseAddress, rest.count)
        guard written > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

  /// Columns of the terminal; 80 when unknown.
  static var width: Int {
    var size = winsize()
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 80
  }

  static var usesColor: Bool { isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }
}
