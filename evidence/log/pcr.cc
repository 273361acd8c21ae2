#include "evidence/log/pcr.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace evidenced {
namespace {

constexpr uint8_t kMaxLocality = 4;
constexpr uint32_t kFirstDynamicPcr = 17;
constexpr uint32_t kLastDynamicPcr = 22;

bool IsAll(ByteView bytes, uint8_t value) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [value](uint8_t byte) { return byte == value; });
}

}  // namespace

std::string PcrRanges(std::span<const uint32_t> pcrs,
                      absl::string_view separator) {
  std::string out;
  for (size_t i = 0; i < pcrs.size();) {
    size_t last = i;
    while (last + 1 < pcrs.size() && pcrs[last + 1] == pcrs[last] + 1) ++last;
    absl::StrAppend(&out, out.empty() ? "" : separator, pcrs[i]);
    if (last > i) absl::StrAppend(&out, "-", pcrs[last]);
    i = last + 1;
  }
  return out;
}

bool IsResettablePcr(uint32_t pcr) {
  return std::find(std::begin(kResettablePcrs), std::end(kResettablePcrs),
                   pcr) != std::end(kResettablePcrs);
}

bool IsStartValue(uint32_t pcr, ByteView value) {
  if (value.empty()) return false;
  if (pcr == 0) {
    return IsAll(value.first(value.size() - 1), 0) &&
           value.back() <= kMaxLocality;
  }
  const bool dynamic = kFirstDynamicPcr <= pcr && pcr <= kLastDynamicPcr;
  return IsAll(value, 0) || (dynamic && IsAll(value, 0xff));
}

}  // namespace evidenced
