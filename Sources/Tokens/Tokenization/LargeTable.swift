#if canImport(Glibc)
  import Glibc
#endif

/// Memory for a table that is read at random places, of trivial elements. Tables of two megabytes and more ask for huge pages, so that a
/// look-up does not wait for the page table as well.
struct LargeTable<Element: BitwiseCopyable>: ~Copyable {
  let base: UnsafeMutablePointer<Element>

  private static var hugePageSize: Int { 2 << 20 }

  init(count: Int, of element: Element) {
    let size = max(1, count) * MemoryLayout<Element>.stride
    let isLarge = size >= Self.hugePageSize
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: isLarge ? Self.hugePageSize : 64)
    #if canImport(Glibc)
      // Only advice: where the system refuses, pages stay small.
      if isLarge { _ = madvise(memory, size, MADV_HUGEPAGE) }
    #endif
    base = memory.bindMemory(to: Element.self, capacity: count)
    base.initialize(repeating: element, count: count)
  }

  deinit { base.deallocate() }
}
