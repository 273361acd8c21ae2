#ifndef TESTS_AGENT_COLLECT_TD_FIXTURE_H_
#define TESTS_AGENT_COLLECT_TD_FIXTURE_H_

#include "tests/agent/collect/report_fixture.h"
#include "tests/agent/collect/td_guest.h"

namespace evidenced {

// A TD with a TPM.
class TdTest : public ReportTest {
 protected:
  TdTest() { provider_ = ReportProvider::kTdxGuest; }

  static Challenge WithCcel() {
    Challenge challenge = WithQuote();
    challenge.labels.emplace_back("log.ccel");
    return challenge;
  }

  TdGuest td_{{.table = dir_.File("CCEL"), .log = dir_.File("CCEL.data")},
              [this](const TdGuest::Rtmrs& rtmrs) { cpu_->SetRtmrs(rtmrs); }};
};

}  // namespace evidenced

#endif  // TESTS_AGENT_COLLECT_TD_FIXTURE_H_
