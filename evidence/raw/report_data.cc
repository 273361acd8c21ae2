#include "evidence/raw/report_data.h"

#include <algorithm>
#include <string>

namespace evidenced {

void JudgeReportData(const std::optional<Bytes>& expected, ByteView found,
                     RawVerdict& verdict) {
  constexpr char kName[] = "binding";
  if (!expected.has_value()) {
    verdict.NotChecked(kName, "the report data that was asked for",
                       "not checked: no report data was given to compare "
                       "with, so the report may be an old one");
    return;
  }
  Bytes whole = *expected;
  whole.resize(std::max(whole.size(), found.size()));
  if (Equal(whole, found)) {
    verdict.Pass(kName, Hex(whole), Hex(found));
  } else {
    verdict.Fail(ErrorClass::kBindingMismatch, kName, Hex(whole), Hex(found));
  }
}

}  // namespace evidenced
