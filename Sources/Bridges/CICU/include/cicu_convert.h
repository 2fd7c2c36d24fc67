// Character set conversion to UTF-8 and charset detection over ICU, without its headers.
#pragma once
#include <stdint.h>

typedef struct cicu_converter cicu_converter;
typedef struct cicu_detector cicu_detector;

/// A converter from the named character set, or NULL when ICU has none of that name. Free it with `cicu_converter_close`.
cicu_converter *cicu_converter_open(const char *name);
void cicu_converter_close(cicu_converter *converter);

/// Converts `length` bytes, from a fresh state, to UTF-8 in `target`. Each ill-formed or unassigned piece becomes U+FFFD and
/// its bytes are added to `*replaced`.
/// Returns the number of bytes written, -1 when `capacity` is too small, -2 for any other failure of ICU.
int64_t cicu_converter_to_utf8(cicu_converter *converter, const uint8_t *source, int64_t length, uint8_t *target,
                               int64_t capacity, int64_t *replaced);

/// A statistical detector. Free it with `cicu_detector_close`.
cicu_detector *cicu_detector_open(void);
void cicu_detector_close(cicu_detector *detector);

/// The likeliest character set of the bytes: its name (ASCII, NUL-terminated) in `name`, which must hold 64 bytes, and the
/// confidence from 0 to 100 as the result; -1 when there is no answer.
int32_t cicu_detect(cicu_detector *detector, const uint8_t *bytes, int32_t length, char *name);
