#include "cre2.h"
#include <cstring>
#include <new>
#include <re2/filtered_re2.h>
#include <re2/re2.h>
#include <re2/set.h>
#include <string>
#include <vector>

struct cre2_pattern {
  RE2 re;
};
struct cre2_set {
  RE2::Set set;
};

static RE2::Options options_for(bool case_sensitive, int64_t max_memory) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(case_sensitive);
  options.set_max_mem(max_memory);
  return options;
}

static void copy_message(const std::string &message, char *error, size_t capacity) {
  if (!error || !capacity) return;
  strncpy(error, message.c_str(), capacity - 1);
  error[capacity - 1] = 0;
}

extern "C" cre2_pattern *cre2_new(const char *pattern, size_t length, bool case_sensitive, int64_t max_memory, char *error, size_t error_capacity) {
  auto *result = new (std::nothrow) cre2_pattern{RE2(re2::StringPiece(pattern, length), options_for(case_sensitive, max_memory))};
  if (!result) return nullptr;
  if (result->re.ok()) return result;
  copy_message(result->re.error(), error, error_capacity);
  delete result;
  return nullptr;
}

extern "C" void cre2_free(cre2_pattern *pattern) { delete pattern; }

extern "C" int cre2_group_count(const cre2_pattern *pattern) { return pattern->re.NumberOfCapturingGroups(); }

extern "C" bool cre2_find(const cre2_pattern *pattern, const char *text, size_t length, size_t from, int64_t *groups, int group_capacity) {
  re2::StringPiece pieces[16];
  int count = group_capacity < 16 ? group_capacity : 16;
  if (!pattern->re.Match(re2::StringPiece(text, length), from, length, RE2::UNANCHORED, pieces, count)) return false;
  for (int i = 0; i < count; i++) {
    bool present = pieces[i].data() != nullptr;
    groups[2 * i] = present ? pieces[i].data() - text : -1;
    groups[2 * i + 1] = present ? pieces[i].data() - text + (int64_t)pieces[i].size() : -1;
  }
  return true;
}

extern "C" bool cre2_required_strings(const char *pattern, size_t length, bool case_sensitive, void *context,
                                      void (*body)(void *, const char *, size_t)) {
  re2::FilteredRE2 filter(1);
  int id = 0;
  if (filter.Add(re2::StringPiece(pattern, length), options_for(case_sensitive, 8 << 20), &id) != RE2::NoError) return false;
  std::vector<std::string> strings;
  filter.Compile(&strings);
  std::vector<int> possible;
  filter.AllPotentials({}, &possible);
  if (strings.empty() || !possible.empty()) return false;
  for (const std::string &string : strings) body(context, string.data(), string.size());
  return true;
}

extern "C" cre2_set *cre2_set_new(bool case_sensitive, int64_t max_memory) {
  return new (std::nothrow) cre2_set{RE2::Set(options_for(case_sensitive, max_memory), RE2::UNANCHORED)};
}

extern "C" int cre2_set_add(cre2_set *set, const char *pattern, size_t length, char *error, size_t error_capacity) {
  std::string message;
  int index = set->set.Add(re2::StringPiece(pattern, length), &message);
  if (index < 0) copy_message(message, error, error_capacity);
  return index;
}

extern "C" bool cre2_set_compile(cre2_set *set) { return set->set.Compile(); }

extern "C" void cre2_set_free(cre2_set *set) { delete set; }

extern "C" uint64_t cre2_set_match(const cre2_set *set, const char *text, size_t length, bool *failed) {
  std::vector<int> hits;
  RE2::Set::ErrorInfo info{RE2::Set::kNoError};
  set->set.Match(re2::StringPiece(text, length), &hits, &info);
  *failed = info.kind != RE2::Set::kNoError;
  uint64_t mask = 0;
  for (int index : hits)
    if (index >= 0 && index < 64) mask |= uint64_t(1) << index;
  return mask;
}
