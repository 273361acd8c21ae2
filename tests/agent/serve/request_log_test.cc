#include "agent/serve/request_log.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "agent/serve/log.h"

namespace evidenced {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::string Written(const RequestLog& log, const absl::Status& status) {
  testing::internal::CaptureStderr();
  log.Write(status);
  return testing::internal::GetCapturedStderr();
}

TEST(RequestLog, WritesOneLineWithJournaldsPriority) {
  InitLog("info");
  const Caller caller{
      .name = "spiffe://a/1", .roles = kRoleVerifier, .certificate = nullptr};
  EXPECT_THAT(
      Written(RequestLog("/a.B/GetPlatform", &caller), absl::OkStatus()),
      MatchesRegex("<6>request method=\"/a.B/GetPlatform\" "
                   "caller=\"spiffe://a/1\" code=OK ms=[0-9.]+ "
                   "role=verifier\n"));
}

TEST(RequestLog, NeverShowsTheNonce) {
  InitLog("info");
  RequestLog log("GetEvidence", nullptr);
  const std::string nonce(32, 'n');
  log.SetNonce(nonce);
  const std::string line = Written(log, absl::OkStatus());
  // printf '%032d' 0 | tr 0 n | sha256sum
  EXPECT_THAT(line, HasSubstr(" nonce-sha256=fe06271a\n"));
  EXPECT_THAT(line, Not(HasSubstr("nnnn")));
  EXPECT_THAT(line, Not(HasSubstr("6e6e6e6e")));
}

TEST(RequestLog, ShowsWhichRawReportWasAskedFor) {
  InitLog("info");
  const Caller caller{
      .name = "uid 0", .roles = kRoleRaw, .certificate = nullptr};
  RequestLog log("GetRawReport", &caller);
  log.SetReportData(std::string(32, 'n'));
  EXPECT_THAT(Written(log, absl::OkStatus()),
              HasSubstr(" role=raw report-data-sha256=fe06271a\n"));
}

TEST(RequestLog, KeepsAMessageOnItsLine) {
  InitLog("info");
  const std::string line =
      Written(RequestLog("GetEvidence", nullptr),
              absl::InvalidArgumentError("found \"\x1b[31m\n<0>forged"));
  EXPECT_THAT(line, HasSubstr("code=INVALID_ARGUMENT"));
  EXPECT_THAT(line, Not(HasSubstr("\x1b")));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

}  // namespace
}  // namespace evidenced
