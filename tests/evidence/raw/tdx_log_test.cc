#include "evidence/raw/tdx_log.h"

#include <optional>
#include <utility>
#include <vector>

#include "gmock/gmock.h"

#include "quote/crypto/digest.h"
#include "tests/evidence/raw/tdx_fixture.h"

namespace evidenced {
namespace {

Bytes Extended(const std::vector<Bytes>& digests) {
  Bytes value(48, 0);
  for (const Bytes& digest : digests) {
    value = Hash(HashAlgorithm::kSha384, {value, digest});
  }
  return value;
}

class JudgeTdxLogTest : public ::testing::Test {
 protected:
  JudgeTdxLogTest() {
    spec_.td.rtmr = {Extended({Bytes(48, 1), Bytes(48, 2)}),
                     Extended({Bytes(48, 3)}), Bytes(48, 0xa2), Bytes(48, 0)};
    events_ = {{0, Bytes(48, 1)}, {1, Bytes(48, 3)}, {0, Bytes(48, 2)}};
  }

  RawTdxLog Judged(std::optional<std::vector<size_t>> covered = std::nullopt) {
    quote_ = SharedTdxMachine().Quote(spec_);
    return JudgeTdxLog({.quote = InputOf(quote_),
                        .log = std::nullopt,
                        .events = events_,
                        .covered = std::move(covered)});
  }

  tdx_quoter::QuoteSpec spec_;
  Bytes quote_;
  std::vector<RtmrEvent> events_;
};

TEST_F(JudgeTdxLogTest, AcceptsALogThatGivesTheRegisters) {
  const RawTdxLog judged = Judged();
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kAccept);
  ASSERT_TRUE(judged.rtmrs.has_value());
  EXPECT_TRUE(judged.rtmrs->at(0).matches);
  EXPECT_TRUE(judged.rtmrs->at(3).matches);
  EXPECT_FALSE(judged.rtmrs->at(2).matches);  // nobody asks
  EXPECT_EQ(judged.event_count, 3U);
}

TEST_F(JudgeTdxLogTest, RejectsWhatACoveredRegisterDoesNotHold) {
  const RawTdxLog judged = Judged(std::vector<size_t>{0, 2});
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kDigestMismatch);
  EXPECT_EQ(OutcomeOf(judged.verdict, "rtmr2_replay_matches_quote"),
            Outcome::kFail);
}

TEST_F(JudgeTdxLogTest, RejectsEventsInAnotherOrder) {
  std::swap(events_[0], events_[2]);
  EXPECT_EQ(Judged().verdict.error_class(), ErrorClass::kDigestMismatch);
}

TEST_F(JudgeTdxLogTest, RejectsAQuoteThatIsNotGenuine) {
  spec_.qe_report_data = Bytes(64, 1);
  const RawTdxLog judged = Judged();
  EXPECT_EQ(judged.verdict.error_class(), ErrorClass::kBindingMismatch);
  EXPECT_EQ(
      OutcomeOf(judged.verdict, "tdx/qe_report_data_binds_attestation_key"),
      Outcome::kFail);
}

TEST_F(JudgeTdxLogTest, NamesALogThatIsNone) {
  quote_ = SharedTdxMachine().Quote(spec_);
  const Bytes garbage = {1, 2, 3};
  const RawTdxLog judged = JudgeTdxLog(
      {.quote = InputOf(quote_),
       .log = LogReplayInput{.bytes = garbage, .form = LogFileForm::kCcel},
       .events = std::nullopt,
       .covered = std::nullopt});
  EXPECT_EQ(judged.verdict.outcome(), RawOutcome::kReject);
  EXPECT_FALSE(judged.rtmrs.has_value());
}

}  // namespace
}  // namespace evidenced
