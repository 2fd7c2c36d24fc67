// Boundary analysis over UTF-16, without ICU's types.
#pragma once
#include <stdint.h>

enum { CICU_WORDS = 0, CICU_SENTENCES = 1 };

/// A break iterator that is set to one text after another. Null when ICU's data cannot be loaded.
void *cicu_segmenter_open(int32_t kind);
void cicu_segmenter_close(void *segmenter);

/// Writes the boundaries of `text` after 0, ascending, ending with `length`. Returns their number, or -1 when ICU fails.
/// `capacity` of `length` always suffices.
int32_t cicu_segment(void *segmenter, const uint16_t *text, int32_t length, int32_t *boundaries, int32_t capacity);
