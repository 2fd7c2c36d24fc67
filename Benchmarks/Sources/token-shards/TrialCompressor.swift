import CZstandard

/// Zstd with settings that the library itself does not use.
final class TrialCompressor {
  let level: Int32
  /// Empty: none.
  let dictionary: [UInt8]
  private let compressor = ZSTD_createCCtx()
  private let decompressor = ZSTD_createDCtx()

  /// - Parameter windowLog: how far back matches may lie, as a power of two of bytes, with long-distance matching; nil: the level's own.
  init(level: Int32, windowLog: Int32? = nil, dictionary: [UInt8] = []) {
    self.level = level
    self.dictionary = dictionary
    ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, level)
    if let windowLog {
      ZSTD_CCtx_setParameter(compressor, ZSTD_c_enableLongDistanceMatching, 1)
      ZSTD_CCtx_setParameter(compressor, ZSTD_c_windowLog, windowLog)
      ZSTD_DCtx_setParameter(decompressor, ZSTD_d_windowLogMax, windowLog)
    }
    if !dictionary.isEmpty {
      ZSTD_CCtx_loadDictionary(compressor, dictionary, dictionary.count)
      ZSTD_DCtx_loadDictionary(decompressor, dictionary, dictionary.count)
    }
  }

  deinit {
    ZSTD_freeCCtx(compressor)
    ZSTD_freeDCtx(decompressor)
  }

  func compress(_ bytes: [UInt8]) -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      count = ZSTD_compress2(compressor, buffer.baseAddress, bound, bytes, bytes.count)
      precondition(ZSTD_isError(count) == 0, "zstd compresses any input into its own bound")
    }
  }

  func decompress(_ frame: [UInt8], size: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = ZSTD_decompressDCtx(decompressor, buffer.baseAddress, size, frame, frame.count)
      precondition(ZSTD_isError(count) == 0, "zstd reads what it wrote")
    }
  }

  /// A dictionary of at most `size` bytes learned from samples that stand one after the other.
  static func dictionary(_ samples: [UInt8], _ sizes: [Int], size: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = ZDICT_trainFromBuffer(buffer.baseAddress, size, samples, sizes, UInt32(sizes.count))
      precondition(ZDICT_isError(count) == 0, "the samples are enough for a dictionary")
    }
  }
}
