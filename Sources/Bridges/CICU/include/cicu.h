// Stable names over ICU's versioned symbols. No ICU header is included here: ICU's enums clash with Foundation's own copy.
// One header per concern: this one, conversion, normalization, …
#pragma once
#include <stdint.h>
/// The version of the linked ICU, as "72.1". `buffer` must hold 20 bytes.
void cicu_version(char *buffer);
