#include "cicu_convert.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucsdet.h>

struct cicu_converter {
  UConverter *source;
  UConverter *utf8;
  int64_t replaced;
};

static void replace_and_count(const void *context, UConverterToUnicodeArgs *args, const char *units, int32_t length,
                              UConverterCallbackReason reason, UErrorCode *error) {
  static const UChar replacement = 0xFFFD;
  (void)units;
  if (reason > UCNV_IRREGULAR) return;  // reset, close, clone: nothing to convert
  ((cicu_converter *)context)->replaced += length;
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, error);
}

cicu_converter *cicu_converter_open(const char *name) {
  UErrorCode error = U_ZERO_ERROR;
  cicu_converter *converter = calloc(1, sizeof *converter);
  if (!converter) return NULL;
  converter->source = ucnv_open(name, &error);
  converter->utf8 = ucnv_open("UTF-8", &error);
  if (U_SUCCESS(error)) ucnv_setToUCallBack(converter->source, replace_and_count, converter, NULL, NULL, &error);
  if (U_FAILURE(error)) {
    cicu_converter_close(converter);
    return NULL;
  }
  return converter;
}

void cicu_converter_close(cicu_converter *converter) {
  if (!converter) return;
  ucnv_close(converter->source);
  ucnv_close(converter->utf8);
  free(converter);
}

int64_t cicu_converter_to_utf8(cicu_converter *converter, const uint8_t *source, int64_t length, uint8_t *target,
                               int64_t capacity, int64_t *replaced) {
  UChar pivot[1024];
  UChar *pivot_source = pivot, *pivot_target = pivot;
  const char *from = (const char *)source;
  char *to = (char *)target;
  UErrorCode error = U_ZERO_ERROR;
  converter->replaced = 0;
  ucnv_reset(converter->source);
  ucnv_reset(converter->utf8);
  ucnv_convertEx(converter->utf8, converter->source, &to, to + capacity, &from, from + length, pivot, &pivot_source,
                 &pivot_target, pivot + sizeof pivot / sizeof *pivot, 1, 1, &error);
  *replaced = converter->replaced;
  if (error == U_BUFFER_OVERFLOW_ERROR) return -1;
  if (U_FAILURE(error)) return -2;
  return to - (char *)target;
}

struct cicu_detector {
  UCharsetDetector *raw;
};

cicu_detector *cicu_detector_open(void) {
  UErrorCode error = U_ZERO_ERROR;
  cicu_detector *detector = calloc(1, sizeof *detector);
  if (!detector) return NULL;
  detector->raw = ucsdet_open(&error);
  if (U_FAILURE(error)) {
    free(detector);
    return NULL;
  }
  return detector;
}

void cicu_detector_close(cicu_detector *detector) {
  if (!detector) return;
  ucsdet_close(detector->raw);
  free(detector);
}

int32_t cicu_detect(cicu_detector *detector, const uint8_t *bytes, int32_t length, char *name) {
  UErrorCode error = U_ZERO_ERROR;
  ucsdet_setText(detector->raw, (const char *)bytes, length, &error);
  const UCharsetMatch *match = ucsdet_detect(detector->raw, &error);
  if (U_FAILURE(error) || !match) return -1;
  const char *found = ucsdet_getName(match, &error);
  int32_t confidence = ucsdet_getConfidence(match, &error);
  if (U_FAILURE(error) || !found || strlen(found) >= 64) return -1;
  strcpy(name, found);
  return confidence;
}
