#include "agent/collect/labels.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "quote/base/bytes.h"

namespace evidenced {
namespace {

constexpr std::array<absl::string_view, 5> kLabels = {
    "log.ccel", "log.ima", "log.tcg2", "tpm", "tpm.ak"};

}  // namespace

absl::Status CheckLabels(const std::vector<std::string>& labels) {
  for (auto label = labels.begin(); label != labels.end(); ++label) {
    if (std::find(kLabels.begin(), kLabels.end(), *label) == kLabels.end()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("expected labels of {%s}, found \"%s\"",
                          absl::StrJoin(kLabels, ", "), Printable(*label)));
    }
    if (std::find(labels.begin(), label, *label) != label) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each label once, found \"%s\" twice", *label));
    }
  }
  return absl::OkStatus();
}

}  // namespace evidenced
