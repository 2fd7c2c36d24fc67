import Documents
import Foundation

/// Ranks that Open MPI's `mpirun` has started, by its library, which is looked for when the program runs: a machine without it builds and
/// trains as well (decision 0009).
public final class OpenMPI {
  /// The code of a `Diagnostic` that every process throws when several were started and cannot find each other.
  public static let notUsable = "mpi-not-usable"

  /// What `mpirun` says to the processes it starts.
  private static let countVariable = "OMPI_COMM_WORLD_SIZE"

  private typealias Handle = UnsafeMutableRawPointer
  private typealias Initialize =
    @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>) -> Int32
  private typealias Ask = @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
  private typealias SendReceive =
    @convention(c) (
      UnsafeRawPointer?, Int32, Handle, Int32, Int32, UnsafeMutableRawPointer?, Int32, Handle, Int32, Int32, Handle,
      UnsafeMutableRawPointer?
    ) -> Int32
  private typealias Finalize = @convention(c) () -> Int32

  private let sendReceive: SendReceive
  private let finalize: Finalize
  private let world, byte: Handle
  private let rank, count: Int

  /// The connection of this process to the others; nil when it was started by itself.
  /// - Throws: a `Diagnostic` when `mpirun` has started several processes and its library cannot be used.
  public static func connect(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws(Diagnostic)
    -> OpenMPI?
  {
    if let count = environment[countVariable] { return count == "1" ? nil : try OpenMPI(expecting: count) }
    for (variable, starter) in [("PMI_SIZE", "MPICH's mpirun"), ("SLURM_STEP_NUM_TASKS", "srun")] {
      guard let count = environment[variable].flatMap({ Int($0) }), count > 1 else { continue }
      throw Diagnostic(
        notUsable, "\(starter) has started \(count) processes, which would each train a model of its own into one folder",
        fix: "start them with Open MPI's mpirun")
    }
    return nil
  }

  private init(expecting expected: String) throws(Diagnostic) {
    // Open MPI's plug-ins look for its symbols among those of the whole process.
    guard let library = dlopen("libmpi.so.40", RTLD_NOW | RTLD_GLOBAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
      throw Diagnostic(
        Self.notUsable, "mpirun has started this process as one of several, but Open MPI's library cannot be loaded: \(reason)",
        fix: "install it (Debian: apt-get install openmpi-bin), or start the command without mpirun")
    }
    func symbol(_ name: String) throws(Diagnostic) -> Handle {
      guard let symbol = dlsym(library, name) else {
        throw Diagnostic(Self.notUsable, "libmpi.so.40 has no '\(name)': it is not Open MPI's", fix: "use Open MPI 4 or newer")
      }
      return symbol
    }
    // What mpi.h calls MPI_COMM_WORLD and MPI_BYTE are the addresses of these.
    world = try symbol("ompi_mpi_comm_world")
    byte = try symbol("ompi_mpi_byte")
    sendReceive = unsafeBitCast(try symbol("MPI_Sendrecv"), to: SendReceive.self)
    finalize = unsafeBitCast(try symbol("MPI_Finalize"), to: Finalize.self)
    let initialize = unsafeBitCast(try symbol("MPI_Init_thread"), to: Initialize.self)
    let askRank = unsafeBitCast(try symbol("MPI_Comm_rank"), to: Ask.self)
    let askCount = unsafeBitCast(try symbol("MPI_Comm_size"), to: Ask.self)
    let funneled: Int32 = 1
    var provided: Int32 = 0
    var rank: Int32 = 0
    var count: Int32 = 0
    guard initialize(nil, nil, funneled, &provided) == 0, provided >= funneled, askRank(world, &rank) == 0,
      askCount(world, &count) == 0
    else {
      throw Diagnostic(Self.notUsable, "Open MPI could not be initialized", fix: "see what mpirun says")
    }
    self.rank = Int(rank)
    self.count = Int(count)
    guard String(count) == expected else {
      throw Diagnostic(
        Self.notUsable, "mpirun has started \(expected) processes, of which this one finds \(count)",
        fix: "use the mpirun of the Open MPI whose library is installed")
    }
  }

  /// Waits for the other ranks.
  deinit { _ = finalize() }

  /// The processes of this `mpirun`. To be used by one thread.
  public var group: RankGroup {
    RankGroup(rank: rank, count: count) {
      [self] (outgoing: [UnsafeRawBufferPointer], incoming: [UnsafeMutableRawBufferPointer]) throws(Diagnostic) in
      for distance in 1..<count {
        let to = (rank + distance) % count
        let from = (rank + count - distance) % count
        let sent = outgoing[to]
        let got = incoming[from]
        guard let sentBytes = Int32(exactly: sent.count), let gotBytes = Int32(exactly: got.count),
          sendReceive(
            sent.baseAddress, sentBytes, byte, Int32(to), 0, got.baseAddress, gotBytes, byte, Int32(from), 0, world, nil) == 0
        else {
          throw Diagnostic("mpi", "ranks \(rank), \(to) and \(from) could not exchange \(sent.count) and \(got.count) bytes")
        }
      }
    }
  }

  /// Whether this process is the first of those that `mpirun` has started, or by itself: what all find wrong, one says.
  public static func leads(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
    environment["OMPI_COMM_WORLD_RANK"] ?? environment["PMI_RANK"] ?? "0" == "0"
  }

  /// How many of the ranks run on this machine.
  public static func ranksOnThisMachine(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Int {
    environment["OMPI_COMM_WORLD_LOCAL_SIZE"].flatMap { Int($0) } ?? 1
  }
}
