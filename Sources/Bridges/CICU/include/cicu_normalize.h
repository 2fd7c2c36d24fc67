// Unicode normalization forms over UTF-16, without ICU's types.
#pragma once
#include <stdint.h>

/// The forms Winnow uses.
enum { CICU_NFC = 0, CICU_NFKC_CASEFOLD = 1 };

/// Normalizes `source` into `target` and returns the length of the result in UTF-16 units, or -1 when ICU fails. When the
/// length is larger than `capacity`, nothing useful was written: call again with room for it.
int32_t cicu_normalize(int32_t form, const uint16_t *source, int32_t length, uint16_t *target, int32_t capacity);
