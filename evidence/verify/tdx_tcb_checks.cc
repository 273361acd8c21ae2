#include "evidence/verify/tdx_tcb_checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "evidence/verify/add_check.h"
#include "quote/base/bytes.h"
#include "quote/tdx/tcb_status.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr absl::string_view kNotEvaluated = "the TCB was not evaluated";

std::string Name(absl::string_view rule) {
  return absl::StrCat("policy/tdx/", rule);
}

absl::string_view EvaluationText(CollateralState state) {
  switch (state) {
    case CollateralState::kNone:
      return "not evaluated: TCB info, the QE's identity or a certificate that "
             "it takes was not given";
    case CollateralState::kRefused:
      return "not evaluated: TCB info or the QE's identity was refused";
    case CollateralState::kDatesUnknown:
      return "evaluated, by collateral whose dates were not judged: that takes "
             "--at TIME";
    case CollateralState::kCurrent:
      return "evaluated";
  }
  return kNotEvaluated;
}

// Leaving it out is a decision of whoever verifies; what was refused stays so.
void CheckEvaluated(const TdxFacts& facts, const v1::TdxPolicy& policy,
                    Checks& checks) {
  const CollateralState state = facts.tcb_collateral;
  if (policy.allow_unevaluated_tcb() && state != CollateralState::kRefused) {
    AddCheck(checks, Name("tcb"), Outcome::kNotChecked,
             "evaluated or not: the policy allows both", EvaluationText(state));
    return;
  }
  AddCheck(checks, Name("tcb"),
           PassIf(state == CollateralState::kCurrent && facts.tcb != nullptr),
           policy.allow_unevaluated_tcb()
               ? "evaluated, or left out"
               : "evaluated, by current collateral (default)",
           EvaluationText(state));
}

std::string StatusText(const TdxFacts& facts) {
  const TdxTcb& tcb = *facts.tcb;
  if (!facts.body.tee_tcb_svn_2.has_value()) {
    return absl::StrCat(TcbStatusName(tcb.status), "; ", kModuleNowNotShown);
  }
  if (!tcb.status_now.has_value() || *tcb.status_now == tcb.status) {
    return std::string(TcbStatusName(tcb.status));
  }
  return absl::StrCat(
      TcbStatusName(tcb.status), "; with the TDX module that runs now, ",
      TcbStatusName(*tcb.status_now),
      tcb.relaunch_advised() ? ": the TD was launched before" : "");
}

// Whether it may be unknown is CheckEvaluated()'s to say.
void CheckStatus(const TdxFacts& facts, const v1::TdxPolicy& policy,
                 Checks& checks) {
  const TextList& accepted = policy.tcb_statuses();
  const std::string best(TcbStatusName(TcbStatus::kUpToDate));
  const std::string expected =
      accepted.empty() ? absl::StrCat(best, " (default)") : OneOf(accepted);
  if (facts.tcb == nullptr) {
    AddCheck(checks, Name("tcb-status"), Outcome::kNotChecked, expected,
             kNotEvaluated);
    return;
  }
  const auto accepts = [&](TcbStatus status) {
    const absl::string_view found = TcbStatusName(status);
    return accepted.empty() ? found == best : Lists(accepted, found);
  };
  // The module that launched the TD, and the one that runs now.
  const TcbStatus status = facts.tcb->status;
  AddCheck(checks, Name("tcb-status"),
           PassIf(accepts(status) &&
                  accepts(facts.tcb->status_now.value_or(status))),
           expected, StatusText(facts));
}

// Intel's word, so it is shown as it may be.
std::string IdsText(const std::vector<std::string>& ids) {
  if (ids.empty()) return "none";
  return absl::StrJoin(ids, ", ", [](std::string* out, const std::string& id) {
    absl::StrAppend(out, Printable(id));
  });
}

void CheckAdvisories(const TdxFacts& facts, const v1::TdxPolicy& policy,
                     Checks& checks) {
  const std::vector<std::string> ids = facts.tcb == nullptr
                                           ? std::vector<std::string>()
                                           : facts.tcb->advisory_ids;
  const std::string found =
      facts.tcb == nullptr ? std::string(kNotEvaluated) : IdsText(ids);
  const auto open_to = [&ids](const TextList& list) {
    return std::count_if(
        ids.begin(), ids.end(),
        [&list](const std::string& id) { return Lists(list, id); });
  };
  const TextList& accepted = policy.advisories();
  if (accepted.empty()) {
    AddCheck(checks, Name("advisories"), Outcome::kNotChecked,
             "any that go with an accepted status (default)", found);
  } else {
    const bool all =
        open_to(accepted) == static_cast<std::ptrdiff_t>(ids.size());
    AddCheck(checks, Name("advisories"), PassIf(facts.tcb != nullptr && all),
             absl::StrCat("none but ", OneOf(accepted)), found);
  }
  const TextList& denied = policy.deny_advisories();
  if (denied.empty()) return;
  AddCheck(checks, Name("deny-advisories"),
           PassIf(facts.tcb != nullptr && open_to(denied) == 0),
           absl::StrCat("none of ", OneOf(denied)), found);
}

void CheckEvaluationNumber(const TdxFacts& facts, const v1::TdxPolicy& policy,
                           Checks& checks) {
  const uint32_t least = policy.min_tcb_evaluation_data_number();
  const std::string found =
      facts.tcb == nullptr
          ? std::string(kNotEvaluated)
          : absl::StrCat(facts.tcb->tcb_evaluation_data_number);
  if (least == 0) {
    AddCheck(checks, Name("min-tcb-evaluation-data-number"),
             Outcome::kNotChecked, kAnyByDefault, found);
    return;
  }
  AddCheck(checks, Name("min-tcb-evaluation-data-number"),
           PassIf(facts.tcb != nullptr &&
                  facts.tcb->tcb_evaluation_data_number >= least),
           absl::StrCat(least, " or higher"), found);
}

}  // namespace

void CheckTcbRules(const TdxFacts& facts, const v1::TdxPolicy& policy,
                   Checks& checks) {
  CheckEvaluated(facts, policy, checks);
  CheckStatus(facts, policy, checks);
  CheckAdvisories(facts, policy, checks);
  CheckEvaluationNumber(facts, policy, checks);
}

}  // namespace evidenced
