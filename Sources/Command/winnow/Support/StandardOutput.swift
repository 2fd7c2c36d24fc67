import Foundation

/// Results go to standard output, as bytes. A reader that went away (`| head`) ends the process quietly.
enum StandardOutput {
  static func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let written = Foundation.write(STDOUT_FILENO, rest.baseAddress, rest.count)
        if written < 0 {
          if errno == EINTR { continue }
          Foundation.exit(errno == EPIPE ? 0 : CommandLineReport.failed)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }
}
