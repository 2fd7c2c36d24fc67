// A C handle API over RE2, the only C++ in the package.
//
// RE2 never backtracks: time is linear in the text, memory is bounded by `max_memory`. Compiled patterns and sets are
// immutable and may be used from several threads at once.
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
/// The number of capturing groups, the whole match not counted.
int cre2_group_count(const cre2_pattern *pattern);
/// The leftmost match that starts at or after `from`; characters before `from` still count for `^`, `\b` and the like.
/// Fills `groups` with up to `group_capacity` pairs of byte offsets (start, end), group 0 first, -1 for a group that took no part.
bool cre2_find(const cre2_pattern *pattern, const char *text, size_t length, size_t from, int64_t *groups, int group_capacity);

/// Strings of which every match holds at least one, where RE2 can tell: `body` is called with each. They are in lower case: look for
/// them in lower-cased text. False, and no call, when a match may hold none.
bool cre2_required_strings(const char *pattern, size_t length, bool case_sensitive, void *context,
                           void (*body)(void *context, const char *string, size_t length));

typedef struct cre2_set cre2_set;
/// A set that answers "which of these occur anywhere in the text" in one pass. Null when memory ran out.
cre2_set *cre2_set_new(bool case_sensitive, int64_t max_memory);
/// The index of the pattern (from 0), or -1 when it does not compile.
int cre2_set_add(cre2_set *set, const char *pattern, size_t length, char *error, size_t error_capacity);
/// To be called once, after the last `cre2_set_add` and before the first match.
bool cre2_set_compile(cre2_set *set);
void cre2_set_free(cre2_set *set);
/// Bit i is set when pattern i matches (the first 64 patterns). `*failed` is set when the automaton ran out of memory: then
/// nothing is known and every pattern must be tried.
uint64_t cre2_set_match(const cre2_set *set, const char *text, size_t length, bool *failed);

#ifdef __cplusplus
}
#endif
