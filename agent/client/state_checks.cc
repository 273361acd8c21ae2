#include "agent/client/state_checks.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "agent/client/fetch.h"
#include "agent/client/pcr_selection.h"
#include "agent/client/text.h"
#include "evidence/verify/add_check.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

std::string DataText(const std::string& data) {
  if (data.empty()) return "none";
  return absl::StrCat(Count(data.size(), "byte"), ", SHA-384 ",
                      Hex(Sha384(AsBytes(data))));
}

void CheckLabels(const std::vector<std::string>& given,
                 const v1::VerifierState& state, Checks& checks) {
  const std::vector<std::string> asked = LabelsToAsk(given);
  const std::set<std::string> expected(asked.begin(), asked.end());
  const std::set<std::string> found(state.requested().begin(),
                                    state.requested().end());
  AddCheck(checks, "state/labels", PassIf(expected == found),
           absl::StrJoin(expected, ", "), absl::StrJoin(found, ", "));
}

void CheckPcrs(const std::vector<v1::PcrSelection>& given,
               const v1::VerifierState& state, Checks& checks) {
  const std::string expected =
      SelectionText(PcrSelections(given.begin(), given.end()));
  const std::string found = SelectionText(state.requested_pcrs());
  AddCheck(checks, "state/pcrs", PassIf(expected == found), expected, found);
}

}  // namespace

Checks CheckState(const ExpectedState& expected,
                  const v1::VerifierState& state) {
  Checks checks;
  if (expected.audience.has_value()) {
    AddCheck(checks, "state/audience",
             PassIf(*expected.audience == state.audience()), *expected.audience,
             state.audience());
  }
  if (expected.user_data.has_value()) {
    AddCheck(checks, "state/user-data",
             PassIf(*expected.user_data == state.user_data()),
             DataText(*expected.user_data), DataText(state.user_data()));
  }
  if (!expected.labels.empty()) CheckLabels(expected.labels, state, checks);
  if (!expected.pcrs.empty()) CheckPcrs(expected.pcrs, state, checks);
  return checks;
}

}  // namespace evidenced
