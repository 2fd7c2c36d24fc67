// All of zstd, which the benchmark of transforms tries out; the library's own bridge shows less.
#include <zdict.h>
#include <zstd.h>
