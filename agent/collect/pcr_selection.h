#ifndef AGENT_COLLECT_PCR_SELECTION_H_
#define AGENT_COLLECT_PCR_SELECTION_H_

#include <vector>

#include "absl/status/status.h"

#include "evidence/log/pcr.h"
#include "quote/tpm/quote.h"

namespace evidenced {

// INVALID_ARGUMENT: a bank twice or without PCR, PCRs that do not ascend, over
// 23, or that a guest can reset.
absl::Status CheckQuoteSelection(
    const std::vector<PcrBankSelection>& selection);

// PCRs 0 to 15 and 17 to 22 of every active bank.
std::vector<PcrBankSelection> DefaultSelection(
    const std::vector<PcrBankSelection>& active);

}  // namespace evidenced

#endif  // AGENT_COLLECT_PCR_SELECTION_H_
