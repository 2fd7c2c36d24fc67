// libxml2's HTML parser as three callbacks, without libxml2's headers.
#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct {
  /// An element starts. `attributes` is null or name, value, name, value, …, null; all strings end with a zero byte.
  void (*start)(void *context, const uint8_t *name, const uint8_t *const *attributes);
  void (*end)(void *context, const uint8_t *name);
  /// Text of `count` bytes, references decoded; one run may come in several calls.
  void (*text)(void *context, const uint8_t *bytes, int count);
} clibxml2_html_events;

/// Parses valid UTF-8 markup and hands the events to `events` with `context`; builds no tree, opens no file, uses no network.
/// `size` is at most INT_MAX. Returns 0, or -1 when memory ran out before parsing began.
int clibxml2_parse_html(const uint8_t *bytes, size_t size, const clibxml2_html_events *events, void *context);
#ifdef __cplusplus
}
#endif
