#include "cicu_normalize.h"
#include <unicode/unorm2.h>

int32_t cicu_normalize(int32_t form, const uint16_t *source, int32_t length, uint16_t *target, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer =
      form == CICU_NFKC_CASEFOLD ? unorm2_getNFKCCasefoldInstance(&status) : unorm2_getNFCInstance(&status);
  if (U_FAILURE(status)) return -1;
  int32_t written =
      unorm2_normalize(normalizer, (const UChar *)source, length, (UChar *)target, capacity, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR) return written;
  return U_FAILURE(status) ? -1 : written;
}
