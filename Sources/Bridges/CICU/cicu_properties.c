#include "cicu_properties.h"
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

_Static_assert(CICU_WB_ALETTER == U_WB_ALETTER && CICU_WB_ZWJ == U_WB_ZWJ && CICU_WB_WSEGSPACE == U_WB_WSEGSPACE &&
                   CICU_WB_HEBREW_LETTER == U_WB_HEBREW_LETTER && CICU_WB_EXTENDNUMLET == U_WB_EXTENDNUMLET,
               "the numbers of Word_Break values are ICU's");

struct category_sink {
  void *context;
  void (*body)(void *, int32_t, int32_t, int32_t);
};

static UBool forward_range(const void *context, UChar32 start, UChar32 limit, UCharCategory category) {
  const struct category_sink *sink = context;
  sink->body(sink->context, start, limit - 1, (int32_t)category);
  return 1;
}

void cicu_each_category_range(void *context, void (*body)(void *, int32_t, int32_t, int32_t)) {
  struct category_sink sink = {context, body};
  u_enumCharTypes(forward_range, &sink);
}

int32_t cicu_script(int32_t codepoint) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(codepoint, &status);
}

const char *cicu_script_name(int32_t script) { return uscript_getShortName((UScriptCode)script); }

int32_t cicu_script_count(void) { return u_getIntPropertyMaxValue(UCHAR_SCRIPT) + 1; }

int32_t cicu_needs_nfc_check(int32_t codepoint) {
  return u_getIntPropertyValue(codepoint, UCHAR_NFC_QUICK_CHECK) != UNORM_YES;
}

int32_t cicu_combining_class(int32_t codepoint) { return u_getCombiningClass(codepoint); }

int32_t cicu_has_nfc_boundary_before(int32_t codepoint) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
  return U_FAILURE(status) ? 0 : unorm2_hasBoundaryBefore(nfc, codepoint);
}

int32_t cicu_word_break(int32_t codepoint) { return u_getIntPropertyValue(codepoint, UCHAR_WORD_BREAK); }

int32_t cicu_is_complex_context(int32_t codepoint) {
  return u_getIntPropertyValue(codepoint, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

int32_t cicu_is_extended_pictographic(int32_t codepoint) {
  return u_hasBinaryProperty(codepoint, UCHAR_EXTENDED_PICTOGRAPHIC);
}
