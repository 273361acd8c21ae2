#ifndef TESTS_EVIDENCE_VERIFY_APPRAISE_TDX_FIXTURE_H_
#define TESTS_EVIDENCE_VERIFY_APPRAISE_TDX_FIXTURE_H_

#include <array>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "evidence/policy/tdx_policy.h"
#include "evidence/verify/appraise_tdx.h"
#include "tests/evidence/verify/tdx_attester.h"

namespace evidenced {

// What Intel says of the platform.
inline TdxTcb SomeTcb() {
  TdxTcb tcb;
  tcb.status = TcbStatus::kUpToDate;
  tcb.advisory_ids = {"INTEL-SA-00837", "INTEL-SA-00960"};
  tcb.tcb_evaluation_data_number = 18;
  return tcb;
}

// A quote, and what else is known: a TCB that was evaluated, no log.
struct Known {
  VerifiedTdxQuote quote;
  TdxTcb tcb = SomeTcb();
  CollateralState tcb_collateral = CollateralState::kCurrent;
  std::array<RtmrEvents, kTdRtmrs> rtmr_events{};

  explicit Known(const TdxAttester& attester) : quote(attester.Verified()) {}

  TdxFacts Facts() const {
    TdxFacts facts = FactsOf(quote);
    const bool good = tcb_collateral != CollateralState::kNone &&
                      tcb_collateral != CollateralState::kRefused;
    facts.tcb = good ? &tcb : nullptr;
    facts.tcb_collateral = tcb_collateral;
    facts.rtmr_events = rtmr_events;
    return facts;
  }
};

inline Checks ChecksFor(const Known& known,
                        const ::evidence::v1::TdxPolicy& policy) {
  EXPECT_THAT(TdxPolicyFaults(policy), ::testing::IsEmpty());
  Checks checks;
  AppraiseTdx(known.Facts(), policy, checks);
  return checks;
}

// Behind "policy/tdx/".
inline std::vector<std::string> Failed(const Checks& checks) {
  std::vector<std::string> names;
  for (const Check& check : checks) {
    if (check.outcome == Outcome::kFail) names.push_back(check.name.substr(11));
  }
  return names;
}

inline std::vector<std::string> FailedFor(
    const TdxAttester& attester, const ::evidence::v1::TdxPolicy& policy) {
  return Failed(ChecksFor(Known(attester), policy));
}

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_VERIFY_APPRAISE_TDX_FIXTURE_H_
