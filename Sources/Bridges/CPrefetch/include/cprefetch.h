#pragma once

/// What Swift has no word for: asking for memory before it is needed. A hint; it never faults, whatever the address.

#pragma clang assume_nonnull begin

static inline void winnow_prefetch(const void *address) { __builtin_prefetch(address); }

#pragma clang assume_nonnull end
