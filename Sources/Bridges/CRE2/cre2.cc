#include "cre2.h"
#include <cstring>
#include <re2/re2.h>
struct cre2_pattern {
  RE2 re;
};
extern "C" cre2_pattern *cre2_new(const char *pattern, size_t length, bool case_sensitive, int64_t max_memory, char *error, size_t error_capacity) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(case_sensitive);
  options.set_max_mem(max_memory);
  auto *result = new cre2_pattern{RE2(re2::StringPiece(pattern, length), options)};
  if (result->re.ok()) return result;
  if (error && error_capacity) {
    strncpy(error, result->re.error().c_str(), error_capacity - 1);
    error[error_capacity - 1] = 0;
  }
  delete result;
  return nullptr;
}
extern "C" void cre2_free(cre2_pattern *pattern) { delete pattern; }
