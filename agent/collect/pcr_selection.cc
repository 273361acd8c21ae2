#include "agent/collect/pcr_selection.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "evidence/log/event_log.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

bool IsResettable(uint32_t pcr) {
  return std::find(std::begin(kResettablePcrs), std::end(kResettablePcrs),
                   pcr) != std::end(kResettablePcrs);
}

}  // namespace

absl::Status CheckQuoteSelection(
    const std::vector<PcrBankSelection>& selection) {
  std::set<HashAlgorithm> banks;
  for (const PcrBankSelection& bank : selection) {
    if (!banks.insert(bank.algorithm).second) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected each bank once, found %s twice", HashName(bank.algorithm)));
    }
    if (bank.pcrs.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected a PCR of bank %s, found none", HashName(bank.algorithm)));
    }
    for (size_t i = 0; i < bank.pcrs.size(); ++i) {
      const uint32_t pcr = bank.pcrs[i];
      if (pcr > kMaxPcr || (i > 0 && pcr <= bank.pcrs[i - 1])) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "expected ascending PCRs of at most %d, found %d", kMaxPcr, pcr));
      }
      if (IsResettable(pcr)) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "expected PCRs 0 to 15 or 17 to 22, found PCR %d, which the guest "
            "can reset",
            pcr));
      }
    }
  }
  return absl::OkStatus();
}

std::vector<PcrBankSelection> DefaultSelection(
    const std::vector<PcrBankSelection>& active) {
  std::vector<PcrBankSelection> out;
  for (const PcrBankSelection& bank : active) {
    PcrBankSelection to{bank.algorithm, {}};
    std::copy_if(bank.pcrs.begin(), bank.pcrs.end(),
                 std::back_inserter(to.pcrs),
                 [](uint32_t pcr) { return !IsResettable(pcr); });
    if (!to.pcrs.empty()) out.push_back(std::move(to));
  }
  return out;
}

}  // namespace evidenced
