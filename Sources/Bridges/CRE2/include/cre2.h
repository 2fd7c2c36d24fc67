// A C handle API over RE2, the only C++ in the package.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cre2_pattern cre2_pattern;
/// Null when the pattern does not compile; `error` then holds a message of at most `error_capacity` bytes.
cre2_pattern *cre2_new(const char *pattern, size_t length, bool case_sensitive, int64_t max_memory, char *error, size_t error_capacity);
void cre2_free(cre2_pattern *pattern);
#ifdef __cplusplus
}
#endif
