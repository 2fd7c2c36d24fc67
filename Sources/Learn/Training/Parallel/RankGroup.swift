import Documents
import LanguageModels

/// The processes that train one model together, each a rank from 0.
///
/// One operation carries all others: every rank hands bytes to each rank and gets bytes from each. Transport is somebody else's
/// (`OpenMPI`, or threads in a test); whatever is added up is added here, in the order of ranks, so that a number of ranks gives the same
/// bits whatever the timing.
public struct RankGroup {
  public let rank: Int
  public let count: Int

  /// Sends `outgoing[r]` to rank r and fills `incoming[r]` with what rank r sent. All ranks call it equally often, with sizes that
  /// match; the entries of a rank for itself are not looked at.
  public typealias Exchange = (
    _ outgoing: [UnsafeRawBufferPointer], _ incoming: [UnsafeMutableRawBufferPointer]
  ) throws(Diagnostic) -> Void

  private let exchange: Exchange
  /// One piece from each rank.
  private let received: FloatBuffer

  public init(rank: Int, count: Int, exchange: @escaping Exchange) {
    precondition(rank >= 0 && rank < count)
    self.rank = rank
    self.count = count
    self.exchange = exchange
    received = FloatBuffer(count: count > 1 ? count * Self.pieceCount : 0)
  }

  /// A process that trains by itself.
  public static var alone: RankGroup {
    RankGroup(rank: 0, count: 1) { (_: [UnsafeRawBufferPointer], _: [UnsafeMutableRawBufferPointer]) throws(Diagnostic) in }
  }

  /// The one that writes files and speaks.
  public var leads: Bool { rank == 0 }

  /// This rank's part of so many things, one after the other by rank; parts differ by at most one.
  public func share(of things: Int) -> Range<Int> { things * rank / count..<things * (rank + 1) / count }

  // MARK: Values

  /// What each rank has to say, in the order of ranks.
  public func gather<Value: BitwiseCopyable>(_ value: Value) throws(Diagnostic) -> [Value] {
    var values = [Value](repeating: value, count: count)
    guard count > 1 else { return values }
    let size = MemoryLayout<Value>.stride
    let own = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: MemoryLayout<Value>.alignment)
    defer { own.deallocate() }
    own.storeBytes(of: value, as: Value.self)
    let result = values.withUnsafeMutableBytes { all in
      let outgoing = [UnsafeRawBufferPointer](repeating: UnsafeRawBufferPointer(own), count: count)
      let incoming = (0..<count).map { UnsafeMutableRawBufferPointer(rebasing: all[$0 * size..<($0 + 1) * size]) }
      return Result { () throws(Diagnostic) in try exchange(outgoing, incoming) }
    }
    try result.get()
    values[rank] = value
    return values
  }

  // MARK: Sums

  /// Floats of each rank that are added up at a time.
  private static let pieceCount = 1 << 18

  /// Adds up values that every rank has in one or several parts, as many as the others: ((part 0 of rank 0 + part 1 of rank 0) + part 0 of
  /// rank 1) + …, the same bits everywhere, and for every number of ranks among which the same parts are shared out in order.
  ///
  /// Each rank adds one piece of several and hands the sums round, so that with one part a rank sends and receives about
  /// 2 * (1 - 1/count) times the values, as little as is possible.
  /// - Parameters:
  ///   - parts: each of as many values as `sums`, which may be the first of them.
  public func sum(_ parts: [UnsafeMutableBufferPointer<Float>], into sums: UnsafeMutableBufferPointer<Float>) throws(Diagnostic)
  {
    guard count > 1 else { return Self.add(parts, to: sums) }
    let width = Self.pieceCount / parts.count
    precondition(width > 0)
    for first in stride(from: 0, to: sums.count, by: count * width) {
      let pieces = (0..<count).map { owner in
        min(sums.count, first + owner * width)..<min(sums.count, first + (owner + 1) * width)
      }
      func cut(_ values: UnsafeMutableBufferPointer<Float>, _ piece: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(rebasing: values[piece])
      }
      let own = pieces[rank]
      let slots = (0..<count * parts.count).map {
        UnsafeMutableBufferPointer(start: received.base + $0 * width, count: own.count)
      }
      for (number, part) in parts.enumerated() {
        let incoming = (0..<count).map { slots[$0 * parts.count + number] }
        try exchange(pieces.map { UnsafeRawBufferPointer(cut(part, $0)) }, incoming.map { UnsafeMutableRawBufferPointer($0) })
        _ = incoming[rank].update(from: cut(part, own))
      }
      Self.add(slots, to: cut(sums, own))
      try exchange(
        pieces.map { _ in UnsafeRawBufferPointer(cut(sums, own)) }, pieces.map { UnsafeMutableRawBufferPointer(cut(sums, $0)) })
    }
  }

  private static func add(_ parts: [UnsafeMutableBufferPointer<Float>], to sums: UnsafeMutableBufferPointer<Float>) {
    guard let sum = sums.baseAddress else { return }
    if parts[0].baseAddress != sum { _ = sums.update(from: parts[0]) }
    for part in parts.dropFirst() {
      guard let values = part.baseAddress else { return }
      for place in 0..<sums.count { sum[place] += values[place] }
    }
  }

  // MARK: Failing together

  /// The code of a `Diagnostic` that says no more than that another rank has failed.
  public static let otherRankFailed = "other-rank-failed"

  /// Work of which some ranks may have more than others: when it fails on one, it fails on all. The lowest rank that failed throws its
  /// error, the others one of the code `otherRankFailed`, so that one of them tells the reason.
  public func together<Value>(_ work: () throws(Diagnostic) -> Value) throws(Diagnostic) -> Value {
    let result = Result { () throws(Diagnostic) in try work() }
    guard count > 1 else { return try result.get() }
    var outcome = Outcome.done
    if case .failure(let error) = result { outcome = error.code == Self.otherRankFailed ? .relays : .failed }
    let outcomes = try gather(outcome.rawValue)
    if let failed = outcomes.firstIndex(of: Outcome.failed.rawValue), failed != rank {
      throw Diagnostic(Self.otherRankFailed, "rank \(failed) of \(count) has failed")
    }
    return try result.get()
  }

  private enum Outcome: UInt8 { case done, failed, relays }
}
