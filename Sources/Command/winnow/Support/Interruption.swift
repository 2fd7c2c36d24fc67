import Dispatch
import Foundation
import Pipelines

/// Ctrl-C and TERM: the first asks the run to stop cleanly, a second Ctrl-C ends the process at once. TERM may come several
/// times, as `mpirun` sends it.
final class Interruption: Sendable {
  let stop = StopFlag()
  /// Kept so that they go on working; never touched again.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  init() {
    let stop = stop
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { @Sendable in
        if stop.isSet, number == SIGINT { _exit(CommandLineReport.interrupted) }
        stop.set()
      }
      source.resume()
      return source
    }
  }
}
