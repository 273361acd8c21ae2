#include "gtest/gtest.h"

#include "evidence/log/replay.h"
#include "evidence/raw/tpm_quote.h"
#include "tests/evidence/log/log_builder.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {
namespace {

constexpr auto kSha256 = HashAlgorithm::kSha256;

// The verdict on a true quote of what a register holds, beside a log.
RawVerdict JudgeWithLog(uint32_t reg, const Bytes& value, const Bytes& log) {
  const TestAk ak = MakeEccAk();
  const PcrValues values = {{kSha256, {{reg, value}}}};
  const Bytes attest = QuoteBytes(Bytes(32, 0x42), {{kSha256, {reg}}}, values);
  const Bytes signature = Sign(ak, attest);
  RawTpmInput in;
  in.attest = attest;
  in.signature = signature;
  in.ak = AkFromTpm(ak.PublicBytes());
  in.pcrs = values;
  in.log = log;
  return JudgeTpmQuote(in).verdict;
}

Bytes Extended(const Bytes& before, ByteView data) {
  return Hash(kSha256, {before, Hash(kSha256, {data})});
}

void ExpectRejected(const RawVerdict& verdict) {
  EXPECT_EQ(verdict.outcome(), RawOutcome::kReject);
  EXPECT_EQ(verdict.error_class(), ErrorClass::kDigestMismatch);
}

TEST(RawTpmLog, ABootLogGivesTheRegisterWithAllItsEvents) {
  const Bytes first = {1};
  const Bytes second = {2};
  const Bytes log =
      Join({SpecId({{kSha256Id, 32}}), Measured(7, kAction, first),
            Measured(7, kAction, second)});
  const Bytes start(32, 0);
  const Bytes after_one = Extended(start, first);
  EXPECT_EQ(JudgeWithLog(7, Extended(after_one, second), log).outcome(),
            RawOutcome::kAccept);
  ExpectRejected(JudgeWithLog(7, after_one, log));
  ExpectRejected(JudgeWithLog(7, start, log));
}

TEST(RawTpmLog, AnImaListMayGoOnAfterTheQuoteButNotBeginThere) {
  const Bytes log = Join({ImaNg(10, "/first"), ImaNg(10, "/second")});
  const Bytes data = Fields({DigestNg(Bytes(32, 0x11)), NameNg("/first")});
  const Bytes start(32, 0);
  EXPECT_EQ(JudgeWithLog(10, Extended(start, data), log).outcome(),
            RawOutcome::kAccept);
  ExpectRejected(JudgeWithLog(10, start, log));
}

}  // namespace
}  // namespace evidenced
