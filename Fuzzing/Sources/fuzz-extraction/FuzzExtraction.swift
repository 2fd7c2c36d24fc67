import FuzzSupport

/// libFuzzer calls from one thread.
nonisolated(unsafe) private let properties = ExtractionProperties()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer) -> CInt {
  offer(seeds: ExtractionProperties.seeds)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  report(properties.violation(UnsafeRawBufferPointer(start: start, count: count)))
}
