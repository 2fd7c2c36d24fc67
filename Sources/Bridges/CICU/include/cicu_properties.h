// Properties of code points, written into tables once per process.
#pragma once
#include <stdint.h>

/// Calls `body(context, first, last, category)` for every maximal range of code points of one general category, in ascending
/// order; ranges cover U+0000 to U+10FFFF. Categories are numbered as in ICU (0 is unassigned, 1 is Lu, …).
void cicu_each_category_range(
    void *context, void (*body)(void *context, int32_t first, int32_t last, int32_t category));

/// The script as ICU numbers it (stable across versions); 0 is Common, 1 Inherited.
int32_t cicu_script(int32_t codepoint);
/// The ISO 15924 code of a script ("Latn"), or null for a number that is no script.
const char *cicu_script_name(int32_t script);
/// One more than the largest script number.
int32_t cicu_script_count(void);

/// 0 when NFC_Quick_Check is Yes, 1 when it is Maybe or No.
int32_t cicu_needs_nfc_check(int32_t codepoint);
/// The canonical combining class.
int32_t cicu_combining_class(int32_t codepoint);
/// 1 when normalization to NFC cannot reach across the place before this code point.
int32_t cicu_has_nfc_boundary_before(int32_t codepoint);

/// The Word_Break property (UAX 29), numbered as the enumeration below.
int32_t cicu_word_break(int32_t codepoint);
/// 1 for Line_Break=Complex_Context: Thai, Lao, Khmer, Myanmar and other scripts written without spaces.
int32_t cicu_is_complex_context(int32_t codepoint);
/// 1 for Extended_Pictographic.
int32_t cicu_is_extended_pictographic(int32_t codepoint);

enum {
  CICU_WB_OTHER = 0, CICU_WB_ALETTER = 1, CICU_WB_FORMAT = 2, CICU_WB_KATAKANA = 3, CICU_WB_MIDLETTER = 4,
  CICU_WB_MIDNUM = 5, CICU_WB_NUMERIC = 6, CICU_WB_EXTENDNUMLET = 7, CICU_WB_CR = 8, CICU_WB_EXTEND = 9,
  CICU_WB_LF = 10, CICU_WB_MIDNUMLET = 11, CICU_WB_NEWLINE = 12, CICU_WB_REGIONAL_INDICATOR = 13,
  CICU_WB_HEBREW_LETTER = 14, CICU_WB_SINGLE_QUOTE = 15, CICU_WB_DOUBLE_QUOTE = 16, CICU_WB_E_BASE = 17,
  CICU_WB_E_BASE_GAZ = 18, CICU_WB_E_MODIFIER = 19, CICU_WB_GLUE_AFTER_ZWJ = 20, CICU_WB_ZWJ = 21,
  CICU_WB_WSEGSPACE = 22
};
