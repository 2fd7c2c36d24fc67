#include "cicu_segment.h"
#include <unicode/ubrk.h>

void *cicu_segmenter_open(int32_t kind) {
  UErrorCode status = U_ZERO_ERROR;
  UBreakIterator *iterator = ubrk_open(kind == CICU_SENTENCES ? UBRK_SENTENCE : UBRK_WORD, "", 0, 0, &status);
  return U_FAILURE(status) ? 0 : iterator;
}

void cicu_segmenter_close(void *segmenter) { ubrk_close(segmenter); }

int32_t cicu_segment(void *segmenter, const uint16_t *text, int32_t length, int32_t *boundaries, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  ubrk_setText(segmenter, (const UChar *)text, length, &status);
  if (U_FAILURE(status)) return -1;
  int32_t count = 0;
  ubrk_first(segmenter);
  for (int32_t at = ubrk_next(segmenter); at != UBRK_DONE && count < capacity; at = ubrk_next(segmenter)) {
    boundaries[count++] = at;
  }
  return count;
}
